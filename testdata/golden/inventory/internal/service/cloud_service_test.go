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

// cloudServiceFixture calls the service of cloud services for a domain and a workspace.
type cloudServiceFixture struct {
	*service.CloudService
	pipeline *pipeline.Pipeline
}

func withCloudService(t *testing.T, test func(t *testing.T, f cloudServiceFixture)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		managers := manager.Managers{CloudService: manager.NewCloudService(connector.New(connector.Deps{DB: db}))}
		p, err := pipeline.New(pipeline.Options{Service: "test", Transactor: db})
		require.NoError(t, err)
		test(t, cloudServiceFixture{service.NewCloudService(managers), p})
	})
}

// cloudServiceCall calls a method as somebody of a domain would.
func cloudServiceCall[Req, Res proto.Message](f cloudServiceFixture, domain string, method func(context.Context, Req) (Res, error), req Req) (Res, error) {
	ctx := pipeline.WithMetadata(context.Background(), pipeline.Metadata{DomainID: domain, WorkspaceID: "workspace-1"})
	return pipeline.Call(ctx, f.pipeline, pipeline.Method{Resource: "CloudService", Verb: "test"}, req, method)
}

// sampleCloudService is a request for a cloud service unlike those of other numbers.
func sampleCloudService(n int) *api.CreateCloudServiceRequest {
	return &api.CreateCloudServiceRequest{
		Name:        fmt.Sprint("name ", n),
		State:       api.CloudServiceInfo_ACTIVE,
		Size:        int64(n + 1),
		Cost:        float64(n) + 0.5,
		Monitored:   true,
		IpAddresses: []string{fmt.Sprint("ip addresses ", n)},
		LaunchedAt:  "2026-01-02T03:04:05.678Z",
		Data:        &structpb.Struct{Fields: map[string]*structpb.Value{"key": structpb.NewStringValue("value")}},
		ProjectId:   fmt.Sprint("project id ", n),
	}
}

func TestCloudServiceRoundTrip(t *testing.T) {
	withCloudService(t, func(t *testing.T, f cloudServiceFixture) {
		req := sampleCloudService(1)
		created, err := cloudServiceCall(f, "domain-1", f.Create, req)
		require.NoError(t, err)
		id := &api.CloudServiceRequest{CloudServiceId: created.GetCloudServiceId()}
		got, err := cloudServiceCall(f, "domain-1", f.Get, id)
		require.NoError(t, err)
		assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)
		assert.Equal(t, "domain-1", got.GetDomainId())
		assert.Equal(t, "workspace-1", got.GetWorkspaceId())
		assert.Equal(t, req.GetName(), got.GetName())
		assert.Equal(t, req.GetState(), got.GetState())
		assert.Equal(t, req.GetSize(), got.GetSize())
		assert.Equal(t, req.GetCost(), got.GetCost())
		assert.Equal(t, req.GetMonitored(), got.GetMonitored())
		assert.Equal(t, req.GetIpAddresses(), got.GetIpAddresses())
		assert.Equal(t, req.GetLaunchedAt(), got.GetLaunchedAt())
		assert.True(t, proto.Equal(req.GetData(), got.GetData()))
		assert.Equal(t, req.GetProjectId(), got.GetProjectId())

		updated, err := cloudServiceCall(f, "domain-1", f.Update, &api.UpdateCloudServiceRequest{
			CloudServiceId: id.GetCloudServiceId(), Name: proto.String("changed"),
		})
		require.NoError(t, err)
		assert.Equal(t, "changed", updated.GetName())
		got, err = cloudServiceCall(f, "domain-1", f.Get, id)
		require.NoError(t, err)
		assert.True(t, proto.Equal(updated, got), "updated %v, got %v", updated, got)

		_, err = cloudServiceCall(f, "domain-1", f.Delete, id)
		require.NoError(t, err)
		_, err = cloudServiceCall(f, "domain-1", f.Get, id)
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
	})
}

func TestCloudServiceListAndStat(t *testing.T) {
	withCloudService(t, func(t *testing.T, f cloudServiceFixture) {
		var first *api.CloudServiceInfo
		var ids []string
		for n := range 3 {
			created, err := cloudServiceCall(f, "domain-1", f.Create, sampleCloudService(n))
			require.NoError(t, err)
			if n == 0 {
				first = created
			}
			ids = append(ids, created.GetCloudServiceId())
		}
		list := func(req *api.CloudServiceQuery) *api.CloudServicesInfo {
			t.Helper()
			all, err := cloudServiceCall(f, "domain-1", f.List, req)
			require.NoError(t, err)
			return all
		}
		assert.Len(t, list(&api.CloudServiceQuery{}).GetResults(), 3)

		page := list(&api.CloudServiceQuery{Query: &corev2.Query{Page: &corev2.Page{Start: 3, Limit: 2}}})
		assert.Len(t, page.GetResults(), 1)
		assert.EqualValues(t, 3, page.GetTotalCount())

		one := list(&api.CloudServiceQuery{CloudServiceId: first.GetCloudServiceId()})
		require.Len(t, one.GetResults(), 1)
		assert.True(t, proto.Equal(first, one.GetResults()[0]))

		for filter, want := range map[string]int{
			`"k": "cloud_service_id", "o": "eq", "v": "ID"`:                       1,
			`"k": "cloud_service_id", "o": "not", "v": "ID"`:                      2,
			`"k": "cloud_service_id", "o": "in", "v": ["ID", "nothing"]`:          1,
			`"k": "cloud_service_id", "o": "not_in", "v": ["ID"]`:                 2,
			`"k": "cloud_service_id", "o": "contain", "v": "ID"`:                  1,
			`"k": "cloud_service_id", "o": "not_contain", "v": "ID"`:              2,
			`"k": "cloud_service_id", "o": "contain_in", "v": ["ID"]`:             1,
			`"k": "cloud_service_id", "o": "not_contain_in", "v": ["ID"]`:         2,
			`"k": "cloud_service_id", "o": "exists", "v": false`:                  0,
			`"k": "cloud_service_id", "o": "regex", "v": "^ID$"`:                  1,
			`"k": "cloud_service_id", "o": "regex_in", "v": ["^ID$"]`:             1,
			`"k": "cloud_service_id", "o": "gt", "v": "ID"`:                       atLeast(ids, ids[0]) - 1,
			`"k": "cloud_service_id", "o": "gte", "v": "ID"`:                      atLeast(ids, ids[0]),
			`"k": "cloud_service_id", "o": "lt", "v": "ID"`:                       3 - atLeast(ids, ids[0]),
			`"k": "cloud_service_id", "o": "lte", "v": "ID"`:                      4 - atLeast(ids, ids[0]),
			`"k": "created_at", "o": "datetime_gt", "v": "2000-01-01T00:00:00Z"`:  3,
			`"k": "created_at", "o": "datetime_gte", "v": "2000-01-01T00:00:00Z"`: 3,
			`"k": "created_at", "o": "datetime_lt", "v": "2000-01-01T00:00:00Z"`:  0,
			`"k": "created_at", "o": "datetime_lte", "v": "2000-01-01T00:00:00Z"`: 0,
			`"k": "created_at", "o": "timediff_gt", "v": "now-1d"`:                3,
			`"k": "created_at", "o": "timediff_gte", "v": "now-1d"`:               3,
			`"k": "created_at", "o": "timediff_lt", "v": "now-1d"`:                0,
			`"k": "created_at", "o": "timediff_lte", "v": "now-1d"`:               0,
			`"k": "size", "o": "gt", "v": 1`:                                      2,
			`"k": "size", "o": "lte", "v": 1`:                                     1,
			`"k": "data.key", "o": "eq", "v": "value"`:                            3,
			`"k": "data.key", "o": "not", "v": "value"`:                           0,
		} {
			req := &api.CloudServiceQuery{}
			require.NoError(t, protojson.Unmarshal([]byte(`{"query": {"filter": [{`+strings.ReplaceAll(filter, "ID", ids[0])+`}]}}`), req))
			assert.Len(t, list(req).GetResults(), want, filter)
		}

		stat, err := cloudServiceCall(f, "domain-1", f.Stat, &api.CloudServiceStatQuery{Query: &corev2.StatisticsQuery{
			Aggregate: []*corev2.StatisticsAggregate{{AggregateAlias: &corev2.StatisticsAggregate_Count{
				Count: &corev2.AggregateCount{Name: "total"},
			}}},
		}})
		require.NoError(t, err)
		assert.Equal(t, map[string]any{"results": []any{map[string]any{"total": 3.0}}}, stat.AsMap())
	})
}

func TestCloudServiceIsKeptFromOtherDomains(t *testing.T) {
	withCloudService(t, func(t *testing.T, f cloudServiceFixture) {
		created, err := cloudServiceCall(f, "domain-1", f.Create, sampleCloudService(1))
		require.NoError(t, err)
		id := &api.CloudServiceRequest{CloudServiceId: created.GetCloudServiceId()}
		_, err = cloudServiceCall(f, "domain-2", f.Get, id)
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
		_, err = cloudServiceCall(f, "domain-2", f.Update, &api.UpdateCloudServiceRequest{CloudServiceId: id.GetCloudServiceId()})
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
		_, err = cloudServiceCall(f, "domain-2", f.Delete, id)
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
		all, err := cloudServiceCall(f, "domain-2", f.List, &api.CloudServiceQuery{})
		require.NoError(t, err)
		assert.Empty(t, all.GetResults())
		stat, err := cloudServiceCall(f, "domain-2", f.Stat, &api.CloudServiceStatQuery{Query: &corev2.StatisticsQuery{
			Distinct: "cloud_service_id",
		}})
		require.NoError(t, err)
		assert.Empty(t, stat.AsMap()["results"])
		got, err := cloudServiceCall(f, "domain-1", f.Get, id)
		require.NoError(t, err)
		assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)
	})
}

func TestCloudServiceRefusesWhatIsIncomplete(t *testing.T) {
	withCloudService(t, func(t *testing.T, f cloudServiceFixture) {
		created, err := cloudServiceCall(f, "domain-1", f.Create, sampleCloudService(1))
		require.NoError(t, err)
		id := created.GetCloudServiceId()
		for name, call := range map[string]func() error{
			"update": func() error {
				_, err := cloudServiceCall(f, "domain-1", f.Update, &api.UpdateCloudServiceRequest{})
				return err
			},
			"delete": func() error {
				_, err := cloudServiceCall(f, "domain-1", f.Delete, &api.CloudServiceRequest{})
				return err
			},
			"get": func() error {
				_, err := cloudServiceCall(f, "domain-1", f.Get, &api.CloudServiceRequest{})
				return err
			},
			"create without name": func() error {
				req := sampleCloudService(1)
				req.Name = ""
				_, err := cloudServiceCall(f, "domain-1", f.Create, req)
				return err
			},
			"update with an empty name": func() error {
				req := &api.UpdateCloudServiceRequest{CloudServiceId: id, Name: new(string)}
				_, err := cloudServiceCall(f, "domain-1", f.Update, req)
				return err
			},
		} {
			err := call()
			require.Error(t, err, name)
			assert.Equal(t, "ERROR_REQUIRED_PARAMETER", apierror.From(err).Code, name)
		}
		got, err := cloudServiceCall(f, "domain-1", f.Get, &api.CloudServiceRequest{CloudServiceId: id})
		require.NoError(t, err)
		assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)
	})
}
