package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// UserGroup is a user group as it is stored.
type UserGroup struct {
	bun.BaseModel `bun:"table:user_group"`

	UserGroupID string         `bun:"user_group_id,pk"`
	Name        string         `bun:"name"`
	Description string         `bun:"description"`
	Users       []string       `bun:"users,type:jsonb"`
	Tags        map[string]any `bun:"tags,type:jsonb"`
	DomainID    string         `bun:"domain_id"`
	WorkspaceID string         `bun:"workspace_id"`
	CreatedAt   time.Time      `bun:"created_at"`
	UpdatedAt   time.Time      `bun:"updated_at"`

	// RowVersion counts the changes of the row, as it was when it was read: 0 says
	// that it was not read. The store sets it, and holds updates to it.
	RowVersion int64 `bun:"_version"`
}

// UserGroupSchema says what queries may ask of user groups.
func UserGroupSchema() query.Schema {
	return query.Schema{
		Table: "user_group",
		ID:    "user_group_id",
		Fields: []query.Field{
			{Name: "user_group_id", Type: query.String},
			{Name: "name", Type: query.String},
			{Name: "description", Type: query.String},
			{Name: "users", Type: query.String, Repeated: true},
			{Name: "tags", Type: query.Struct},
			{Name: "domain_id", Type: query.String},
			{Name: "workspace_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"user_group_id", "name"},
		Keyword: []string{"user_group_id", "name"},
		Order:   []query.Sort{{Key: "name"}},
		Aliases: map[string]string{"user_id": "users"},
	}
}
