package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A bench runs servers, by turns.
type bench struct {
	Options
	db      *database
	servers []*server
	results *results
}

// start measures what each server takes before anybody calls.
func (b *bench) start(ctx context.Context) error {
	if b.starts == 0 {
		return nil
	}
	if err := b.db.reset(ctx); err != nil {
		return err
	}
	for range b.starts {
		for _, s := range b.servers {
			p, err := launch(ctx, b.Options, s)
			if err != nil {
				return err
			}
			time.Sleep(time.Second) // until it rests
			memory, err := memoryOf(p.cmd.Process.Pid)
			if err != nil {
				return err
			}
			file, err := os.Stat(s.program)
			if err != nil {
				return err
			}
			b.results.started(s.name, start{took: p.took, memory: memory, size: file.Size()})
			p.stop()
		}
	}
	return nil
}

// load measures how servers answer. The rounds of all servers alternate, each time in
// another order, so that none always comes after the same one.
func (b *bench) load(ctx context.Context) error {
	for _, name := range b.methods {
		for _, callers := range b.callers {
			for range b.rounds {
				for _, n := range rand.Perm(len(b.servers)) {
					s := b.servers[n]
					measured, err := b.round(ctx, s, name, callers)
					if err != nil {
						return fmt.Errorf("%s of %s, %d callers: %w", name, s.name, callers, err)
					}
					if err := b.results.add(cell{name, callers}, s.name, measured); err != nil {
						return err
					}
				}
			}
			b.results.progress(os.Stderr, cell{name, callers})
		}
	}
	return nil
}

// round has callers call one method of one server for a time.
func (b *bench) round(ctx context.Context, s *server, name string, callers int) (m measured, err error) {
	if err := b.db.reset(ctx); err != nil {
		return m, err
	}
	p, err := launch(ctx, b.Options, s)
	if err != nil {
		return m, err
	}
	defer func() {
		if log := p.stop(); err != nil {
			err = fmt.Errorf("%w\n%s", err, log)
		}
	}()
	c, err := dial(s, p.address, b.connections, callers)
	if err != nil {
		return m, err
	}
	defer c.close()
	l := loop{call: methodsByName()[name]}
	done := make(chan error, 1)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() { done <- l.run(ctx, c, callers) }()
	if err := wait(ctx, b.warmup, done); err != nil {
		return m, err
	}
	if err := b.db.adopt(ctx); err != nil {
		return m, err
	}
	before, err := b.spent(ctx, p)
	if err != nil {
		return m, err
	}
	begun := time.Now()
	l.measuring.Store(true)
	if err := wait(ctx, b.time, done); err != nil {
		return m, err
	}
	l.measuring.Store(false)
	took := time.Since(begun)
	after, err := b.spent(ctx, p)
	if err != nil {
		return m, err
	}
	l.ending.Store(true)
	if err := <-done; err != nil {
		return m, err
	}
	return l.measured(took, after.server-before.server, before.backends, after.backends), nil
}

// wait waits for a time, or for an early end.
func wait(ctx context.Context, d time.Duration, done <-chan error) error {
	select {
	case <-time.After(d):
		return nil
	case err := <-done:
		return fmt.Errorf("a call failed: %w", err)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// spent is the time that processes have worked.
type spent struct {
	server   time.Duration
	backends map[int]time.Duration
}

func (b *bench) spent(ctx context.Context, p *process) (s spent, err error) {
	if s.server, err = cpuOf(p.cmd.Process.Pid); err != nil {
		return s, err
	}
	s.backends, err = b.db.cpu(ctx)
	return s, err
}

// A loop is callers that call, each again as soon as it is answered.
type loop struct {
	call              method
	measuring, ending atomic.Bool
	mu                sync.Mutex
	latencies         []time.Duration
}

// run calls until the end, or until a call fails.
func (l *loop) run(ctx context.Context, c clients, callers int) error {
	errs := make(chan error, callers)
	for n := range callers {
		go func() { errs <- l.one(ctx, newCaller(c, n)) }()
	}
	var first error
	for range callers {
		if err := <-errs; err != nil && first == nil {
			first = err
			l.ending.Store(true)
		}
	}
	return first
}

func (l *loop) one(ctx context.Context, c *caller) error {
	own := make([]time.Duration, 0, 1<<14)
	for !l.ending.Load() {
		counts := l.measuring.Load()
		begun := time.Now()
		if err := l.call(ctx, c); err != nil {
			return err
		}
		if counts && l.measuring.Load() {
			own = append(own, time.Since(begun))
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.latencies = append(l.latencies, own...)
	return nil
}

func (l *loop) measured(took, server time.Duration, before, after map[int]time.Duration) measured {
	slices.Sort(l.latencies)
	m := measured{calls: len(l.latencies), took: took, server: server}
	if m.calls > 0 {
		m.p50, m.p99 = l.latencies[m.calls/2], l.latencies[m.calls*99/100]
	}
	for pid, spent := range after {
		m.postgres += spent - before[pid]
	}
	return m
}
