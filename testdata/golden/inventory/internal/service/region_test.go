package service_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	corev2 "github.com/cloudforet-io/inventory/gen/go/spaceone/api/core/v2"
	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/connector"
	"github.com/cloudforet-io/inventory/internal/connector/database"
	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/service"
)

// regionFixture calls the service of regions for a domain and a workspace.
type regionFixture struct {
	*service.Region
	pipeline *pipeline.Pipeline
}

func withRegion(t *testing.T, test func(t *testing.T, f regionFixture)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		managers := manager.Managers{Region: manager.NewRegion(connector.New(connector.Deps{DB: db}))}
		p, err := pipeline.New(pipeline.Options{Service: "test", Transactor: db})
		require.NoError(t, err)
		test(t, regionFixture{service.NewRegion(managers), p})
	})
}

// regionCall calls a method as somebody of a domain would.
func regionCall[Req, Res proto.Message](f regionFixture, domain string, method func(context.Context, Req) (Res, error), req Req) (Res, error) {
	ctx := pipeline.WithMetadata(context.Background(), pipeline.Metadata{DomainID: domain, WorkspaceID: "workspace-1"})
	return pipeline.Call(ctx, f.pipeline, pipeline.Method{Resource: "Region", Verb: "test"}, req, method)
}

// sampleRegion is a request for a region unlike those of other numbers.
func sampleRegion(n int) *api.CreateRegionRequest {
	return &api.CreateRegionRequest{
		Name:       fmt.Sprint("name ", n),
		RegionCode: fmt.Sprint("region code ", n),
		Provider:   fmt.Sprint("provider ", n),
		Tags:       &structpb.Struct{Fields: map[string]*structpb.Value{"key": structpb.NewStringValue("value")}},
	}
}

func TestRegionRoundTrip(t *testing.T) {
	withRegion(t, func(t *testing.T, f regionFixture) {
		req := sampleRegion(1)
		created, err := regionCall(f, "domain-1", f.Create, req)
		require.NoError(t, err)
		id := &api.RegionRequest{RegionId: created.GetRegionId()}
		got, err := regionCall(f, "domain-1", f.Get, id)
		require.NoError(t, err)
		assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)
		assert.Equal(t, "domain-1", got.GetDomainId())
		assert.Equal(t, "workspace-1", got.GetWorkspaceId())
		assert.Equal(t, req.GetName(), got.GetName())
		assert.Equal(t, req.GetRegionCode(), got.GetRegionCode())
		assert.Equal(t, req.GetProvider(), got.GetProvider())
		assert.True(t, proto.Equal(req.GetTags(), got.GetTags()))

		updated, err := regionCall(f, "domain-1", f.Update, &api.UpdateRegionRequest{
			RegionId: id.GetRegionId(), Name: proto.String("changed"),
		})
		require.NoError(t, err)
		assert.Equal(t, "changed", updated.GetName())
		got, err = regionCall(f, "domain-1", f.Get, id)
		require.NoError(t, err)
		assert.True(t, proto.Equal(updated, got), "updated %v, got %v", updated, got)

		_, err = regionCall(f, "domain-1", f.Delete, id)
		require.NoError(t, err)
		_, err = regionCall(f, "domain-1", f.Get, id)
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
	})
}

func TestRegionListAndStat(t *testing.T) {
	withRegion(t, func(t *testing.T, f regionFixture) {
		var first *api.RegionInfo
		var ids []string
		for n := range 3 {
			created, err := regionCall(f, "domain-1", f.Create, sampleRegion(n))
			require.NoError(t, err)
			if n == 0 {
				first = created
			}
			ids = append(ids, created.GetRegionId())
		}
		list := func(req *api.RegionQuery) *api.RegionsInfo {
			t.Helper()
			all, err := regionCall(f, "domain-1", f.List, req)
			require.NoError(t, err)
			return all
		}
		assert.Len(t, list(&api.RegionQuery{}).GetResults(), 3)

		page := list(&api.RegionQuery{Query: &corev2.Query{Page: &corev2.Page{Start: 3, Limit: 2}}})
		assert.Len(t, page.GetResults(), 1)
		assert.EqualValues(t, 3, page.GetTotalCount())

		one := list(&api.RegionQuery{RegionId: first.GetRegionId()})
		require.Len(t, one.GetResults(), 1)
		assert.True(t, proto.Equal(first, one.GetResults()[0]))

		for filter, want := range map[string]int{
			`"k": "region_id", "o": "eq", "v": "ID"`:                              1,
			`"k": "region_id", "o": "not", "v": "ID"`:                             2,
			`"k": "region_id", "o": "in", "v": ["ID", "nothing"]`:                 1,
			`"k": "region_id", "o": "not_in", "v": ["ID"]`:                        2,
			`"k": "region_id", "o": "contain", "v": "ID"`:                         1,
			`"k": "region_id", "o": "not_contain", "v": "ID"`:                     2,
			`"k": "region_id", "o": "contain_in", "v": ["ID"]`:                    1,
			`"k": "region_id", "o": "not_contain_in", "v": ["ID"]`:                2,
			`"k": "region_id", "o": "exists", "v": false`:                         0,
			`"k": "region_id", "o": "regex", "v": "^ID$"`:                         1,
			`"k": "region_id", "o": "regex_in", "v": ["^ID$"]`:                    1,
			`"k": "region_id", "o": "gt", "v": "ID"`:                              atLeast(ids, ids[0]) - 1,
			`"k": "region_id", "o": "gte", "v": "ID"`:                             atLeast(ids, ids[0]),
			`"k": "region_id", "o": "lt", "v": "ID"`:                              3 - atLeast(ids, ids[0]),
			`"k": "region_id", "o": "lte", "v": "ID"`:                             4 - atLeast(ids, ids[0]),
			`"k": "created_at", "o": "datetime_gt", "v": "2000-01-01T00:00:00Z"`:  3,
			`"k": "created_at", "o": "datetime_gte", "v": "2000-01-01T00:00:00Z"`: 3,
			`"k": "created_at", "o": "datetime_lt", "v": "2000-01-01T00:00:00Z"`:  0,
			`"k": "created_at", "o": "datetime_lte", "v": "2000-01-01T00:00:00Z"`: 0,
			`"k": "created_at", "o": "timediff_gt", "v": "now-1d"`:                3,
			`"k": "created_at", "o": "timediff_gte", "v": "now-1d"`:               3,
			`"k": "created_at", "o": "timediff_lt", "v": "now-1d"`:                0,
			`"k": "created_at", "o": "timediff_lte", "v": "now-1d"`:               0,
			`"k": "tags.key", "o": "eq", "v": "value"`:                            3,
			`"k": "tags.key", "o": "not", "v": "value"`:                           0,
		} {
			req := &api.RegionQuery{}
			require.NoError(t, protojson.Unmarshal([]byte(`{"query": {"filter": [{`+strings.ReplaceAll(filter, "ID", ids[0])+`}]}}`), req))
			assert.Len(t, list(req).GetResults(), want, filter)
		}

		stat, err := regionCall(f, "domain-1", f.Stat, &api.RegionStatQuery{Query: &corev2.StatisticsQuery{
			Aggregate: []*corev2.StatisticsAggregate{{AggregateAlias: &corev2.StatisticsAggregate_Count{
				Count: &corev2.AggregateCount{Name: "total"},
			}}},
		}})
		require.NoError(t, err)
		assert.Equal(t, map[string]any{"results": []any{map[string]any{"total": 3.0}}}, stat.AsMap())
	})
}

func TestRegionIsKeptFromOtherDomains(t *testing.T) {
	withRegion(t, func(t *testing.T, f regionFixture) {
		created, err := regionCall(f, "domain-1", f.Create, sampleRegion(1))
		require.NoError(t, err)
		id := &api.RegionRequest{RegionId: created.GetRegionId()}
		_, err = regionCall(f, "domain-2", f.Get, id)
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
		_, err = regionCall(f, "domain-2", f.Update, &api.UpdateRegionRequest{RegionId: id.GetRegionId()})
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
		_, err = regionCall(f, "domain-2", f.Delete, id)
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
		all, err := regionCall(f, "domain-2", f.List, &api.RegionQuery{})
		require.NoError(t, err)
		assert.Empty(t, all.GetResults())
		stat, err := regionCall(f, "domain-2", f.Stat, &api.RegionStatQuery{Query: &corev2.StatisticsQuery{
			Distinct: "region_id",
		}})
		require.NoError(t, err)
		assert.Empty(t, stat.AsMap()["results"])
		got, err := regionCall(f, "domain-1", f.Get, id)
		require.NoError(t, err)
		assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)
	})
}

func TestRegionRefusesWhatIsIncomplete(t *testing.T) {
	withRegion(t, func(t *testing.T, f regionFixture) {
		created, err := regionCall(f, "domain-1", f.Create, sampleRegion(1))
		require.NoError(t, err)
		id := created.GetRegionId()
		for name, call := range map[string]func() error{
			"update": func() error {
				_, err := regionCall(f, "domain-1", f.Update, &api.UpdateRegionRequest{})
				return err
			},
			"delete": func() error {
				_, err := regionCall(f, "domain-1", f.Delete, &api.RegionRequest{})
				return err
			},
			"get": func() error {
				_, err := regionCall(f, "domain-1", f.Get, &api.RegionRequest{})
				return err
			},
			"create without name": func() error {
				req := sampleRegion(1)
				req.Name = ""
				_, err := regionCall(f, "domain-1", f.Create, req)
				return err
			},
			"create without region_code": func() error {
				req := sampleRegion(1)
				req.RegionCode = ""
				_, err := regionCall(f, "domain-1", f.Create, req)
				return err
			},
			"update with an empty name": func() error {
				req := &api.UpdateRegionRequest{RegionId: id, Name: new(string)}
				_, err := regionCall(f, "domain-1", f.Update, req)
				return err
			},
			"update with an empty region_code": func() error {
				req := &api.UpdateRegionRequest{RegionId: id, RegionCode: new(string)}
				_, err := regionCall(f, "domain-1", f.Update, req)
				return err
			},
		} {
			err := call()
			require.Error(t, err, name)
			assert.Equal(t, "ERROR_REQUIRED_PARAMETER", apierror.From(err).Code, name)
		}
		got, err := regionCall(f, "domain-1", f.Get, &api.RegionRequest{RegionId: id})
		require.NoError(t, err)
		assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)
	})
}

func TestRegionKeepsValuesUnique(t *testing.T) {
	withRegion(t, func(t *testing.T, f regionFixture) {
		_, err := regionCall(f, "domain-1", f.Create, sampleRegion(1))
		require.NoError(t, err)
		_, err = regionCall(f, "domain-1", f.Create, sampleRegion(1))
		assert.Equal(t, "ERROR_NOT_UNIQUE", apierror.From(err).Code)
		_, err = regionCall(f, "domain-2", f.Create, sampleRegion(1))
		assert.NoError(t, err, "each domain has values of its own")
	})
}
