package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// Workspace is a workspace as it is stored.
type Workspace struct {
	bun.BaseModel `bun:"table:workspace"`

	WorkspaceID         string         `bun:"workspace_id,pk"`
	Name                string         `bun:"name"`
	State               string         `bun:"state"`
	Tags                map[string]any `bun:"tags,type:jsonb"`
	CreatedBy           string         `bun:"created_by"`
	References          []string       `bun:"references,type:jsonb"`
	IsManaged           bool           `bun:"is_managed"`
	Packages            []string       `bun:"packages,type:jsonb"`
	IsDormant           bool           `bun:"is_dormant"`
	DormantTTL          int64          `bun:"dormant_ttl"`
	ServiceAccountCount int64          `bun:"service_account_count"`
	UserCount           int64          `bun:"user_count"`
	CostInfo            map[string]any `bun:"cost_info,type:jsonb"`
	WorkspaceGroupID    string         `bun:"workspace_group_id"`
	TrustedAccountID    string         `bun:"trusted_account_id"`
	LastSyncedAt        string         `bun:"last_synced_at"`
	DormantUpdatedAt    string         `bun:"dormant_updated_at"`
	ChangedAt           string         `bun:"changed_at"`
	DomainID            string         `bun:"domain_id"`
	CreatedAt           time.Time      `bun:"created_at"`
	UpdatedAt           time.Time      `bun:"updated_at"`

	// RowVersion counts the changes of the row, as it was when it was read: 0 says
	// that it was not read. The store sets it, and holds updates to it.
	RowVersion int64 `bun:"_version"`
}

// WorkspaceSchema says what queries may ask of workspaces.
func WorkspaceSchema() query.Schema {
	return query.Schema{
		Table: "workspace",
		ID:    "workspace_id",
		Fields: []query.Field{
			{Name: "workspace_id", Type: query.String},
			{Name: "name", Type: query.String},
			{Name: "state", Type: query.Enum},
			{Name: "tags", Type: query.Struct},
			{Name: "created_by", Type: query.String},
			{Name: "references", Type: query.String, Repeated: true},
			{Name: "is_managed", Type: query.Bool},
			{Name: "packages", Type: query.String, Repeated: true},
			{Name: "is_dormant", Type: query.Bool},
			{Name: "dormant_ttl", Type: query.Int},
			{Name: "service_account_count", Type: query.Int},
			{Name: "user_count", Type: query.Int},
			{Name: "cost_info", Type: query.Struct},
			{Name: "workspace_group_id", Type: query.String},
			{Name: "trusted_account_id", Type: query.String},
			{Name: "last_synced_at", Type: query.String},
			{Name: "dormant_updated_at", Type: query.String},
			{Name: "changed_at", Type: query.String},
			{Name: "domain_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"workspace_id", "name", "state", "service_account_count", "user_count", "is_managed", "is_dormant"},
		Keyword: []string{"workspace_id", "name"},
	}
}
