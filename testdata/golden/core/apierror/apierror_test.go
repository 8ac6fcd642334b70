package apierror_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

func TestFrom(t *testing.T) {
	for name, tc := range map[string]struct {
		err    error
		code   string
		status codes.Code
	}{
		"its own":         {apierror.Required("name"), "ERROR_REQUIRED_PARAMETER", codes.InvalidArgument},
		"wrapped":         {fmt.Errorf("create: %w", apierror.NotFound("id", "x")), "ERROR_NOT_FOUND", codes.NotFound},
		"conflict":        {apierror.Conflict("id", "x"), "ERROR_CONFLICT", codes.Aborted},
		"unexpected":      {errors.New("disk full"), "ERROR_UNKNOWN", codes.Internal},
		"deadline":        {context.DeadlineExceeded, "ERROR_GRPC_TIMEOUT", codes.DeadlineExceeded},
		"cancelled":       {context.Canceled, "ERROR_CANCELLED", codes.Canceled},
		"peer is down":    {status.Error(codes.Unavailable, "refused"), "ERROR_GRPC_CONNECTION", codes.Unavailable},
		"peer is slow":    {status.Error(codes.DeadlineExceeded, "late"), "ERROR_GRPC_TIMEOUT", codes.DeadlineExceeded},
		"peer's own code": {status.Error(codes.AlreadyExists, "ERROR_NOT_UNIQUE: taken"), "ERROR_NOT_UNIQUE", codes.AlreadyExists},
		"peer, otherwise": {status.Error(codes.Aborted, "try again"), "ERROR_INTERNAL_API", codes.Aborted},
	} {
		t.Run(name, func(t *testing.T) {
			got := apierror.From(tc.err)
			assert.Equal(t, tc.code, got.Code)
			assert.Equal(t, tc.status, status.Code(got))
		})
	}
	assert.Nil(t, apierror.From(nil))
}

func TestUnknownTellsTheCallerNothing(t *testing.T) {
	assert.NotContains(t, apierror.From(errors.New("password is x")).Error(), "password")
}

func TestWireForm(t *testing.T) {
	assert.Equal(t, "ERROR_SAVE_UNIQUE_VALUES: Tried to save duplicate unique values. (keys = domain_id, name)",
		status.Convert(apierror.Taken("domain_id", "name")).Message())
	assert.Equal(t, "ERROR_NOT_UNIQUE: Tried to save duplicate unique key. (name = a)", status.Convert(apierror.NotUnique("name", "a")).Message())
}

// TestRetryAfter: it reaches callers, through services between them too.
func TestRetryAfter(t *testing.T) {
	busy := apierror.New(codes.ResourceExhausted, "ERROR_BUSY", "Busy.")
	assert.Zero(t, apierror.RetryAfter(status.Convert(busy)))
	later := busy.After(90 * time.Second)
	assert.Zero(t, busy.RetryAfter, "the original says nothing still")
	s := status.Convert(fmt.Errorf("call: %w", later))
	assert.Equal(t, 90*time.Second, apierror.RetryAfter(s))
	assert.Equal(t, 90*time.Second, apierror.From(s.Err()).RetryAfter)
}

func TestIsTaken(t *testing.T) {
	for name, tc := range map[string]struct {
		err   error
		taken bool
	}{
		"by a service":    {apierror.NotUnique("name", "a"), true},
		"by the database": {fmt.Errorf("create: %w", apierror.Taken("name")), true},
		"by a peer":       {status.Error(codes.AlreadyExists, "ERROR_SAVE_UNIQUE_VALUES: taken"), true},
		"a task":          {apierror.New(codes.AlreadyExists, "ERROR_TASK_TAKEN", "taken"), false},
		"another error":   {apierror.Required("name"), false},
		"none":            {nil, false},
	} {
		assert.Equal(t, tc.taken, apierror.IsTaken(tc.err), name)
	}
}
