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

// TestSupervisorIsServed calls every method of Supervisor that does not stream, as
// callers by gRPC do. What is not written yet says so.
func TestSupervisorIsServed(t *testing.T) {
	service := start(t, settings)
	conn := dial(t, service.grpc)
	for method, written := range map[string]bool{
		"publish":        true,
		"register":       true,
		"update":         true,
		"deregister":     true,
		"enable":         true,
		"disable":        true,
		"recover_plugin": true,
		"get":            true,
		"list":           true,
		"stat":           true,
		"list_plugins":   true,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err := conn.Invoke(ctx, "/spaceone.api.plugin.v1.Supervisor/"+method, &emptypb.Empty{}, &emptypb.Empty{})
		if written {
			assert.NotEqual(t, codes.Unimplemented, status.Code(err), method)
			continue
		}
		assert.Equal(t, codes.Unimplemented, status.Code(err), method)
		assert.ErrorContains(t, err, "ERROR_NOT_IMPLEMENTED: ", method)
	}
}
