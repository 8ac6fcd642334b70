package service_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/connector/database"
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
		managers := managersOf(connectors)
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

func TestUserKeepsUser(t *testing.T) {
	withUser(t, func(t *testing.T, f userFixture) {
		req := newUser(1)
		created, err := userCall(f, "domain-1", f.Create, req)
		require.NoError(t, err)
		require.NotEmpty(t, created.GetUserId())
		apirecordtest.AssertHolds(t, created, req, "created_at", "updated_at", "create_time", "update_time")
		got, err := userCall(f, "domain-1", f.Get, &api.UserRequest{UserId: created.GetUserId()})
		require.NoError(t, err)
		assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)

		change := apirecordtest.Fill(&api.UpdateUserRequest{}, 2)
		change.UserId = created.GetUserId()
		updated, err := userCall(f, "domain-1", f.Update, change)
		require.NoError(t, err)
		apirecordtest.AssertHolds(t, updated, change, "created_at", "updated_at", "create_time", "update_time")
		got, err = userCall(f, "domain-1", f.Get, &api.UserRequest{UserId: created.GetUserId()})
		require.NoError(t, err)
		assert.True(t, proto.Equal(updated, got), "updated %v, got %v", updated, got)

		_, err = userCall(f, "domain-1", f.Delete, &api.UserRequest{UserId: created.GetUserId()})
		require.NoError(t, err)
		_, err = userCall(f, "domain-1", f.Get, &api.UserRequest{UserId: created.GetUserId()})
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
	})
}

func TestUserKeepsUserFromOtherDomains(t *testing.T) {
	withUser(t, func(t *testing.T, f userFixture) {
		created, err := userCall(f, "domain-1", f.Create, newUser(1))
		require.NoError(t, err)
		_, err = userCall(f, "domain-2", f.Get, &api.UserRequest{UserId: created.GetUserId()})
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
		for domain, want := range map[string]int{"domain-1": 1, "domain-2": 0} {
			all, err := userCall(f, domain, f.List, &api.UserQuery{})
			require.NoError(t, err)
			assert.Len(t, all.GetResults(), want, domain)
		}
	})
}

func TestUserListsUsers(t *testing.T) {
	withUser(t, func(t *testing.T, f userFixture) {
		var ids []string
		for n := range uint8(3) {
			created, err := userCall(f, "domain-1", f.Create, newUser(n))
			require.NoError(t, err)
			ids = append(ids, created.GetUserId())
		}
		list := func(t *testing.T, request string) *api.UsersInfo {
			t.Helper()
			req := &api.UserQuery{}
			require.NoError(t, protojson.Unmarshal([]byte(request), req))
			all, err := userCall(f, "domain-1", f.List, req)
			require.NoError(t, err, request)
			return all
		}
		for filter, want := range map[string]int{
			`"o": "eq", "v": "ID"`:               1,
			`"o": "not", "v": "ID"`:              2,
			`"o": "in", "v": ["ID", "nothing"]`:  1,
			`"o": "not_in", "v": ["ID"]`:         2,
			`"o": "contain", "v": "ID"`:          1,
			`"o": "not_contain", "v": "ID"`:      2,
			`"o": "contain_in", "v": ["ID"]`:     1,
			`"o": "not_contain_in", "v": ["ID"]`: 2,
			`"o": "exists", "v": true`:           3,
			`"o": "regex", "v": "^ID$"`:          1,
			`"o": "regex_in", "v": ["^ID$"]`:     1,
			`"o": "gte", "v": "ID"`:              atLeast(ids, ids[1]),
			`"o": "lt", "v": "ID"`:               len(ids) - atLeast(ids, ids[1]),
		} {
			request := `{"query": {"filter": [{"k": "user_id", ` + strings.ReplaceAll(filter, "ID", ids[1]) + `}]}}`
			assert.Len(t, list(t, request).GetResults(), want, filter)
		}
		page := list(t, `{"query": {"sort": [{"key": "user_id"}], "page": {"start": 3, "limit": 2}}}`)
		assert.Len(t, page.GetResults(), 1)
		assert.EqualValues(t, 3, page.GetTotalCount())
	})
}
