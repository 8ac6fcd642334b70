package connector

import (
	"context"
	"fmt"
	"io"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/config"

	"github.com/cloudforet-io/supervisor/internal/model"
)

// Runtime is where plugins run: Kubernetes, or processes of this machine, as
// BACKEND says.
type Runtime struct{ Backend }

// A Backend runs plugins. What another started it neither shows nor touches.
type Backend interface {
	// List gives the instances that run, and those that ended by themselves.
	List(ctx context.Context) ([]model.Instance, error)
	// Start starts a plugin or, if it runs, sets right what is not as it was
	// started. It does not wait until the plugin serves.
	Start(ctx context.Context, p model.Plugin) error
	// Restart starts an instance anew.
	Restart(ctx context.Context, name string) error
	// Stop ends an instance; one that is gone is no error.
	Stop(ctx context.Context, name string) error
}

// NewRuntime makes the connector. A configuration that it can't work with is
// the error of every call.
func NewRuntime(d Deps) *Runtime {
	backend, err := newBackend(d.Config)
	if err != nil {
		return &Runtime{unusable{err}}
	}
	return &Runtime{backend}
}

func newBackend(c *config.Config) (Backend, error) {
	switch name := text(c, "BACKEND"); name {
	case "process", "ProcessConnector":
		return newProcesses(c)
	case "kubernetes", "KubernetesConnector":
		return newKubernetes(c)
	default:
		return nil, apierror.Configuration("BACKEND", fmt.Sprintf("%q is neither kubernetes nor process", name))
	}
}

// Close ends what can't run on without this process.
func (c *Runtime) Close() error {
	if closer, ok := c.Backend.(io.Closer); ok {
		return closer.Close()
	}
	return nil
}

// unusable is a backend that can't be had.
type unusable struct{ err error }

func (u unusable) List(context.Context) ([]model.Instance, error) { return nil, u.err }
func (u unusable) Start(context.Context, model.Plugin) error      { return u.err }
func (u unusable) Restart(context.Context, string) error          { return u.err }
func (u unusable) Stop(context.Context, string) error             { return u.err }
