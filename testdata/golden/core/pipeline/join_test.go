package pipeline_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// inner makes a call within another one, whose context it is given.
func (f *fixture) inner(ctx context.Context, m pipeline.Method, body func(context.Context) error) error {
	_, err := pipeline.Call(ctx, f.Pipeline, m, wrapperspb.String("in"),
		func(ctx context.Context, _ *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
			f.events = append(f.events, "inner body")
			return wrapperspb.String("out"), body(ctx)
		})
	return err
}

func (f *fixture) registers(what string) func(context.Context) error {
	return func(ctx context.Context) error {
		call := pipeline.TransactionFrom(ctx)
		call.OnFailure(f.note(what+" undo", nil))
		call.OnCommit(f.note(what+" task", nil))
		call.OnSuccess(f.note(what+" follow-up", nil))
		return nil
	}
}

// What follows the success of a call within waits for the commit, and it is asked for its
// permission like any other.
func TestACallWithinIsPartOfTheOneThatMakesIt(t *testing.T) {
	for name, m := range map[string]pipeline.Method{"writes": write, "reads": {ReadOnly: true}, "piece by piece": {Piecemeal: true}} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, nil, "")
			require.NoError(t, f.call(write, func(ctx context.Context) error {
				require.NoError(t, f.inner(ctx, m, f.registers("inner")))
				return f.registers("outer")(ctx)
			}))
			assert.Equal(t, []string{
				"body", "STARTED", "authenticate", "authorize", "request", "second request", "IN_PROGRESS", "inner body",
				"second response", "response", // and no commit of its own
				"second response", "response", "commit",
				"inner task", "outer task", "inner follow-up", "SUCCESS", "outer follow-up", "SUCCESS",
			}, f.events[7:])
		})
	}
}

func TestACallWithinFailsWithTheOneThatMakesIt(t *testing.T) {
	f := newFixture(t, nil, "")
	err := f.call(write, func(ctx context.Context) error {
		require.NoError(t, f.inner(ctx, write, f.registers("inner")))
		return errors.New("sad")
	})
	require.Error(t, err)
	assert.Equal(t, []string{"rollback", "FAILURE", "inner undo", "FAILURE"}, f.events[len(f.events)-4:])
	assert.NotContains(t, f.events, "inner task")
	assert.NotContains(t, f.events, "inner follow-up")
	assert.NotContains(t, f.events, "SUCCESS")
}

func TestAWriteWithinThatFailsIsTheFailureOfBoth(t *testing.T) {
	f := newFixture(t, nil, "")
	err := f.call(write, func(ctx context.Context) error {
		assert.Error(t, f.inner(ctx, write, func(ctx context.Context) error {
			_ = f.registers("inner")(ctx)
			return errors.New("sad")
		}))
		return nil // as if nothing were
	})
	require.Error(t, err)
	assert.Equal(t, []string{"inner body", "inner undo", "FAILURE", "second response", "response", "rollback", "FAILURE"}, f.events[len(f.events)-7:])
}

func TestAReadWithinMayFail(t *testing.T) {
	f := newFixture(t, nil, "")
	require.NoError(t, f.call(write, func(ctx context.Context) error {
		assert.Error(t, f.inner(ctx, pipeline.Method{ReadOnly: true}, func(context.Context) error { return errors.New("nothing there") }))
		return nil
	}))
	assert.Contains(t, f.events, "commit")
}

// A call within that is refused has done nothing: the one that makes it decides.
func TestACallWithinThatIsRefusedEndsNothing(t *testing.T) {
	fail := map[string]error{}
	f := newFixture(t, fail, "")
	require.NoError(t, f.call(write, func(ctx context.Context) error {
		fail["authorize"] = errors.New("no")
		assert.Error(t, f.inner(ctx, write, fine))
		return nil
	}))
	assert.NotContains(t, f.events, "inner body")
	assert.Contains(t, f.events, "commit")
}

// Each try of a body has the calls within anew.
func TestTheFailureOfAFirstTryIsForgotten(t *testing.T) {
	f := &fixture{}
	var err error
	f.Pipeline, err = pipeline.New(pipeline.Options{Transactor: again{f}})
	require.NoError(t, err)
	try := 0
	require.NoError(t, f.call(write, func(ctx context.Context) error {
		try++
		return f.inner(ctx, write, func(ctx context.Context) error {
			_ = f.registers("inner")(ctx)
			if try == 1 {
				return errors.New("deadlock")
			}
			return nil
		})
	}))
	assert.Equal(t, []string{"body", "inner body", "inner undo", "deadlock", "body", "inner body", "inner task", "inner follow-up"}, f.events)
}
