package app_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestRegionIsServedByREST asks for regions as callers by REST do.
func TestRegionIsServedByREST(t *testing.T) {
	service := start(t, settings)
	assert.Equal(t, map[string]any{"results": []any{}, "total_count": 0.0}, post(t, service.rest, "/inventory/v1/region/list", `{}`))
	detail, _ := post(t, service.rest, "/inventory/v1/region/get", `{"region_id": "none"}`)["detail"].(map[string]any)
	assert.Equal(t, "ERROR_NOT_FOUND", detail["code"])
}
