package app_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestPolicyIsServedByREST asks for policies as callers by REST do.
func TestPolicyIsServedByREST(t *testing.T) {
	service := start(t, settings)
	assert.Equal(t, map[string]any{"results": []any{}, "total_count": 0.0}, post(t, service.rest, "/cost-analysis/v1/policy/list", `{}`))
	detail, _ := post(t, service.rest, "/cost-analysis/v1/policy/get", `{"policy_id": "none"}`)["detail"].(map[string]any)
	assert.Equal(t, "ERROR_NOT_FOUND", detail["code"])
}
