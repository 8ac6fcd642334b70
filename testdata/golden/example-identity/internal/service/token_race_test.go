package service_test

import (
	"context"
	"errors"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
	"github.com/cloudforet-io/identity/internal/service"
)

// slowUsers lets something happen once a password was compared.
type slowUsers struct {
	manager.User
	meanwhile func()
}

func (u slowUsers) Authenticate(ctx context.Context, domainID, userID, password string) (*model.User, error) {
	user, err := u.User.Authenticate(ctx, domainID, userID, password)
	u.meanwhile()
	return user, err
}

// seenSessions remembers the last session that began.
type seenSessions struct {
	manager.Session
	last *model.Session
}

func (s *seenSessions) Start(ctx context.Context, user *model.User) (session *model.Session, err error) {
	s.last, err = s.Session.Start(ctx, user)
	return s.last, err
}

func TestSignInsDoNotOutliveThePassword(t *testing.T) {
	for name, meanwhile := range map[string]func(*service.User, *testing.T) error{
		"a new password": func(s *service.User, t *testing.T) error {
			_, err := s.Update(t.Context(), &api.UpdateUserRequest{UserId: "ann", DomainId: domainID, Password: "another one"})
			return err
		},
		"being disabled": func(s *service.User, t *testing.T) error {
			_, err := s.Disable(t.Context(), &api.UserRequest{UserId: "ann", DomainId: domainID})
			return err
		},
		"being deleted": func(s *service.User, t *testing.T) error {
			_, err := s.Delete(t.Context(), &api.UserRequest{UserId: "ann", DomainId: domainID})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			withToken(t, func(t *testing.T, f tokenFixture) {
				sessions, m := &seenSessions{Session: f.managers.Session}, f.managers
				m.Session = sessions
				m.User = slowUsers{m.User, func() { require.NoError(t, meanwhile(service.NewUser(f.managers), t)) }}
				_, err := service.NewToken(m).Issue(t.Context(), &api.IssueTokenRequest{UserId: "ann", Password: sesame, DomainId: domainID})
				require.Error(t, err)
				assert.Equal(t, refused, apierror.From(err).Code)
				assert.Error(t, f.managers.Session.Check(t.Context(), sessions.last.SessionID, sessions.last.TokenID))
			})
		})
	}
}

// brokenUsers stores nothing.
type brokenUsers struct{ manager.User }

func (brokenUsers) Update(context.Context, model.Scope, *model.User, ...string) error {
	return errors.New("the disk is full")
}

func TestNoSessionIsLeftHalfway(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		tokens, m := f.signIn(t, "ann"), f.managers
		m.User = brokenUsers{m.User}
		_, err := service.NewUser(m).ChangePassword(t.Context(), &api.ChangePasswordRequest{
			UserId: "ann", DomainId: domainID, Password: sesame, NewPassword: "another one",
		})
		require.Error(t, err)
		_, err = f.Refresh(t.Context(), &api.RefreshTokenRequest{RefreshToken: tokens.GetRefreshToken()})
		require.Error(t, err)
		assert.Equal(t, refused, apierror.From(err).Code)
	})
}
