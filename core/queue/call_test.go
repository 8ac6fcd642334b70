package queue

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// call runs a body as a method of a service without a database.
func call(t *testing.T, m pipeline.Method, body func(ctx context.Context) error) error {
	t.Helper()
	p, err := pipeline.New(pipeline.Options{})
	require.NoError(t, err)
	_, err = pipeline.Call(t.Context(), p, m, wrapperspb.String(""),
		func(ctx context.Context, m *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
			return m, body(ctx)
		})
	return err
}

func known(t *testing.T, s *Set, id string) bool {
	t.Helper()
	known, err := s.Known(t.Context(), "q", id)
	require.NoError(t, err)
	return known
}

func TestPutInACall(t *testing.T) {
	t.Parallel()
	s := open(t, remote(t))
	require.NoError(t, call(t, pipeline.Method{}, func(ctx context.Context) error {
		require.NoError(t, s.Put(ctx, "q", syncTask("a"), WithID("one")))
		require.NoError(t, s.Put(ctx, "q", syncTask("a"), WithID("one")), "the first does for both")
		require.NoError(t, s.PutBatch(ctx, "q", "two", []Task{syncTask("a"), syncTask("b")}))
		require.ErrorContains(t, s.Put(ctx, "q", Task{}), "no stages")
		require.ErrorContains(t, s.Put(ctx, "nowhere", syncTask("a")), "unknown queue")
		assert.False(t, known(t, s, "one"), "not before it has succeeded")
		return nil
	}))
	assert.True(t, known(t, s, "one"))
	assert.True(t, known(t, s, "two"))

	require.Error(t, call(t, pipeline.Method{}, func(ctx context.Context) error {
		require.NoError(t, s.Put(ctx, "q", syncTask("a"), WithID("three")))
		return errors.New("sad")
	}))
	assert.False(t, known(t, s, "three"), "never, if it fails")

	require.Error(t, call(t, pipeline.Method{Piecemeal: true}, func(ctx context.Context) error {
		require.NoError(t, s.Put(ctx, "q", syncTask("a"), WithID("four")))
		return errors.New("sad")
	}))
	assert.True(t, known(t, s, "four"), "what is done piece by piece stays done")
}

// Who is told of success must not have lost a task.
func TestCallWhoseTaskIsNotTakenFails(t *testing.T) {
	server := miniredis.RunT(t)
	number, err := strconv.Atoi(server.Port())
	require.NoError(t, err)
	s := open(t, Options{Host: server.Host(), Port: number})
	err = call(t, pipeline.Method{}, func(ctx context.Context) error {
		require.NoError(t, s.Put(ctx, "q", syncTask("a")))
		server.Close()
		return nil
	})
	assert.Equal(t, codes.Unavailable, apierror.From(err).Status, err)

	day(t, func(t *testing.T, s *Set) {
		c := consume(t, s, ConsumeOptions{}, func(context.Context, *Delivery) error { time.Sleep(time.Hour); return nil })
		assert.NoError(t, s.Put(t.Context(), "q", syncTask("a"), WithID("sync")))
		time.Sleep(time.Minute)
		err := call(t, pipeline.Method{}, func(ctx context.Context) error { return s.Put(ctx, "q", syncTask("a"), WithID("sync")) })
		assert.Equal(t, "ERROR_TASK_TAKEN", apierror.From(err).Code, "one that runs may not have seen the change")
		assert.NoError(t, c.Stop(t.Context()))
	})
}
