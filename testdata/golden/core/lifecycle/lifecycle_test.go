package lifecycle_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/lifecycle"
)

// journal records what happened, in order.
type journal struct {
	mu     sync.Mutex
	events []string
}

func (j *journal) add(event string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.events = append(j.events, event)
}

func (j *journal) module(name string, startErr, stopErr error, then func()) lifecycle.Module {
	return lifecycle.Module{
		Name: name,
		Start: func(context.Context) error {
			j.add("start " + name)
			if then != nil {
				then()
			}
			return startErr
		},
		Stop: func(context.Context) error { j.add("stop " + name); return stopErr },
	}
}

var quiet = slog.New(slog.DiscardHandler)

func TestRunStopsInReverse(t *testing.T) {
	var j journal
	ctx, cancel := context.WithCancel(t.Context())
	err := lifecycle.Run(ctx, quiet, time.Second, lifecycle.Chain{j.module("a", nil, nil, nil), j.module("b", nil, nil, cancel)})
	require.NoError(t, err)
	assert.Equal(t, []string{"start a", "start b", "stop b", "stop a"}, j.events)
}

// TestRunThatIsStoppedAsItStarts: a module that gives up because it was told to
// has not failed.
func TestRunThatIsStoppedAsItStarts(t *testing.T) {
	var j journal
	ctx, cancel := context.WithCancel(t.Context())
	impatient := lifecycle.Module{Name: "b", Start: func(ctx context.Context) error {
		cancel()
		return fmt.Errorf("asking the queue: %w", ctx.Err())
	}}
	err := lifecycle.Run(ctx, quiet, time.Second, lifecycle.Chain{j.module("a", nil, nil, nil), impatient, j.module("c", nil, nil, nil)})
	require.NoError(t, err)
	assert.Equal(t, []string{"start a", "stop a"}, j.events)

	ctx, cancel = context.WithCancel(t.Context())
	broken := errors.New("port taken")
	err = lifecycle.Run(ctx, quiet, time.Second, lifecycle.Chain{j.module("d", broken, nil, cancel)})
	require.ErrorIs(t, err, broken, "what went wrong by itself is told")
}

func TestRunStopsWhatWasStarted(t *testing.T) {
	var j journal
	broken := errors.New("port taken")
	err := lifecycle.Run(t.Context(), quiet, time.Second,
		lifecycle.Chain{j.module("a", nil, nil, nil)},
		lifecycle.Chain{j.module("b", nil, nil, nil), j.module("c", broken, nil, nil), j.module("d", nil, nil, nil)},
		lifecycle.Chain{j.module("e", nil, nil, nil)})
	require.ErrorIs(t, err, broken)
	assert.ErrorContains(t, err, "start c")
	assert.Equal(t, []string{"start a", "start b", "start c", "stop b", "stop a"}, j.events)
}

func TestRunEndsWhenAModuleFails(t *testing.T) {
	var j journal
	failed := make(chan error, 1)
	broken := errors.New("connection lost")
	m := j.module("b", nil, nil, func() { failed <- broken })
	m.Failed = failed
	err := lifecycle.Run(t.Context(), quiet, time.Second, lifecycle.Chain{j.module("a", nil, nil, nil)}, lifecycle.Chain{m})
	require.ErrorIs(t, err, broken)
	assert.Equal(t, []string{"start a", "start b", "stop b", "stop a"}, j.events)
}

func TestRunStopsAllThoughOneCannotStop(t *testing.T) {
	var j journal
	ctx, cancel := context.WithCancel(t.Context())
	stuck := errors.New("stuck")
	err := lifecycle.Run(ctx, quiet, time.Second, lifecycle.Chain{j.module("a", nil, nil, nil), j.module("b", nil, stuck, cancel)})
	require.ErrorIs(t, err, stuck)
	assert.Equal(t, []string{"start a", "start b", "stop b", "stop a"}, j.events)
}

// TestChainsStopTogether: one that takes all of the grace period leaves the
// others theirs, and what they need stops after them.
func TestChainsStopTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		ctx, cancel := context.WithCancel(t.Context())
		const grace = 10 * time.Second
		busy := func(name string, needs time.Duration) lifecycle.Module {
			m := j.module(name, nil, nil, nil)
			m.Stop = func(ctx context.Context) error {
				select {
				case <-time.After(needs):
					j.add("stop " + name)
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return m
		}
		began := time.Now()
		err := lifecycle.Run(ctx, quiet, grace, lifecycle.Chain{j.module("base", nil, nil, nil)},
			lifecycle.Chain{j.module("below", nil, nil, nil), busy("quick", 8*time.Second)},
			lifecycle.Chain{busy("stuck", time.Hour)},
			lifecycle.Chain{j.module("last", nil, nil, cancel)})
		require.ErrorContains(t, err, "stop stuck")
		assert.NotContains(t, err.Error(), "quick")
		assert.Equal(t, grace, time.Since(began))
		assert.Equal(t, []string{
			"start base", "start below", "start quick", "start stuck", "start last",
			"stop last", "stop quick", "stop below", "stop base",
		}, j.events)
	})
}

func TestStopHasTheGracePeriod(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	err := lifecycle.Run(ctx, quiet, 10*time.Millisecond, lifecycle.Chain{{
		Name:  "slow",
		Start: func(context.Context) error { cancel(); return nil },
		Stop: func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		},
	}})
	assert.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestLinger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		lingering, stop := lifecycle.Linger(ctx, 5*time.Second)
		defer stop()
		cancel()
		time.Sleep(4 * time.Second)
		assert.NoError(t, lingering.Err())
		time.Sleep(2 * time.Second)
		assert.Error(t, lingering.Err())

		lingering, stop = lifecycle.Linger(t.Context(), time.Hour)
		stop()
		assert.Error(t, lingering.Err(), "whoever made it can end it at once")
	})
}
