package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// App is an app as it is stored. Its client secret is a token, so that only what
// the token is known by is kept: the client_id.
type App struct {
	bun.BaseModel `bun:"table:app"`

	AppID          string         `bun:"app_id,pk"`
	Name           string         `bun:"name"`
	State          string         `bun:"state"`
	IsManaged      bool           `bun:"is_managed"`
	Tags           map[string]any `bun:"tags,type:jsonb"`
	RoleType       string         `bun:"role_type"`
	ResourceGroup  string         `bun:"resource_group"`
	RoleID         string         `bun:"role_id"`
	ClientID       string         `bun:"client_id"`
	ProjectGroupID string         `bun:"project_group_id"`
	ProjectID      string         `bun:"project_id"`
	ExpiredAt      string         `bun:"expired_at"`
	LastAccessedAt string         `bun:"last_accessed_at"`
	DomainID       string         `bun:"domain_id"`
	WorkspaceID    string         `bun:"workspace_id"`
	CreatedAt      time.Time      `bun:"created_at"`
	UpdatedAt      time.Time      `bun:"updated_at"`

	// RowVersion counts the changes of the row, as it was when it was read: 0 says
	// that it was not read. The store sets it, and holds updates to it.
	RowVersion int64 `bun:"_version"`
}

// AppSchema says what queries may ask of apps.
func AppSchema() query.Schema {
	return query.Schema{
		Table: "app",
		ID:    "app_id",
		Fields: []query.Field{
			{Name: "app_id", Type: query.String},
			{Name: "name", Type: query.String},
			{Name: "state", Type: query.Enum},
			{Name: "is_managed", Type: query.Bool},
			{Name: "tags", Type: query.Struct},
			{Name: "role_type", Type: query.Enum},
			{Name: "resource_group", Type: query.Enum},
			{Name: "role_id", Type: query.String},
			{Name: "client_id", Type: query.String},
			{Name: "project_group_id", Type: query.String},
			{Name: "project_id", Type: query.String},
			{Name: "expired_at", Type: query.String},
			{Name: "last_accessed_at", Type: query.String},
			{Name: "domain_id", Type: query.String},
			{Name: "workspace_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"app_id", "name", "state", "role_type", "role_id", "expired_at"},
		Keyword: []string{"app_id", "name"},
		Order:   []query.Sort{{Key: "created_at", Desc: true}},
	}
}
