package service_test

import (
	"fmt"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
	"github.com/cloudforet-io/identity/internal/service"
)

func TestNewUsers(t *testing.T) {
	withUser(t, func(t *testing.T, f userFixture) {
		user, err := userCall(f, "domain-1", f.Create, &api.CreateUserRequest{UserId: "ann", Password: sesame})
		require.NoError(t, err)
		assert.Equal(t, api.UserInfo_ENABLED, user.GetState())
		assert.Equal(t, api.UserInfo_USER, user.GetRoleType(), "nobody is an administrator unasked")

		binding := &api.RoleBinding{WorkspaceId: "workspace-1", RoleType: api.RoleBinding_WORKSPACE_OWNER}
		for name, c := range map[string]struct {
			domain string
			req    *api.CreateUserRequest
			code   string
		}{
			"taken":                  {"domain-1", &api.CreateUserRequest{UserId: "ann", Password: sesame}, "ERROR_SAVE_UNIQUE_VALUES"},
			"a weak password":        {"domain-1", &api.CreateUserRequest{UserId: "bob", Password: "short"}, "ERROR_INVALID_PARAMETER"},
			"no domain":              {"", &api.CreateUserRequest{UserId: "bob", Password: sesame}, "ERROR_REQUIRED_PARAMETER"},
			"no such domain":         {"", &api.CreateUserRequest{UserId: "bob", Password: sesame, DomainId: "domain-x"}, "ERROR_NOT_FOUND"},
			"a role in no workspace": {"domain-1", withBindings(&api.RoleBinding{RoleType: api.RoleBinding_WORKSPACE_OWNER}), "ERROR_REQUIRED_PARAMETER"},
			"no role in a workspace": {"domain-1", withBindings(&api.RoleBinding{WorkspaceId: "workspace-1"}), "ERROR_REQUIRED_PARAMETER"},
			"an owner of projects":   {"domain-1", withBindings(&api.RoleBinding{WorkspaceId: "workspace-1", RoleType: api.RoleBinding_WORKSPACE_OWNER, Projects: []string{"project-1"}}), "ERROR_INVALID_PARAMETER"},
			"two roles in one":       {"domain-1", withBindings(binding, binding), "ERROR_INVALID_PARAMETER"},
		} {
			_, err := userCall(f, c.domain, f.Create, c.req)
			assert.Equal(t, c.code, apierror.From(err).Code, name)
		}
	})
}

func withBindings(bindings ...*api.RoleBinding) *api.CreateUserRequest {
	return &api.CreateUserRequest{UserId: "bob", Password: sesame, RoleBindings: bindings}
}

func TestSetRoleBindings(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		users := service.NewUser(f.managers)
		set := func(bindings ...*api.RoleBinding) (*api.UserInfo, error) {
			return users.SetRoleBindings(t.Context(), &api.SetRoleBindingsRequest{UserId: "ann", DomainId: domainID, RoleBindings: bindings})
		}
		grant := func() error {
			token := f.signIn(t, "ann").GetAccessToken()
			_, err := f.grant(t, token, &api.GrantTokenRequest{Scope: api.GrantTokenRequest_WORKSPACE, WorkspaceId: "workspace-1"})
			return err
		}
		require.NoError(t, grant())
		_, err := set(&api.RoleBinding{WorkspaceId: "workspace-3"})
		assert.Equal(t, "ERROR_REQUIRED_PARAMETER", apierror.From(err).Code)
		user, err := set(&api.RoleBinding{WorkspaceId: "workspace-3", RoleType: api.RoleBinding_WORKSPACE_OWNER})
		require.NoError(t, err)
		assert.Len(t, user.GetRoleBindings(), 1)
		assert.Equal(t, denied, apierror.From(grant()).Code, "he owns another one now")
		user, err = set()
		require.NoError(t, err)
		assert.Empty(t, user.GetRoleBindings())
		user, err = users.Get(t.Context(), &api.UserRequest{UserId: "ann", DomainId: domainID})
		require.NoError(t, err)
		assert.Empty(t, user.GetRoleBindings())
	})
}

// TestNamesakes calls as the platform itself, which sees all domains, for one of
// two users with the same identifier.
func TestNamesakes(t *testing.T) {
	withUser(t, func(t *testing.T, f userFixture) {
		for _, domain := range []string{"domain-1", "domain-2"} {
			_, err := userCall(f, domain, f.Create, &api.CreateUserRequest{UserId: "ann", Password: sesame, Name: domain})
			require.NoError(t, err)
		}
		_, err := userCall(f, "", f.Update, &api.UpdateUserRequest{UserId: "ann", Name: "both"})
		assert.Equal(t, "ERROR_REQUIRED_PARAMETER", apierror.From(err).Code, "which of them?")
		_, err = userCall(f, "", f.Disable, &api.UserRequest{UserId: "ann", DomainId: "domain-2"})
		require.NoError(t, err)
		for domain, want := range map[string]api.UserInfo_State{"domain-1": api.UserInfo_ENABLED, "domain-2": api.UserInfo_DISABLED} {
			user, err := userCall(f, "", f.Get, &api.UserRequest{UserId: "ann", DomainId: domain})
			require.NoError(t, err)
			assert.Equal(t, domain, user.GetName())
			assert.Equal(t, want, user.GetState(), domain)
		}
		_, err = userCall(f, "domain-1", f.Delete, &api.UserRequest{UserId: "ann", DomainId: "domain-2"})
		require.NoError(t, err)
		_, err = userCall(f, "domain-2", f.Get, &api.UserRequest{UserId: "ann"})
		assert.NoError(t, err, "nobody reaches into another domain by naming it")
		all, err := userCall(f, "", f.List, &api.UserQuery{})
		require.NoError(t, err)
		assert.Len(t, all.GetResults(), 1)
	})
}

// TestSessionsEnd holds whatever ends a user's sessions against a session.
func TestSessionsEnd(t *testing.T) {
	for name, end := range map[string]func(*service.User, *testing.T) error{
		"a new password": func(s *service.User, t *testing.T) error {
			_, err := s.Update(t.Context(), &api.UpdateUserRequest{UserId: "ann", DomainId: domainID, Password: "another one"})
			return err
		},
		"a new password of his own": func(s *service.User, t *testing.T) error {
			_, err := s.ChangePassword(t.Context(), &api.ChangePasswordRequest{
				UserId: "ann", DomainId: domainID, Password: sesame, NewPassword: "another one",
			})
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
				tokens, others := f.signIn(t, "ann"), f.signIn(t, "admin")
				require.NoError(t, end(service.NewUser(f.managers), t))
				_, err := f.Refresh(t.Context(), &api.RefreshTokenRequest{RefreshToken: tokens.GetRefreshToken()})
				assert.Equal(t, refused, apierror.From(err).Code)
				_, err = f.Issue(t.Context(), &api.IssueTokenRequest{UserId: "ann", Password: sesame, DomainId: domainID})
				assert.Equal(t, refused, apierror.From(err).Code)
				_, err = f.Refresh(t.Context(), &api.RefreshTokenRequest{RefreshToken: others.GetRefreshToken()})
				assert.NoError(t, err, "another user's goes on")
			})
		})
	}
}

func TestChangePassword(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		users := service.NewUser(f.managers)
		change := func(old, replacement string) error {
			_, err := users.ChangePassword(t.Context(), &api.ChangePasswordRequest{
				UserId: "ann", DomainId: domainID, Password: old, NewPassword: replacement,
			})
			return err
		}
		assert.Equal(t, refused, apierror.From(change("wrong password", "another one")).Code)
		assert.Equal(t, "ERROR_INVALID_PARAMETER", apierror.From(change(sesame, "short")).Code)
		assert.Equal(t, "ERROR_REQUIRED_PARAMETER", apierror.From(change(sesame, "")).Code)
		require.NoError(t, change(sesame, "another one"))
		_, err := f.Issue(t.Context(), &api.IssueTokenRequest{UserId: "ann", Password: "another one", DomainId: domainID})
		assert.NoError(t, err)
	})
}

func TestAnUpdateKeepsThePassword(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		tokens := f.signIn(t, "ann")
		_, err := service.NewUser(f.managers).Update(t.Context(), &api.UpdateUserRequest{UserId: "ann", DomainId: domainID, Name: "Ann"})
		require.NoError(t, err)
		f.signIn(t, "ann")
		_, err = f.Refresh(t.Context(), &api.RefreshTokenRequest{RefreshToken: tokens.GetRefreshToken()})
		assert.NoError(t, err)
	})
}

// TestConfinedCallersMakeNobodyMightier calls as an app that may write users, and
// nothing else.
func TestConfinedCallersMakeNobodyMightier(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		users, held := service.NewUser(f.managers), []string{"identity:User.write"}
		owner := []*api.RoleBinding{{WorkspaceId: "workspace-1", RoleType: api.RoleBinding_WORKSPACE_OWNER}}
		create := func(req *api.CreateUserRequest) error {
			req.UserId, req.Password, req.DomainId = "bob", sesame, domainID
			_, err := asConfined(t, held, users.Create, req)
			return err
		}
		update := func(req *api.UpdateUserRequest) error {
			req.DomainId = domainID
			_, err := asConfined(t, held, users.Update, req)
			return err
		}
		bind := func(user string, bindings ...*api.RoleBinding) error {
			_, err := asConfined(t, held, users.SetRoleBindings, &api.SetRoleBindingsRequest{UserId: user, DomainId: domainID, RoleBindings: bindings})
			return err
		}
		require.NoError(t, create(&api.CreateUserRequest{}))
		for name, err := range map[string]error{
			"a new administrator":         create(&api.CreateUserRequest{RoleType: api.UserInfo_DOMAIN_ADMIN}),
			"a new owner":                 create(&api.CreateUserRequest{RoleBindings: owner}),
			"an administrator's password": update(&api.UpdateUserRequest{UserId: "admin", Password: "another one"}),
			"his role and password":       update(&api.UpdateUserRequest{UserId: "admin", Password: "another one", RoleType: api.UserInfo_USER}),
			"an owner's password":         update(&api.UpdateUserRequest{UserId: "ann", Password: "another one"}),
			"a user's role":               update(&api.UpdateUserRequest{UserId: "bob", RoleType: api.UserInfo_DOMAIN_ADMIN}),
			"a user's bindings":           bind("bob", owner...),
		} {
			if assert.Error(t, err, name) {
				assert.Equal(t, denied, apierror.From(err).Code, name)
			}
		}
		f.signIn(t, "admin")
		assert.NoError(t, update(&api.UpdateUserRequest{UserId: "bob", Password: "another one"}))
		assert.NoError(t, update(&api.UpdateUserRequest{UserId: "admin", Name: "Admin"}))
		assert.NoError(t, bind("ann"), "that takes roles away")
	})
}

// TestChangesAtOnce: whoever is slower waits for the other, and loses nothing.
func TestChangesAtOnce(t *testing.T) {
	withUser(t, func(t *testing.T, f userFixture) {
		created, err := userCall(f, "domain-1", f.Create, newUser(1))
		require.NoError(t, err)
		id := created.GetUserId()
		errs := make(chan error)
		for n := range 8 {
			go func() {
				_, err := userCall(f, "domain-1", f.Update, &api.UpdateUserRequest{UserId: id, Name: fmt.Sprint("Ann ", n)})
				errs <- err
			}()
			go func() {
				_, err := userCall(f, "domain-1", f.Disable, &api.UserRequest{UserId: id})
				errs <- err
			}()
		}
		for range 16 {
			assert.NoError(t, <-errs)
		}
	})
}
