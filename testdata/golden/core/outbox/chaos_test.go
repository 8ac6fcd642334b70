//go:build unix

package outbox

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/chaostest"
	"github.com/cloudforet-io/spacegen/core/queue"
)

// TestChaosTasks: what make chaos puts into the outbox is what queues take out of it.
func TestChaosTasks(t *testing.T) {
	s := chaostest.Service{Task: "Region.create", Request: func(n int) proto.Message {
		fields, err := structpb.NewStruct(map[string]any{"name": n})
		require.NoError(t, err)
		return fields
	}}
	text, err := s.Message("regions", 7)
	require.NoError(t, err)
	var m queue.Message
	require.NoError(t, json.Unmarshal(text, &m))
	assert.Equal(t, `task "chaos-7" for queue regions`, m.String())
	task, err := queue.ParseTask(m.Data)
	require.NoError(t, err)
	assert.Equal(t, []queue.Stage{{
		Locator: queue.LocatorService, Name: "Region", Method: "create", Params: map[string]any{"name": 7.0},
		Metadata: queue.Metadata{"x_domain_id": "chaos-7", "x_workspace_id": "chaos-7"},
	}}, task.Stages)
	assert.NotZero(t, m.Retries)
	assert.True(t, m.Once)
}
