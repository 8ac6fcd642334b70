package telemetry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/telemetry"
)

// records are the lines of a log.
func records(t *testing.T, out *bytes.Buffer) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range bytes.Lines(out.Bytes()) {
		var one map[string]any
		require.NoError(t, json.Unmarshal(line, &one), "%s", line)
		all = append(all, one)
	}
	return all
}

// called lets a call of one workspace through a pipeline, traced, to a body.
func called(t *testing.T, tel *telemetry.Telemetry, body func(context.Context)) {
	t.Helper()
	p, err := pipeline.New(pipeline.Options{
		Service: "inventory", Log: tel.Log, Tracer: sdk.NewTracerProvider(), Metrics: tel.Registry, Describe: tel.Describe,
	})
	require.NoError(t, err)
	ctx := pipeline.WithMetadata(t.Context(), pipeline.Metadata{DomainID: "domain-1", WorkspaceID: "workspace-1"})
	_, err = pipeline.Call(ctx, p, pipeline.Method{Resource: "Region", Verb: "create"}, new(emptypb.Empty),
		func(ctx context.Context, req *emptypb.Empty) (proto.Message, error) { body(ctx); return req, nil })
	require.NoError(t, err)
}

// Whatever logs in a call, its line can be found by trace, domain, workspace and method.
func TestRecordsNameTheirCall(t *testing.T) {
	tel, out := setup(t, telemetry.Options{Requests: true})
	called(t, tel, func(ctx context.Context) {
		tel.Log.InfoContext(ctx, "mine")
		tel.Log.With("a", 1).WithGroup("group").With("b", 2).InfoContext(ctx, "grouped", "c", 3)
	})
	tel.Log.Info("of no call")
	require.NoError(t, tel.Shutdown(t.Context()))

	lines := records(t, out)
	require.GreaterOrEqual(t, len(lines), 3)
	of := lines[0]["trace_id"]
	assert.Len(t, of, 32)
	for _, line := range lines[:len(lines)-1] {
		assert.Equal(t, of, line["trace_id"], line)
		assert.Equal(t, "Region.create", line["method"], line)
		assert.Equal(t, "domain-1", line["domain_id"], line)
		assert.Equal(t, "workspace-1", line["workspace_id"], line)
	}
	for _, line := range lines {
		if line["msg"] == "grouped" {
			assert.EqualValues(t, 1, line["a"])
			assert.Equal(t, map[string]any{"b": 2.0, "c": 3.0}, line["group"])
		}
	}
	assert.NotContains(t, lines[len(lines)-1], "method")
}

// A name stands once in a record, with what whoever logs says.
func TestWhatARecordSaysStays(t *testing.T) {
	tel, out := setup(t, telemetry.Options{})
	require.NoError(t, tel.Shutdown(t.Context())) // from here on lines are written at once
	called(t, tel, func(ctx context.Context) {
		out.Reset()
		tel.Log.InfoContext(ctx, "one", "method", "other")
		tel.Log.With("domain_id", "another").InfoContext(ctx, "two")
		assert.Equal(t, 1, bytes.Count(out.Bytes(), []byte(`"method":"other"`)))
		assert.Equal(t, 2, bytes.Count(out.Bytes(), []byte(`"method":`)))
		assert.Equal(t, 2, bytes.Count(out.Bytes(), []byte(`"domain_id":`)))
		assert.Contains(t, out.String(), `"domain_id":"another"`)
		out.Reset()
	})
}
