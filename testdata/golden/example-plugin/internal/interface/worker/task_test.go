package worker

import (
	"context"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

func TestTaskReadsParameters(t *testing.T) {
	var got map[string]any
	method := task(func(_ context.Context, req *structpb.Struct) (*emptypb.Empty, error) {
		got = req.AsMap()
		return &emptypb.Empty{}, nil
	})
	require.NoError(t, method(t.Context(), map[string]any{"name": "x", "deep": map[string]any{"n": 1}}))
	assert.Equal(t, map[string]any{"name": "x", "deep": map[string]any{"n": 1.0}}, got)
	require.NoError(t, method(t.Context(), nil), "no parameters are an empty request")
}

func TestTaskRefusesParametersThatTheRequestLacks(t *testing.T) {
	method := task(func(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
		t.Error("must not be called")
		return nil, nil //nolint:nilnil // never reached
	})
	err := method(t.Context(), map[string]any{"unknown": true})
	assert.Equal(t, "ERROR_INVALID_PARAMETER", apierror.From(err).Code)
}
