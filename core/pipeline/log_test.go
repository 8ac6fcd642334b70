package pipeline_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// overwrites is a handler that writes over a request.
type overwrites struct{}

func (overwrites) Request(_ context.Context, _ *pipeline.Transaction, req proto.Message) error {
	req.(*wrapperspb.StringValue).Value = "mutated"
	return nil
}
func (overwrites) Response(context.Context, *pipeline.Transaction, proto.Message) error { return nil }

// TestACallIsOneLine, which says who asked what, as he said it, and how it went.
func TestACallIsOneLine(t *testing.T) {
	var log bytes.Buffer
	p, err := pipeline.New(pipeline.Options{
		Service: "test", Log: slog.New(slog.NewJSONHandler(&log, nil)),
		Handlers: pipeline.Handlers{Mutation: []pipeline.MutationHandler{overwrites{}}},
		Describe: func(m proto.Message) slog.Value { return slog.StringValue(m.(*wrapperspb.StringValue).GetValue()) },
	})
	require.NoError(t, err)
	ctx := pipeline.WithMetadata(t.Context(), pipeline.Metadata{Peer: "10.0.0.1", DomainID: "domain-1", WorkspaceID: "workspace-1"})
	lines := func() (all []map[string]any) {
		decoder := json.NewDecoder(&log)
		for decoder.More() {
			var line map[string]any
			require.NoError(t, decoder.Decode(&line))
			delete(line, "time")
			delete(line, "took")
			all = append(all, line)
		}
		return all
	}
	call := func(fails error) {
		_, _ = pipeline.Call(ctx, p, write, wrapperspb.String("said"), func(context.Context, *wrapperspb.StringValue) (*wrapperspb.StringValue, error) {
			return wrapperspb.String("out"), fails
		})
	}
	of := map[string]any{"method": "Region.create", "peer": "10.0.0.1", "domain_id": "domain-1", "workspace_id": "workspace-1", "parameter": "said"}
	with := func(more map[string]any) map[string]any {
		all := map[string]any{}
		for _, m := range []map[string]any{of, more} {
			for name, value := range m {
				all[name] = value
			}
		}
		return all
	}
	call(nil)
	assert.Equal(t, []map[string]any{with(map[string]any{"level": "INFO", "msg": "call", "status": "SUCCESS"})}, lines())
	call(apierror.Required("name"))
	assert.Equal(t, []map[string]any{with(map[string]any{
		"level": "WARN", "msg": "call", "status": "ERROR_REQUIRED_PARAMETER", "error": apierror.Required("name").Message,
	})}, lines())
	require.NoError(t, pipeline.Stream(ctx, p, write, wrapperspb.String("said"), fine))
	assert.Equal(t, []map[string]any{
		with(map[string]any{"level": "INFO", "msg": "stream"}),
		with(map[string]any{"level": "INFO", "msg": "call", "status": "SUCCESS"}),
	}, lines(), "which may last for days")
}
