package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// Region is a region as it is stored.
type Region struct {
	bun.BaseModel `bun:"table:region"`

	RegionID    string         `bun:"region_id,pk"`
	Name        string         `bun:"name"`
	RegionCode  string         `bun:"region_code"`
	Provider    string         `bun:"provider"`
	Tags        map[string]any `bun:"tags,type:jsonb"`
	DomainID    string         `bun:"domain_id"`
	WorkspaceID string         `bun:"workspace_id"`
	CreatedAt   time.Time      `bun:"created_at"`
	UpdatedAt   time.Time      `bun:"updated_at"`

	// RowVersion counts the changes of the row, as it was when it was read: 0 says
	// that it was not read. The store sets it, and holds updates to it.
	RowVersion int64 `bun:"_version"`
}

// RegionSchema says what queries may ask of regions.
func RegionSchema() query.Schema {
	return query.Schema{
		Table: "region",
		ID:    "region_id",
		Fields: []query.Field{
			{Name: "region_id", Type: query.String},
			{Name: "name", Type: query.String},
			{Name: "region_code", Type: query.String},
			{Name: "provider", Type: query.String},
			{Name: "tags", Type: query.Struct},
			{Name: "domain_id", Type: query.String},
			{Name: "workspace_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"region_id", "name", "region_code"},
		Keyword: []string{"region_id", "name", "region_code"},
	}
}
