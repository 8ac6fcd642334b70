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

	api "github.com/cloudforet-io/plugin/gen/go/spaceone/api/plugin/v1"
	"github.com/cloudforet-io/plugin/internal/connector"
	"github.com/cloudforet-io/plugin/internal/connector/database"
	"github.com/cloudforet-io/plugin/internal/manager"
	"github.com/cloudforet-io/plugin/internal/service"
)

// pluginFixture calls the service Plugin for a domain and a workspace.
type pluginFixture struct {
	*service.Plugin
	pipeline *pipeline.Pipeline
}

func withPlugin(t *testing.T, test func(t *testing.T, f pluginFixture)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		connectors := connector.New(connector.Deps{DB: db})
		managers := manager.Managers{
			RegisteredPlugin: manager.NewRegisteredPlugin(connectors),
			InstalledPlugin:  manager.NewInstalledPlugin(connectors),
			Supervisor:       manager.NewSupervisor(connectors),
		}
		p, err := pipeline.New(pipeline.Options{Service: "test", Transactor: db})
		require.NoError(t, err)
		test(t, pluginFixture{service.NewPlugin(managers), p})
	})
}

// pluginCall calls a method as somebody of a domain would; without one, as the platform itself.
func pluginCall[Req, Res proto.Message](f pluginFixture, domain string, method func(context.Context, Req) (Res, error), req Req) (Res, error) {
	ctx := context.Background()
	if domain != "" {
		ctx = pipeline.WithMetadata(ctx, pipeline.Metadata{DomainID: domain, WorkspaceID: "workspace-1"})
	}
	return pipeline.Call(ctx, f.pipeline, pipeline.Method{Resource: "Plugin", Verb: "test"}, req, method)
}

// newPlugin asks for a plugin unlike those of other numbers.
func newPlugin(n uint8) *api.RegisterPluginRequest {
	req := apirecordtest.Fill(&api.RegisterPluginRequest{}, n)
	req.RegistryUrl, req.Image, req.Versions = "registry.example", fmt.Sprint("acme/plugin-", n), []string{"1.0"}
	return req
}

func TestPluginKeepsRegisteredPlugin(t *testing.T) {
	withPlugin(t, func(t *testing.T, f pluginFixture) {
		req := newPlugin(1)
		created, err := pluginCall(f, "domain-1", f.Register, req)
		require.NoError(t, err)
		require.NotEmpty(t, created.GetPluginId())
		apirecordtest.AssertHolds(t, created, req, "created_at", "updated_at", "create_time", "update_time")
		got, err := pluginCall(f, "domain-1", f.Get, &api.PluginRequest{PluginId: created.GetPluginId()})
		require.NoError(t, err)
		assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)

		change := apirecordtest.Fill(&api.UpdatePluginRequest{}, 2)
		change.PluginId, change.Versions = created.GetPluginId(), []string{"2.0"}
		updated, err := pluginCall(f, "domain-1", f.Update, change)
		require.NoError(t, err)
		apirecordtest.AssertHolds(t, updated, change, "created_at", "updated_at", "create_time", "update_time")
		got, err = pluginCall(f, "domain-1", f.Get, &api.PluginRequest{PluginId: created.GetPluginId()})
		require.NoError(t, err)
		assert.True(t, proto.Equal(updated, got), "updated %v, got %v", updated, got)

		_, err = pluginCall(f, "domain-1", f.Deregister, &api.PluginRequest{PluginId: created.GetPluginId()})
		require.NoError(t, err)
		_, err = pluginCall(f, "domain-1", f.Get, &api.PluginRequest{PluginId: created.GetPluginId()})
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
	})
}

func TestPluginKeepsRegisteredPluginFromOtherDomains(t *testing.T) {
	withPlugin(t, func(t *testing.T, f pluginFixture) {
		created, err := pluginCall(f, "domain-1", f.Register, newPlugin(1))
		require.NoError(t, err)
		_, err = pluginCall(f, "domain-2", f.Get, &api.PluginRequest{PluginId: created.GetPluginId()})
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
		for domain, want := range map[string]int{"domain-1": 1, "domain-2": 0} {
			all, err := pluginCall(f, domain, f.List, &api.RegisteredPluginQuery{})
			require.NoError(t, err)
			assert.Len(t, all.GetResults(), want, domain)
		}
	})
}

func TestPluginListsRegisteredPlugins(t *testing.T) {
	withPlugin(t, func(t *testing.T, f pluginFixture) {
		var ids []string
		for n := range uint8(3) {
			created, err := pluginCall(f, "domain-1", f.Register, newPlugin(n))
			require.NoError(t, err)
			ids = append(ids, created.GetPluginId())
		}
		list := func(t *testing.T, request string) *api.RegisteredPluginsInfo {
			t.Helper()
			req := &api.RegisteredPluginQuery{}
			require.NoError(t, protojson.Unmarshal([]byte(request), req))
			all, err := pluginCall(f, "domain-1", f.List, req)
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
			request := `{"query": {"filter": [{"k": "plugin_id", ` + strings.ReplaceAll(filter, "ID", ids[1]) + `}]}}`
			assert.Len(t, list(t, request).GetResults(), want, filter)
		}
		page := list(t, `{"query": {"sort": [{"key": "plugin_id"}], "page": {"start": 3, "limit": 2}}}`)
		assert.Len(t, page.GetResults(), 1)
		assert.EqualValues(t, 3, page.GetTotalCount())
	})
}
