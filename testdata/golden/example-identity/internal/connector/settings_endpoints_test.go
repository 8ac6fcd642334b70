package connector

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/model"
)

func TestEndpoints(t *testing.T) {
	found, err := readEndpoints([]any{map[string]any{
		"service": "inventory", "name": "Inventory", "endpoint": "grpc://inventory:50051",
		"internal_endpoint": "grpc://inventory.svc:50051", "state": "ACTIVE", "version": "v1",
	}})
	require.NoError(t, err)
	assert.Equal(t, []model.Endpoint{{
		Service: "inventory", Name: "Inventory", Endpoint: "grpc://inventory:50051",
		InternalEndpoint: "grpc://inventory.svc:50051", State: "ACTIVE", Version: "v1",
	}}, found)
	found, err = readEndpoints(nil)
	require.NoError(t, err)
	assert.Empty(t, found)
	for _, wrong := range []any{"grpc://inventory:50051", []any{"inventory"}, map[string]any{"inventory": 1}} {
		_, err = readEndpoints(wrong)
		assert.ErrorContains(t, err, "ENDPOINTS", wrong)
	}
}
