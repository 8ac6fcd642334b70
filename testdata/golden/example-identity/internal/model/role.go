package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// Role is a role as it is stored.
type Role struct {
	bun.BaseModel `bun:"table:role"`

	RoleID      string         `bun:"role_id,pk"`
	Name        string         `bun:"name"`
	RoleType    string         `bun:"role_type"`
	Permissions []string       `bun:"permissions,type:jsonb"`
	PageAccess  []string       `bun:"page_access,type:jsonb"`
	Tags        map[string]any `bun:"tags,type:jsonb"`
	IsManaged   bool           `bun:"is_managed"`
	State       string         `bun:"state"`
	DomainID    string         `bun:"domain_id"`
	WorkspaceID string         `bun:"workspace_id"`
	CreatedAt   time.Time      `bun:"created_at"`
	UpdatedAt   time.Time      `bun:"updated_at"`

	// RowVersion counts the changes of the row, as it was when it was read: 0 says
	// that it was not read. The store sets it, and holds updates to it.
	RowVersion int64 `bun:"_version"`
}

// RoleSchema says what queries may ask of roles.
func RoleSchema() query.Schema {
	return query.Schema{
		Table: "role",
		ID:    "role_id",
		Fields: []query.Field{
			{Name: "role_id", Type: query.String},
			{Name: "name", Type: query.String},
			{Name: "role_type", Type: query.Enum},
			{Name: "permissions", Type: query.String, Repeated: true},
			{Name: "page_access", Type: query.String, Repeated: true},
			{Name: "tags", Type: query.Struct},
			{Name: "is_managed", Type: query.Bool},
			{Name: "state", Type: query.Enum},
			{Name: "domain_id", Type: query.String},
			{Name: "workspace_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"role_id", "name", "role_type", "is_managed", "state"},
		Keyword: []string{"role_id", "name"},
	}
}
