package queue_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cloudforet-io/spacegen/core/queue"
)

// A service puts a task into a queue, and a worker takes it off. A task that fails is run
// again.
func ExampleSet() {
	ctx := context.Background()
	queues, err := queue.Open(ctx, map[string]queue.Options{"collect": {}}) // in the process; with a Host, in Redis
	if err != nil {
		panic(err)
	}
	defer func() { _ = queues.Close() }()

	done := make(chan struct{})
	worker, err := queues.Consume("collect", queue.ConsumeOptions{
		Poll:    10 * time.Millisecond,
		Backoff: func(int) time.Duration { return 0 },
	}, func(_ context.Context, d *queue.Delivery) error {
		fmt.Println("attempt", d.Attempt, d.Task.Stages)
		if d.Attempt == 1 {
			return errors.New("the provider is busy")
		}
		close(done)
		return nil
	})
	if err != nil {
		panic(err)
	}
	if err := worker.Start(ctx); err != nil {
		panic(err)
	}

	task := queue.Task{Stages: []queue.Stage{{
		Locator: queue.LocatorService, Name: "Collector", Method: "collect",
		Params: map[string]any{"collector_id": "collector-1"},
	}}}
	if err := queues.Put(ctx, "collect", task, queue.WithRetries(3)); err != nil {
		panic(err)
	}
	<-done
	if err := worker.Stop(ctx); err != nil {
		panic(err)
	}
	// Output:
	// attempt 1 [SERVICE Collector.collect]
	// attempt 2 [SERVICE Collector.collect]
}

// While a task of the same ID waits or runs, no other is put: whoever asks twice for the
// same work has it done once.
func ExampleWithID() {
	ctx := context.Background()
	queues, err := queue.Open(ctx, map[string]queue.Options{"collect": {}})
	if err != nil {
		panic(err)
	}
	defer func() { _ = queues.Close() }()

	task := queue.Task{Stages: []queue.Stage{{Locator: queue.LocatorService, Name: "Collector", Method: "collect"}}}
	for range 2 {
		err := queues.Put(ctx, "collect", task, queue.WithID("collector-1"))
		fmt.Println(queue.IsTaken(err), err)
	}
	// Output:
	// false <nil>
	// true task "collector-1" is not put into queue collect: a task with this ID waits
}
