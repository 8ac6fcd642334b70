package manager

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/cache"
	"github.com/cloudforet-io/spacegen/core/pipeline"

	"github.com/cloudforet-io/inventory/internal/model"
)

// regionTTL bounds how long a region is shown that changed where this cache
// does not see it.
const regionTTL = 5 * time.Minute

// cachedRegion answers Get from a cache. It has the interface of what it stands
// before, so that no caller can tell.
type cachedRegion struct {
	Region
	store cache.Cache
}

// NewCachedRegion puts a cache before a manager.
func NewCachedRegion(next Region, store cache.Cache) Region {
	return &cachedRegion{Region: next, store: store}
}

// Get keeps a region under its identifier alone, the same for all callers, and
// holds it against the scope of each. It may be of a version that is no more: who
// writes outside a call gets it by GetForUpdate.
func (c *cachedRegion) Get(ctx context.Context, scope model.Scope, id string) (*model.Region, error) {
	if call := pipeline.TransactionFrom(ctx); call.Method.Verb != "" && !call.Method.ReadOnly {
		return c.Region.Get(ctx, scope, id) // who writes needs what is stored
	}
	item, err := cache.GetOrLoad(ctx, c.store, regionKey(id), regionTTL,
		func(ctx context.Context) (*model.Region, error) { return c.Region.Get(ctx, model.Scope{}, id) })
	if err != nil {
		return nil, err
	}
	if !scope.Holds(item.DomainID, item.WorkspaceID) {
		return nil, apierror.NotFound("region_id", id)
	}
	return item, nil
}

func (c *cachedRegion) Update(ctx context.Context, scope model.Scope, item *model.Region, columns ...string) error {
	defer c.forget(ctx, item.RegionID)
	return c.Region.Update(ctx, scope, item, columns...)
}

func (c *cachedRegion) Delete(ctx context.Context, scope model.Scope, id string) error {
	defer c.forget(ctx, id)
	return c.Region.Delete(ctx, scope, id)
}

func (c *cachedRegion) DeleteRead(ctx context.Context, scope model.Scope, item *model.Region) error {
	defer c.forget(ctx, item.RegionID)
	return c.Region.DeleteRead(ctx, scope, item)
}

// forget drops an entry now and once more when the call's transaction is
// committed: until then, another caller may have loaded the old one again.
func (c *cachedRegion) forget(ctx context.Context, id string) {
	drop := func(ctx context.Context) error { return c.store.Delete(ctx, regionKey(id)) }
	_ = drop(ctx) // it is done again
	pipeline.TransactionFrom(ctx).OnSuccess(drop)
}

func regionKey(id string) string { return "inventory:region:" + id }
