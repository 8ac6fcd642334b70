package manager

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/cache"
	"github.com/cloudforet-io/spacegen/core/pipeline"

	"github.com/cloudforet-io/inventory/internal/model"
)

// cloudServiceTTL bounds how long a cloud service is shown that changed where this cache
// does not see it.
const cloudServiceTTL = 5 * time.Minute

// cachedCloudService answers Get from a cache. It has the interface of what it stands
// before, so that no caller can tell.
type cachedCloudService struct {
	CloudService
	store cache.Cache
}

// NewCachedCloudService puts a cache before a manager.
func NewCachedCloudService(next CloudService, store cache.Cache) CloudService {
	return &cachedCloudService{CloudService: next, store: store}
}

// Get keeps a cloud service under its identifier alone, the same for all callers, and
// holds it against the scope of each. It may be of a version that is no more: who
// writes outside a call gets it by GetForUpdate.
func (c *cachedCloudService) Get(ctx context.Context, scope model.Scope, id string) (*model.CloudService, error) {
	if call := pipeline.TransactionFrom(ctx); call.Method.Verb != "" && !call.Method.ReadOnly {
		return c.CloudService.Get(ctx, scope, id) // who writes needs what is stored
	}
	item, err := cache.GetOrLoad(ctx, c.store, cloudServiceKey(id), cloudServiceTTL,
		func(ctx context.Context) (*model.CloudService, error) {
			return c.CloudService.Get(ctx, model.Scope{}, id)
		})
	if err != nil {
		return nil, err
	}
	if !scope.Holds(item.DomainID, item.WorkspaceID) || !scope.HoldsProject(item.ProjectID) {
		return nil, apierror.NotFound("cloud_service_id", id)
	}
	return item, nil
}

func (c *cachedCloudService) Update(ctx context.Context, scope model.Scope, item *model.CloudService, columns ...string) error {
	defer c.forget(ctx, item.CloudServiceID)
	return c.CloudService.Update(ctx, scope, item, columns...)
}

func (c *cachedCloudService) Delete(ctx context.Context, scope model.Scope, id string) error {
	defer c.forget(ctx, id)
	return c.CloudService.Delete(ctx, scope, id)
}

func (c *cachedCloudService) DeleteRead(ctx context.Context, scope model.Scope, item *model.CloudService) error {
	defer c.forget(ctx, item.CloudServiceID)
	return c.CloudService.DeleteRead(ctx, scope, item)
}

// forget drops an entry now and once more when the call's transaction is
// committed: until then, another caller may have loaded the old one again.
func (c *cachedCloudService) forget(ctx context.Context, id string) {
	drop := func(ctx context.Context) error { return c.store.Delete(ctx, cloudServiceKey(id)) }
	_ = drop(ctx) // it is done again
	pipeline.TransactionFrom(ctx).OnSuccess(drop)
}

func cloudServiceKey(id string) string { return "inventory:cloud-service:" + id }
