package app_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"testing"
	"time"

	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	corehandler "github.com/cloudforet-io/spacegen/core/handler"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/server"
	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	corev2 "github.com/cloudforet-io/inventory/gen/go/spaceone/api/core/v2"
	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/connector"
	"github.com/cloudforet-io/inventory/internal/connector/database"
	"github.com/cloudforet-io/inventory/internal/handler/guard"
	"github.com/cloudforet-io/inventory/internal/manager"
	"github.com/cloudforet-io/inventory/internal/model"
	"github.com/cloudforet-io/inventory/internal/service"
)

// TestCloudServiceIsKeptWithinProjects: whose token names projects, by whatever method, sees and
// changes cloud services of no others.
func TestCloudServiceIsKeptWithinProjects(t *testing.T) {
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	public, err := jwk.Import(secret.Public())
	require.NoError(t, err)
	text, err := json.Marshal(public)
	require.NoError(t, err)
	var key map[string]any
	require.NoError(t, json.Unmarshal(text, &key))
	as := func(role string, projects ...string) context.Context {
		claims, err := json.Marshal(map[string]any{
			"rol": role, "typ": "ACCESS_TOKEN", "own": "USER", "did": "domain-1", "wid": "workspace-1", "aud": "somebody",
			"jti": "token-1", "ver": "2.0", "exp": time.Now().Add(time.Hour).Unix(), "projects": projects,
		})
		require.NoError(t, err)
		token, err := jws.Sign(claims, jws.WithKey(jwa.ES256(), secret))
		require.NoError(t, err)
		return metadata.AppendToOutgoingContext(t.Context(), "token", string(token))
	}
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		authentication, err := corehandler.NewAuthentication(map[string]any{"keys": map[string]any{"domain-1": key}}, corehandler.Deps{})
		require.NoError(t, err)
		authorization, err := corehandler.NewAuthorization(nil, corehandler.Deps{})
		require.NoError(t, err)
		mutation, err := corehandler.NewMutation(nil, corehandler.Deps{})
		require.NoError(t, err)
		p, err := pipeline.New(pipeline.Options{Service: "test", Transactor: db, Handlers: pipeline.Handlers{
			Authentication: []pipeline.AuthenticationHandler{authentication},
			Authorization:  []pipeline.AuthorizationHandler{authorization},
			Mutation:       []pipeline.MutationHandler{mutation},
		}})
		require.NoError(t, err)
		items := manager.NewCloudService(connector.New(connector.Deps{DB: db}))
		g := server.NewGRPC(server.GRPCOptions{Log: slog.New(slog.DiscardHandler)})
		api.RegisterCloudServiceServer(g.Server(), struct {
			api.UnsafeCloudServiceServer
			*guard.CloudService
		}{CloudService: guard.NewCloudService(p, service.NewCloudService(manager.Managers{CloudService: items}))})
		require.NoError(t, g.Module().Start(t.Context()))
		defer func() { assert.NoError(t, g.Module().Stop(context.Background())) }()
		conn, err := g.InMemory()
		require.NoError(t, err)
		defer func() { assert.NoError(t, conn.Close()) }()
		client := api.NewCloudServiceClient(conn)

		ids := map[string]string{}
		for _, project := range []string{"p1", "p2", ""} {
			item := &model.CloudService{ProjectID: project, DomainID: "domain-1", WorkspaceID: "workspace-1"}
			require.NoError(t, items.Create(t.Context(), item))
			ids[project] = item.CloudServiceID
		}
		for name, c := range map[string]struct {
			ctx  context.Context
			sees []string
		}{
			"a member":                  {as("WORKSPACE_MEMBER", "p1"), []string{"p1"}},
			"a member of two":           {as("WORKSPACE_MEMBER", "p1", "p2"), []string{"p1", "p2"}},
			"a member without projects": {as("WORKSPACE_MEMBER"), nil},
			"an owner of some":          {as("WORKSPACE_OWNER", "p1"), []string{"p1"}},
			"an owner":                  {as("WORKSPACE_OWNER"), []string{"p1", "p2", ""}},
			"an administrator":          {as("DOMAIN_ADMIN"), []string{"p1", "p2", ""}},
		} {
			all, err := client.List(c.ctx, &api.CloudServiceQuery{})
			require.NoError(t, err, name)
			var seen []string
			for _, one := range all.GetResults() {
				seen = append(seen, one.GetProjectId())
			}
			assert.ElementsMatch(t, c.sees, seen, name)
			assert.EqualValues(t, len(c.sees), all.GetTotalCount(), name)
			stat, err := client.Stat(c.ctx, &api.CloudServiceStatQuery{Query: &corev2.StatisticsQuery{Distinct: "cloud_service_id"}})
			require.NoError(t, err, name)
			assert.Len(t, stat.AsMap()["results"], len(c.sees), name)
			for project, id := range ids {
				_, err := client.Get(c.ctx, &api.CloudServiceRequest{CloudServiceId: id})
				want := codes.NotFound
				for _, its := range c.sees {
					if its == project {
						want = codes.OK
					}
				}
				assert.Equal(t, want, status.Code(err), "%s, %q", name, project)
			}
		}

		member := as("WORKSPACE_MEMBER", "p1")
		_, err = client.List(member, &api.CloudServiceQuery{ProjectId: proto.String("p2")})
		assert.Equal(t, codes.PermissionDenied, status.Code(err))
		owner := as("WORKSPACE_OWNER", "p1")
		_, err = client.Update(owner, &api.UpdateCloudServiceRequest{CloudServiceId: ids["p2"]})
		assert.Equal(t, codes.NotFound, status.Code(err), "of a foreign project")
		_, err = client.Update(owner, &api.UpdateCloudServiceRequest{CloudServiceId: ids["p1"], ProjectId: proto.String("p2")})
		assert.Equal(t, codes.PermissionDenied, status.Code(err), "into a foreign project")
		_, err = client.Update(owner, &api.UpdateCloudServiceRequest{CloudServiceId: ids["p1"], ProjectId: proto.String("*")})
		assert.Equal(t, codes.PermissionDenied, status.Code(err), "into all projects")
		_, err = client.Create(owner, &api.CreateCloudServiceRequest{ProjectId: "p2"})
		assert.Equal(t, codes.PermissionDenied, status.Code(err), "in a foreign project")
		_, err = client.Delete(owner, &api.CloudServiceRequest{CloudServiceId: ids["p2"]})
		assert.Equal(t, codes.NotFound, status.Code(err))
		got, err := items.Get(t.Context(), model.Scope{}, ids["p1"])
		require.NoError(t, err)
		assert.Equal(t, "p1", got.ProjectID)
		_, err = client.Update(owner, &api.UpdateCloudServiceRequest{CloudServiceId: ids["p1"]})
		assert.NoError(t, err)
		_, err = client.Delete(owner, &api.CloudServiceRequest{CloudServiceId: ids["p1"]})
		assert.NoError(t, err)
		_, err = items.Get(t.Context(), model.Scope{}, ids["p2"])
		assert.NoError(t, err)
	})
}
