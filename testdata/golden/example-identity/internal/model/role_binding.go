package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// RoleBinding is a role binding as it is stored.
type RoleBinding struct {
	bun.BaseModel `bun:"table:role_binding"`

	RoleBindingID    string    `bun:"role_binding_id,pk"`
	RoleType         string    `bun:"role_type"`
	ResourceGroup    string    `bun:"resource_group"`
	WorkspaceGroupID string    `bun:"workspace_group_id"`
	RoleID           string    `bun:"role_id"`
	UserID           string    `bun:"user_id"`
	DomainID         string    `bun:"domain_id"`
	WorkspaceID      string    `bun:"workspace_id"`
	CreatedAt        time.Time `bun:"created_at"`
	UpdatedAt        time.Time `bun:"updated_at"`

	// RowVersion counts the changes of the row, as it was when it was read: 0 says
	// that it was not read. The store sets it, and holds updates to it.
	RowVersion int64 `bun:"_version"`
}

// RoleBindingSchema says what queries may ask of role bindings.
func RoleBindingSchema() query.Schema {
	return query.Schema{
		Table: "role_binding",
		ID:    "role_binding_id",
		Fields: []query.Field{
			{Name: "role_binding_id", Type: query.String},
			{Name: "role_type", Type: query.Enum},
			{Name: "resource_group", Type: query.Enum},
			{Name: "workspace_group_id", Type: query.String},
			{Name: "role_id", Type: query.String},
			{Name: "user_id", Type: query.String},
			{Name: "domain_id", Type: query.String},
			{Name: "workspace_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"role_binding_id", "role_type", "user_id", "role_id", "workspace_id"},
		Keyword: []string{"role_binding_id", "user_id", "role_id"},
	}
}
