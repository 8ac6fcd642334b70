package resourcetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// TestCached runs the contract with a cache before the managers, which no caller can tell,
// and what only caches do.
func (c Managers[I, M, S]) TestCached(t *testing.T, before func(t *testing.T, next I) I) {
	t.Helper()
	c.test(t, before)
	t.Run("shows what is committed", func(t *testing.T) {
		c.databases(t, func(t *testing.T, db *database.DB) {
			plain := c.New(db)
			c.showsWhatIsCommitted(t, plain, before(t, plain))
		})
	})
}

// showsWhatIsCommitted: until a change is committed others may load what was before it;
// who makes it sees what is stored, and so does everybody afterwards.
func (c Managers[I, M, S]) showsWhatIsCommitted(t *testing.T, plain, cached I) {
	id := c.id(c.create(t, plain, placesOf("sees commits").mine))
	workspace := func(ctx context.Context) string {
		item, err := cached.Get(ctx, c.anywhere(), id)
		require.NoError(t, err)
		return *c.Fields(item).WorkspaceID
	}
	move := func(ctx context.Context, m I, to string) {
		require.NoError(t, m.Update(ctx, c.anywhere(), c.unread(id, to), "workspace_id"))
	}

	assert.Equal(t, "workspace-1", workspace(t.Context()))
	move(t.Context(), plain, "workspace-2") // where the cache does not see it
	assert.Equal(t, "workspace-1", workspace(t.Context()), "it comes from the cache")
	call(t, func(ctx context.Context) { assert.Equal(t, "workspace-2", workspace(ctx), "who writes") })

	call(t, func(ctx context.Context) {
		move(ctx, cached, "workspace-3")
		move(ctx, plain, "workspace-2") // as if it was not committed yet
		assert.Equal(t, "workspace-2", workspace(t.Context()), "somebody else meanwhile")
		move(ctx, plain, "workspace-3")
	})
	assert.Equal(t, "workspace-3", workspace(t.Context()), "after the change")

	move(t.Context(), cached, "workspace-4") // outside of any call
	assert.Equal(t, "workspace-4", workspace(t.Context()))
	read, err := plain.Get(t.Context(), c.anywhere(), id)
	require.NoError(t, err)
	require.NoError(t, cached.DeleteRead(t.Context(), c.anywhere(), read))
	assertCode(t, "ERROR_NOT_FOUND", second(cached.Get(t.Context(), c.anywhere(), id)), "a cache holds nothing that is deleted")
}

// call runs a body as a call that writes.
func call(t *testing.T, body func(ctx context.Context)) {
	t.Helper()
	p, err := pipeline.New(pipeline.Options{})
	require.NoError(t, err)
	_, err = pipeline.Call(t.Context(), p, pipeline.Method{Resource: "Resource", Verb: "update"}, &emptypb.Empty{},
		func(ctx context.Context, _ *emptypb.Empty) (*emptypb.Empty, error) {
			body(ctx)
			return &emptypb.Empty{}, nil
		})
	require.NoError(t, err)
}
