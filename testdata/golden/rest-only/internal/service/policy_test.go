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

	corev2 "github.com/cloudforet-io/cost-analysis/gen/go/spaceone/api/core/v2"
	api "github.com/cloudforet-io/cost-analysis/gen/go/spaceone/api/cost_analysis/v1"
	"github.com/cloudforet-io/cost-analysis/internal/connector"
	"github.com/cloudforet-io/cost-analysis/internal/connector/database"
	"github.com/cloudforet-io/cost-analysis/internal/manager"
	"github.com/cloudforet-io/cost-analysis/internal/service"
)

// policyFixture calls the service of policies for a domain and a workspace.
type policyFixture struct {
	*service.Policy
	pipeline *pipeline.Pipeline
}

func withPolicy(t *testing.T, test func(t *testing.T, f policyFixture)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		managers := manager.Managers{Policy: manager.NewPolicy(connector.New(connector.Deps{DB: db}))}
		p, err := pipeline.New(pipeline.Options{Service: "test", Transactor: db})
		require.NoError(t, err)
		test(t, policyFixture{service.NewPolicy(managers), p})
	})
}

// policyCall calls a method as somebody of a domain would.
func policyCall[Req, Res proto.Message](f policyFixture, domain string, method func(context.Context, Req) (Res, error), req Req) (Res, error) {
	ctx := pipeline.WithMetadata(context.Background(), pipeline.Metadata{DomainID: domain, WorkspaceID: "workspace-1"})
	return pipeline.Call(ctx, f.pipeline, pipeline.Method{Resource: "Policy", Verb: "test"}, req, method)
}

// samplePolicy is a request for a policy unlike those of other numbers.
func samplePolicy(n int) *api.CreatePolicyRequest {
	return &api.CreatePolicyRequest{
		Name:   fmt.Sprint("name ", n),
		Limits: []float64{float64(n) + 0.5},
		Rules:  []*structpb.Struct{{Fields: map[string]*structpb.Value{"key": structpb.NewStringValue("value")}}},
	}
}

func TestPolicyRoundTrip(t *testing.T) {
	withPolicy(t, func(t *testing.T, f policyFixture) {
		req := samplePolicy(1)
		created, err := policyCall(f, "domain-1", f.Create, req)
		require.NoError(t, err)
		id := &api.PolicyRequest{PolicyId: created.GetPolicyId()}
		got, err := policyCall(f, "domain-1", f.Get, id)
		require.NoError(t, err)
		assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)
		assert.Equal(t, "domain-1", got.GetDomainId())
		assert.Equal(t, "workspace-1", got.GetWorkspaceId())
		assert.Equal(t, req.GetName(), got.GetName())
		assert.Equal(t, req.GetLimits(), got.GetLimits())

		updated, err := policyCall(f, "domain-1", f.Update, &api.UpdatePolicyRequest{
			PolicyId: id.GetPolicyId(), Name: proto.String("changed"),
		})
		require.NoError(t, err)
		assert.Equal(t, "changed", updated.GetName())
		got, err = policyCall(f, "domain-1", f.Get, id)
		require.NoError(t, err)
		assert.True(t, proto.Equal(updated, got), "updated %v, got %v", updated, got)

		_, err = policyCall(f, "domain-1", f.Delete, id)
		require.NoError(t, err)
		_, err = policyCall(f, "domain-1", f.Get, id)
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
	})
}

func TestPolicyListAndStat(t *testing.T) {
	withPolicy(t, func(t *testing.T, f policyFixture) {
		var first *api.PolicyInfo
		var ids []string
		for n := range 3 {
			created, err := policyCall(f, "domain-1", f.Create, samplePolicy(n))
			require.NoError(t, err)
			if n == 0 {
				first = created
			}
			ids = append(ids, created.GetPolicyId())
		}
		list := func(req *api.PolicyQuery) *api.PoliciesInfo {
			t.Helper()
			all, err := policyCall(f, "domain-1", f.List, req)
			require.NoError(t, err)
			return all
		}
		assert.Len(t, list(&api.PolicyQuery{}).GetResults(), 3)

		page := list(&api.PolicyQuery{Query: &corev2.Query{Page: &corev2.Page{Start: 3, Limit: 2}}})
		assert.Len(t, page.GetResults(), 1)
		assert.EqualValues(t, 3, page.GetTotalCount())

		one := list(&api.PolicyQuery{PolicyId: first.GetPolicyId()})
		require.Len(t, one.GetResults(), 1)
		assert.True(t, proto.Equal(first, one.GetResults()[0]))

		for filter, want := range map[string]int{
			`"k": "policy_id", "o": "eq", "v": "ID"`:                              1,
			`"k": "policy_id", "o": "not", "v": "ID"`:                             2,
			`"k": "policy_id", "o": "in", "v": ["ID", "nothing"]`:                 1,
			`"k": "policy_id", "o": "not_in", "v": ["ID"]`:                        2,
			`"k": "policy_id", "o": "contain", "v": "ID"`:                         1,
			`"k": "policy_id", "o": "not_contain", "v": "ID"`:                     2,
			`"k": "policy_id", "o": "contain_in", "v": ["ID"]`:                    1,
			`"k": "policy_id", "o": "not_contain_in", "v": ["ID"]`:                2,
			`"k": "policy_id", "o": "exists", "v": false`:                         0,
			`"k": "policy_id", "o": "regex", "v": "^ID$"`:                         1,
			`"k": "policy_id", "o": "regex_in", "v": ["^ID$"]`:                    1,
			`"k": "policy_id", "o": "gt", "v": "ID"`:                              atLeast(ids, ids[0]) - 1,
			`"k": "policy_id", "o": "gte", "v": "ID"`:                             atLeast(ids, ids[0]),
			`"k": "policy_id", "o": "lt", "v": "ID"`:                              3 - atLeast(ids, ids[0]),
			`"k": "policy_id", "o": "lte", "v": "ID"`:                             4 - atLeast(ids, ids[0]),
			`"k": "created_at", "o": "datetime_gt", "v": "2000-01-01T00:00:00Z"`:  3,
			`"k": "created_at", "o": "datetime_gte", "v": "2000-01-01T00:00:00Z"`: 3,
			`"k": "created_at", "o": "datetime_lt", "v": "2000-01-01T00:00:00Z"`:  0,
			`"k": "created_at", "o": "datetime_lte", "v": "2000-01-01T00:00:00Z"`: 0,
			`"k": "created_at", "o": "timediff_gt", "v": "now-1d"`:                3,
			`"k": "created_at", "o": "timediff_gte", "v": "now-1d"`:               3,
			`"k": "created_at", "o": "timediff_lt", "v": "now-1d"`:                0,
			`"k": "created_at", "o": "timediff_lte", "v": "now-1d"`:               0,
			`"k": "rules", "o": "match", "v": {"key": "value"}`:                   3,
			`"k": "rules", "o": "match", "v": {"key": "other"}`:                   0,
		} {
			req := &api.PolicyQuery{}
			require.NoError(t, protojson.Unmarshal([]byte(`{"query": {"filter": [{`+strings.ReplaceAll(filter, "ID", ids[0])+`}]}}`), req))
			assert.Len(t, list(req).GetResults(), want, filter)
		}

		stat, err := policyCall(f, "domain-1", f.Stat, &api.PolicyStatQuery{Query: &corev2.StatisticsQuery{
			Aggregate: []*corev2.StatisticsAggregate{{AggregateAlias: &corev2.StatisticsAggregate_Count{
				Count: &corev2.AggregateCount{Name: "total"},
			}}},
		}})
		require.NoError(t, err)
		assert.Equal(t, map[string]any{"results": []any{map[string]any{"total": 3.0}}}, stat.AsMap())
	})
}

func TestPolicyIsKeptFromOtherDomains(t *testing.T) {
	withPolicy(t, func(t *testing.T, f policyFixture) {
		created, err := policyCall(f, "domain-1", f.Create, samplePolicy(1))
		require.NoError(t, err)
		id := &api.PolicyRequest{PolicyId: created.GetPolicyId()}
		_, err = policyCall(f, "domain-2", f.Get, id)
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
		_, err = policyCall(f, "domain-2", f.Update, &api.UpdatePolicyRequest{PolicyId: id.GetPolicyId()})
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
		_, err = policyCall(f, "domain-2", f.Delete, id)
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
		all, err := policyCall(f, "domain-2", f.List, &api.PolicyQuery{})
		require.NoError(t, err)
		assert.Empty(t, all.GetResults())
		stat, err := policyCall(f, "domain-2", f.Stat, &api.PolicyStatQuery{Query: &corev2.StatisticsQuery{
			Distinct: "policy_id",
		}})
		require.NoError(t, err)
		assert.Empty(t, stat.AsMap()["results"])
		got, err := policyCall(f, "domain-1", f.Get, id)
		require.NoError(t, err)
		assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)
	})
}

func TestPolicyRefusesWhatIsIncomplete(t *testing.T) {
	withPolicy(t, func(t *testing.T, f policyFixture) {
		created, err := policyCall(f, "domain-1", f.Create, samplePolicy(1))
		require.NoError(t, err)
		id := created.GetPolicyId()
		for name, call := range map[string]func() error{
			"update": func() error {
				_, err := policyCall(f, "domain-1", f.Update, &api.UpdatePolicyRequest{})
				return err
			},
			"delete": func() error {
				_, err := policyCall(f, "domain-1", f.Delete, &api.PolicyRequest{})
				return err
			},
			"get": func() error {
				_, err := policyCall(f, "domain-1", f.Get, &api.PolicyRequest{})
				return err
			},
			"create without name": func() error {
				req := samplePolicy(1)
				req.Name = ""
				_, err := policyCall(f, "domain-1", f.Create, req)
				return err
			},
			"update with an empty name": func() error {
				req := &api.UpdatePolicyRequest{PolicyId: id, Name: new(string)}
				_, err := policyCall(f, "domain-1", f.Update, req)
				return err
			},
		} {
			err := call()
			require.Error(t, err, name)
			assert.Equal(t, "ERROR_REQUIRED_PARAMETER", apierror.From(err).Code, name)
		}
		got, err := policyCall(f, "domain-1", f.Get, &api.PolicyRequest{PolicyId: id})
		require.NoError(t, err)
		assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)
	})
}

func TestPolicyKeepsValuesUnique(t *testing.T) {
	withPolicy(t, func(t *testing.T, f policyFixture) {
		_, err := policyCall(f, "domain-1", f.Create, samplePolicy(1))
		require.NoError(t, err)
		_, err = policyCall(f, "domain-1", f.Create, samplePolicy(1))
		assert.Equal(t, "ERROR_NOT_UNIQUE", apierror.From(err).Code)
		_, err = policyCall(f, "domain-2", f.Create, samplePolicy(1))
		assert.NoError(t, err, "each domain has values of its own")
	})
}
