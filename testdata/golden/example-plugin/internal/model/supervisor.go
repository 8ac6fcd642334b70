package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// Supervisor is a supervisor as it is stored.
type Supervisor struct {
	bun.BaseModel `bun:"table:supervisor"`

	SupervisorID string         `bun:"supervisor_id,pk"`
	Name         string         `bun:"name"`
	Hostname     string         `bun:"hostname"`
	State        string         `bun:"state"`
	IsPublic     bool           `bun:"is_public"`
	Labels       map[string]any `bun:"labels,type:jsonb"`
	Tags         map[string]any `bun:"tags,type:jsonb"`
	Priority     int64          `bun:"priority"`
	PublishedAt  time.Time      `bun:"published_at,nullzero"`
	DomainID     string         `bun:"domain_id"`
	WorkspaceID  string         `bun:"workspace_id"`
	CreatedAt    time.Time      `bun:"created_at"`
	UpdatedAt    time.Time      `bun:"updated_at"`

	// RowVersion counts the changes of the row, as it was when it was read: 0 says
	// that it was not read. The store sets it, and holds updates to it.
	RowVersion int64 `bun:"_version"`
}

// SupervisorSchema says what queries may ask of supervisors.
func SupervisorSchema() query.Schema {
	return query.Schema{
		Table: "supervisor",
		ID:    "supervisor_id",
		Fields: []query.Field{
			{Name: "supervisor_id", Type: query.String},
			{Name: "name", Type: query.String},
			{Name: "hostname", Type: query.String},
			{Name: "state", Type: query.Enum},
			{Name: "is_public", Type: query.Bool},
			{Name: "labels", Type: query.Struct},
			{Name: "tags", Type: query.Struct},
			{Name: "priority", Type: query.Int},
			{Name: "published_at", Type: query.Timestamp},
			{Name: "domain_id", Type: query.String},
			{Name: "workspace_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"supervisor_id", "name"},
		Keyword: []string{"supervisor_id", "name"},
	}
}
