package service_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
	"github.com/cloudforet-io/identity/internal/model"
	"github.com/cloudforet-io/identity/internal/service"
)

func readerOf(permissions ...string) *api.CreateAppRequest {
	return &api.CreateAppRequest{
		Name: "reader", RoleType: api.AppInfo_DOMAIN_ADMIN, Permissions: permissions, DomainId: domainID,
	}
}

func TestClientSecret(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		ctx, apps := t.Context(), service.NewApp(f.managers)
		expires := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
		req := readerOf("inventory:Region.read")
		req.ExpiredAt = expires.Format(time.RFC3339)
		app, err := apps.Create(ctx, req)
		require.NoError(t, err)
		assert.Equal(t, api.AppInfo_ENABLED, app.GetState())
		claims := f.read(t, app.GetClientSecret())
		assert.Equal(t, model.ClientSecret, claims.TokenType)
		assert.Equal(t, model.OwnerApp, claims.OwnerType)
		assert.Equal(t, model.DomainAdmin, claims.RoleType)
		assert.Equal(t, app.GetAppId(), claims.Audience)
		assert.Equal(t, app.GetClientId(), claims.TokenID)
		assert.Equal(t, expires.Unix(), claims.ExpiresAt)
		assert.Empty(t, claims.Permissions, "those are asked for")

		check := func(client string) (*api.CheckAppInfo, error) {
			return apps.Check(ctx, &api.CheckAppRequest{ClientId: client, DomainId: domainID})
		}
		checked, err := check(app.GetClientId())
		require.NoError(t, err)
		assert.Equal(t, []string{"inventory:Region.read"}, checked.GetPermissions())

		renewed, err := apps.GenerateClientSecret(ctx, &api.GenerateClientSecretRequest{AppId: app.GetAppId()})
		require.NoError(t, err)
		_, err = check(app.GetClientId())
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code, "the old one holds no longer")
		_, err = check(renewed.GetClientId())
		require.NoError(t, err)
		assert.InDelta(t, time.Now().AddDate(1, 0, 0).Unix(), f.read(t, renewed.GetClientSecret()).ExpiresAt, 48*3600)

		_, err = apps.Disable(ctx, &api.AppRequest{AppId: app.GetAppId()})
		require.NoError(t, err)
		_, err = check(renewed.GetClientId())
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
		_, err = apps.Enable(ctx, &api.AppRequest{AppId: app.GetAppId()})
		require.NoError(t, err)
		_, err = check(renewed.GetClientId())
		require.NoError(t, err)

		kept, err := f.managers.App.Get(ctx, model.Scope{}, app.GetAppId())
		require.NoError(t, err)
		kept.ExpiredAt = time.Now().Add(-time.Second).UTC().Format(time.RFC3339)
		require.NoError(t, f.managers.App.Update(ctx, model.Scope{}, kept, "expired_at"))
		_, err = check(renewed.GetClientId())
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code, "it has expired")
		_, err = check("")
		assert.Equal(t, "ERROR_REQUIRED_PARAMETER", apierror.From(err).Code)
	})
}

// TestAppsThatNothingConfines: services take an empty list for all that the role may.
func TestAppsThatNothingConfines(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		apps := service.NewApp(f.managers)
		app, err := apps.Create(t.Context(), readerOf())
		require.NoError(t, err)
		checked, err := apps.Check(t.Context(), &api.CheckAppRequest{ClientId: app.GetClientId(), DomainId: domainID})
		require.NoError(t, err)
		assert.Empty(t, checked.GetPermissions())
	})
}

func TestAppsOfNoPlace(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		for name, c := range map[string]struct {
			change func(*api.CreateAppRequest)
			code   string
		}{
			"no domain":                         {func(r *api.CreateAppRequest) { r.DomainId = "" }, "ERROR_REQUIRED_PARAMETER"},
			"no such domain":                    {func(r *api.CreateAppRequest) { r.DomainId = "domain-x" }, "ERROR_NOT_FOUND"},
			"an administrator's in a workspace": {func(r *api.CreateAppRequest) { r.WorkspaceId = "workspace-1" }, "ERROR_INVALID_PARAMETER"},
			"a member's in no workspace":        {func(r *api.CreateAppRequest) { r.RoleType = api.AppInfo_WORKSPACE_MEMBER }, "ERROR_REQUIRED_PARAMETER"},
			"an administrator's projects":       {func(r *api.CreateAppRequest) { r.Projects = []string{"project-1"} }, "ERROR_INVALID_PARAMETER"},
			"an owner's projects": {func(r *api.CreateAppRequest) {
				r.RoleType, r.WorkspaceId, r.Projects = api.AppInfo_WORKSPACE_OWNER, "workspace-1", []string{"project-1"}
			}, "ERROR_INVALID_PARAMETER"},
			"too many permissions":     {func(r *api.CreateAppRequest) { r.Permissions = slices.Repeat([]string{"inventory:"}, 257) }, "ERROR_INVALID_PARAMETER"},
			"a time in two years":      {func(r *api.CreateAppRequest) { r.ExpiredAt = time.Now().AddDate(2, 0, 0).Format(time.RFC3339) }, "ERROR_INVALID_PARAMETER"},
			"a time that nobody knows": {func(r *api.CreateAppRequest) { r.ExpiredAt = "tomorrow" }, "ERROR_INVALID_PARAMETER"},
			"a time that has passed":   {func(r *api.CreateAppRequest) { r.ExpiredAt = "2001-01-01T00:00:00Z" }, "ERROR_INVALID_PARAMETER"},
		} {
			req := readerOf()
			c.change(req)
			_, err := service.NewApp(f.managers).Create(t.Context(), req)
			assert.Equal(t, c.code, apierror.From(err).Code, name)
		}
	})
}

// asConfined calls a method as somebody whose token is confined to permissions.
func asConfined[Req, Res proto.Message](t *testing.T, permissions []string, method func(context.Context, Req) (Res, error), req Req) (Res, error) {
	t.Helper()
	p, err := pipeline.New(pipeline.Options{Service: "test"})
	require.NoError(t, err)
	return pipeline.Call(t.Context(), p, pipeline.Method{Resource: "App", Verb: "test"}, req, func(ctx context.Context, req Req) (Res, error) {
		pipeline.TransactionFrom(ctx).Identity = &pipeline.Identity{Permissions: permissions}
		return method(ctx, req)
	})
}

func TestAppsMayDoNoMoreThanWhoMakesThem(t *testing.T) {
	withToken(t, func(t *testing.T, f tokenFixture) {
		apps, held := service.NewApp(f.managers), []string{"identity:App", "inventory:Region.read"}
		_, err := asConfined(t, held, apps.Create, readerOf("inventory:Region.write"))
		assert.Equal(t, denied, apierror.From(err).Code)
		app, err := asConfined(t, held, apps.Create, readerOf())
		require.NoError(t, err)
		assert.Equal(t, held, app.GetPermissions(), "not none, which would be all")

		for _, permissions := range [][]string{nil, {"inventory:"}} {
			mighty, err := apps.Create(t.Context(), readerOf(permissions...))
			require.NoError(t, err)
			for _, held := range [][]string{held, {}} {
				_, err = asConfined(t, held, apps.GenerateClientSecret, &api.GenerateClientSecretRequest{AppId: mighty.GetAppId()})
				assert.Equal(t, denied, apierror.From(err).Code, "its secret would open more doors")
			}
		}
		_, err = asConfined(t, held, apps.GenerateClientSecret, &api.GenerateClientSecretRequest{AppId: app.GetAppId()})
		assert.NoError(t, err)
	})
}
