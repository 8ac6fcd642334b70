// Package lifecycle starts the parts of a process in order and stops them in
// reverse, whatever ends it.
package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"
)

// A Module is a part of the process that runs until it is stopped.
type Module struct {
	Name string
	// Start returns once the module is ready. What it starts goes on after ctx
	// ends, until Stop.
	Start func(ctx context.Context) error
	// Stop finishes what is in flight and returns; when ctx ends it gives up
	// waiting and stops at once. It may be nil.
	Stop func(ctx context.Context) error
	// Failed yields an error if the module can't go on; it may be nil.
	Failed <-chan error
}

// Linger gives a context that ends a while after ctx does: a process that is
// told to stop serves on until nobody sends calls to it any more.
func Linger(ctx context.Context, delay time.Duration) (context.Context, context.CancelFunc) {
	lingering, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(delay, cancel) })
	return lingering, func() {
		stop()
		cancel()
	}
}

// Run starts the modules in order, waits until ctx ends or a module fails, and
// stops those that were started, the last one first. All of them together have
// the grace period to do so. The error joins whatever went wrong; a run that
// was ended by ctx and stopped cleanly has none.
func Run(ctx context.Context, log *slog.Logger, grace time.Duration, modules ...Module) error {
	failed := make(chan error, len(modules))
	done := make(chan struct{})
	defer close(done)

	var errs []error
	started := 0
	for _, m := range modules {
		if err := start(ctx, m); err != nil {
			if ctx.Err() == nil || !errors.Is(err, ctx.Err()) { // else it was told to stop as it started
				errs = append(errs, fmt.Errorf("start %s: %w", m.Name, err))
			}
			break
		}
		log.InfoContext(ctx, "started", "module", m.Name)
		started++
		watch(m, failed, done)
	}
	if len(errs) == 0 {
		select {
		case <-ctx.Done():
			log.InfoContext(ctx, "stopping", "grace", grace.String())
		case err := <-failed:
			errs = append(errs, err)
		}
	}

	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	for _, m := range slices.Backward(modules[:started]) {
		if m.Stop == nil {
			continue
		}
		if err := m.Stop(stopping); err != nil {
			errs = append(errs, fmt.Errorf("stop %s: %w", m.Name, err))
			continue
		}
		log.InfoContext(ctx, "stopped", "module", m.Name)
	}
	return errors.Join(errs...)
}

func start(ctx context.Context, m Module) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if m.Start == nil {
		return nil
	}
	return m.Start(ctx)
}

func watch(m Module, failed chan<- error, done <-chan struct{}) {
	if m.Failed == nil {
		return
	}
	go func() {
		select {
		case err := <-m.Failed:
			if err != nil {
				failed <- fmt.Errorf("%s: %w", m.Name, err)
			}
		case <-done:
		}
	}()
}
