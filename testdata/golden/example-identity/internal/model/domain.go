package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// Domain is a domain as it is stored. Its key is no field of its schema, so
// that no query can ask for it.
type Domain struct {
	bun.BaseModel `bun:"table:domain"`

	DomainID    string         `bun:"domain_id,pk"`
	Name        string         `bun:"name"`
	State       string         `bun:"state"`
	Tags        map[string]any `bun:"tags,type:jsonb"`
	DeletedAt   string         `bun:"deleted_at"`
	PrivateKey  Secret         `bun:"private_key"` // a JWK set, as JSON
	IsRoot      bool           `bun:"is_root"`     // the platform\'s own, whose key signs system tokens
	WorkspaceID string         `bun:"workspace_id"`
	CreatedAt   time.Time      `bun:"created_at"`
	UpdatedAt   time.Time      `bun:"updated_at"`

	// RowVersion counts the changes of the row, as it was when it was read: 0 says
	// that it was not read. The store sets it, and holds updates to it.
	RowVersion int64 `bun:"_version"`
}

// DomainSchema says what queries may ask of domains.
func DomainSchema() query.Schema {
	return query.Schema{
		Table: "domain",
		ID:    "domain_id",
		Fields: []query.Field{
			{Name: "domain_id", Type: query.String},
			{Name: "name", Type: query.String},
			{Name: "state", Type: query.Enum},
			{Name: "tags", Type: query.Struct},
			{Name: "deleted_at", Type: query.String},
			{Name: "workspace_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"domain_id", "name", "state"},
		Keyword: []string{"domain_id", "name"},
		Order:   []query.Sort{{Key: "name"}},
	}
}
