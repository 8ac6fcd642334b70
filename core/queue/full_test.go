package queue

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

func TestFullQueue(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]Options{"redis": remote(t), "in the process": {}} {
		t.Run(name, func(t *testing.T) {
			options.MaxWaiting = 3
			s, ctx := open(t, options), t.Context()
			require.NoError(t, s.Put(ctx, "q", syncTask("a"), WithID("a")))
			err := s.PutBatch(ctx, "q", "b", []Task{syncTask("1"), syncTask("2"), syncTask("3")})
			require.True(t, IsFull(err), "%v", err)
			assert.EqualError(t, err, "queue q takes no more tasks: 1 wait, 3 more were to be put, and max_waiting is 3")
			require.NoError(t, s.Put(ctx, "q", syncTask("c")))
			require.NoError(t, s.Put(ctx, "q", syncTask("d")))

			err = s.Put(ctx, "q", syncTask("e"))
			require.True(t, IsFull(err), "%v", err)
			told := apierror.From(err)
			assert.Equal(t, codes.ResourceExhausted, told.Status)
			assert.Equal(t, "ERROR_QUEUE_FULL", told.Code)
			assert.Equal(t, "Queue is full: try again. (queue = q, max_waiting = 3)", told.Message)
			assert.Equal(t, fullWait, told.RetryAfter)
			assert.True(t, IsTaken(s.Put(ctx, "q", syncTask("a"), WithID("a"))), "no room is needed for what waits already")
			err = s.PutBatch(ctx, "q", "f", []Task{syncTask("1"), syncTask("2"), syncTask("3"), syncTask("4")})
			assert.Contains(t, apierror.From(err).Message, "takes no so many tasks at once")

			require.NoError(t, s.Limit("q", 4))
			require.NoError(t, s.Put(ctx, "q", syncTask("e")))
			assert.True(t, IsFull(s.Put(ctx, "q", syncTask("g"))))
			require.NoError(t, s.Limit("q", 0))
			require.NoError(t, s.Put(ctx, "q", syncTask("g")))
			assert.EqualError(t, s.Limit("q", -1), "queue q: max_waiting cannot be -1")
		})
	}
	_, err := Open(t.Context(), map[string]Options{"q": {MaxWaiting: -1}})
	assert.EqualError(t, err, "queue q: max_waiting cannot be -1")
}

// Within the process not one more waits than may, however many put at once.
func TestFullQueueCountsEachPut(t *testing.T) {
	t.Parallel()
	s := open(t, Options{MaxWaiting: 10})
	var put, refused atomic.Int32
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			if err := s.Put(t.Context(), "q", syncTask("a")); err == nil {
				put.Add(1)
			} else if IsFull(err) {
				refused.Add(1)
			}
		})
	}
	all.Wait()
	assert.EqualValues(t, 10, put.Load())
	assert.EqualValues(t, 30, refused.Load())
}
