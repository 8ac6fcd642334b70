package app_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestCloudServiceIsServedByREST asks for cloud services as callers by REST do.
func TestCloudServiceIsServedByREST(t *testing.T) {
	service := start(t, settings)
	assert.Equal(t, map[string]any{"results": []any{}, "total_count": 0.0}, post(t, service.rest, "/inventory/v1/cloud-service/list", `{}`))
	detail, _ := post(t, service.rest, "/inventory/v1/cloud-service/get", `{"cloud_service_id": "none"}`)["detail"].(map[string]any)
	assert.Equal(t, "ERROR_NOT_FOUND", detail["code"])
}
