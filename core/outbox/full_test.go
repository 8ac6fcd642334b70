package outbox

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/queue"
)

// TestFullQueue: a call that puts into a full queue fails before it has changed anything,
// and what is committed waits in the outbox until there is room.
func TestFullQueue(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		options := remote(t)
		options.MaxWaiting = 1
		r := newReplica(t, db, open(t, options))
		r.put(t, queue.WithID("first"))
		r.put(t, queue.WithID("second")) // there is room until the first has left the outbox
		assert.Equal(t, 2, r.drain(t))
		assert.True(t, r.known(t, "first"))
		assert.False(t, r.known(t, "second"))
		assert.Equal(t, 1, r.size(t), "it waits for room")

		err := r.call(t.Context(), func(ctx context.Context) error { return r.queues.Put(ctx, "q", task("a")) })
		assert.Equal(t, "ERROR_QUEUE_FULL", apierror.From(err).Code, "%v", err)
		assert.Equal(t, 1, r.size(t), "nothing of the call stays")

		assert.NoError(t, r.queues.Remove(t.Context(), "q", "first"))
		r.hurry(t)
		r.drain(t)
		assert.True(t, r.known(t, "second"))
		assert.Zero(t, r.size(t))
	})
}
