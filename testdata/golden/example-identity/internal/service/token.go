package service

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"google.golang.org/protobuf/types/known/emptypb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
)

// permissionOfProfiles is what users may do who have to change their password first.
const permissionOfProfiles = "identity:UserProfile"

// Token is the service Token of the API.
//
// Tokens say to every service of the platform who calls. None of these methods
// needs a token beside its request.
type Token struct {
	domains       manager.Domain
	workspaces    manager.Workspace
	users         manager.User
	roles         manager.Role
	roleBindings  manager.RoleBinding
	projects      manager.Project
	projectGroups manager.ProjectGroup
	userGroups    manager.UserGroup
	signIns       manager.SignIn
	sessions      manager.Session
	signer        manager.Signer
	settings      manager.Settings
}

// NewToken makes the service.
func NewToken(m manager.Managers) *Token {
	return &Token{
		domains: m.Domain, workspaces: m.Workspace, users: m.User, roles: m.Role, roleBindings: m.RoleBinding,
		projects: m.Project, projectGroups: m.ProjectGroup, userGroups: m.UserGroup,
		signIns: m.SignIn, sessions: m.Session, signer: m.Signer, settings: m.Settings,
	}
}

// Issue signs a user in: starts a session and gives its tokens.
func (s *Token) Issue(ctx context.Context, req *api.IssueTokenRequest) (*api.TokenInfo, error) {
	userID, password, err := credentials(req)
	if err != nil {
		return nil, err
	}
	times, err := s.times(req.GetTimeout())
	if err != nil {
		return nil, err
	}
	domain, err := s.domainOf(ctx, req.GetDomainId())
	if err != nil {
		return nil, err
	}
	user, err := s.signIns.Try(ctx, model.Attempt{
		Domain: req.GetDomainId(), UserID: userID, Peer: pipeline.MetadataFrom(ctx).Peer,
	}, func(ctx context.Context) (*model.User, error) {
		return s.users.Authenticate(ctx, domain.DomainID, userID, password)
	})
	if err != nil {
		return nil, err
	}
	session, err := s.sessions.Start(ctx, user, times.RefreshFor(user))
	if err != nil {
		return nil, err
	}
	user, err = s.still(ctx, user)
	if err != nil {
		return nil, cmp.Or(s.sessions.End(ctx, session.SessionID), err)
	}
	if err := s.users.Seen(ctx, user); err != nil {
		return nil, err
	}
	return s.tokens(domain, user, session, times.AccessFor(req.GetTimeout()))
}

// credentials are those of a user whose password is kept here.
func credentials(req *api.IssueTokenRequest) (userID, password string, err error) {
	if err := apirecord.Require(req, "credentials", "auth_type", "domain_id"); err != nil {
		return "", "", err
	}
	if req.GetAuthType() != api.IssueTokenRequest_LOCAL {
		return "", "", invalid("ERROR_INVALID_AUTHENTICATION_TYPE", "Nobody signs in by %s here: auth_type is LOCAL.", req.GetAuthType())
	}
	said := req.GetCredentials().GetFields()
	userID, password = said["user_id"].GetStringValue(), said["password"].GetStringValue()
	switch {
	case userID == "":
		return "", "", apierror.Required("credentials.user_id")
	case password == "":
		return "", "", apierror.Required("credentials.password")
	default:
		return userID, password, nil
	}
}

// times are how long tokens hold, if a time that is asked for is one.
func (s *Token) times(asked int32) (model.TokenTimes, error) {
	if asked < 0 {
		return model.TokenTimes{}, apierror.Invalid("timeout", "it is negative")
	}
	return s.settings.TokenTimes()
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
func (s *Token) domainOf(ctx context.Context, id string) (*model.Domain, error) {
	domain, err := s.domains.Get(ctx, model.Scope{}, id)
	switch {
	case err == nil && domain.State == model.Enabled:
		return domain, nil
	case err == nil || notFound(err):
		return new(model.Domain), nil
	default:
		return nil, err
	}
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
func (s *Token) tokens(
	domain *model.Domain, user *model.User, session *model.Session, holds time.Duration,
) (*api.TokenInfo, error) {
	common := model.Claims{RoleType: model.RoleUser, OwnerType: model.OwnerUser, Audience: user.UserID}
	access, refresh := common, common
	access.TokenType, access.ExpiresAt = model.AccessToken, time.Now().Add(holds).Unix()
	if slices.Contains(user.RequiredActions, model.UpdatePassword) {
		access.Permissions = []string{permissionOfProfiles}
	}
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

// read gives the claims of a token of a type.
func (s *Token) read(ctx context.Context, token, want string) (*model.Claims, *model.Domain, error) {
	claims, domain, err := s.signer.Read(ctx, token)
	if err != nil {
		return nil, nil, err
	}
	owner := map[string]string{model.RefreshToken: model.OwnerUser, model.SystemToken: model.OwnerSystem}[want]
	if claims.TokenType != want || claims.OwnerType != owner {
		return nil, nil, apierror.Unauthenticated("the token is of another type.")
	}
	return claims, domain, nil
}

// userOf gives the user whom a token was made for, as he is now.
func (s *Token) userOf(ctx context.Context, claims *model.Claims) (*model.User, error) {
	user, err := s.users.Get(ctx, model.Scope{DomainID: claims.DomainID}, claims.Audience)
	if err != nil && !notFound(err) {
		return nil, err
	}
	if err != nil || user.State == model.Disabled {
		return nil, apierror.Unauthenticated("the user may not sign in.").Because(err)
	}
	return user, nil
}
