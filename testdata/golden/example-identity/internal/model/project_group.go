package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// ProjectGroup is a project group as it is stored.
type ProjectGroup struct {
	bun.BaseModel `bun:"table:project_group"`

	ProjectGroupID   string         `bun:"project_group_id,pk"`
	Name             string         `bun:"name"`
	Tags             map[string]any `bun:"tags,type:jsonb"`
	Users            []string       `bun:"users,type:jsonb"`
	ReferenceID      string         `bun:"reference_id"`
	IsManaged        bool           `bun:"is_managed"`
	ParentGroupID    string         `bun:"parent_group_id"`
	TrustedAccountID string         `bun:"trusted_account_id"`
	LastSyncedAt     string         `bun:"last_synced_at"`
	DomainID         string         `bun:"domain_id"`
	WorkspaceID      string         `bun:"workspace_id"`
	CreatedAt        time.Time      `bun:"created_at"`
	UpdatedAt        time.Time      `bun:"updated_at"`

	// RowVersion counts the changes of the row, as it was when it was read: 0 says
	// that it was not read. The store sets it, and holds updates to it.
	RowVersion int64 `bun:"_version"`
}

// ProjectGroupSchema says what queries may ask of project groups.
func ProjectGroupSchema() query.Schema {
	return query.Schema{
		Table: "project_group",
		ID:    "project_group_id",
		Fields: []query.Field{
			{Name: "project_group_id", Type: query.String},
			{Name: "name", Type: query.String},
			{Name: "tags", Type: query.Struct},
			{Name: "users", Type: query.String, Repeated: true},
			{Name: "reference_id", Type: query.String},
			{Name: "is_managed", Type: query.Bool},
			{Name: "parent_group_id", Type: query.String},
			{Name: "trusted_account_id", Type: query.String},
			{Name: "last_synced_at", Type: query.String},
			{Name: "domain_id", Type: query.String},
			{Name: "workspace_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"project_group_id", "name", "parent_group_id", "workspace_id"},
		Keyword: []string{"project_group_id", "name"},
	}
}
