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

// TestE2EProjectsConfine: what has a project_id is kept from callers whose token names other
// projects, be it a resource of the Spec (a test that is emitted says so, by gRPC and with
// tokens) or of an API.
func TestE2EProjectsConfine(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds repositories")
	}
	t.Run("of the Spec", func(t *testing.T) {
		t.Parallel()
		s := spec.New("shop")
		s.Module, s.Servers, s.Cache = probe, []spec.Server{spec.GRPCServer}, spec.LocalCache
		s.Resources = []spec.Resource{
			{Name: "Disk", Fields: []spec.Field{{Name: "name", Type: spec.String, Required: true, Unique: true}, {Name: "project_id", Type: spec.String, Required: true}}},
			{Name: "Size", Fields: []spec.Field{{Name: "name", Type: spec.String}}},
		}
		dir := buildNew(t, spec.Defaults(s))
		require.FileExists(t, filepath.Join(dir, "internal", "app", "disk_projects_test.go"))
		command(t, dir, "go", "test", "-vet=off", "-run", "Disk|Size", "./internal/app", "./internal/manager", "./internal/service")
	})
	t.Run("of an API", func(t *testing.T) {
		t.Parallel()
		s := spec.New("shop")
		s.Module, s.Package, s.Servers, s.Cache = probe, "acme.shop.v1", []spec.Server{spec.GRPCServer}, spec.LocalCache
		s = spec.Defaults(s)
		dir := filepath.Join(t.TempDir(), "shop")
		_, err := newGenerator(t).Create(t.Context(), s, render.Input{Protos: protofile.Sources{"acme/shop/v1/disk.proto": []byte(diskProto)}}, dir)
		require.NoError(t, err)
		require.NoError(t, protocode.Make(t.Context(), s, dir, progress.Quiet))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "internal", "service", "within_test.go"), []byte(strings.ReplaceAll(withinProjects, "PROBE", probe)), 0o600))
		command(t, dir, "go", "vet", "./...")
		command(t, dir, "go", "test", "-vet=off", "./internal/service", "./internal/manager")
	})
}

const diskProto = `syntax = "proto3";
package acme.shop.v1;
service Disk {
  rpc create (CreateDiskRequest) returns (DiskInfo) {}
  rpc update (UpdateDiskRequest) returns (DiskInfo) {}
  rpc enable (DiskRequest) returns (DiskInfo) {}
  rpc delete (DiskRequest) returns (DiskInfo) {}
  rpc get (DiskRequest) returns (DiskInfo) {}
  rpc list (DiskQuery) returns (DisksInfo) {}
}
message CreateDiskRequest { string name = 1; string project_id = 2; }
message UpdateDiskRequest { string disk_id = 1; string name = 2; string project_id = 3; }
message DiskRequest { string disk_id = 1; repeated string user_projects = 2; }
message DiskQuery { string disk_id = 1; string project_id = 2; repeated string user_projects = 3; string colour = 4; }
message DisksInfo { repeated DiskInfo results = 1; int32 total_count = 2; }
message DiskInfo {
  enum State { NONE = 0; ENABLED = 1; DISABLED = 2; }
  string disk_id = 1;
  string name = 2;
  string project_id = 3;
  State state = 4;
  int64 version = 5;
  string row_version = 6;
  string domain_id = 10;
  string workspace_id = 11;
}
`

// withinProjects calls the methods of the API as somebody whose token names p1 only.
const withinProjects = `package service_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	api "PROBE/gen/go/acme/shop/v1"
	"PROBE/internal/connector"
	"PROBE/internal/connector/database"
	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/cache"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/handler"
	"PROBE/internal/manager"
	"PROBE/internal/service"
)

// caller says who calls, as an authentication handler does.
type caller pipeline.Scope

func (c caller) Verify(_ context.Context, t *pipeline.Transaction, _ proto.Message) error {
	t.Scope = pipeline.Scope(c)
	t.Identity = &pipeline.Identity{RoleType: "DOMAIN_ADMIN", DomainID: c.DomainID}
	if c.UserProjects != nil {
		t.Identity = &pipeline.Identity{RoleType: "WORKSPACE_MEMBER", DomainID: c.DomainID, WorkspaceID: c.WorkspaceID, Projects: c.UserProjects}
	}
	return nil
}

func as[Req, Res proto.Message](t *testing.T, db *core.DB, projects []string, verb string, method func(context.Context, Req) (Res, error), req Req) (Res, string) {
	t.Helper()
	who := caller{DomainID: "domain-1", WorkspaceID: "workspace-1", UserProjects: projects}
	mutation, err := handler.NewMutation(nil, handler.Deps{})
	require.NoError(t, err)
	p, err := pipeline.New(pipeline.Options{Transactor: db, Handlers: pipeline.Handlers{
		Authentication: []pipeline.AuthenticationHandler{who}, Mutation: []pipeline.MutationHandler{mutation},
	}})
	require.NoError(t, err)
	res, err := pipeline.Call(t.Context(), p, pipeline.Method{Resource: "Disk", Verb: verb, ReadOnly: verb == "get" || verb == "list"}, req, method)
	if err != nil {
		return res, apierror.From(err).Code
	}
	return res, ""
}

func TestWithinProjects(t *testing.T) {
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		store, err := cache.New(cache.Options{})
		require.NoError(t, err)
		disks := service.NewDisk(manager.New(connector.New(connector.Deps{DB: db}), store))
		ids := map[string]string{}
		for _, project := range []string{"p1", "p2", ""} {
			info, code := as(t, db, nil, "create", disks.Create, &api.CreateDiskRequest{Name: "disk", ProjectId: project})
			require.Empty(t, code)
			ids[project] = info.GetDiskId()
			_, code = as(t, db, nil, "get", disks.Get, &api.DiskRequest{DiskId: info.GetDiskId()}) // which fills the cache
			require.Empty(t, code)
		}
		mine := []string{"p1"}
		for project, want := range map[string]string{"p1": "", "p2": "ERROR_NOT_FOUND", "": "ERROR_NOT_FOUND"} {
			id := &api.DiskRequest{DiskId: ids[project]}
			_, code := as(t, db, mine, "get", disks.Get, id)
			assert.Equal(t, want, code, project)
			_, code = as(t, db, mine, "enable", disks.Enable, id)
			assert.Equal(t, want, code, project)
			_, code = as(t, db, mine, "update", disks.Update, &api.UpdateDiskRequest{DiskId: ids[project], Name: "x"})
			assert.Equal(t, want, code, project)
			_, code = as(t, db, []string{}, "get", disks.Get, id)
			assert.Equal(t, "ERROR_NOT_FOUND", code, "no project at all")
		}
		for want, projects := range [][]string{{}, mine, {"p1", "p2"}, nil} {
			all, code := as(t, db, projects, "list", disks.List, &api.DiskQuery{})
			require.Empty(t, code)
			assert.Len(t, all.GetResults(), want)
		}
		for said, want := range map[string]string{"": "", "p2": "ERROR_NOT_IMPLEMENTED"} {
			query := &api.DiskQuery{}
			if said != "" {
				query.UserProjects = []string{said}
			}
			_, code := as(t, db, nil, "list", disks.List, query)
			assert.Equal(t, want, code, "projects that an administrator names himself: %q", said)
			all, code := as(t, db, mine, "list", disks.List, proto.Clone(query).(*api.DiskQuery))
			assert.Empty(t, code, "a handler names a member's")
			assert.Len(t, all.GetResults(), 1)
		}
		_, code := as(t, db, mine, "list", disks.List, &api.DiskQuery{Colour: "red"})
		assert.Equal(t, "ERROR_NOT_IMPLEMENTED", code, "no handler names a colour")
		_, code = as(t, db, mine, "create", disks.Create, &api.CreateDiskRequest{ProjectId: "p2"})
		assert.Equal(t, "ERROR_PERMISSION_DENIED", code)
		_, code = as(t, db, mine, "create", disks.Create, &api.CreateDiskRequest{Name: "nowhere"})
		assert.Equal(t, "ERROR_REQUIRED_PARAMETER", code)
		_, code = as(t, db, mine, "update", disks.Update, &api.UpdateDiskRequest{DiskId: ids["p1"], ProjectId: "p2"})
		assert.Equal(t, "ERROR_PERMISSION_DENIED", code)
		_, code = as(t, db, mine, "delete", disks.Delete, &api.DiskRequest{DiskId: ids["p2"]})
		assert.Equal(t, "ERROR_NOT_FOUND", code)
		_, code = as(t, db, mine, "delete", disks.Delete, &api.DiskRequest{DiskId: ids["p1"]})
		assert.Empty(t, code)
	})
}
`
