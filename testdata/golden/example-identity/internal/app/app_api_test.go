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

// TestAppIsServed calls every method of App that does not stream, as
// callers by gRPC do.
func TestAppIsServed(t *testing.T) {
	service := start(t, settings+unguarded)
	conn := dial(t, service.grpc)
	for _, method := range []string{
		"create",
		"update",
		"generate_client_secret",
		"delete",
		"enable",
		"disable",
		"get",
		"check",
		"list",
		"stat",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err := conn.Invoke(ctx, "/spaceone.api.identity.v1.App/"+method, &emptypb.Empty{}, &emptypb.Empty{})
		assert.NotEqual(t, codes.Unimplemented, status.Code(err), method)
	}
}
