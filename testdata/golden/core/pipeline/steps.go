package pipeline

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"
)

// stepTimeout bounds each step that follows a body. It runs in a context of its
// own: the caller may have left, and his deadline may have passed.
const stepTimeout = 10 * time.Second

type step = func(context.Context) error

// phase is how far a call is with its steps.
type phase int

const (
	outside phase = iota // there is no call
	open                 // it may still fail
	decided              // its transaction is committed
	over                 // no step is run any more
)

// steps are what is done after the body of a call.
type steps struct {
	mu        sync.Mutex
	phase     phase
	whole     bool // the call succeeds or fails as a whole
	committed bool // its database transaction is
	onFailure []step
	onCommit  []step
	onSuccess []step
	broken    error // of a call within that may have written

	atOnce func(step) // runs a step; nil in a call
}

// OnFailure registers what undoes a step of the body that no database
// transaction covers. If the call fails, all are run in reverse order; one that
// fails is logged. So they are if the database has the body run again, before it
// does: whatever a body has registered is forgotten with its transaction.
// Outside a call nobody runs them.
func (t *Transaction) OnFailure(undo func(context.Context) error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.phase != outside && t.phase != open {
		t.late("OnFailure")
		return
	}
	t.onFailure = append(t.onFailure, undo)
}

// OnCommit registers what leaves the process because of the call, such as a
// task. It is run when the body has succeeded and its database transaction is
// committed, in a context of its own, which has the values of the call's. An
// error fails the call; what was committed stays, and is not compensated.
//
// OnCommit is false, and do is not run, where nothing is to be waited for:
// outside a call, after its commit, and in calls that do not succeed or fail as
// a whole (streams, and methods that write piece by piece).
func (t *Transaction) OnCommit(do func(context.Context) error) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.phase != open || !t.whole {
		return false
	}
	t.onCommit = append(t.onCommit, do)
	return true
}

// OnSuccess registers what is run once the call has succeeded and its database
// transaction is committed, in the order of registration, before the caller has
// his answer. It gets a context of its own, which ends after ten seconds and has
// the values of the call's: that the caller leaves does not end it. As the call
// has succeeded, an error does not reach the caller: it is logged, counted in
// call_follow_ups_failed_total and marked in the trace, and nobody tries again.
// What must not be lost belongs into a task: see the queue's Put. Outside a call
// it is run at once.
func (t *Transaction) OnSuccess(do func(context.Context) error) {
	if t.atOnce != nil {
		t.atOnce(do)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.phase == over {
		t.late("OnSuccess")
		return
	}
	t.onSuccess = append(t.onSuccess, do)
}

func (t *Transaction) late(what string) {
	t.Log.Error("the call has ended; what is registered now is not run", "method", t.Method.Name(), "for", what)
}

// runAtOnce runs a follow-up that belongs to no call.
func runAtOnce(ctx context.Context, log *slog.Logger) func(step) {
	return func(do step) {
		if err := run(ctx, do); err != nil {
			log.ErrorContext(ctx, "follow-up failed", "error", err)
		}
	}
}

// run runs a step in a context of its own.
func run(ctx context.Context, do step) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stepTimeout)
	defer cancel()
	return guarded(func() error { return do(ctx) })
}

// begin makes room for the steps of a call.
func (s *steps) begin(whole bool) { s.phase, s.whole = open, whole }

// attempt begins a body that may be one more try of the same call: mark, which
// its first try gets, is what was registered before.
func (t *Transaction) attempt(ctx context.Context, mark *steps) {
	t.mu.Lock()
	undo := slices.Clone(t.onFailure[len(mark.onFailure):])
	t.onFailure = t.onFailure[:len(mark.onFailure)]
	t.onCommit = t.onCommit[:len(mark.onCommit)]
	t.onSuccess = t.onSuccess[:len(mark.onSuccess)]
	t.broken = nil
	t.mu.Unlock()
	t.compensate(ctx, undo)
}

// mark is what is registered by now.
func (t *Transaction) mark() *steps {
	t.mu.Lock()
	defer t.mu.Unlock()
	return &steps{onFailure: t.onFailure, onCommit: t.onCommit, onSuccess: t.onSuccess}
}

// leave runs what waited for the commit.
func (t *Transaction) leave(ctx context.Context) error {
	t.mu.Lock()
	t.phase = decided
	leaving := t.onCommit
	t.mu.Unlock()
	var errs []error
	for _, do := range leaving {
		errs = append(errs, run(ctx, do))
	}
	return errors.Join(errs...)
}

// succeed runs what waited for the call's success, and what that registers in
// its turn. It tells how many of them failed.
func (t *Transaction) succeed(ctx context.Context) (failed int) {
	for do := t.next(); do != nil; do = t.next() {
		if err := run(ctx, do); err != nil {
			failed++
			t.Log.ErrorContext(ctx, "follow-up failed", "method", t.Method.Name(), "error", err)
		}
	}
	return failed
}

// next takes the next follow-up; there is none any more after the last.
func (t *Transaction) next() step {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.onSuccess) == 0 {
		t.phase = over
		return nil
	}
	do := t.onSuccess[0]
	t.phase, t.onSuccess = decided, t.onSuccess[1:]
	return do
}

// undo runs the compensations, unless what they belong to is committed.
func (t *Transaction) undo(ctx context.Context) {
	t.mu.Lock()
	t.phase = over
	undo := t.onFailure
	if t.committed {
		undo = nil
	}
	t.mu.Unlock()
	t.compensate(ctx, undo)
}

// compensate runs compensations in reverse order; one that fails is logged and
// keeps none of the others from running.
func (t *Transaction) compensate(ctx context.Context, undo []step) {
	for _, do := range slices.Backward(undo) {
		if err := run(ctx, do); err != nil {
			t.Log.ErrorContext(ctx, "compensation failed", "method", t.Method.Name(), "error", err)
		}
	}
}
