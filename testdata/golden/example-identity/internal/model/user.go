package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// User is a user as it is stored. The hash of his password is no field of the
// schema, so that no query can ask for it.
type User struct {
	bun.BaseModel `bun:"table:user"`

	UserID       string         `bun:"user_id,pk"`
	Name         string         `bun:"name"`
	State        string         `bun:"state"`
	Email        string         `bun:"email"`
	RoleType     string         `bun:"role_type"`
	Language     string         `bun:"language"`
	Timezone     string         `bun:"timezone"`
	Tags         map[string]any `bun:"tags,type:jsonb"`
	RoleBindings []RoleBinding  `bun:"role_bindings,type:jsonb"`
	PasswordHash Secret         `bun:"password_hash"` // argon2id
	DomainID     string         `bun:"domain_id"`
	WorkspaceID  string         `bun:"workspace_id"`
	CreatedAt    time.Time      `bun:"created_at"`
	UpdatedAt    time.Time      `bun:"updated_at"`

	// RowVersion counts the changes of the row, as it was when it was read: 0 says
	// that it was not read. The store sets it, and holds updates to it.
	RowVersion int64 `bun:"_version"`
}

// UserSchema says what queries may ask of users.
func UserSchema() query.Schema {
	return query.Schema{
		Table: "user",
		ID:    "user_id",
		Fields: []query.Field{
			{Name: "user_id", Type: query.String},
			{Name: "name", Type: query.String},
			{Name: "state", Type: query.Enum},
			{Name: "email", Type: query.String},
			{Name: "role_type", Type: query.Enum},
			{Name: "language", Type: query.String},
			{Name: "timezone", Type: query.String},
			{Name: "tags", Type: query.Struct},
			{Name: "role_bindings", Type: query.Struct, Repeated: true},
			{Name: "domain_id", Type: query.String},
			{Name: "workspace_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"user_id"},
		Keyword: []string{"user_id", "name"},
	}
}

// RoleBinding is what a user is in a workspace.
type RoleBinding struct {
	WorkspaceID string   `json:"workspace_id"`
	RoleType    string   `json:"role_type"`
	Projects    []string `json:"projects,omitempty"`
}

// In gives what a user is in a workspace.
func (u *User) In(workspaceID string) (RoleBinding, bool) {
	for _, binding := range u.RoleBindings {
		if binding.WorkspaceID == workspaceID {
			return binding, true
		}
	}
	return RoleBinding{}, false
}
