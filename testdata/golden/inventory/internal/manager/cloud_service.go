package manager

import (
	"context"
	"slices"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
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
	Delete(ctx context.Context, scope model.Scope, id string) error
	// DeleteRead is Delete of a cloud service that was read. If somebody else has changed it
	// since, it is ERROR_CONFLICT.
	DeleteRead(ctx context.Context, scope model.Scope, item *model.CloudService) error
	Get(ctx context.Context, scope model.Scope, id string) (*model.CloudService, error)
	// GetForUpdate is Get for whoever decides by what it gives and then writes: it locks
	// the cloud service until the call's transaction ends, so that of several calls each
	// sees what the one before has made of it.
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
	if slices.Contains(columns, "project_id") && !scope.HoldsProject(item.ProjectID) {
		return apierror.PermissionDenied() // it would be moved out of the caller's projects
	}
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	return m.store.Update(ctx, scope.ConditionsInProjects(), item, append(columns, "updated_at")...)
}

func (m *cloudServiceManager) Delete(ctx context.Context, scope model.Scope, id string) error {
	return m.store.Delete(ctx, scope.ConditionsInProjects(), id)
}

func (m *cloudServiceManager) DeleteRead(ctx context.Context, scope model.Scope, item *model.CloudService) error {
	return m.store.DeleteRead(ctx, scope.ConditionsInProjects(), item)
}

func (m *cloudServiceManager) Get(ctx context.Context, scope model.Scope, id string) (*model.CloudService, error) {
	return m.store.Get(ctx, scope.ConditionsInProjects(), id)
}

func (m *cloudServiceManager) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.CloudService, error) {
	return m.store.GetForUpdate(ctx, scope.ConditionsInProjects(), id)
}

func (m *cloudServiceManager) List(ctx context.Context, scope model.Scope, q query.Query) ([]model.CloudService, int, error) {
	return m.store.List(ctx, scope.ConditionsInProjects(), q)
}

func (m *cloudServiceManager) Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.CloudService) error) error {
	return m.store.Each(ctx, scope.ConditionsInProjects(), q, do)
}

func (m *cloudServiceManager) Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, scope.ConditionsInProjects(), q)
}

func (m *cloudServiceManager) Analyze(ctx context.Context, scope model.Scope, q query.AnalyzeQuery) ([]map[string]any, bool, error) {
	return m.store.Analyze(ctx, scope.ConditionsInProjects(), q)
}
