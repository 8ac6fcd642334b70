package service_test

import (
	"context"
	"strings"
	"testing"
	"time"

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

// appFixture calls the service App for a domain and a workspace.
type appFixture struct {
	*service.App
	pipeline *pipeline.Pipeline
}

func withApp(t *testing.T, test func(t *testing.T, f appFixture)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		connectors := connector.New(connector.Deps{DB: db})
		managers := managersOf(connectors)
		have(t, connectors, "domain-1", "domain-2")
		p, err := pipeline.New(pipeline.Options{Service: "test", Transactor: db})
		require.NoError(t, err)
		test(t, appFixture{service.NewApp(managers), p})
	})
}

// appCall calls a method as somebody of a domain would; without one, as the platform itself.
func appCall[Req, Res proto.Message](f appFixture, domain string, method func(context.Context, Req) (Res, error), req Req) (Res, error) {
	ctx := context.Background()
	if domain != "" {
		ctx = pipeline.WithMetadata(ctx, pipeline.Metadata{DomainID: domain, WorkspaceID: "workspace-1"})
	}
	return pipeline.Call(ctx, f.pipeline, pipeline.Method{Resource: "App", Verb: "test"}, req, method)
}

// newApp asks for an app unlike those of other numbers.
func newApp(n uint8) *api.CreateAppRequest {
	req := apirecordtest.Fill(&api.CreateAppRequest{}, n)
	req.ExpiredAt = time.Now().UTC().Add(time.Hour).Format(time.RFC3339)
	return req
}

func TestAppKeepsApp(t *testing.T) {
	withApp(t, func(t *testing.T, f appFixture) {
		req := newApp(1)
		created, err := appCall(f, "domain-1", f.Create, req)
		require.NoError(t, err)
		require.NotEmpty(t, created.GetAppId())
		require.NotEmpty(t, created.GetClientSecret())
		apirecordtest.AssertHolds(t, created, req, "created_at", "updated_at", "create_time", "update_time")
		created.ClientSecret = "" // it is shown just once
		got, err := appCall(f, "domain-1", f.Get, &api.AppRequest{AppId: created.GetAppId()})
		require.NoError(t, err)
		assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)

		change := apirecordtest.Fill(&api.UpdateAppRequest{}, 2)
		change.AppId = created.GetAppId()
		updated, err := appCall(f, "domain-1", f.Update, change)
		require.NoError(t, err)
		apirecordtest.AssertHolds(t, updated, change, "created_at", "updated_at", "create_time", "update_time")
		got, err = appCall(f, "domain-1", f.Get, &api.AppRequest{AppId: created.GetAppId()})
		require.NoError(t, err)
		assert.True(t, proto.Equal(updated, got), "updated %v, got %v", updated, got)

		_, err = appCall(f, "domain-1", f.Delete, &api.AppRequest{AppId: created.GetAppId()})
		require.NoError(t, err)
		_, err = appCall(f, "domain-1", f.Get, &api.AppRequest{AppId: created.GetAppId()})
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
	})
}

func TestAppKeepsAppFromOtherDomains(t *testing.T) {
	withApp(t, func(t *testing.T, f appFixture) {
		created, err := appCall(f, "domain-1", f.Create, newApp(1))
		require.NoError(t, err)
		_, err = appCall(f, "domain-2", f.Get, &api.AppRequest{AppId: created.GetAppId()})
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
		for domain, want := range map[string]int{"domain-1": 1, "domain-2": 0} {
			all, err := appCall(f, domain, f.List, &api.AppQuery{})
			require.NoError(t, err)
			assert.Len(t, all.GetResults(), want, domain)
		}
	})
}

func TestAppListsApps(t *testing.T) {
	withApp(t, func(t *testing.T, f appFixture) {
		var ids []string
		for n := range uint8(3) {
			created, err := appCall(f, "domain-1", f.Create, newApp(n))
			require.NoError(t, err)
			ids = append(ids, created.GetAppId())
		}
		list := func(t *testing.T, request string) *api.AppsInfo {
			t.Helper()
			req := &api.AppQuery{}
			require.NoError(t, protojson.Unmarshal([]byte(request), req))
			all, err := appCall(f, "domain-1", f.List, req)
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
			request := `{"query": {"filter": [{"k": "app_id", ` + strings.ReplaceAll(filter, "ID", ids[1]) + `}]}}`
			assert.Len(t, list(t, request).GetResults(), want, filter)
		}
		page := list(t, `{"query": {"sort": [{"key": "app_id"}], "page": {"start": 3, "limit": 2}}}`)
		assert.Len(t, page.GetResults(), 1)
		assert.EqualValues(t, 3, page.GetTotalCount())
	})
}
