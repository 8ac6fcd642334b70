package service_test

import (
	"context"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	api "github.com/cloudforet-io/identity/gen/go/spaceone/api/identity/v1"
	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/connector/database"
	"github.com/cloudforet-io/identity/internal/service"
)

// domainFixture calls the service Domain for a domain and a workspace.
type domainFixture struct {
	*service.Domain
	pipeline *pipeline.Pipeline
}

func withDomain(t *testing.T, test func(t *testing.T, f domainFixture)) {
	t.Helper()
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		connectors := connector.New(connector.Deps{DB: db})
		managers := managersOf(connectors)
		p, err := pipeline.New(pipeline.Options{Service: "test", Transactor: db})
		require.NoError(t, err)
		test(t, domainFixture{service.NewDomain(managers), p})
	})
}

// domainCall calls a method as somebody of a domain would; without one, as the platform itself.
func domainCall[Req, Res proto.Message](f domainFixture, domain string, method func(context.Context, Req) (Res, error), req Req) (Res, error) {
	ctx := context.Background()
	if domain != "" {
		ctx = pipeline.WithMetadata(ctx, pipeline.Metadata{DomainID: domain, WorkspaceID: "workspace-1"})
	}
	return pipeline.Call(ctx, f.pipeline, pipeline.Method{Resource: "Domain", Verb: "test"}, req, method)
}

func TestDomainKeepsDomain(t *testing.T) {
	withDomain(t, func(t *testing.T, f domainFixture) {
		req := apirecordtest.Fill(&api.CreateDomainRequest{}, 1)
		created, err := domainCall(f, "", f.Create, req)
		require.NoError(t, err)
		require.NotEmpty(t, created.GetDomainId())
		apirecordtest.AssertHolds(t, created, req, "created_at", "updated_at", "create_time", "update_time")
		got, err := domainCall(f, "", f.Get, &api.DomainRequest{DomainId: created.GetDomainId()})
		require.NoError(t, err)
		assert.True(t, proto.Equal(created, got), "created %v, got %v", created, got)

		change := apirecordtest.Fill(&api.UpdateDomainRequest{}, 2)
		change.DomainId = created.GetDomainId()
		updated, err := domainCall(f, "", f.Update, change)
		require.NoError(t, err)
		apirecordtest.AssertHolds(t, updated, change, "created_at", "updated_at", "create_time", "update_time")
		got, err = domainCall(f, "", f.Get, &api.DomainRequest{DomainId: created.GetDomainId()})
		require.NoError(t, err)
		assert.True(t, proto.Equal(updated, got), "updated %v, got %v", updated, got)

		_, err = domainCall(f, "", f.Delete, &api.DomainRequest{DomainId: created.GetDomainId()})
		require.NoError(t, err)
		_, err = domainCall(f, "", f.Get, &api.DomainRequest{DomainId: created.GetDomainId()})
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
	})
}
