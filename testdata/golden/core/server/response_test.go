package server_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/server"
)

// rollback is a transactor that notes what became of transactions.
type rollback struct{ undone int }

func (r *rollback) InTx(ctx context.Context, do func(context.Context) error) error {
	err := do(ctx)
	if err != nil {
		r.undone++
	}
	return err
}

// TestWhatCannotBeSentIsAFailure: for the log and the database as for the caller.
func TestWhatCannotBeSentIsAFailure(t *testing.T) {
	const most = 1000
	var log journal
	var transactor rollback
	calls, err := pipeline.New(pipeline.Options{Service: "test", Log: log.logger(), Transactor: &transactor, MaxResponse: most})
	require.NoError(t, err)
	large := func(n int) func(context.Context, *structpb.Struct) (*structpb.Struct, error) {
		return func(context.Context, *structpb.Struct) (*structpb.Struct, error) {
			return structpb.NewStruct(map[string]any{"text": strings.Repeat("x", n)})
		}
	}
	body := large(most)
	p := &probe{call: func(ctx context.Context, req *structpb.Struct) (*structpb.Struct, error) {
		return pipeline.Call(ctx, calls, pipeline.Method{Resource: "Probe", Verb: "call"}, req, body)
	}}
	_, conn, _ := serve(t, p, server.GRPCOptions{MaxMessageLength: most})

	err = conn.Invoke(t.Context(), callMethod, new(structpb.Struct), new(structpb.Struct))
	assert.Equal(t, codes.ResourceExhausted, status.Code(err))
	assert.ErrorContains(t, err, "ERROR_RESULT_TOO_LARGE: The response has 10")
	assert.Contains(t, log.String(), "status=ERROR_RESULT_TOO_LARGE")
	assert.NotContains(t, log.String(), "SUCCESS")
	assert.Equal(t, 1, transactor.undone)

	body = large(most - 100)
	require.NoError(t, conn.Invoke(t.Context(), callMethod, new(structpb.Struct), new(structpb.Struct)))
	assert.Contains(t, log.String(), "SUCCESS")

	body = large(most)
	_, err = p.call(t.Context(), new(structpb.Struct))
	assert.NoError(t, err, "in a worker nothing is sent")
}
