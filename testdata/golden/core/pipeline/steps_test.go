package pipeline_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// note gives a step that notes that it ran.
func (f *fixture) note(event string, err error) func(context.Context) error {
	return func(context.Context) error {
		f.events = append(f.events, event)
		return err
	}
}

func TestStepsInTheirOrder(t *testing.T) {
	f := newFixture(t, nil, "")
	require.NoError(t, f.call(write, func(ctx context.Context) error {
		call := pipeline.TransactionFrom(ctx)
		call.OnSuccess(func(ctx context.Context) error {
			call.OnSuccess(f.note("follow-up of a follow-up", nil))
			assert.False(t, call.OnCommit(f.note("never", nil)), "nothing is waited for any more")
			return f.note("follow-up", nil)(ctx)
		})
		assert.True(t, call.OnCommit(f.note("task", nil)))
		return nil
	}))
	assert.Equal(t, []string{"commit", "task", "follow-up", "follow-up of a follow-up", "SUCCESS"}, f.events[10:])
}

// The caller hangs up, or his deadline passes, as the transaction is committed.
func TestStepsOfACallerWhoLeft(t *testing.T) {
	type key struct{}
	f := newFixture(t, nil, "")
	ctx, leave := context.WithCancel(context.WithValue(t.Context(), key{}, "kept"))
	seen := 0
	check := func(ctx context.Context) error {
		seen++
		assert.NoError(t, ctx.Err())
		assert.Equal(t, "kept", ctx.Value(key{}))
		deadline, bounded := ctx.Deadline()
		assert.True(t, bounded && deadline.After(time.Now()))
		return nil
	}
	_, err := pipeline.Call(ctx, f.Pipeline, write, wrapperspb.String(""),
		func(ctx context.Context, m *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
			call := pipeline.TransactionFrom(ctx)
			call.OnSuccess(check)
			call.OnCommit(check)
			leave()
			return m, nil
		})
	require.NoError(t, err)
	assert.Equal(t, 2, seen)
}

// A call that is committed has succeeded, whatever follows it.
func TestFollowUpThatFailsIsTold(t *testing.T) {
	f := newFixture(t, nil, "")
	require.NoError(t, f.call(write, func(ctx context.Context) error {
		call := pipeline.TransactionFrom(ctx)
		call.OnSuccess(f.note("first", errors.New("mail server is down")))
		call.OnSuccess(func(context.Context) error { panic("oops") })
		call.OnSuccess(f.note("third", nil))
		return nil
	}))
	assert.Equal(t, []string{"first", "third", "SUCCESS"}, f.events[11:])
	assert.Contains(t, f.log.String(), "mail server is down")
	assert.Contains(t, f.log.String(), "oops")
	assert.NoError(t, testutil.GatherAndCompare(f.metrics, strings.NewReader(`
# HELP call_follow_ups_failed_total Follow-ups (OnSuccess) that failed after their call had succeeded.
# TYPE call_follow_ups_failed_total counter
call_follow_ups_failed_total{method="Region.create"} 2
`), "call_follow_ups_failed_total"))
}

// What cannot leave fails the call, and what is committed stays as it is.
func TestWhatCannotLeaveFailsTheCall(t *testing.T) {
	f := newFixture(t, nil, "")
	away := apierror.New(codes.Unavailable, "ERROR_QUEUE_PUT", "Queue data put failed.")
	err := f.call(write, func(ctx context.Context) error {
		call := pipeline.TransactionFrom(ctx)
		call.OnFailure(f.note("undo", nil))
		call.OnSuccess(f.note("follow-up", nil))
		call.OnCommit(f.note("task", away))
		call.OnCommit(f.note("other task", nil))
		return nil
	})
	assert.Equal(t, "ERROR_QUEUE_PUT", apierror.From(err).Code)
	assert.Equal(t, []string{"commit", "task", "other task", "FAILURE"}, f.events[10:])

	plain, err := pipeline.New(pipeline.Options{})
	require.NoError(t, err)
	f.Pipeline, f.events = plain, nil
	require.Error(t, f.call(write, func(ctx context.Context) error {
		pipeline.TransactionFrom(ctx).OnFailure(f.note("undo", nil))
		pipeline.TransactionFrom(ctx).OnCommit(f.note("task", away))
		return nil
	}))
	assert.Equal(t, []string{"body", "task", "undo"}, f.events, "without a database nothing is committed")
}

func TestNothingLeavesOnFailure(t *testing.T) {
	for _, step := range []string{"response", "commit"} {
		f := newFixture(t, map[string]error{step: errors.New("sad")}, "")
		require.Error(t, f.call(write, func(ctx context.Context) error {
			pipeline.TransactionFrom(ctx).OnCommit(f.note("task", nil))
			pipeline.TransactionFrom(ctx).OnSuccess(f.note("follow-up", nil))
			return nil
		}))
		assert.NotContains(t, f.events, "task")
		assert.NotContains(t, f.events, "follow-up")
	}
}

// again is a database that rolls back the first try and runs the body again.
type again struct{ f *fixture }

func (a again) InTx(ctx context.Context, do func(context.Context) error) error {
	_ = do(ctx)
	a.f.events = append(a.f.events, "deadlock")
	return do(ctx)
}

func TestWhatARepeatedBodyRegisteredIsForgotten(t *testing.T) {
	f := &fixture{}
	var err error
	f.Pipeline, err = pipeline.New(pipeline.Options{Transactor: again{f}})
	require.NoError(t, err)
	try := 0
	require.NoError(t, f.call(write, func(ctx context.Context) error {
		try++
		n := string('0' + rune(try))
		call := pipeline.TransactionFrom(ctx)
		call.OnFailure(f.note("undo "+n, nil))
		call.OnCommit(f.note("task "+n, nil))
		call.OnSuccess(f.note("follow-up "+n, nil))
		return nil
	}))
	assert.Equal(t, []string{"body", "deadlock", "undo 1", "body", "task 2", "follow-up 2"}, f.events)
}

func TestWhereNothingIsWaitedFor(t *testing.T) {
	f := newFixture(t, nil, "")
	never := f.note("never", nil)
	wait := func(ctx context.Context) error {
		assert.False(t, pipeline.TransactionFrom(ctx).OnCommit(never))
		return nil
	}
	require.NoError(t, f.call(pipeline.Method{Piecemeal: true}, wait))
	require.NoError(t, pipeline.Stream(t.Context(), f.Pipeline, write, nil, wait))
	require.NoError(t, wait(t.Context()))
	assert.NotContains(t, f.events, "never")

	ran := false
	pipeline.TransactionFrom(t.Context()).OnSuccess(func(context.Context) error { ran = true; return nil })
	assert.True(t, ran, "outside a call at once")
}

// Who registers something when the call is over is told that it comes too late.
func TestTooLate(t *testing.T) {
	f := newFixture(t, nil, "")
	var call *pipeline.Transaction
	require.NoError(t, f.call(write, func(ctx context.Context) error { call = pipeline.TransactionFrom(ctx); return nil }))
	call.OnSuccess(f.note("never", nil))
	call.OnFailure(f.note("never", nil))
	assert.NotContains(t, f.events, "never")
	assert.Equal(t, 2, strings.Count(f.log.String(), "the call has ended"))
}
