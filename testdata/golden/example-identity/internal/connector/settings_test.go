package connector_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/model"
)

func TestSettings(t *testing.T) {
	read := func(text string) (connector.Settings, error) {
		return connector.ReadSettings(configured(t, text))
	}
	usual := model.TokenTimes{Access: 30 * time.Minute, AccessMax: 7 * 24 * time.Hour, Refresh: 3 * time.Hour, RefreshMax: 28 * 24 * time.Hour}
	assert.Equal(t, usual, connector.NewSettings(connector.Deps{}).Tokens)
	s, err := read("{}")
	require.NoError(t, err)
	assert.Equal(t, connector.Settings{Tokens: usual}, s)

	s, err = read("IDENTITY: {token: {token_timeout: 60, refresh_timeout: 120}}")
	require.NoError(t, err)
	assert.Equal(t, time.Minute, s.Tokens.Access)
	assert.Equal(t, 2*time.Minute, s.Tokens.Refresh)

	s, err = read("ENDPOINTS: {plugin: 'grpc://plugin:50051', inventory: 'grpc://inventory:50051'}")
	require.NoError(t, err)
	require.Len(t, s.Endpoints, 2)
	assert.Equal(t, "inventory", s.Endpoints[0].Service)

	s, err = read("ENDPOINTS: [{service: inventory, name: Inventory, endpoint: 'grpc+ssl://inventory.example.com', state: ACTIVE, version: v1, internal_endpoint: 'grpc://elsewhere:50051'}]\n" +
		"INTERNAL_ENDPOINTS: [{service: inventory, name: Inventory, endpoint: 'grpc://inventory:50051'}, {service: secret, name: Secret, endpoint: 'grpc://secret:50051'}]")
	require.NoError(t, err)
	assert.Equal(t, []model.Endpoint{
		{Service: "inventory", Name: "Inventory", State: "ACTIVE", Version: "v1", Endpoint: "grpc+ssl://inventory.example.com", InternalEndpoint: "grpc://inventory:50051"},
		{Service: "secret", Name: "Secret", InternalEndpoint: "grpc://secret:50051"},
	}, s.Endpoints)

	for text, want := range map[string]string{
		"IDENTITY: {token: {token_timeout: 0}}":                         "IDENTITY.token",
		"IDENTITY: {token: {token_timeout: 60, token_max_timeout: 30}}": "IDENTITY.token",
	} {
		_, err := read(text)
		assert.ErrorContains(t, err, want, text)
	}
}
