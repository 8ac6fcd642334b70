package manager_test

import (
	"context"
	"testing"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/supervisor/internal/connector"
	"github.com/cloudforet-io/supervisor/internal/manager"
)

// service stands for a plugin service that has a supervisor in a state.
type service string

func (s service) Dispatch(context.Context, string, string, map[string]any) (map[string]any, error) {
	return map[string]any{"supervisor_id": "supervisor-1", "state": string(s)}, nil
}

func TestReportSaysWhetherPluginsMayBeChanged(t *testing.T) {
	defaults := [][]byte{[]byte("NAME: root\nHOSTNAME: root.example")}
	cfg, err := config.Load(t.Context(), defaults, "")
	require.NoError(t, err)
	for state, want := range map[service]bool{
		"ENABLED": true, "DISCONNECTED": true, "DISABLED": false, "PENDING": false,
	} {
		plugins := connector.NewPlugin(connector.Deps{
			Config: cfg, Services: state, Endpoints: map[string]string{"plugin": "grpc://plugin:50051"},
		})
		enabled, err := manager.NewPlugin(connector.Connectors{Plugin: plugins}).Report(t.Context(), nil)
		require.NoError(t, err)
		assert.Equal(t, want, enabled, state)
	}
}
