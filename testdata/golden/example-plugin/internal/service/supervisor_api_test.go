package service_test

import (
	"context"
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

// supervisorFixture calls the service Supervisor for a domain and a workspace.
type supervisorFixture struct {
	*service.Supervisor
	pipeline *pipeline.Pipeline
}

func withSupervisor(t *testing.T, test func(t *testing.T, f supervisorFixture)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		connectors := connector.New(connector.Deps{DB: db})
		managers := manager.Managers{
			Supervisor:      manager.NewSupervisor(connectors),
			InstalledPlugin: manager.NewInstalledPlugin(connectors),
		}
		p, err := pipeline.New(pipeline.Options{Service: "test", Transactor: db})
		require.NoError(t, err)
		test(t, supervisorFixture{service.NewSupervisor(managers), p})
	})
}

// supervisorCall calls a method as somebody of a domain would; without one, as the platform itself.
func supervisorCall[Req, Res proto.Message](f supervisorFixture, domain string, method func(context.Context, Req) (Res, error), req Req) (Res, error) {
	ctx := context.Background()
	if domain != "" {
		ctx = pipeline.WithMetadata(ctx, pipeline.Metadata{DomainID: domain, WorkspaceID: "workspace-1"})
	}
	return pipeline.Call(ctx, f.pipeline, pipeline.Method{Resource: "Supervisor", Verb: "test"}, req, method)
}

// publishes lets a supervisor say for the first time that it is there.
func (f supervisorFixture) publishes(t *testing.T, domain, hostname string) *api.SupervisorInfo {
	t.Helper()
	info, err := supervisorCall(f, domain, f.Publish, &api.PublishSupervisorRequest{Name: "one", Hostname: hostname})
	require.NoError(t, err)
	return info
}

func TestSupervisorKeepsSupervisor(t *testing.T) {
	withSupervisor(t, func(t *testing.T, f supervisorFixture) {
		created := f.publishes(t, "domain-1", "host-1")
		require.NotEmpty(t, created.GetSupervisorId())
		assert.Equal(t, api.SupervisorInfo_PENDING, created.GetState())
		req := apirecordtest.Fill(&api.RegisterSupervisorRequest{}, 1)
		req.SupervisorId = created.GetSupervisorId()
		registered, err := supervisorCall(f, "domain-1", f.Register, req)
		require.NoError(t, err)
		assert.Equal(t, api.SupervisorInfo_ENABLED, registered.GetState())
		apirecordtest.AssertHolds(t, registered, req, "domain_id")
		got, err := supervisorCall(f, "domain-1", f.Get, &api.SupervisorRequest{SupervisorId: created.GetSupervisorId()})
		require.NoError(t, err)
		assert.True(t, proto.Equal(registered, got), "registered %v, got %v", registered, got)

		change := apirecordtest.Fill(&api.RegisterSupervisorRequest{}, 2)
		change.SupervisorId = created.GetSupervisorId()
		updated, err := supervisorCall(f, "domain-1", f.Update, change)
		require.NoError(t, err)
		apirecordtest.AssertHolds(t, updated, change, "domain_id")
		got, err = supervisorCall(f, "domain-1", f.Get, &api.SupervisorRequest{SupervisorId: created.GetSupervisorId()})
		require.NoError(t, err)
		assert.True(t, proto.Equal(updated, got), "updated %v, got %v", updated, got)

		_, err = supervisorCall(f, "domain-1", f.Deregister, &api.SupervisorRequest{SupervisorId: created.GetSupervisorId()})
		require.NoError(t, err)
		_, err = supervisorCall(f, "domain-1", f.Get, &api.SupervisorRequest{SupervisorId: created.GetSupervisorId()})
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
	})
}

func TestSupervisorKeepsSupervisorFromOtherDomains(t *testing.T) {
	withSupervisor(t, func(t *testing.T, f supervisorFixture) {
		created := f.publishes(t, "domain-1", "host-1")
		_, err := supervisorCall(f, "domain-2", f.Get, &api.SupervisorRequest{SupervisorId: created.GetSupervisorId()})
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
		for domain, want := range map[string]int{"domain-1": 1, "domain-2": 0} {
			all, err := supervisorCall(f, domain, f.List, &api.SupervisorQuery{})
			require.NoError(t, err)
			assert.Len(t, all.GetResults(), want, domain)
		}
	})
}

func TestSupervisorListsSupervisors(t *testing.T) {
	withSupervisor(t, func(t *testing.T, f supervisorFixture) {
		var ids []string
		for _, hostname := range []string{"host-1", "host-2", "host-3"} {
			ids = append(ids, f.publishes(t, "domain-1", hostname).GetSupervisorId())
		}
		list := func(t *testing.T, request string) *api.SupervisorsInfo {
			t.Helper()
			req := &api.SupervisorQuery{}
			require.NoError(t, protojson.Unmarshal([]byte(request), req))
			all, err := supervisorCall(f, "domain-1", f.List, req)
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
			request := `{"query": {"filter": [{"k": "supervisor_id", ` + strings.ReplaceAll(filter, "ID", ids[1]) + `}]}}`
			assert.Len(t, list(t, request).GetResults(), want, filter)
		}
		page := list(t, `{"query": {"sort": [{"key": "supervisor_id"}], "page": {"start": 3, "limit": 2}}}`)
		assert.Len(t, page.GetResults(), 1)
		assert.EqualValues(t, 3, page.GetTotalCount())
	})
}
