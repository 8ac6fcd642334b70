package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// CloudService is a cloud service as it is stored.
type CloudService struct {
	bun.BaseModel `bun:"table:cloud_service"`

	CloudServiceID    string         `bun:"cloud_service_id,pk"`
	Name              string         `bun:"name"`
	ResourceID        string         `bun:"resource_id"`
	Provider          string         `bun:"provider"`
	CloudServiceGroup string         `bun:"cloud_service_group"`
	CloudServiceType  string         `bun:"cloud_service_type"`
	RegionCode        string         `bun:"region_code"`
	Account           string         `bun:"account"`
	InstanceType      string         `bun:"instance_type"`
	InstanceSize      float64        `bun:"instance_size"`
	IPAddresses       []string       `bun:"ip_addresses,type:jsonb"`
	ExternalLink      string         `bun:"external_link"`
	Data              map[string]any `bun:"data,type:jsonb"`
	Tags              map[string]any `bun:"tags,type:jsonb"`
	CollectorID       string         `bun:"collector_id"`
	CollectedAt       time.Time      `bun:"collected_at,nullzero"`
	State             string         `bun:"state"`
	DomainID          string         `bun:"domain_id"`
	WorkspaceID       string         `bun:"workspace_id"`
	CreatedAt         time.Time      `bun:"created_at"`
	UpdatedAt         time.Time      `bun:"updated_at"`

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
			{Name: "resource_id", Type: query.String},
			{Name: "provider", Type: query.String},
			{Name: "cloud_service_group", Type: query.String},
			{Name: "cloud_service_type", Type: query.String},
			{Name: "region_code", Type: query.String},
			{Name: "account", Type: query.String},
			{Name: "instance_type", Type: query.String},
			{Name: "instance_size", Type: query.Double},
			{Name: "ip_addresses", Type: query.String, Repeated: true},
			{Name: "external_link", Type: query.String},
			{Name: "data", Type: query.Struct},
			{Name: "tags", Type: query.Struct},
			{Name: "collector_id", Type: query.String},
			{Name: "collected_at", Type: query.Timestamp},
			{Name: "state", Type: query.Enum},
			{Name: "domain_id", Type: query.String},
			{Name: "workspace_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"cloud_service_id", "name", "resource_id"},
		Keyword: []string{"cloud_service_id", "name", "resource_id", "provider", "cloud_service_group", "cloud_service_type", "region_code", "account"},
	}
}
