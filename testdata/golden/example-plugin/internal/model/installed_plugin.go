package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// InstalledPlugin is an installed plugin as it is stored.
type InstalledPlugin struct {
	bun.BaseModel `bun:"table:installed_plugin"`

	InstalledPluginID string    `bun:"installed_plugin_id,pk"`
	PluginID          string    `bun:"plugin_id"`
	Version           string    `bun:"version"`
	State             string    `bun:"state"`
	Endpoint          string    `bun:"endpoint"`
	Endpoints         []string  `bun:"endpoints,type:jsonb"`
	SupervisorID      string    `bun:"supervisor_id"`
	SupervisorName    string    `bun:"supervisor_name"`
	Hostname          string    `bun:"hostname"`
	AskedAt           time.Time `bun:"asked_at,nullzero"`
	DomainID          string    `bun:"domain_id"`
	WorkspaceID       string    `bun:"workspace_id"`
	CreatedAt         time.Time `bun:"created_at"`
	UpdatedAt         time.Time `bun:"updated_at"`

	// RowVersion counts the changes of the row, as it was when it was read: 0 says
	// that it was not read. The store sets it, and holds updates to it.
	RowVersion int64 `bun:"_version"`
}

// InstalledPluginSchema says what queries may ask of installed plugins.
func InstalledPluginSchema() query.Schema {
	return query.Schema{
		Table: "installed_plugin",
		ID:    "installed_plugin_id",
		Fields: []query.Field{
			{Name: "installed_plugin_id", Type: query.String},
			{Name: "plugin_id", Type: query.String},
			{Name: "version", Type: query.String},
			{Name: "state", Type: query.Enum},
			{Name: "endpoint", Type: query.String},
			{Name: "endpoints", Type: query.String, Repeated: true},
			{Name: "supervisor_id", Type: query.String},
			{Name: "supervisor_name", Type: query.String},
			{Name: "hostname", Type: query.String},
			{Name: "asked_at", Type: query.Timestamp},
			{Name: "domain_id", Type: query.String},
			{Name: "workspace_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"installed_plugin_id"},
		Keyword: []string{"installed_plugin_id"},
	}
}
