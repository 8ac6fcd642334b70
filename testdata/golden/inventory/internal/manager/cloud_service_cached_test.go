package manager_test

import (
	"context"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/cache"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/model"
)

func TestCachedCloudServiceManager(t *testing.T) {
	eachCloudServiceStore(t, func(t *testing.T, plain manager.CloudService) {
		store, err := cache.New(cache.Options{TTL: time.Minute})
		require.NoError(t, err)
		behavesAsCloudServiceManager(t, manager.NewCachedCloudService(plain, store))
		require.NoError(t, store.Close())
	})
}

// TestCachedCloudServiceWhileItChanges: until a change is committed others may load what was
// before it; who makes it sees what is stored, and so does everybody afterwards.
func TestCachedCloudServiceWhileItChanges(t *testing.T) {
	eachCloudServiceStore(t, func(t *testing.T, plain manager.CloudService) {
		store, err := cache.New(cache.Options{TTL: time.Minute})
		require.NoError(t, err)
		cached := manager.NewCachedCloudService(plain, store)
		item := &model.CloudService{DomainID: "domain-1", WorkspaceID: "workspace-1"}
		require.NoError(t, plain.Create(t.Context(), item))
		workspace := func(ctx context.Context) string {
			got, err := cached.Get(ctx, model.Scope{}, item.CloudServiceID)
			require.NoError(t, err)
			return got.WorkspaceID
		}
		move := func(ctx context.Context, m manager.CloudService, to string) {
			require.NoError(t, m.Update(ctx, model.Scope{}, &model.CloudService{CloudServiceID: item.CloudServiceID, WorkspaceID: to}, "workspace_id"))
		}
		call := func(body func(ctx context.Context)) {
			p, err := pipeline.New(pipeline.Options{})
			require.NoError(t, err)
			_, err = pipeline.Call(t.Context(), p, pipeline.Method{Resource: "CloudService", Verb: "update"}, &emptypb.Empty{},
				func(ctx context.Context, _ *emptypb.Empty) (*emptypb.Empty, error) {
					body(ctx)
					return &emptypb.Empty{}, nil
				})
			require.NoError(t, err)
		}

		assert.Equal(t, "workspace-1", workspace(t.Context()))
		move(t.Context(), plain, "workspace-2") // where the cache does not see it
		assert.Equal(t, "workspace-1", workspace(t.Context()), "it comes from the cache")
		call(func(ctx context.Context) { assert.Equal(t, "workspace-2", workspace(ctx), "who writes") })

		call(func(ctx context.Context) {
			move(ctx, cached, "workspace-3")
			move(ctx, plain, "workspace-2") // as if it was not committed yet
			assert.Equal(t, "workspace-2", workspace(t.Context()), "somebody else meanwhile")
			move(ctx, plain, "workspace-3")
		})
		assert.Equal(t, "workspace-3", workspace(t.Context()), "after the change")
		require.NoError(t, store.Close())
	})
}
