package service_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/manager"
	"github.com/cloudforet-io/identity/internal/service"
)

// userFixture calls the service User for a domain and a workspace.
type userFixture struct {
	*service.User
	pipeline *pipeline.Pipeline
}

func withUser(t *testing.T, test func(t *testing.T, f userFixture)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		connectors := connector.New(connector.Deps{DB: db})
		managers := manager.New(connectors)
		have(t, connectors, "domain-1", "domain-2")
		p, err := pipeline.New(pipeline.Options{Service: "test", Transactor: db})
		require.NoError(t, err)
		test(t, userFixture{service.NewUser(managers), p})
	})
}

// userCall calls a method as somebody of a domain would; without one, as the platform itself.
func userCall[Req, Res proto.Message](f userFixture, domain string, method func(context.Context, Req) (Res, error), req Req) (Res, error) {
	ctx := context.Background()
	if domain != "" {
		ctx = pipeline.WithMetadata(ctx, pipeline.Metadata{DomainID: domain, WorkspaceID: "workspace-1"})
	}
	return pipeline.Call(ctx, f.pipeline, pipeline.Method{Resource: "User", Verb: "test"}, req, method)
}

// newUser asks for a user unlike those of other numbers.
func newUser(n uint8) *api.CreateUserRequest {
	req := apirecordtest.Fill(&api.CreateUserRequest{}, n)
	req.RoleBindings = bindings(n)
	return req
}

func bindings(n uint8) []*api.RoleBinding {
	return []*api.RoleBinding{
		{WorkspaceId: fmt.Sprint("workspace-", n), RoleType: api.RoleBinding_WORKSPACE_MEMBER, Projects: []string{"project-1"}},
		{WorkspaceId: "workspace-9", RoleType: api.RoleBinding_WORKSPACE_OWNER},
	}
}
