package app_test

import (
	"context"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	corehandler "github.com/cloudforet-io/spacegen/core/handler"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/spaceconnector"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/emptypb"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v2"
	"github.com/cloudforet-io/identity/internal/model"
)

// TestTokensElsewhere has another service check tokens as each service of the platform
// does: it asks this one, by gRPC and with the system token, for the domain's key, and
// what an app may do.
func TestTokensElsewhere(t *testing.T) {
	onPlatform(t, func(t *testing.T, p platform) {
		services := spaceconnector.New(spaceconnector.Options{
			Endpoints: map[string]string{"identity": "grpc://" + p.grpc},
			Token:     func() (string, error) { return p.system, nil },
		})
		t.Cleanup(func() { assert.NoError(t, services.Close()) })
		authentication, err := corehandler.NewAuthentication(nil, corehandler.Deps{
			Identity: services, SystemDomain: corehandler.SystemDomain("", func() (string, error) { return p.system, nil }),
		})
		require.NoError(t, err)
		authorization, err := corehandler.NewAuthorization(nil, corehandler.Deps{})
		require.NoError(t, err)
		inventory, err := pipeline.New(pipeline.Options{Service: "inventory", Handlers: pipeline.Handlers{
			Authentication: []pipeline.AuthenticationHandler{authentication}, Authorization: []pipeline.AuthorizationHandler{authorization},
		}})
		require.NoError(t, err)
		call := func(token string, roles ...string) (scope pipeline.Scope, err error) {
			ctx := pipeline.WithMetadata(t.Context(), pipeline.Metadata{Token: token})
			method := pipeline.Method{Resource: "Region", Verb: "create", Permission: "inventory:Region.write", RoleTypes: roles}
			_, err = pipeline.Call(ctx, inventory, method, &emptypb.Empty{}, func(ctx context.Context, req *emptypb.Empty) (*emptypb.Empty, error) {
				scope = pipeline.TransactionFrom(ctx).Scope
				return req, nil
			})
			return scope, err
		}

		admin := p.admin(t, p.domainID, "admin", passwordOfAdmin)
		workspace := new(api.WorkspaceInfo)
		require.NoError(t, p.call(t, "Workspace.create", admin, &api.CreateWorkSpaceRequest{Name: t.Name()}, workspace))
		member := "member-" + t.Name()
		require.NoError(t, p.call(t, "User.create", admin, &api.CreateUserRequest{UserId: member, Password: passwordOfAdmin}, new(api.UserInfo)))
		require.NoError(t, p.call(t, "RoleBinding.create", admin, &api.CreateRoleBindingRequest{
			UserId: member, RoleId: model.ManagedWorkspaceMember, ResourceGroup: api.CreateRoleBindingRequest_WORKSPACE, WorkspaceId: workspace.GetWorkspaceId(),
		}, new(api.RoleBindingInfo)))
		owning := p.granted(t, p.signIn(t, p.domainID, "admin", passwordOfAdmin), api.GrantTokenRequest_WORKSPACE, workspace.GetWorkspaceId())
		project := new(api.ProjectInfo)
		require.NoError(t, p.call(t, "Project.create", owning, &api.CreateProjectRequest{Name: "public", ProjectType: api.ProjectType_PUBLIC}, project))

		scope, err := call(owning, "WORKSPACE_OWNER")
		require.NoError(t, err)
		assert.Equal(t, pipeline.Scope{DomainID: p.domainID, WorkspaceID: workspace.GetWorkspaceId()}, scope)
		tokens := p.signIn(t, p.domainID, member, passwordOfAdmin)
		token := p.granted(t, tokens, api.GrantTokenRequest_WORKSPACE, workspace.GetWorkspaceId())
		_, err = call(token, "WORKSPACE_OWNER")
		assert.Equal(t, denied, apierror.From(err).Code)
		scope, err = call(token, "WORKSPACE_OWNER", "WORKSPACE_MEMBER")
		require.NoError(t, err)
		assert.Equal(t, []string{project.GetProjectId()}, scope.UserProjects)
		_, err = call(tokens.GetAccessToken(), "WORKSPACE_MEMBER")
		assert.Equal(t, denied, apierror.From(err).Code, "what Token.issue gives is for his profile")
		_, err = call(tokens.GetRefreshToken(), "WORKSPACE_MEMBER")
		assert.Equal(t, unauthenticated, apierror.From(err).Code)
		scope, err = call(admin, "DOMAIN_ADMIN")
		require.NoError(t, err)
		assert.Equal(t, pipeline.Scope{DomainID: p.domainID}, scope)
		_, err = call(p.system, "DOMAIN_ADMIN")
		require.NoError(t, err)

		app := new(api.AppInfo)
		require.NoError(t, p.call(t, "App.create", admin, &api.CreateAppRequest{
			Name: "of a project", RoleId: model.ManagedWorkspaceMember, ResourceGroup: api.CreateAppRequest_PROJECT,
			WorkspaceId: workspace.GetWorkspaceId(), ProjectId: project.GetProjectId(),
		}, app))
		scope, err = call(app.GetClientSecret(), "WORKSPACE_MEMBER")
		require.NoError(t, err)
		assert.Equal(t, []string{project.GetProjectId()}, scope.UserProjects)
	})
}
