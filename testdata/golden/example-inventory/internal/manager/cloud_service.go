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

// CloudService manages cloud services. The scope of a call confines what it can see
// and change; what lies outside is not found.
type CloudService interface {
	// Create stores a new cloud service and fills in its identifier and times.
	Create(ctx context.Context, item *model.CloudService) error
	// Update stores the columns named, and the time of the update. If somebody else has
	// changed the cloud service since item was read, it is ERROR_CONFLICT, and nothing is stored.
	Update(ctx context.Context, scope model.Scope, item *model.CloudService, columns ...string) error
	// Put stores a cloud service as new or, if its domain and workspace have one of its
	// resource_id, over that one.
	Put(ctx context.Context, item *model.CloudService) (created bool, err error)
	Delete(ctx context.Context, scope model.Scope, id string) error
	// DeleteRead is Delete of a cloud service that was read. If somebody else has changed it
	// since, it is ERROR_CONFLICT.
	DeleteRead(ctx context.Context, scope model.Scope, item *model.CloudService) error
	Get(ctx context.Context, scope model.Scope, id string) (*model.CloudService, error)
	// GetForUpdate is Get for whoever decides by what it gives and then writes: it locks
	// the cloud service until the call's transaction ends.
	GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.CloudService, error)
	// List gives a page of results and how many there are in all. Without a page,
	// more than the database's max_records is refused.
	List(ctx context.Context, scope model.Scope, q query.Query) ([]model.CloudService, int, error)
	// Each calls do with all that the query selects, however much that is, by identifier.
	Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.CloudService) error) error
	// Stat gives the rows of a statistic and, for a page of them, how many there are in all.
	Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error)
	// Analyze gives the rows of an analysis and, for a page of them, whether there are more.
	Analyze(ctx context.Context, scope model.Scope, q query.AnalyzeQuery) ([]map[string]any, bool, error)
}

type cloudServiceManager struct {
	store *database.CloudService
}

// NewCloudService makes the manager of cloud services.
func NewCloudService(c connector.Connectors) CloudService {
	return &cloudServiceManager{store: c.CloudService}
}

func (m *cloudServiceManager) Create(ctx context.Context, item *model.CloudService) error {
	item.CloudServiceID = identifier.New("cloud-service")
	item.CreatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.UpdatedAt = item.CreatedAt
	return m.store.Create(ctx, item)
}

func (m *cloudServiceManager) Update(ctx context.Context, scope model.Scope, item *model.CloudService, columns ...string) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	return m.store.Update(ctx, scope.Conditions(), item, append(columns, "updated_at")...)
}

func (m *cloudServiceManager) Put(ctx context.Context, item *model.CloudService) (created bool, err error) {
	return put(func() (bool, error) {
		same, _, err := m.List(ctx, model.Scope{}, query.Query{
			Filter: ownedBy(item.DomainID, item.WorkspaceID, "resource_id", item.ResourceID),
			Only:   []string{"created_at"},
		})
		if err != nil || len(same) == 0 {
			return false, err
		}
		item.CloudServiceID, item.CreatedAt = same[0].CloudServiceID, same[0].CreatedAt
		return true, m.Update(ctx, model.Scope{}, item, "name", "external_link", "provider", "cloud_service_group", "cloud_service_type", "region_code",
			"account", "instance_type", "instance_size", "ip_addresses", "data", "tags", "collector_id", "collected_at", "state")
	}, func() error { return m.Create(ctx, item) })
}

func (m *cloudServiceManager) Delete(ctx context.Context, scope model.Scope, id string) error {
	return m.store.Delete(ctx, scope.Conditions(), id)
}

func (m *cloudServiceManager) DeleteRead(ctx context.Context, scope model.Scope, item *model.CloudService) error {
	return m.store.DeleteRead(ctx, scope.Conditions(), item)
}

func (m *cloudServiceManager) Get(ctx context.Context, scope model.Scope, id string) (*model.CloudService, error) {
	return m.store.Get(ctx, scope.Conditions(), id)
}

func (m *cloudServiceManager) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.CloudService, error) {
	return m.store.GetForUpdate(ctx, scope.Conditions(), id)
}

func (m *cloudServiceManager) List(ctx context.Context, scope model.Scope, q query.Query) ([]model.CloudService, int, error) {
	return m.store.List(ctx, scope.Conditions(), q)
}

func (m *cloudServiceManager) Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.CloudService) error) error {
	return m.store.Each(ctx, scope.Conditions(), q, do)
}

func (m *cloudServiceManager) Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, scope.Conditions(), q)
}

func (m *cloudServiceManager) Analyze(ctx context.Context, scope model.Scope, q query.AnalyzeQuery) ([]map[string]any, bool, error) {
	return m.store.Analyze(ctx, scope.Conditions(), q)
}
