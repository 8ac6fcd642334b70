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

	UserID          string         `bun:"user_id,pk"`
	Name            string         `bun:"name"`
	State           string         `bun:"state"`
	Email           string         `bun:"email"`
	EmailVerified   bool           `bun:"email_verified"`
	AuthType        string         `bun:"auth_type"`
	RoleID          string         `bun:"role_id"`
	RoleType        string         `bun:"role_type"`
	MFA             map[string]any `bun:"mfa,type:jsonb"`
	Language        string         `bun:"language"`
	Timezone        string         `bun:"timezone"`
	RequiredActions []string       `bun:"required_actions,type:jsonb"`
	RefreshTimeout  int64          `bun:"refresh_timeout"`
	Tags            map[string]any `bun:"tags,type:jsonb"`
	LastAccessedAt  string         `bun:"last_accessed_at"`
	PasswordHash    Secret         `bun:"password_hash"` // argon2id
	DomainID        string         `bun:"domain_id"`
	WorkspaceID     string         `bun:"workspace_id"`
	CreatedAt       time.Time      `bun:"created_at"`
	UpdatedAt       time.Time      `bun:"updated_at"`

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
			{Name: "email_verified", Type: query.Bool},
			{Name: "auth_type", Type: query.Enum},
			{Name: "role_id", Type: query.String},
			{Name: "role_type", Type: query.Enum},
			{Name: "mfa", Type: query.Struct},
			{Name: "language", Type: query.String},
			{Name: "timezone", Type: query.String},
			{Name: "required_actions", Type: query.Enum, Repeated: true},
			{Name: "refresh_timeout", Type: query.Int},
			{Name: "tags", Type: query.Struct},
			{Name: "last_accessed_at", Type: query.String},
			{Name: "domain_id", Type: query.String},
			{Name: "workspace_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
			{Name: "updated_at", Type: query.Timestamp},
		},
		Minimal: []string{"user_id", "name", "state", "auth_type", "role_type"},
		Keyword: []string{"user_id", "name", "email"},
		Order:   []query.Sort{{Key: "name"}, {Key: "user_id"}},
	}
}
