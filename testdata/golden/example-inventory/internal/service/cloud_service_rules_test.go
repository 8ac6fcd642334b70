package service_test

import (
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	core "github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
	"github.com/cloudforet-io/inventory/internal/connector/database"
)

// TestRulesOfCloudService creates a cloud service by its rules: it is there afterwards, or they say why
// not, and nothing is. This file is yours: test your rules in it by requests of your own.
func TestRulesOfCloudService(t *testing.T) {
	migrations, err := database.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *core.DB) {
		s := guardsOn(t, db).CloudService
		ctx := pipeline.WithMetadata(t.Context(), pipeline.Metadata{DomainID: "domain-1", WorkspaceID: "workspace-1"})

		req := cloudServiceServices().Request(t, db, 1).(*api.CreateCloudServiceRequest) // or one of your own
		created, err := s.Create(ctx, req)
		if err != nil {
			assert.NotContains(t, []codes.Code{codes.Unknown, codes.Internal}, apierror.From(err).Status, err)
			list, err := s.List(ctx, &api.CloudServiceQuery{})
			require.NoError(t, err)
			assert.Empty(t, list.GetResults())
			return
		}
		got, err := s.Get(ctx, &api.CloudServiceRequest{CloudServiceId: created.GetCloudServiceId()})
		require.NoError(t, err)
		assert.Equal(t, created.GetCloudServiceId(), got.GetCloudServiceId())
	})
}
