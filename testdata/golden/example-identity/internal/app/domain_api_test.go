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

// TestDomainIsServed calls every method of Domain that does not stream, as
// callers by gRPC do.
func TestDomainIsServed(t *testing.T) {
	service := start(t, settings+unguarded)
	conn := dial(t, service.grpc)
	for _, method := range []string{
		"create",
		"update",
		"delete",
		"enable",
		"disable",
		"get",
		"get_public_key",
		"list",
		"stat",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err := conn.Invoke(ctx, "/spaceone.api.identity.v1.Domain/"+method, &emptypb.Empty{}, &emptypb.Empty{})
		assert.NotEqual(t, codes.Unimplemented, status.Code(err), method)
	}
}
