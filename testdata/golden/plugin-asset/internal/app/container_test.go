package app_test

import (
	"testing"

	core "github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/server"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/plugin-asset/config"
)

func TestContainerIsReached(t *testing.T) {
	cfg, err := core.Load(t.Context(), config.Defaults(), "../../config/container.yaml")
	require.NoError(t, err)
	assert.Equal(t, "0.0.0.0:50051", cfg.GRPCAddress())
	assert.NoError(t, server.CheckExposure(cfg.Host, false, cfg.Authentication), "callers of plugins have no token")
}
