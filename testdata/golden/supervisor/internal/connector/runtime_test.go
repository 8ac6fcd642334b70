package connector

import (
	"testing"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/supervisor/internal/model"
)

func runtimeOf(t *testing.T, settings string) *Runtime {
	t.Helper()
	cfg, err := config.Load(t.Context(), [][]byte{[]byte(settings)}, "")
	require.NoError(t, err)
	return NewRuntime(Deps{Config: cfg})
}

func TestRuntimeIsWhatTheConfigurationSays(t *testing.T) {
	for _, backend := range []string{"process", "ProcessConnector"} {
		r := runtimeOf(t, "BACKEND: "+backend)
		all, err := r.List(t.Context())
		require.NoError(t, err)
		assert.Empty(t, all)
		assert.NoError(t, r.Close())
	}
}

func TestRuntimeThatCanNotBe(t *testing.T) {
	for settings, want := range map[string]string{
		"BACKEND: docker":              `"docker" is neither kubernetes nor process`,
		"HOSTNAME: x":                  `"" is neither kubernetes nor process`,
		"BACKEND: kubernetes":          "namespace",
		"BACKEND: KubernetesConnector": "namespace",
	} {
		r := runtimeOf(t, settings)
		_, err := r.List(t.Context())
		for _, err := range []error{
			err, r.Start(t.Context(), model.Plugin{}), r.Restart(t.Context(), "x"), r.Stop(t.Context(), "x"),
		} {
			assert.ErrorContains(t, err, want, settings)
		}
		assert.NoError(t, r.Close())
	}
}
