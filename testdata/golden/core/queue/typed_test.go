package queue_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/queue"
)

type expireOrders struct {
	Before time.Time `json:"before"`
	Limit  int64     `json:"limit,omitempty"`
	States []string  `json:"states,omitempty"`
}

const expire queue.Name[expireOrders] = "Order.expire"

func TestATypedTaskIsOneLikeAnyOther(t *testing.T) {
	want := expireOrders{Before: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Limit: 1 << 53, States: []string{"PENDING"}}
	task, err := expire.With("a token", want)
	require.NoError(t, err)
	require.NoError(t, task.Validate())
	assert.Equal(t, []queue.Stage{{
		Locator: queue.LocatorService, Name: "Order", Method: "expire", Metadata: queue.Metadata{"token": "a token"},
		Params: map[string]any{"before": "2026-01-02T03:04:05Z", "limit": float64(1 << 53), "states": []any{"PENDING"}},
	}}, task.Stages)
	called, err := expire.Call(want)("a token")
	require.NoError(t, err)
	assert.Equal(t, task, called)
	got, err := expire.Told(task.Stages[0].Params)
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

func TestATaskMayBeToldAMessage(t *testing.T) {
	const run queue.Name[*structpb.Struct] = "Report.run"
	message, err := structpb.NewStruct(map[string]any{"n": 1})
	require.NoError(t, err)
	task, err := run.With("", message)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"n": 1.0}, task.Stages[0].Params)
	got, err := run.Told(task.Stages[0].Params)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"n": 1.0}, got.AsMap())
	got, err = run.Told(nil)
	require.NoError(t, err)
	assert.Empty(t, got.AsMap())
}

func TestTasksThatCannotBeMade(t *testing.T) {
	for _, name := range []queue.Name[expireOrders]{"", "expire", ".expire", "Order."} {
		_, err := name.With("", expireOrders{})
		assert.ErrorContains(t, err, "SERVICE.METHOD")
	}
	_, err := queue.Name[[]string]("Order.expire").With("", []string{"x"})
	assert.ErrorContains(t, err, "an object of JSON")
	_, err = queue.Name[*durationpb.Duration]("Order.expire").With("", durationpb.New(1))
	assert.ErrorContains(t, err, "an object of JSON")
	_, err = expire.With("", expireOrders{Limit: math.MaxInt64})
	assert.ErrorContains(t, err, "9223372036854775807 is too large")
}

func TestWhatATaskIsToldIsReadInFull(t *testing.T) {
	_, err := expire.Told(map[string]any{"befor": "2026-01-02T03:04:05Z"})
	assert.ErrorContains(t, err, `unknown field "befor"`)
	_, err = expire.Told(map[string]any{"limit": "many"})
	require.Error(t, err)
}
