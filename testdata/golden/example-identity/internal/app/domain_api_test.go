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
// callers by gRPC do. What is not written yet may say so.
func TestDomainIsServed(t *testing.T) {
	service := start(t, settings)
	conn := dial(t, service.grpc)
	for method, written := range map[string]bool{
		"create":         false,
		"update":         true,
		"delete":         true,
		"enable":         true,
		"disable":        true,
		"get":            true,
		"get_auth_info":  false,
		"get_public_key": false,
		"list":           true,
		"stat":           true,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err := conn.Invoke(ctx, "/spaceone.api.identity.v2.Domain/"+method, &emptypb.Empty{}, &emptypb.Empty{})
		if written {
			assert.NotEqual(t, codes.Unimplemented, status.Code(err), method)
			continue
		}
		if status.Code(err) == codes.Unimplemented {
			assert.ErrorContains(t, err, "ERROR_NOT_IMPLEMENTED: ", method)
		}
	}
}
