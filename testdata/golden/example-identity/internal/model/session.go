package model

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/uptrace/bun"
)

// Session is a user's from the time that he signs in. Tokens are granted for its
// refresh token until it ends.
type Session struct {
	bun.BaseModel `bun:"table:session"`

	SessionID string    `bun:"session_id,pk"`
	TokenID   string    `bun:"token_id"` // the refresh token
	UserID    string    `bun:"user_id"`
	DomainID  string    `bun:"domain_id"`
	ExpiresAt time.Time `bun:"expires_at"`
	CreatedAt time.Time `bun:"created_at"`
}

// SessionSchema is what the store of sessions knows of them.
func SessionSchema() query.Schema {
	return query.Schema{
		Table: "session",
		ID:    "session_id",
		Fields: []query.Field{
			{Name: "session_id", Type: query.String},
			{Name: "user_id", Type: query.String},
			{Name: "domain_id", Type: query.String},
		},
	}
}
