package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// Policy is a policy as it is stored.
type Policy struct {
	bun.BaseModel `bun:"table:policy"`

	PolicyID    string           `bun:"policy_id,pk"`
	Name        string           `bun:"name"`
	Limits      []float64        `bun:"limits,type:jsonb"`
	Rules       []map[string]any `bun:"rules,type:jsonb"`
	DomainID    string           `bun:"domain_id"`
	WorkspaceID string           `bun:"workspace_id"`
	CreatedAt   time.Time        `bun:"created_at"`
	UpdatedAt   time.Time        `bun:"updated_at"`

	// RowVersion counts the changes of the row, as it was when it was read: 0 says
	// that it was not read. The store sets it, and holds updates to it.
	RowVersion int64 `bun:"_version"`
}

// PolicySchema says what queries may ask of policies.
func PolicySchema() query.Schema {
	return query.Schema{
		Table: "policy",
		ID:    "policy_id",
		Fields: []query.Field{
			{Name: "policy_id", Type: query.String},
			{Name: "name", Type: query.String},
			{Name: "limits", Type: query.Double, Repeated: true},
			{Name: "rules", Type: query.Struct, Repeated: true},
			{Name: "domain_id", Type: query.String},
			{Name: "workspace_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"policy_id", "name"},
		Keyword: []string{"policy_id", "name"},
	}
}
