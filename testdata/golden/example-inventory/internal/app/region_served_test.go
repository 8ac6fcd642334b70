package app_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	api "github.com/cloudforet-io/inventory/gen/go/spaceone/api/inventory/v1"
)

// TestRegionIsServed asks for regions as callers by gRPC do.
func TestRegionIsServed(t *testing.T) {
	service := start(t, settings)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, err := api.NewRegionClient(dial(t, service.grpc)).Get(ctx, &api.RegionRequest{RegionId: "region-000000000000"})
	assert.Equal(t, codes.NotFound, status.Code(err))
	assert.ErrorContains(t, err, "ERROR_NOT_FOUND: ")
}
