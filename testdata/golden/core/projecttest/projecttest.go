// Package projecttest holds the contract of resources that belong to projects, as a test:
// callers whose token names projects see and change nothing of other projects, by
// whatever method.
package projecttest

import (
	"context"
	"io/fs"
	"log/slog"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/server"
)

// The domain and the workspace in which the contract works.
const (
	Domain    = "domain-1"
	Workspace = "workspace-1"
)

// Contract is that of the resources of one service.
type Contract struct {
	Migrations func() (fs.FS, error) // make the tables
	Service    string                // its full name, such as spaceone.api.inventory.v1.Server
	ID         string                // the field that identifies a resource
	// New registers the service, with its guard, on a server, and gives the resources that
	// it serves.
	New func(t *testing.T, db *database.DB, p *pipeline.Pipeline, on grpc.ServiceRegistrar) Items
}

// Items are the resources as they are stored, whoever asks.
type Items struct {
	// Create stores one in a project of Domain and Workspace and gives its identifier.
	Create func(ctx context.Context, project string) (id string, err error)
	// Project gives the project in which one is.
	Project func(ctx context.Context, id string) (project string, err error)
}

// Test runs the contract on every engine.
func (c Contract) Test(t *testing.T) {
	t.Helper()
	migrations, err := c.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *database.DB) {
		tokens := newIssuer(t)
		p, err := pipeline.New(pipeline.Options{Service: "test", Transactor: db, Handlers: tokens.handlers(t)})
		require.NoError(t, err)
		g := server.NewGRPC(server.GRPCOptions{Log: slog.New(slog.DiscardHandler)})
		items := c.New(t, db, p, g.Server())
		require.NoError(t, g.Module().Start(t.Context()))
		defer func() { assert.NoError(t, g.Module().Stop(context.Background())) }()
		conn, err := g.InMemory()
		require.NoError(t, err)
		defer func() { assert.NoError(t, conn.Close()) }()

		with := contractTest{Contract: c, Items: items, client: newClient(t, conn, c.Service), ids: map[string]string{}}
		for _, project := range []string{"p1", "p2", ""} {
			with.ids[project], err = items.Create(t.Context(), project)
			require.NoError(t, err)
		}
		with.shows(t, tokens)
		with.changes(t, tokens)
	})
}

// A contractTest is the contract with a service, and with a resource in each project.
type contractTest struct {
	Contract
	Items
	client client
	ids    map[string]string // project → identifier
}

// shows: each method that reads gives what lies in the caller's projects.
func (c contractTest) shows(t *testing.T, tokens issuer) {
	t.Helper()
	for name, caller := range map[string]struct {
		ctx  context.Context
		sees []string
	}{
		"a member":                  {tokens.as(t, "WORKSPACE_MEMBER", "p1"), []string{"p1"}},
		"a member of two":           {tokens.as(t, "WORKSPACE_MEMBER", "p1", "p2"), []string{"p1", "p2"}},
		"a member without projects": {tokens.as(t, "WORKSPACE_MEMBER"), nil},
		"an owner of some":          {tokens.as(t, "WORKSPACE_OWNER", "p1"), []string{"p1"}},
		"an owner":                  {tokens.as(t, "WORKSPACE_OWNER"), []string{"p1", "p2", ""}},
		"an administrator":          {tokens.as(t, "DOMAIN_ADMIN"), []string{"p1", "p2", ""}},
	} {
		all, err := c.client.call(caller.ctx, "list", nil)
		require.NoError(t, err, name)
		var seen []string
		for i, results := 0, list(all, "results"); i < results.Len(); i++ {
			seen = append(seen, text(results.Get(i).Message(), "project_id"))
		}
		assert.ElementsMatch(t, caller.sees, seen, name)
		assert.EqualValues(t, len(caller.sees), all.Get(field(all, "total_count")).Int(), name)

		stat, err := c.client.call(caller.ctx, "stat", request{"query": map[string]any{"distinct": c.ID}})
		require.NoError(t, err, name)
		answer, ok := stat.Interface().(*structpb.Struct)
		require.True(t, ok, "%s answers %s", name, stat.Descriptor().FullName())
		assert.Len(t, answer.AsMap()["results"], len(caller.sees), name)

		for project, id := range c.ids {
			want := codes.NotFound
			if slices.Contains(caller.sees, project) {
				want = codes.OK
			}
			_, err := c.client.call(caller.ctx, "get", request{c.ID: id})
			assert.Equal(t, want, status.Code(err), "%s gets one of %q", name, project)
		}
	}
}

// changes: no method writes into other projects, or takes anything out of them.
func (c contractTest) changes(t *testing.T, tokens issuer) {
	t.Helper()
	member, owner := tokens.as(t, "WORKSPACE_MEMBER", "p1"), tokens.as(t, "WORKSPACE_OWNER", "p1")
	mine, theirs := c.ids["p1"], c.ids["p2"]
	for _, refused := range []struct {
		what   string
		ctx    context.Context
		method string
		req    request
		want   codes.Code
	}{
		{"lists another project", member, "list", request{"project_id": "p2"}, codes.PermissionDenied},
		{"updates one of another project", owner, "update", request{c.ID: theirs}, codes.NotFound},
		{"moves one into another project", owner, "update", request{c.ID: mine, "project_id": "p2"}, codes.PermissionDenied},
		{"moves one into all projects", owner, "update", request{c.ID: mine, "project_id": "*"}, codes.PermissionDenied},
		{"creates one in another project", owner, "create", request{"project_id": "p2"}, codes.PermissionDenied},
		{"deletes one of another project", owner, "delete", request{c.ID: theirs}, codes.NotFound},
	} {
		_, err := c.client.call(refused.ctx, refused.method, refused.req)
		assert.Equal(t, refused.want, status.Code(err), "%s: %v", refused.what, err)
	}
	for project, id := range c.ids {
		is, err := c.Project(t.Context(), id)
		require.NoError(t, err, "nothing was deleted")
		assert.Equal(t, project, is, "nothing was moved")
	}
	for _, method := range []string{"update", "delete"} {
		_, err := c.client.call(owner, method, request{c.ID: mine})
		assert.NoError(t, err, "%s one of the caller's project", method)
	}
	_, err := c.Project(t.Context(), mine)
	assert.Equal(t, codes.NotFound, status.Code(err), "it is deleted")
	_, err = c.Project(t.Context(), theirs)
	assert.NoError(t, err)
}
