package service_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
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

func (s *seenSessions) Start(ctx context.Context, user *model.User, lasts time.Duration) (session *model.Session, err error) {
	s.last, err = s.Session.Start(ctx, user, lasts)
	return s.last, err
}

func TestSignInsDoNotOutliveThePassword(t *testing.T) {
	for name, meanwhile := range map[string]func(t *testing.T, w world){
		"a new password": func(t *testing.T, w world) {
			must(t, w, admin, service.NewUser(w.managers).Update, &api.UpdateUserRequest{UserId: "ann", Password: "Another one 1"})
		},
		"being disabled": func(t *testing.T, w world) {
			must(t, w, admin, service.NewUser(w.managers).Disable, &api.UserRequest{UserId: "ann"})
		},
		"being deleted": func(t *testing.T, w world) {
			must(t, w, admin, service.NewUser(w.managers).Delete, &api.UserRequest{UserId: "ann"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			withWorld(t, func(t *testing.T, w world) {
				sessions, m := &seenSessions{Session: w.managers.Session}, w.managers
				m.Session = sessions
				m.User = slowUsers{m.User, func() { meanwhile(t, w) }}
				_, err := service.NewToken(m).Issue(t.Context(), signIn("ann", sesame))
				assert.Equal(t, refused, apierror.From(err).Code)
				require.NotNil(t, sessions.last)
				err = w.managers.Session.Check(t.Context(), sessions.last.SessionID, sessions.last.TokenID)
				assert.Equal(t, refused, apierror.From(err).Code, "nothing is left of it")
			})
		})
	}
}

// closedSignIns lets nobody in, and remembers who tried.
type closedSignIns struct {
	manager.SignIn
	who []model.Attempt
}

func (s *closedSignIns) Try(
	_ context.Context, who model.Attempt, _ func(context.Context) (*model.User, error),
) (*model.User, error) {
	s.who = append(s.who, who)
	return nil, errors.New("closed")
}

func TestEveryPasswordIsCounted(t *testing.T) {
	withWorld(t, func(t *testing.T, w world) {
		closed := new(closedSignIns)
		w.managers.SignIn = closed
		ctx := pipeline.WithMetadata(t.Context(), pipeline.Metadata{Peer: "203.0.113.7:4711"})
		for _, domain := range []string{domainID, "domain-x"} {
			req := signIn("ann", sesame)
			req.DomainId = domain
			_, err := service.NewToken(w.managers).Issue(ctx, req)
			require.ErrorContains(t, err, "closed")
			assert.Equal(t, model.Attempt{Domain: domain, UserID: "ann", Peer: "203.0.113.7:4711"}, closed.who[len(closed.who)-1])
		}
		req := &api.UpdatePasswordUserProfileRequest{CurrentPassword: sesame, NewPassword: "Another one 1"}
		_, err := as(w, himself("ann"), service.NewUserProfile(w.managers).UpdatePassword, req)
		require.Error(t, err)
		assert.Len(t, closed.who, 3)
	})
}
