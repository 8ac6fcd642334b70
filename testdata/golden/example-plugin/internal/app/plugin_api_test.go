package app_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
)

// TestPluginIsServed calls every method of Plugin that does not stream, as
// callers by gRPC do. What is not written yet says so.
func TestPluginIsServed(t *testing.T) {
	service := start(t, settings)
	conn := dial(t, service.grpc)
	for method, written := range map[string]bool{
		"register":            true,
		"update":              true,
		"deregister":          true,
		"get":                 true,
		"list":                true,
		"get_versions":        true,
		"get_plugin_endpoint": true,
		"get_plugin_metadata": true,
		"notify_failure":      true,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err := conn.Invoke(ctx, "/spaceone.api.plugin.v1.Plugin/"+method, &emptypb.Empty{}, &emptypb.Empty{})
		if written {
			assert.NotEqual(t, codes.Unimplemented, status.Code(err), method)
			continue
		}
		assert.Equal(t, codes.Unimplemented, status.Code(err), method)
		assert.ErrorContains(t, err, "ERROR_NOT_IMPLEMENTED: ", method)
	}
}
