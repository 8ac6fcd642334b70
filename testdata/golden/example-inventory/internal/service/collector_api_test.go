package service_test

import (
	"context"
	"slices"
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
	"google.golang.org/protobuf/reflect/protoreflect"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/connector/database"
	"github.com/cloudforet-io/inventory/internal/service"
)

// collectorFixture calls the service Collector for a domain and a workspace.
type collectorFixture struct {
	*service.Collector
	pipeline *pipeline.Pipeline
}

func withCollector(t *testing.T, test func(t *testing.T, f collectorFixture)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		p, err := pipeline.New(pipeline.Options{Service: "test", Transactor: db})
		require.NoError(t, err)
		test(t, collectorFixture{service.NewCollector(managersOn(t, db)), p})
	})
}

// collectorCall calls a method as somebody of a domain would; without one, as the platform itself.
func collectorCall[Req, Res proto.Message](f collectorFixture, domain string, method func(context.Context, Req) (Res, error), req Req) (Res, error) {
	ctx := context.Background()
	if domain != "" {
		ctx = pipeline.WithMetadata(ctx, pipeline.Metadata{DomainID: domain, WorkspaceID: "workspace-1"})
	}
	return pipeline.Call(ctx, f.pipeline, pipeline.Method{Resource: "Collector", Verb: "test"}, req, method)
}

func TestCollectorKeepsCollector(t *testing.T) {
	withCollector(t, func(t *testing.T, f collectorFixture) {
		req := apirecordtest.Fill(&api.CreateCollectorRequest{}, 1)
		created, err := collectorCall(f, "domain-1", f.Create, req)
		require.NoError(t, err)
		require.NotEmpty(t, created.GetCollectorId())
		apirecordtest.AssertHolds(t, created, req, "created_at", "updated_at", "create_time", "update_time")
		got, err := collectorCall(f, "domain-1", f.Get, &api.CollectorRequest{CollectorId: created.GetCollectorId()})
		require.NoError(t, err)
		assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)

		change := apirecordtest.Change(&api.UpdateCollectorRequest{}, 2)
		change.CollectorId = created.GetCollectorId()
		updated, err := collectorCall(f, "domain-1", f.Update, change)
		require.NoError(t, err)
		apirecordtest.AssertHolds(t, updated, change, "created_at", "updated_at", "create_time", "update_time")
		got, err = collectorCall(f, "domain-1", f.Get, &api.CollectorRequest{CollectorId: created.GetCollectorId()})
		require.NoError(t, err)
		assert.True(t, proto.Equal(updated, got), "updated %v, got %v", updated, got)

		_, err = collectorCall(f, "domain-1", f.Delete, &api.CollectorRequest{CollectorId: created.GetCollectorId()})
		require.NoError(t, err)
		_, err = collectorCall(f, "domain-1", f.Get, &api.CollectorRequest{CollectorId: created.GetCollectorId()})
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
	})
}

func TestCollectorKeepsCollectorFromOtherDomains(t *testing.T) {
	withCollector(t, func(t *testing.T, f collectorFixture) {
		created, err := collectorCall(f, "domain-1", f.Create, apirecordtest.Fill(&api.CreateCollectorRequest{}, 1))
		require.NoError(t, err)
		for name, call := range map[string]func() error{
			"get": func() error {
				_, err := collectorCall(f, "domain-2", f.Get, &api.CollectorRequest{CollectorId: created.GetCollectorId()})
				return err
			},
			"delete": func() error {
				_, err := collectorCall(f, "domain-2", f.Delete, &api.CollectorRequest{CollectorId: created.GetCollectorId()})
				return err
			},
			"update": func() error {
				change := apirecordtest.Change(&api.UpdateCollectorRequest{}, 2)
				change.CollectorId = created.GetCollectorId()
				_, err := collectorCall(f, "domain-2", f.Update, change)
				return err
			},
		} {
			assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(call()).Code, name)
		}
		got, err := collectorCall(f, "domain-1", f.Get, &api.CollectorRequest{CollectorId: created.GetCollectorId()})
		require.NoError(t, err)
		assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)
		for domain, want := range map[string]int{"domain-1": 1, "domain-2": 0} {
			all, err := collectorCall(f, domain, f.List, &api.CollectorQuery{})
			require.NoError(t, err)
			assert.Len(t, all.GetResults(), want, domain)
		}
	})
}

func TestCollectorRefusesIncompleteCollectors(t *testing.T) {
	withCollector(t, func(t *testing.T, f collectorFixture) {
		for _, name := range []protoreflect.Name{"name", "plugin_info"} {
			req := apirecordtest.Without(apirecordtest.Fill(&api.CreateCollectorRequest{}, 1), name)
			_, err := collectorCall(f, "domain-1", f.Create, req)
			require.Error(t, err, name)
			assert.Equal(t, "ERROR_REQUIRED_PARAMETER", apierror.From(err).Code, name)
			assert.ErrorContains(t, err, string(name))
		}
	})
}

func TestCollectorListsCollectors(t *testing.T) {
	withCollector(t, func(t *testing.T, f collectorFixture) {
		var ids []string
		var made []*api.CollectorInfo
		for n := range uint8(3) {
			created, err := collectorCall(f, "domain-1", f.Create, apirecordtest.Fill(&api.CreateCollectorRequest{}, n))
			require.NoError(t, err)
			ids = append(ids, created.GetCollectorId())
			made = append(made, created)
		}
		list := func(t *testing.T, request string) *api.CollectorsInfo {
			t.Helper()
			req := &api.CollectorQuery{}
			require.NoError(t, protojson.Unmarshal([]byte(request), req))
			all, err := collectorCall(f, "domain-1", f.List, req)
			require.NoError(t, err, request)
			return all
		}
		for filter, want := range map[string]int{
			`"k": "KEY", "o": "eq", "v": "ID"`:                                    1,
			`"k": "KEY", "o": "not", "v": "ID"`:                                   2,
			`"k": "KEY", "o": "in", "v": ["ID", "nothing"]`:                       1,
			`"k": "KEY", "o": "not_in", "v": ["ID"]`:                              2,
			`"k": "KEY", "o": "contain", "v": "ID"`:                               1,
			`"k": "KEY", "o": "not_contain", "v": "ID"`:                           2,
			`"k": "KEY", "o": "contain_in", "v": ["ID"]`:                          1,
			`"k": "KEY", "o": "not_contain_in", "v": ["ID"]`:                      2,
			`"k": "KEY", "o": "exists", "v": true`:                                3,
			`"k": "KEY", "o": "exists", "v": false`:                               0,
			`"k": "KEY", "o": "regex", "v": "^ID$"`:                               1,
			`"k": "KEY", "o": "regex_in", "v": ["^ID$"]`:                          1,
			`"k": "KEY", "o": "gt", "v": "ID"`:                                    atLeast(ids, ids[1]) - 1,
			`"k": "KEY", "o": "gte", "v": "ID"`:                                   atLeast(ids, ids[1]),
			`"k": "KEY", "o": "lt", "v": "ID"`:                                    len(ids) - atLeast(ids, ids[1]),
			`"k": "KEY", "o": "lte", "v": "ID"`:                                   len(ids) - atLeast(ids, ids[1]) + 1,
			`"k": "created_at", "o": "datetime_gt", "v": "2000-01-01T00:00:00Z"`:  3,
			`"k": "created_at", "o": "datetime_gte", "v": "2000-01-01T00:00:00Z"`: 3,
			`"k": "created_at", "o": "datetime_lt", "v": "2000-01-01T00:00:00Z"`:  0,
			`"k": "created_at", "o": "datetime_lte", "v": "2000-01-01T00:00:00Z"`: 0,
			`"k": "created_at", "o": "timediff_gt", "v": "now-1d"`:                3,
			`"k": "created_at", "o": "timediff_gte", "v": "now-1d"`:               3,
			`"k": "created_at", "o": "timediff_lt", "v": "now-1d"`:                0,
			`"k": "created_at", "o": "timediff_lte", "v": "now-1d"`:               0,
		} {
			filter = strings.NewReplacer("KEY", "collector_id", "ID", ids[1]).Replace(filter)
			assert.Len(t, list(t, `{"query": {"filter": [{`+filter+`}]}}`).GetResults(), want, filter)
		}
		for _, condition := range apirecordtest.Conditions(t, made[1]) {
			want := 0
			for _, one := range made {
				if slices.Contains(apirecordtest.Conditions(t, one), condition) {
					want++
				}
			}
			assert.Len(t, list(t, `{"query": {"filter": [`+condition+`]}}`).GetResults(), want, condition)
		}
		page := list(t, `{"query": {"sort": [{"key": "collector_id"}], "page": {"start": 3, "limit": 2}}}`)
		assert.Len(t, page.GetResults(), 1)
		assert.EqualValues(t, 3, page.GetTotalCount())
	})
}

func TestCollectorFiltersCollectors(t *testing.T) {
	withCollector(t, func(t *testing.T, f collectorFixture) {
		req := apirecordtest.Fill(&api.CreateCollectorRequest{}, 1)
		apirecordtest.Enlarge(req)
		created, err := collectorCall(f, "domain-1", f.Create, req)
		require.NoError(t, err)
		for _, name := range []string{"collector_id", "name", "provider"} {
			for want, list := range []*api.CollectorQuery{
				apirecordtest.Unlike(&api.CollectorQuery{}, created, name),
				apirecordtest.Like(&api.CollectorQuery{}, created, name),
			} {
				all, err := collectorCall(f, "domain-1", f.List, list)
				require.NoError(t, err, "%v", list)
				assert.Len(t, all.GetResults(), want, "%v", list)
			}
		}
	})
}
