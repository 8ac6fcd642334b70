package manager

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/identifier"
	"github.com/cloudforet-io/spacegen/core/query"

	"github.com/cloudforet-io/cost-analysis/internal/connector"
	"github.com/cloudforet-io/cost-analysis/internal/connector/database"
	"github.com/cloudforet-io/cost-analysis/internal/model"
)

// Policy manages policies. The scope of a call confines what it can see
// and change; what lies outside is not found.
type Policy interface {
	// Create stores a new policy and fills in its identifier and times.
	Create(ctx context.Context, item *model.Policy) error
	// Update stores the columns named, and the time of the update. If somebody else has
	// changed the policy since item was read, it is ERROR_CONFLICT, and nothing is stored.
	Update(ctx context.Context, scope model.Scope, item *model.Policy, columns ...string) error
	Delete(ctx context.Context, scope model.Scope, id string) error
	// DeleteRead is Delete of a policy that was read. If somebody else has changed it
	// since, it is ERROR_CONFLICT.
	DeleteRead(ctx context.Context, scope model.Scope, item *model.Policy) error
	Get(ctx context.Context, scope model.Scope, id string) (*model.Policy, error)
	// GetForUpdate is Get for whoever decides by what it gives and then writes: it locks
	// the policy until the call's transaction ends, so that of several calls each
	// sees what the one before has made of it.
	GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Policy, error)
	// List gives a page of results and how many there are in all. Without a page,
	// more than the database's max_records is refused.
	List(ctx context.Context, scope model.Scope, q query.Query) ([]model.Policy, int, error)
	// Each calls do with all that the query selects, however much that is, by identifier.
	Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.Policy) error) error
	// Stat gives the rows of a statistic and, for a page of them, how many there are in all.
	Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error)
	// Analyze gives the rows of an analysis and, for a page of them, whether there are more.
	Analyze(ctx context.Context, scope model.Scope, q query.AnalyzeQuery) ([]map[string]any, bool, error)
}

type policyManager struct {
	store *database.Policy
}

// NewPolicy makes the manager of policies.
func NewPolicy(c connector.Connectors) Policy {
	return &policyManager{store: c.Policy}
}

func (m *policyManager) Create(ctx context.Context, item *model.Policy) error {
	item.PolicyID = identifier.New("policy")
	item.CreatedAt = time.Now().UTC().Truncate(time.Millisecond)
	item.UpdatedAt = item.CreatedAt
	return m.store.Create(ctx, item)
}

func (m *policyManager) Update(ctx context.Context, scope model.Scope, item *model.Policy, columns ...string) error {
	item.UpdatedAt = time.Now().UTC().Truncate(time.Millisecond)
	return m.store.Update(ctx, scope.Conditions(), item, append(columns, "updated_at")...)
}

func (m *policyManager) Delete(ctx context.Context, scope model.Scope, id string) error {
	return m.store.Delete(ctx, scope.Conditions(), id)
}

func (m *policyManager) DeleteRead(ctx context.Context, scope model.Scope, item *model.Policy) error {
	return m.store.DeleteRead(ctx, scope.Conditions(), item)
}

func (m *policyManager) Get(ctx context.Context, scope model.Scope, id string) (*model.Policy, error) {
	return m.store.Get(ctx, scope.Conditions(), id)
}

func (m *policyManager) GetForUpdate(ctx context.Context, scope model.Scope, id string) (*model.Policy, error) {
	return m.store.GetForUpdate(ctx, scope.Conditions(), id)
}

func (m *policyManager) List(ctx context.Context, scope model.Scope, q query.Query) ([]model.Policy, int, error) {
	return m.store.List(ctx, scope.Conditions(), q)
}

func (m *policyManager) Each(ctx context.Context, scope model.Scope, q query.Query, do func(*model.Policy) error) error {
	return m.store.Each(ctx, scope.Conditions(), q, do)
}

func (m *policyManager) Stat(ctx context.Context, scope model.Scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, scope.Conditions(), q)
}

func (m *policyManager) Analyze(ctx context.Context, scope model.Scope, q query.AnalyzeQuery) ([]map[string]any, bool, error) {
	return m.store.Analyze(ctx, scope.Conditions(), q)
}
