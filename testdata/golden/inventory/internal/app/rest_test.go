package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestREST(t *testing.T) {
	service := start(t, settings)
	require.Eventually(t, func() bool { return strings.Contains(get(service.rest, "/check"), `"SERVING"`) }, time.Minute, 20*time.Millisecond)
	assert.Contains(t, get(service.rest, "/openapi.json"), `"title":"inventory"`)
	assert.Contains(t, get(service.rest, "/docs/"), "openapi.json")
	assert.NoError(t, service.stop())
}
