package connector_test

import (
	"errors"
	"testing"

	"github.com/cloudforet-io/spacegen/core/plugin"
	"github.com/cloudforet-io/spacegen/core/plugintest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"github.com/cloudforet-io/inventory/internal/connector"
)

func TestAssetConnects(t *testing.T) {
	plugins := plugintest.Dial(t, grpc.NewServer())
	c := connector.NewAsset(connector.Deps{Plugins: plugins})
	t.Run("Collector", func(t *testing.T) {
		plugins.Asked, plugins.Err = nil, nil
		client, err := c.Collector(t.Context(), plugin.Ref{ID: "p", Version: "1.2"})
		require.NoError(t, err)
		assert.NotNil(t, client)
		assert.Equal(t, []plugin.Ref{{ID: "p", Version: "1.2"}}, plugins.Asked)
		plugins.Err = errors.New("nowhere")
		_, err = c.Collector(t.Context(), plugin.Ref{ID: "p"})
		assert.ErrorIs(t, err, plugins.Err)
	})
}

func TestAssetTellsTheVersion(t *testing.T) {
	plugins := plugintest.Dial(t, grpc.NewServer())
	c := connector.NewAsset(connector.Deps{Plugins: plugins})
	ref := plugin.Ref{ID: "p", Version: "1.2", Upgrade: true}
	for running, want := range map[string]string{"": "1.2", "1.3": "1.3"} {
		plugins.Running = running
		version, err := c.Version(t.Context(), ref)
		require.NoError(t, err)
		assert.Equal(t, want, version)
	}
}
