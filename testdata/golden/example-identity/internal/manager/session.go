package manager

import (
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/identifier"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/model"
)

// Session manages the sessions that users have from signing in to signing out.
type Session interface {
	// Start begins a session of a user that lasts a while.
	Start(ctx context.Context, user *model.User, lasts time.Duration) (*model.Session, error)
	// Check refuses a refresh token whose session has ended.
	Check(ctx context.Context, sessionID, tokenID string) error
	// End ends a session, if it has not ended yet.
	End(ctx context.Context, sessionID string) error
	// EndOfUser ends all sessions of a user.
	EndOfUser(ctx context.Context, domainID, userID string) error
}

type sessionManager struct {
	store *database.Session
	now   func() time.Time
}

// NewSession makes the manager.
func NewSession(c connector.Connectors) Session {
	return &sessionManager{store: c.User.Sessions, now: time.Now}
}

func (m *sessionManager) Start(ctx context.Context, user *model.User, lasts time.Duration) (*model.Session, error) {
	now := m.now().UTC().Truncate(time.Millisecond)
	if err := m.store.Forget(ctx, user.DomainID, user.UserID, now); err != nil {
		return nil, err
	}
	session := &model.Session{
		SessionID: identifier.New("session"), TokenID: identifier.New("token"),
		UserID: user.UserID, DomainID: user.DomainID,
		CreatedAt: now, ExpiresAt: now.Add(lasts),
	}
	return session, m.store.Create(ctx, session)
}

func (m *sessionManager) Check(ctx context.Context, sessionID, tokenID string) error {
	session, err := m.find(ctx, sessionID)
	if err != nil {
		return err
	}
	if session.TokenID != tokenID {
		return errSession
	}
	return nil
}

func (m *sessionManager) find(ctx context.Context, sessionID string) (*model.Session, error) {
	session, err := m.store.Get(ctx, nil, sessionID)
	if err != nil {
		if apierror.From(err).Code == "ERROR_NOT_FOUND" {
			return nil, errSession.Because(err)
		}
		return nil, err
	}
	if !m.now().Before(session.ExpiresAt) {
		return nil, errSession
	}
	return session, nil
}

func (m *sessionManager) End(ctx context.Context, sessionID string) error {
	return m.store.End(ctx, sessionID)
}

func (m *sessionManager) EndOfUser(ctx context.Context, domainID, userID string) error {
	return m.store.EndOfUser(ctx, domainID, userID)
}
