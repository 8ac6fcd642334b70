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

// TestUserProfileIsServed calls every method of UserProfile that does not stream, as
// callers by gRPC do. What is not written yet may say so.
func TestUserProfileIsServed(t *testing.T) {
	service := start(t, settings)
	conn := dial(t, service.grpc)
	for method, written := range map[string]bool{
		"update":               false,
		"update_password":      false,
		"verify_email":         false,
		"confirm_email":        false,
		"reset_password":       false,
		"enable_mfa":           false,
		"disable_mfa":          false,
		"confirm_mfa":          false,
		"get":                  false,
		"get_workspaces":       false,
		"get_workspace_groups": false,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err := conn.Invoke(ctx, "/spaceone.api.identity.v2.UserProfile/"+method, &emptypb.Empty{}, &emptypb.Empty{})
		if written {
			assert.NotEqual(t, codes.Unimplemented, status.Code(err), method)
			continue
		}
		if status.Code(err) == codes.Unimplemented {
			assert.ErrorContains(t, err, "ERROR_NOT_IMPLEMENTED: ", method)
		}
	}
}
