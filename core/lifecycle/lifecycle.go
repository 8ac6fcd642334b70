// Package lifecycle starts the parts of a process in order and stops them in reverse,
// whatever ends the process. Parts that do not need each other start and stop at the
// same time.
package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/cloudforet-io/spacegen/core/config"
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
	// Live are the settings that the module takes while it runs.
	Live []config.Live
}

// Live gathers what modules take while they run.
func Live(chain Chain) []config.Live {
	var all []config.Live
	for _, m := range chain {
		all = append(all, m.Live...)
	}
	return all
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

// A Chain is modules that need each other: each starts after the one before it,
// and stops before it.
type Chain []Module

// Run starts the modules of base, then those of the other chains, waits until
// ctx ends or a module fails, and stops what has started. The other chains need
// base, and not each other: they stop at the same time, so that none uses up
// what the rest has of the grace period, and base after them. The error joins
// whatever went wrong; a run that was ended by ctx and stopped cleanly has none.
func Run(ctx context.Context, log *slog.Logger, grace time.Duration, base Chain, others ...Chain) error {
	failed := make(chan error)
	done := make(chan struct{})
	defer close(done)

	var errs []error
	var running []Chain // what has started of each
	for _, chain := range slices.Concat([]Chain{base}, others) {
		started, err := chain.start(ctx, log)
		for _, m := range started {
			watch(m, failed, done)
		}
		running = append(running, started)
		if err != nil {
			if ctx.Err() == nil || !errors.Is(err, ctx.Err()) { // else it was told to stop as it started
				errs = append(errs, err)
			}
			break
		}
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
	faults := make([]error, len(running))
	var stopped sync.WaitGroup
	for i, chain := range running[1:] {
		stopped.Go(func() { faults[i+1] = chain.stop(stopping, log) })
	}
	stopped.Wait()
	faults[0] = running[0].stop(stopping, log)
	return errors.Join(append(errs, faults...)...)
}

// start gives the modules that it started, which are all if there is no error.
func (c Chain) start(ctx context.Context, log *slog.Logger) (Chain, error) {
	for i, m := range c {
		if err := start(ctx, m); err != nil {
			return c[:i], fmt.Errorf("start %s: %w", m.Name, err)
		}
		log.InfoContext(ctx, "started", "module", m.Name)
	}
	return c, nil
}

func (c Chain) stop(ctx context.Context, log *slog.Logger) error {
	var errs []error
	for _, m := range slices.Backward(c) {
		if m.Stop == nil {
			continue
		}
		if err := m.Stop(ctx); err != nil {
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
			if err == nil {
				return
			}
			select {
			case failed <- fmt.Errorf("%s: %w", m.Name, err):
			case <-done: // one failure is enough
			}
		case <-done:
		}
	}()
}
