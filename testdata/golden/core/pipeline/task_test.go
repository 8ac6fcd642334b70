package pipeline_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// reads is an authorization that writes down what it is asked about, and may say no.
type reads struct {
	seen map[string]any
	fail error
}

func (r *reads) Verify(_ context.Context, t *pipeline.Transaction, req proto.Message) error {
	r.seen = map[string]any{"method": t.Method.Name(), "told": req.(*structpb.Struct).AsMap()}
	return r.fail
}

func TestATaskGoesThroughThePipeline(t *testing.T) {
	type expire struct {
		OrderID string `json:"order_id"`
	}
	guard := &reads{}
	var events []string
	p, err := pipeline.New(pipeline.Options{
		Handlers: pipeline.Handlers{Authorization: []pipeline.AuthorizationHandler{guard}}, Transactor: transacts{probe{events: &events}},
	})
	require.NoError(t, err)
	method := pipeline.Method{Resource: "Order", Verb: "expire"}
	var got []expire
	do := func(ctx context.Context, told expire) error {
		got = append(got, told)
		assert.Equal(t, "Order.expire", pipeline.TransactionFrom(ctx).Method.Name())
		return nil
	}
	require.NoError(t, pipeline.Task(t.Context(), p, method, expire{OrderID: "order-1"}, do))
	assert.Equal(t, []expire{{OrderID: "order-1"}}, got)
	assert.Equal(t, map[string]any{"method": "Order.expire", "told": map[string]any{"order_id": "order-1"}}, guard.seen)
	assert.NotEmpty(t, events, "it has a transaction of the database")

	guard.fail = apierror.PermissionDenied()
	err = pipeline.Task(t.Context(), p, method, expire{}, do)
	assert.Equal(t, codes.PermissionDenied, apierror.From(err).Status)
	assert.Len(t, got, 1)

	guard.fail = nil
	err = pipeline.Task(t.Context(), p, method, expire{}, func(context.Context, expire) error { return errors.New("secret") })
	assert.Equal(t, "ERROR_UNKNOWN", apierror.From(err).Code)
}
