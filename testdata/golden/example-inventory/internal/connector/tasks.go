package connector

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/queue"
)

// tasksQueue is where Tasks puts tasks: an entry of QUEUES.
const tasksQueue = "inventory_q"

// Tasks hands work to the workers.
type Tasks struct {
	queues Queues
	config *config.Config // its token is that by which workers authenticate
}

// NewTasks makes the connector.
func NewTasks(d Deps) *Tasks { return &Tasks{queues: d.Queues, config: d.Config} }

// Send has a worker do a task, at least once: what it is told has the type that its name
// says, as in Send(ctx, id, TaskReportRun.Call(told)). Within a call the task leaves when
// the call's transaction is committed, and never if it fails. Outside a call, an ID of
// which a task waits or runs already is a *queue.TakenError (queue.IsTaken); once that
// has ended, its ID is free again.
func (c *Tasks) Send(ctx context.Context, id string, call queue.Call) error {
	token, err := c.config.SystemToken()
	if err != nil {
		return err
	}
	task, err := call(token)
	if err != nil {
		return err
	}
	return c.queues.Put(ctx, tasksQueue, task, queue.WithID(id))
}

// Put has a worker call a method of a service by its name, with parameters that nobody
// checks before they are there; otherwise it is as Send.
func (c *Tasks) Put(ctx context.Context, id, service, method string, params map[string]any) error {
	token, err := c.config.SystemToken()
	if err != nil {
		return err
	}
	return c.queues.Put(ctx, tasksQueue, queue.Task{
		Name: service + "." + method,
		Stages: []queue.Stage{{
			Locator: queue.LocatorService, Name: service, Method: method,
			Metadata: queue.Metadata{"token": token}, Params: params,
		}},
	}, queue.WithID(id))
}
