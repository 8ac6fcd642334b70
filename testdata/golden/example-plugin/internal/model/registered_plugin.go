package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// RegisteredPlugin is a registered plugin as it is stored.
type RegisteredPlugin struct {
	bun.BaseModel `bun:"table:registered_plugin"`

	PluginID       string         `bun:"plugin_id,pk"`
	Name           string         `bun:"name"`
	ResourceType   string         `bun:"resource_type"`
	Image          string         `bun:"image"`
	Provider       string         `bun:"provider"`
	RegistryURL    string         `bun:"registry_url"`
	RegistryConfig map[string]any `bun:"registry_config,type:jsonb"`
	Tags           map[string]any `bun:"tags,type:jsonb"`
	Versions       []string       `bun:"versions,type:jsonb"`
	DomainID       string         `bun:"domain_id"`
	WorkspaceID    string         `bun:"workspace_id"`
	CreatedAt      time.Time      `bun:"created_at"`
	UpdatedAt      time.Time      `bun:"updated_at"`

	// RowVersion counts the changes of the row, as it was when it was read: 0 says
	// that it was not read. The store sets it, and holds updates to it.
	RowVersion int64 `bun:"_version"`
}

// RegisteredPluginSchema says what queries may ask of registered plugins.
func RegisteredPluginSchema() query.Schema {
	return query.Schema{
		Table: "registered_plugin",
		ID:    "plugin_id",
		Fields: []query.Field{
			{Name: "plugin_id", Type: query.String},
			{Name: "name", Type: query.String},
			{Name: "resource_type", Type: query.String},
			{Name: "image", Type: query.String},
			{Name: "provider", Type: query.String},
			{Name: "registry_url", Type: query.String},
			{Name: "registry_config", Type: query.Struct},
			{Name: "tags", Type: query.Struct},
			{Name: "versions", Type: query.String, Repeated: true},
			{Name: "domain_id", Type: query.String},
			{Name: "workspace_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"plugin_id", "name"},
		Keyword: []string{"plugin_id", "name"},
	}
}
