package service_test

import (
	"context"
	"errors"
	"testing"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
	"github.com/cloudforet-io/identity/internal/service"
)

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
	withToken(t, func(t *testing.T, f tokenFixture) {
		closed, m := new(closedSignIns), f.managers
		m.SignIn = closed
		ctx := pipeline.WithMetadata(t.Context(), pipeline.Metadata{Peer: "203.0.113.7:4711"})
		for _, req := range []*api.IssueTokenRequest{
			{DomainId: domainID}, {Domain: domainID}, {DomainId: "domain-x"}, {Domain: "nothing"},
		} {
			req.UserId, req.Password = "ann", sesame
			_, err := service.NewToken(m).Issue(ctx, req)
			require.ErrorContains(t, err, "closed")
		}
		_, err := service.NewUser(m).ChangePassword(ctx, &api.ChangePasswordRequest{
			UserId: "ann", DomainId: domainID, Password: sesame, NewPassword: "another one",
		})
		require.ErrorContains(t, err, "closed")
		var domains []string
		for _, who := range closed.who {
			assert.Equal(t, "ann", who.UserID)
			assert.Equal(t, "203.0.113.7:4711", who.Peer)
			domains = append(domains, who.Domain)
		}
		assert.Equal(t, []string{domainID, domainID, "domain-x", "nothing", domainID}, domains)
	})
}
