package database

import (
	"context"
	"fmt"
	"time"

	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/identity/internal/model"
)

// User is the repository of users, and of the sessions that they have.
type User struct {
	*database.Store[model.User]
	Sessions *Session
	db       *database.DB
}

// NewUser makes the repository of users in db.
func NewUser(db *database.DB) *User {
	return &User{Store: database.NewStore[model.User](db, model.UserSchema()), Sessions: NewSession(db), db: db}
}

// Seen keeps when a user was here. Who was PENDING is ENABLED from then on. It is no
// change that others have to know of, so that they may go on with what they read.
func (u *User) Seen(ctx context.Context, domainID, userID string, at time.Time) error {
	_, err := u.db.Conn(ctx).NewUpdate().Model((*model.User)(nil)).
		Set("last_accessed_at = ?", at.Format(time.RFC3339)).
		Set("state = CASE WHEN state = ? THEN ? ELSE state END", model.Pending, model.Enabled).
		Where("domain_id = ?", domainID).Where("user_id = ?", userID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep when a user was here: %w", err)
	}
	return nil
}
