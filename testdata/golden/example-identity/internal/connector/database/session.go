package database

import (
	"context"
	"fmt"
	"time"

	"github.com/cloudforet-io/spacegen/core/database"

	"github.com/cloudforet-io/identity/internal/model"
)

// Session is the repository of sessions.
type Session struct {
	*database.Store[model.Session]
	db *database.DB
}

// NewSession makes the repository of sessions in db.
func NewSession(db *database.DB) *Session {
	return &Session{Store: database.NewStore[model.Session](db, model.SessionSchema()), db: db}
}

// End removes a session, if there is such a one.
func (s *Session) End(ctx context.Context, sessionID string) error {
	_, err := s.db.Conn(ctx).NewDelete().Model((*model.Session)(nil)).Where("session_id = ?", sessionID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	return nil
}

// EndOfUser removes the sessions of a user.
func (s *Session) EndOfUser(ctx context.Context, domainID, userID string) error {
	_, err := s.db.Conn(ctx).NewDelete().Model((*model.Session)(nil)).
		Where("domain_id = ?", domainID).Where("user_id = ?", userID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end the sessions of a user: %w", err)
	}
	return nil
}

// Forget removes the sessions of a user that have expired.
func (s *Session) Forget(ctx context.Context, domainID, userID string, now time.Time) error {
	_, err := s.db.Conn(ctx).NewDelete().Model((*model.Session)(nil)).
		Where("domain_id = ?", domainID).Where("user_id = ?", userID).Where("expires_at <= ?", now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("forget expired sessions: %w", err)
	}
	return nil
}
