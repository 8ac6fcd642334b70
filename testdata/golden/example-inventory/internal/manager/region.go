package manager

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/identifier"
	"github.com/cloudforet-io/spacegen/core/query"

	"github.com/cloudforet-io/inventory/internal/connector"
	"github.com/cloudforet-io/inventory/internal/connector/database"
	"github.com/cloudforet-io/inventory/internal/model"
)

// Region manages regions. The scope of a call confines what it can see
// and change; what lies outside is not found.
type Region interface {
	// Create stores a new region and fills in its identifier and times.
	Create(ctx context.Context, item *model.Region) error
	// Update stores the columns named, and the time of the update. If somebody else has
	// changed the region since item was read, it is ERROR_CONFLICT, and nothing is stored.
	Update(ctx context.Context, scope model.Scope, item *model.Region, columns ...string) error
	// Put stores a region as new or, if its domain and workspace have one of its
	// region_code, over that one.
	Put(ctx context.Context, item *model.Region) (created bool, err error)
	Delete(ctx context.Context, scope model.Scope, id string) error
	// DeleteRead is Delete of a region that was read. If somebody else has changed it
	// since, it is ERROR_CONFLICT.
	DeleteRead(ctx context.Context, scope model.Scope, item *model.Region) error
	Get(ctx context.Context, scope model.Scope, id string) (*model.Region, error)
	// GetForUpdate is Get for whoever decides by what it gives and then writes: it locks
	// the region until the call's transaction ends.
	GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Region, error)
	// List gives a page of results and how many there are in all. Without a page,
	// more than the database's max_records is refused.
	List(ctx context.Context, scope model.Scope, q query.Query) ([]model.Region, int, error)
	// Each calls do with all that the query selects, however much that is, by identifier.
	Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.Region) error) error
	// Stat gives the rows of a statistic and, for a page of them, how many there are in all.
	Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error)
	// Analyze gives the rows of an analysis and, for a page of them, whether there are more.
	Analyze(ctx context.Context, scope model.Scope, q query.AnalyzeQuery) ([]map[string]any, bool, error)
}

type regionManager struct {
	store *database.Region
}

// NewRegion makes the manager of regions.
func NewRegion(c connector.Connectors) Region {
	return &regionManager{store: c.Region}
}

func (m *regionManager) Create(ctx context.Context, item *model.Region) error {
	item.RegionID = identifier.New("region")
	item.CreatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.UpdatedAt = item.CreatedAt
	return m.store.Create(ctx, item)
}

func (m *regionManager) Update(ctx context.Context, scope model.Scope, item *model.Region, columns ...string) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	return m.store.Update(ctx, scope.Conditions(), item, append(columns, "updated_at")...)
}

func (m *regionManager) Put(ctx context.Context, item *model.Region) (created bool, err error) {
	return put(func() (bool, error) {
		same, _, err := m.List(ctx, model.Scope{}, query.Query{
			Filter: ownedBy(item.DomainID, item.WorkspaceID, "region_code", item.RegionCode),
			Only:   []string{"created_at"},
		})
		if err != nil || len(same) == 0 {
			return false, err
		}
		item.RegionID, item.CreatedAt = same[0].RegionID, same[0].CreatedAt
		return true, m.Update(ctx, model.Scope{}, item, "name", "provider")
	}, func() error { return m.Create(ctx, item) })
}

func (m *regionManager) Delete(ctx context.Context, scope model.Scope, id string) error {
	return m.store.Delete(ctx, scope.Conditions(), id)
}

func (m *regionManager) DeleteRead(ctx context.Context, scope model.Scope, item *model.Region) error {
	return m.store.DeleteRead(ctx, scope.Conditions(), item)
}

func (m *regionManager) Get(ctx context.Context, scope model.Scope, id string) (*model.Region, error) {
	return m.store.Get(ctx, scope.Conditions(), id)
}

func (m *regionManager) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Region, error) {
	return m.store.GetForUpdate(ctx, scope.Conditions(), id)
}

func (m *regionManager) List(ctx context.Context, scope model.Scope, q query.Query) ([]model.Region, int, error) {
	return m.store.List(ctx, scope.Conditions(), q)
}

func (m *regionManager) Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.Region) error) error {
	return m.store.Each(ctx, scope.Conditions(), q, do)
}

func (m *regionManager) Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, scope.Conditions(), q)
}

func (m *regionManager) Analyze(ctx context.Context, scope model.Scope, q query.AnalyzeQuery) ([]map[string]any, bool, error) {
	return m.store.Analyze(ctx, scope.Conditions(), q)
}
