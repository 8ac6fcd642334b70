package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// CloudService is a cloud service as it is stored.
type CloudService struct {
	bun.BaseModel `bun:"table:cloud_service"`

	CloudServiceID string         `bun:"cloud_service_id,pk"`
	Name           string         `bun:"name"`
	State          string         `bun:"state"`
	Size           int64          `bun:"size"`
	Cost           float64        `bun:"cost"`
	Monitored      bool           `bun:"monitored"`
	IPAddresses    []string       `bun:"ip_addresses,type:jsonb"`
	LaunchedAt     time.Time      `bun:"launched_at,nullzero"`
	Data           map[string]any `bun:"data,type:jsonb"`
	ProjectID      string         `bun:"project_id"`
	DomainID       string         `bun:"domain_id"`
	WorkspaceID    string         `bun:"workspace_id"`
	CreatedAt      time.Time      `bun:"created_at"`
	UpdatedAt      time.Time      `bun:"updated_at"`

	// RowVersion counts the changes of the row, as it was when it was read: 0 says
	// that it was not read. The store sets it, and holds updates to it.
	RowVersion int64 `bun:"_version"`
}

// CloudServiceSchema says what queries may ask of cloud services.
func CloudServiceSchema() query.Schema {
	return query.Schema{
		Table: "cloud_service",
		ID:    "cloud_service_id",
		Fields: []query.Field{
			{Name: "cloud_service_id", Type: query.String},
			{Name: "name", Type: query.String},
			{Name: "state", Type: query.Enum},
			{Name: "size", Type: query.Int},
			{Name: "cost", Type: query.Double},
			{Name: "monitored", Type: query.Bool},
			{Name: "ip_addresses", Type: query.String, Repeated: true},
			{Name: "launched_at", Type: query.Timestamp},
			{Name: "data", Type: query.Struct},
			{Name: "project_id", Type: query.String},
			{Name: "domain_id", Type: query.String},
			{Name: "workspace_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"cloud_service_id", "name"},
		Keyword: []string{"cloud_service_id", "name"},
	}
}
