package app_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/plugin-asset/config"
	core "github.com/cloudforet-io/plugin-asset/internal/core/config"
	"github.com/cloudforet-io/plugin-asset/internal/core/server"
)

func TestContainerIsReached(t *testing.T) {
	cfg, err := core.Load(t.Context(), config.Defaults(), "../../config/container.yaml")
	require.NoError(t, err)
	assert.Equal(t, "0.0.0.0:50051", cfg.GRPCAddress())
	assert.NoError(t, server.CheckExposure(cfg.Host, false, cfg.Authentication), "callers of plugins have no token")
}
