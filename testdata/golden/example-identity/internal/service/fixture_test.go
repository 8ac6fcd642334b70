package service_test

import (
	"context"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/model"
	"github.com/cloudforet-io/identity/internal/service"
)

const (
	refused  = "ERROR_AUTHENTICATE_FAILURE"
	denied   = "ERROR_PERMISSION_DENIED"
	required = "ERROR_REQUIRED_PARAMETER"
	absent   = "ERROR_NOT_FOUND"
	wrong    = "ERROR_INVALID_PARAMETER"
	sesame   = "Open sesame 1"
	domainID = "domain-1"
)

// have makes domains whose names are their identifiers, each with an administrator admin.
func have(t *testing.T, m manager.Managers, domains ...string) {
	t.Helper()
	for _, id := range domains {
		admin := &model.User{UserID: "admin", State: model.Enabled, AuthType: model.LocalAuth}
		require.NoError(t, m.User.SetPassword(t.Context(), admin, sesame))
		domain := &model.Domain{DomainID: id, Name: id, State: model.Enabled, IsRoot: id == model.RootDomain}
		require.NoError(t, m.Domain.CreateWith(t.Context(), domain, admin))
	}
}

// haveEmpty makes domains where nobody is yet.
func haveEmpty(t *testing.T, m manager.Managers, domains ...string) {
	t.Helper()
	for _, id := range domains {
		require.NoError(t, m.Domain.Create(t.Context(), &model.Domain{DomainID: id, Name: id, State: model.Enabled}))
	}
}

// haveWorkspace makes a workspace of an identifier that is known beforehand.
func haveWorkspace(t *testing.T, db *core.DB, domain, id string) {
	t.Helper()
	workspace := &model.Workspace{WorkspaceID: id, Name: id, DomainID: domain, State: model.Enabled}
	require.NoError(t, database.NewWorkspace(db).Create(t.Context(), workspace))
}

// world is a domain with its administrator admin and two workspaces: ann owns the first
// and is a member of the second, where bob is an owner.
type world struct {
	managers manager.Managers
	db       *core.DB
	first    string // workspaces
	second   string
}

func withWorld(t *testing.T, test func(t *testing.T, w world)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		w := world{managers: manager.New(connector.New(connector.Deps{DB: db})), db: db}
		have(t, w.managers, domainID)
		for _, name := range []string{"ann", "bob"} {
			must(t, w, admin, service.NewUser(w.managers).Create, &api.CreateUserRequest{UserId: name, Password: sesame})
		}
		w.first, w.second = w.workspace(t, "first"), w.workspace(t, "second")
		w.bind(t, "ann", model.ManagedWorkspaceOwner, w.first)
		w.bind(t, "ann", model.ManagedWorkspaceMember, w.second)
		w.bind(t, "bob", model.ManagedWorkspaceOwner, w.second)
		test(t, w)
	})
}

// admin, and owner of a workspace, call as people do whose tokens say so.
var admin = pipeline.Identity{
	TokenType: model.AccessToken, OwnerType: model.OwnerUser, RoleType: model.DomainAdmin, DomainID: domainID, Audience: "admin",
}

func owner(workspace, name string) pipeline.Identity {
	return pipeline.Identity{
		TokenType: model.AccessToken, OwnerType: model.OwnerUser, RoleType: model.WorkspaceOwner,
		DomainID: domainID, WorkspaceID: workspace, Audience: name,
	}
}

// himself calls about himself.
func himself(name string) pipeline.Identity {
	return pipeline.Identity{TokenType: model.AccessToken, OwnerType: model.OwnerUser, RoleType: model.RoleUser, DomainID: domainID, Audience: name}
}

// says is an authentication handler for whoever somebody says that he is.
type says pipeline.Identity

func (s says) Verify(_ context.Context, t *pipeline.Transaction, _ proto.Message) error {
	identity := pipeline.Identity(s)
	t.Identity = &identity
	t.Scope = pipeline.Scope{DomainID: s.DomainID, WorkspaceID: s.WorkspaceID, UserProjects: s.Projects}
	if s.RoleType == model.RoleUser {
		t.Scope.UserID = s.Audience
	}
	return nil
}

// as calls a method as somebody, in a transaction.
func as[Req, Res proto.Message](w world, who pipeline.Identity, method func(context.Context, Req) (Res, error), req Req) (Res, error) {
	return call(w, who, pipeline.Method{Resource: "Test", Verb: "test"}, method, req)
}

func call[Req, Res proto.Message](
	w world, who pipeline.Identity, how pipeline.Method, method func(context.Context, Req) (Res, error), req Req,
) (Res, error) {
	p, err := pipeline.New(pipeline.Options{
		Service: "test", Transactor: w.db,
		Handlers: pipeline.Handlers{Authentication: []pipeline.AuthenticationHandler{says(who)}},
	})
	if err != nil {
		var none Res
		return none, err
	}
	return pipeline.Call(context.Background(), p, how, req, method)
}

// must is as for a method that succeeds. Methods that hash passwords run in no transaction.
func must[Req, Res proto.Message](t *testing.T, w world, who pipeline.Identity, method func(context.Context, Req) (Res, error), req Req) Res {
	t.Helper()
	answer, err := call(w, who, pipeline.Method{Resource: "Test", Verb: "test", Piecemeal: piecemeal(req)}, method, req)
	require.NoError(t, err)
	return answer
}

// fails is as for a method that is refused, by the code of the error.
func fails[Req, Res proto.Message](
	t *testing.T, code string, w world, who pipeline.Identity, method func(context.Context, Req) (Res, error), req Req, why ...any,
) {
	t.Helper()
	_, err := call(w, who, pipeline.Method{Resource: "Test", Verb: "test", Piecemeal: piecemeal(req)}, method, req)
	if assert.Error(t, err, why...) {
		assert.Equal(t, code, apierror.From(err).Code, "%v: %v", why, err)
	}
}

func piecemeal(req proto.Message) bool {
	switch req.(type) {
	case *api.CreateUserRequest, *api.UpdateUserRequest, *api.UpdatePasswordUserProfileRequest, *api.IssueTokenRequest,
		*api.GrantTokenRequest, *api.RevokeTokenRequest, *api.SystemInitRequest, *api.CreateDomainRequest:
		return true
	}
	return false
}

func (w world) workspace(t *testing.T, name string) string {
	t.Helper()
	return must(t, w, admin, service.NewWorkspace(w.managers).Create, &api.CreateWorkSpaceRequest{Name: name}).GetWorkspaceId()
}

// bind gives a user a role: in the domain, if no workspace is named.
func (w world) bind(t *testing.T, user, role, workspace string) string {
	t.Helper()
	group := api.CreateRoleBindingRequest_WORKSPACE
	if workspace == "" {
		group = api.CreateRoleBindingRequest_DOMAIN
	}
	req := &api.CreateRoleBindingRequest{UserId: user, RoleId: role, WorkspaceId: workspace, ResourceGroup: group}
	return must(t, w, admin, service.NewRoleBinding(w.managers).Create, req).GetRoleBindingId()
}

func signIn(userID, password string) *api.IssueTokenRequest {
	said, _ := structpb.NewStruct(map[string]any{"user_id": userID, "password": password}) //nolint:errcheck // texts are fine
	return &api.IssueTokenRequest{Credentials: said, AuthType: api.IssueTokenRequest_LOCAL, DomainId: domainID}
}

func (w world) signIn(t *testing.T, userID string) *api.TokenInfo {
	t.Helper()
	tokens, err := service.NewToken(w.managers).Issue(t.Context(), signIn(userID, sesame))
	require.NoError(t, err)
	return tokens
}

func (w world) read(t *testing.T, token string) *model.Claims {
	t.Helper()
	claims, _, err := w.managers.Signer.Read(t.Context(), token)
	require.NoError(t, err)
	return claims
}
