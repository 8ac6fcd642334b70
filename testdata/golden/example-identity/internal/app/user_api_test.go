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

// TestUserIsServed calls every method of User that does not stream, as
// callers by gRPC do.
func TestUserIsServed(t *testing.T) {
	service := start(t, settings+unguarded)
	conn := dial(t, service.grpc)
	for _, method := range []string{
		"create",
		"update",
		"change_password",
		"delete",
		"enable",
		"disable",
		"get",
		"list",
		"stat",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err := conn.Invoke(ctx, "/spaceone.api.identity.v1.User/"+method, &emptypb.Empty{}, &emptypb.Empty{})
		assert.NotEqual(t, codes.Unimplemented, status.Code(err), method)
	}
}
