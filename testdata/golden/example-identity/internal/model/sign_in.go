package model

import (
	"time"

	"github.com/uptrace/bun"
)

// SignIn is what is kept of sign-ins by the same user, or from the same address:
// how many failed. It is forgotten when it expires.
type SignIn struct {
	bun.BaseModel `bun:"table:sign_in"`

	Key       string    `bun:"key,pk"` // tells nothing of whom it is about
	Failures  int       `bun:"failures"`
	TriedAt   time.Time `bun:"tried_at"` // when a password was last compared
	ExpiresAt time.Time `bun:"expires_at"`
}

// Attempt is somebody who wants to sign in.
type Attempt struct {
	Domain string // its identifier; what the caller calls it where there is none
	UserID string
	Peer   string // where the call comes from, as the server saw it
}
