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

// TestCollectorIsServed calls every method of Collector, as callers by gRPC do.
func TestCollectorIsServed(t *testing.T) {
	service := start(t, settings)
	conn := dial(t, service.grpc)
	for _, method := range []string{"create", "update", "delete", "get", "list", "collect"} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err := conn.Invoke(ctx, "/spaceone.api.inventory.v1.Collector/"+method, &emptypb.Empty{}, &emptypb.Empty{})
		assert.NotEqual(t, codes.Unimplemented, status.Code(err), method)
	}
}
