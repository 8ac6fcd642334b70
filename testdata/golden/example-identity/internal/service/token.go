package service

import (
	"cmp"
	"context"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// accessHolds is how long an access token holds. No service asks whether it
// still does, so that this is also how long a user who was disabled can go on.
const accessHolds = 20 * time.Minute

// Token is the service Token of the API.
//
// Tokens say to every service of the platform who calls. None of these methods
// needs a token beside its request.
type Token struct {
	domains  manager.Domain
	users    manager.User
	signIns  manager.SignIn
	sessions manager.Session
	signer   manager.Signer
}

// NewToken makes the service.
func NewToken(m manager.Managers) *Token {
	return &Token{domains: m.Domain, users: m.User, signIns: m.SignIn, sessions: m.Session, signer: m.Signer}
}

// Issue signs a user in: starts a session and gives its first tokens.
func (s *Token) Issue(ctx context.Context, req *api.IssueTokenRequest) (*api.TokenInfo, error) {
	if err := apirecord.Require(req, "user_id", "password"); err != nil {
		return nil, err
	}
	domain, err := s.domainOf(ctx, req)
	if err != nil {
		return nil, err
	}
	user, err := s.signIns.Try(ctx, model.Attempt{
		Domain: cmp.Or(domain.DomainID, req.GetDomainId(), req.GetDomain()),
		UserID: req.GetUserId(), Peer: pipeline.MetadataFrom(ctx).Peer,
	}, func(ctx context.Context) (*model.User, error) {
		return s.users.Authenticate(ctx, domain.DomainID, req.GetUserId(), req.GetPassword())
	})
	if err != nil {
		return nil, err
	}
	session, err := s.sessions.Start(ctx, user)
	if err != nil {
		return nil, err
	}
	user, err = s.still(ctx, user)
	if err != nil {
		return nil, cmp.Or(s.sessions.End(ctx, session.SessionID), err)
	}
	return s.tokens(domain, user, session)
}

// still gives a user as he is now, if he may sign in with the password that he
// was known by. One that changed meanwhile has ended his sessions, but perhaps
// before this one began.
func (s *Token) still(ctx context.Context, was *model.User) (*model.User, error) {
	user, err := s.userOf(ctx, &model.Claims{DomainID: was.DomainID, Audience: was.UserID})
	if err == nil && user.PasswordHash != was.PasswordHash {
		return nil, apierror.Unauthenticated("the password has changed.")
	}
	return user, err
}

// domainOf gives the domain that somebody wants to sign in to. One that is not
// there, or is disabled, is empty, so that nobody learns which there are.
func (s *Token) domainOf(ctx context.Context, req *api.IssueTokenRequest) (domain *model.Domain, err error) {
	switch {
	case req.GetDomainId() != "":
		domain, err = s.domains.Get(ctx, model.Scope{}, req.GetDomainId())
	case req.GetDomain() != "":
		domain, err = s.domains.Named(ctx, req.GetDomain())
	default:
		return nil, apierror.Required("domain_id")
	}
	switch {
	case err == nil && domain.State == model.Enabled:
		return domain, nil
	case err == nil || apierror.From(err).Code == "ERROR_NOT_FOUND":
		return new(model.Domain), nil
	default:
		return nil, err
	}
}

// Refresh gives new tokens for a refresh token, which holds only once: where one
// comes back, somebody else has it too, and the session ends.
func (s *Token) Refresh(ctx context.Context, req *api.RefreshTokenRequest) (*api.TokenInfo, error) {
	if req.GetRefreshToken() == "" {
		return nil, apierror.Required("refresh_token")
	}
	claims, domain, err := s.read(ctx, req.GetRefreshToken(), model.RefreshToken)
	if err != nil {
		return nil, err
	}
	session, err := s.sessions.Renew(ctx, claims.SessionID, claims.TokenID)
	if err != nil {
		return nil, err
	}
	user, err := s.userOf(ctx, claims)
	if err != nil {
		return nil, err
	}
	return s.tokens(domain, user, session)
}

// Revoke signs out: ends the session of a refresh token.
func (s *Token) Revoke(ctx context.Context, req *api.RevokeTokenRequest) (*emptypb.Empty, error) {
	if req.GetRefreshToken() == "" {
		return nil, apierror.Required("refresh_token")
	}
	claims, _, err := s.read(ctx, req.GetRefreshToken(), model.RefreshToken)
	if err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, s.sessions.End(ctx, claims.SessionID)
}

// tokens are what a session gives its user.
func (s *Token) tokens(domain *model.Domain, user *model.User, session *model.Session) (*api.TokenInfo, error) {
	common := model.Claims{RoleType: user.RoleType, OwnerType: model.OwnerUser, Audience: user.UserID}
	access, refresh := common, common
	access.TokenType, access.ExpiresAt = model.AccessToken, time.Now().Add(accessHolds).Unix()
	refresh.TokenType, refresh.ExpiresAt = model.RefreshToken, session.ExpiresAt.Unix()
	refresh.TokenID, refresh.SessionID = session.TokenID, session.SessionID

	info := new(api.TokenInfo)
	var err error
	if info.AccessToken, err = s.signer.Sign(domain, access); err != nil {
		return nil, err
	}
	info.RefreshToken, err = s.signer.Sign(domain, refresh)
	return info, err
}

// read gives the claims of a user's token of one of the types.
func (s *Token) read(ctx context.Context, token string, types ...string) (*model.Claims, *model.Domain, error) {
	claims, domain, err := s.signer.Read(ctx, token)
	if err != nil {
		return nil, nil, err
	}
	for _, want := range types {
		if claims.TokenType == want && claims.OwnerType == model.OwnerUser {
			return claims, domain, nil
		}
	}
	return nil, nil, apierror.Unauthenticated("the token is of another type.")
}

// userOf gives the user whom a token was made for, as he is now.
func (s *Token) userOf(ctx context.Context, claims *model.Claims) (*model.User, error) {
	user, err := s.users.Get(ctx, model.Scope{DomainID: claims.DomainID}, claims.Audience)
	if err != nil && apierror.From(err).Code != "ERROR_NOT_FOUND" {
		return nil, err
	}
	if err != nil || user.State != model.Enabled {
		return nil, apierror.Unauthenticated("the user may not sign in.").Because(err)
	}
	return user, nil
}
