package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// Collector is a collector as it is stored.
type Collector struct {
	bun.BaseModel `bun:"table:collector"`

	CollectorID     string         `bun:"collector_id,pk"`
	Name            string         `bun:"name"`
	Provider        string         `bun:"provider"`
	PluginInfo      map[string]any `bun:"plugin_info,type:jsonb"`
	Schedule        map[string]any `bun:"schedule,type:jsonb"`
	Tags            map[string]any `bun:"tags,type:jsonb"`
	PluginMetadata  map[string]any `bun:"plugin_metadata,type:jsonb"`
	LastCollectedAt string         `bun:"last_collected_at"`
	DomainID        string         `bun:"domain_id"`
	WorkspaceID     string         `bun:"workspace_id"`
	CreatedAt       time.Time      `bun:"created_at"`
	UpdatedAt       time.Time      `bun:"updated_at"`

	// RowVersion counts the changes of the row, as it was when it was read: 0 says
	// that it was not read. The store sets it, and holds updates to it.
	RowVersion int64 `bun:"_version"`
}

// CollectorSchema says what queries may ask of collectors.
func CollectorSchema() query.Schema {
	return query.Schema{
		Table: "collector",
		ID:    "collector_id",
		Fields: []query.Field{
			{Name: "collector_id", Type: query.String},
			{Name: "name", Type: query.String},
			{Name: "provider", Type: query.String},
			{Name: "plugin_info", Type: query.Struct},
			{Name: "schedule", Type: query.Struct},
			{Name: "tags", Type: query.Struct},
			{Name: "plugin_metadata", Type: query.Struct},
			{Name: "last_collected_at", Type: query.String},
			{Name: "domain_id", Type: query.String},
			{Name: "workspace_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"collector_id", "name"},
		Keyword: []string{"collector_id", "name"},
	}
}
