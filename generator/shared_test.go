package generator_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestE2EDomainsShare: what belongs to a whole domain is seen by each of its workspaces, and
// changed by none, be it a resource of the Spec or of an API.
func TestE2EDomainsShare(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds repositories")
	}
	t.Run("of the Spec", func(t *testing.T) {
		t.Parallel()
		s := spec.New("shop")
		s.Module, s.Servers, s.Cache = probe, []spec.Server{spec.GRPCServer}, spec.LocalCache
		s.Resources = []spec.Resource{{Name: "Board", Fields: []spec.Field{
			{Name: "name", Required: true}, {Name: "resource_group", Type: spec.Enum, Values: []string{"WORKSPACE", "DOMAIN"}, Required: true},
		}}}
		dir := buildNew(t, spec.Defaults(s))
		share(t, dir, map[string]string{"PKG": "spaceone/api/shop/v1", "GROUP": "BoardInfo"})
		command(t, dir, "go", "test", "-vet=off", "./internal/...")
	})
	t.Run("of an API", func(t *testing.T) {
		t.Parallel()
		s := spec.New("shop")
		s.Module, s.Package, s.Servers, s.Cache = probe, "acme.shop.v1", []spec.Server{spec.GRPCServer}, spec.LocalCache
		s = spec.Defaults(s)
		dir := filepath.Join(t.TempDir(), "shop")
		_, err := newGenerator(t).Create(t.Context(), s, render.Input{Protos: protofile.Sources{"acme/shop/v1/board.proto": []byte(boardProto)}}, dir)
		require.NoError(t, err)
		require.NoError(t, protocode.Make(t.Context(), s, dir, progress.Quiet))
		share(t, dir, map[string]string{"PKG": "acme/shop/v1", "GROUP": "BoardInfo"})
		command(t, dir, "go", "vet", "./...")
		command(t, dir, "go", "test", "-vet=off", "./internal/...")
	})
}

// share writes the test of two workspaces into a repository.
func share(t *testing.T, dir string, names map[string]string) {
	t.Helper()
	text := strings.ReplaceAll(sharedBoards, "PROBE", probe)
	for name, value := range names {
		text = strings.ReplaceAll(text, name, value)
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "internal", "service", "shared_test.go"), []byte(text), 0o600))
}

const boardProto = `syntax = "proto3";
package acme.shop.v1;
service Board {
  rpc create (CreateBoardRequest) returns (BoardInfo) {}
  rpc update (UpdateBoardRequest) returns (BoardInfo) {}
  rpc delete (BoardRequest) returns (BoardInfo) {}
  rpc get (BoardRequest) returns (BoardInfo) {}
  rpc list (BoardQuery) returns (BoardsInfo) {}
}
message CreateBoardRequest { string name = 1; BoardInfo.ResourceGroup resource_group = 2; }
message UpdateBoardRequest { string board_id = 1; string name = 2; BoardInfo.ResourceGroup resource_group = 3; }
message BoardRequest { string board_id = 1; }
message BoardQuery { string board_id = 1; }
message BoardsInfo { repeated BoardInfo results = 1; int32 total_count = 2; }
message BoardInfo {
  enum ResourceGroup { NONE = 0; WORKSPACE = 1; DOMAIN = 2; }
  string board_id = 1;
  string name = 2;
  ResourceGroup resource_group = 3;
  string domain_id = 10;
  string workspace_id = 11;
}
`

// sharedBoards calls the methods as the administrator of a domain, and from two of its
// workspaces.
const sharedBoards = `package service_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	api "PROBE/gen/go/PKG"
	"PROBE/internal/connector"
	"PROBE/internal/connector/database"
	"PROBE/internal/manager"
	"PROBE/internal/service"
	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/cachetest"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/handler"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// from says who calls, as an authentication handler does: the administrator of a domain,
// or the owner of one of its workspaces.
type from struct{ domain, workspace string }

func (c from) Verify(_ context.Context, t *pipeline.Transaction, _ proto.Message) error {
	t.Scope = pipeline.Scope{DomainID: c.domain, WorkspaceID: c.workspace}
	t.Identity = &pipeline.Identity{RoleType: "DOMAIN_ADMIN", DomainID: c.domain}
	if c.workspace != "" {
		t.Identity = &pipeline.Identity{RoleType: "WORKSPACE_OWNER", DomainID: c.domain, WorkspaceID: c.workspace}
	}
	return nil
}

func call[Req, Res proto.Message](t *testing.T, db *core.DB, who from, verb string, method func(context.Context, Req) (Res, error), req Req) (Res, string) {
	t.Helper()
	authorization, err := handler.NewAuthorization(nil, handler.Deps{})
	require.NoError(t, err)
	mutation, err := handler.NewMutation(nil, handler.Deps{})
	require.NoError(t, err)
	p, err := pipeline.New(pipeline.Options{Transactor: db, Handlers: pipeline.Handlers{
		Authentication: []pipeline.AuthenticationHandler{who}, Authorization: []pipeline.AuthorizationHandler{authorization},
		Mutation: []pipeline.MutationHandler{mutation},
	}})
	require.NoError(t, err)
	res, err := pipeline.Call(t.Context(), p, pipeline.Method{
		Resource: "Board", Verb: verb, ReadOnly: verb == "get" || verb == "list", RoleTypes: []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER"},
	}, req, method)
	if err != nil {
		return res, apierror.From(err).Code
	}
	return res, ""
}

// change is a request that changes one field.
func change(t *testing.T, id, field, value string) *api.UpdateBoardRequest {
	t.Helper()
	req := new(api.UpdateBoardRequest)
	require.NoError(t, protojson.Unmarshal([]byte("{\"board_id\": \""+id+"\", \""+field+"\": \""+value+"\"}"), req))
	return req
}

func TestWorkspacesSeeWhatTheirDomainShares(t *testing.T) {
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		boards := service.NewBoard(manager.New(connector.New(connector.Deps{DB: db}), cachetest.Local(t)))
		admin, one, two, other := from{"domain-1", ""}, from{"domain-1", "workspace-1"}, from{"domain-1", "workspace-2"}, from{"domain-2", "workspace-1"}
		const domain, workspace = api.GROUP_DOMAIN, api.GROUP_WORKSPACE
		shared, code := call(t, db, admin, "create", boards.Create, &api.CreateBoardRequest{Name: "shared", ResourceGroup: domain})
		require.Empty(t, code)
		assert.Equal(t, "*", shared.GetWorkspaceId())
		own, code := call(t, db, one, "create", boards.Create, &api.CreateBoardRequest{Name: "own", ResourceGroup: workspace})
		require.Empty(t, code)
		assert.Equal(t, "workspace-1", own.GetWorkspaceId())
		_, code = call(t, db, admin, "create", boards.Create, &api.CreateBoardRequest{Name: "nowhere", ResourceGroup: workspace})
		assert.Equal(t, "ERROR_REQUIRED_PARAMETER", code, "nobody says in which workspace")
		_, code = call(t, db, one, "create", boards.Create, &api.CreateBoardRequest{Name: "x", ResourceGroup: domain})
		assert.Equal(t, "ERROR_PERMISSION_DENIED", code)

		for who, want := range map[from][2]string{
			admin: {"", ""}, one: {"", ""}, two: {"", "ERROR_NOT_FOUND"}, other: {"ERROR_NOT_FOUND", "ERROR_NOT_FOUND"},
		} {
			for range 2 { // the second time from the cache
				_, code := call(t, db, who, "get", boards.Get, &api.BoardRequest{BoardId: shared.GetBoardId()})
				assert.Equal(t, want[0], code, "%v", who)
				_, code = call(t, db, who, "get", boards.Get, &api.BoardRequest{BoardId: own.GetBoardId()})
				assert.Equal(t, want[1], code, "%v", who)
			}
			all, code := call(t, db, who, "list", boards.List, &api.BoardQuery{})
			require.Empty(t, code)
			seen := 0
			for _, code := range want {
				if code == "" {
					seen++
				}
			}
			assert.Len(t, all.GetResults(), seen, "%v", who)
		}

		for _, who := range []from{one, two, other} {
			_, code := call(t, db, who, "update", boards.Update, change(t, shared.GetBoardId(), "name", "mine"))
			assert.Equal(t, "ERROR_NOT_FOUND", code, "%v sees it, and changes nothing of it", who)
			_, code = call(t, db, who, "delete", boards.Delete, &api.BoardRequest{BoardId: shared.GetBoardId()})
			assert.Equal(t, "ERROR_NOT_FOUND", code, "%v", who)
		}
		moved, code := call(t, db, admin, "update", boards.Update, change(t, own.GetBoardId(), "resource_group", "DOMAIN"))
		require.Empty(t, code)
		assert.Equal(t, "*", moved.GetWorkspaceId())
		all, code := call(t, db, two, "list", boards.List, &api.BoardQuery{})
		require.Empty(t, code)
		assert.Len(t, all.GetResults(), 2, "it is shared from now on")
	})
}
`
