package telemetry_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/telemetry"
)

// setup makes the telemetry of a service, and gives its log.
func setup(t *testing.T, o telemetry.Options) (*telemetry.Telemetry, *bytes.Buffer) {
	t.Helper()
	var out bytes.Buffer
	o.Output, o.Service = &out, "inventory"
	tel, err := telemetry.Setup(t.Context(), o)
	require.NoError(t, err)
	return tel, &out
}
