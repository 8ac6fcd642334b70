package worker_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/queue"
	"github.com/cloudforet-io/spacegen/core/worker"
)

func TestHandleTellsWhatTheTaskSays(t *testing.T) {
	type told struct {
		OrderID string `json:"order_id"`
	}
	const expire queue.Name[told] = "Order.expire"
	failure := errors.New("no")
	var got []told
	all := worker.Dispatcher{string(expire): worker.Handle(expire, func(_ context.Context, one told) error {
		got = append(got, one)
		return failure
	})}
	task, err := expire.With("", told{OrderID: "order-1"})
	require.NoError(t, err)
	require.ErrorIs(t, all.Run(t.Context(), task.Stages[0]), failure)
	assert.Equal(t, []told{{OrderID: "order-1"}}, got)

	task.Stages[0].Params = map[string]any{"order": "order-1"}
	err = all.Run(t.Context(), task.Stages[0])
	assert.Equal(t, "ERROR_INVALID_PARAMETER", apierror.From(err).Code)
	assert.Len(t, got, 1, "and the function is not called")

	assert.True(t, all.Runs("Order.expire"))
	assert.False(t, all.Runs("Order.expires"))
}
