package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// Provider is a provider as it is stored.
type Provider struct {
	bun.BaseModel `bun:"table:provider"`

	Provider    string         `bun:"provider,pk"`
	Name        string         `bun:"name"`
	Alias       string         `bun:"alias"`
	PluginInfo  map[string]any `bun:"plugin_info,type:jsonb"`
	Color       string         `bun:"color"`
	Icon        string         `bun:"icon"`
	Order       int64          `bun:"order"`
	Options     map[string]any `bun:"options,type:jsonb"`
	Tags        map[string]any `bun:"tags,type:jsonb"`
	IsManaged   bool           `bun:"is_managed"`
	DomainID    string         `bun:"domain_id"`
	WorkspaceID string         `bun:"workspace_id"`
	CreatedAt   time.Time      `bun:"created_at"`
	UpdatedAt   time.Time      `bun:"updated_at"`

	// RowVersion counts the changes of the row, as it was when it was read: 0 says
	// that it was not read. The store sets it, and holds updates to it.
	RowVersion int64 `bun:"_version"`
}

// ProviderSchema says what queries may ask of providers.
func ProviderSchema() query.Schema {
	return query.Schema{
		Table: "provider",
		ID:    "provider",
		Fields: []query.Field{
			{Name: "provider", Type: query.String},
			{Name: "name", Type: query.String},
			{Name: "alias", Type: query.String},
			{Name: "plugin_info", Type: query.Struct},
			{Name: "color", Type: query.String},
			{Name: "icon", Type: query.String},
			{Name: "order", Type: query.Int},
			{Name: "options", Type: query.Struct},
			{Name: "tags", Type: query.Struct},
			{Name: "is_managed", Type: query.Bool},
			{Name: "domain_id", Type: query.String},
			{Name: "workspace_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"provider", "name", "order", "is_managed"},
		Keyword: []string{"provider", "name"},
	}
}
