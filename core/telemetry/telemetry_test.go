package telemetry_test

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/telemetry"
)

func TestLogsAreJSONWithServiceAndTrace(t *testing.T) {
	tel, out := setup(t, telemetry.Options{})
	id, err := trace.TraceIDFromHex("4bf92f3577b34da6a3ce929d0e0e4736")
	require.NoError(t, err)
	span, err := trace.SpanIDFromHex("00f067aa0ba902b7")
	require.NoError(t, err)
	ctx := trace.ContextWithSpanContext(t.Context(), trace.NewSpanContext(trace.SpanContextConfig{TraceID: id, SpanID: span}))
	tel.Log.InfoContext(ctx, "hello", "n", 1)
	tel.Log.Debug("not at this level")

	require.NoError(t, tel.Shutdown(t.Context()))
	var line map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &line), out.String())
	assert.Equal(t, "inventory", line["service"])
	assert.Equal(t, id.String(), line["trace_id"])
	assert.Equal(t, span.String(), line["span_id"])
}

func TestSecretsAreNeverLogged(t *testing.T) {
	tel, out := setup(t, telemetry.Options{Level: "debug"})
	req, err := structpb.NewStruct(map[string]any{
		"name": "kept", "secret_data": map[string]any{"key": "t0p"}, "list": []any{map[string]any{"Password": "t0p"}},
	})
	require.NoError(t, err)
	tel.Log.Info("one", "token", "t0p", "Authorization", "t0p", "deep", map[string]any{"a": []any{map[string]any{"api_key": "t0p"}}})
	tel.Log.Info("two", "request", req)
	tel.Log.WithGroup("g").Info("three", "db_password", "t0p")
	require.NoError(t, tel.Shutdown(t.Context()))
	assert.NotContains(t, out.String(), "t0p")
	assert.Contains(t, out.String(), "kept")
}

func TestWhatATeamHidesIsNotLogged(t *testing.T) {
	tel, out := setup(t, telemetry.Options{Requests: true, Hide: []string{"eMail", ""}})
	req, err := structpb.NewStruct(map[string]any{
		"name": "kept", "work_email": "h1d", "Secret": "h1d", "list": []any{map[string]any{"EMAIL": "h1d"}},
	})
	require.NoError(t, err)
	tel.Log.Info("one", "email", "h1d", slog.Attr{Key: "parameter", Value: tel.Describe(req)})
	require.NoError(t, tel.Shutdown(t.Context()))
	assert.NotContains(t, out.String(), "h1d")
	assert.Contains(t, out.String(), "kept")

	tel, _ = setup(t, telemetry.Options{})
	assert.Nil(t, tel.Describe, "no requests")
}

func TestLongValuesAreCut(t *testing.T) {
	tel, out := setup(t, telemetry.Options{})
	many := make([]any, 1000)
	for i := range many {
		many[i] = strings.Repeat("x", 5000)
	}
	req, err := structpb.NewStruct(map[string]any{"many": many})
	require.NoError(t, err)
	tel.Log.Info("big", "request", req)
	require.NoError(t, tel.Shutdown(t.Context()))
	assert.Contains(t, out.String(), "big")
	assert.Less(t, out.Len(), 50_000)
}

// TestLinesAreWrittenTogether, a little later, but for errors and what comes after the end.
func TestLinesAreWrittenTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var writes []string
		tel, err := telemetry.Setup(t.Context(), telemetry.Options{Output: writer(func(b []byte) { writes = append(writes, string(b)) })})
		require.NoError(t, err)
		written := func() (lines []int) {
			for _, text := range writes {
				lines = append(lines, strings.Count(text, "\n"))
			}
			return lines
		}
		tel.Log.Info("one")
		tel.Log.Warn("two")
		synctest.Wait()
		assert.Empty(t, written())
		time.Sleep(time.Second / 10)
		synctest.Wait()
		assert.Equal(t, []int{2}, written())
		time.Sleep(time.Hour)
		tel.Log.Info("three")
		tel.Log.With("a", 1).WithGroup("b").Error("four")
		assert.Equal(t, []int{2, 2}, written(), "the process may be about to end")
		tel.Log.Info(strings.Repeat("x", 1<<16))
		assert.Equal(t, []int{2, 2, 1}, written(), "no more is kept than has room")
		tel.Log.Info("six")
		require.NoError(t, tel.Shutdown(t.Context()))
		tel.Log.Info("seven")
		assert.Equal(t, []int{2, 2, 1, 1, 1}, written())
	})
}

type writer func([]byte)

func (w writer) Write(b []byte) (int, error) {
	w(b)
	return len(b), nil
}

func TestBadOptionsAreRefused(t *testing.T) {
	for _, o := range []telemetry.Options{{Level: "loud"}, {Format: "xml"}} {
		_, err := telemetry.Setup(t.Context(), o)
		assert.ErrorContains(t, err, "is none of")
	}
}

func TestMetricsNameTheService(t *testing.T) {
	tel, _ := setup(t, telemetry.Options{Version: "1.2.3"})
	require.NoError(t, testutil.GatherAndCompare(tel.Registry, strings.NewReader(`
# HELP service_info 1, with the service's name and version as labels.
# TYPE service_info gauge
service_info{service="inventory",version="1.2.3"} 1
`), "service_info"))
}

func TestTracesAreExported(t *testing.T) {
	tel, _ := setup(t, telemetry.Options{Endpoint: "127.0.0.1:1"}) // nobody listens: made, not sent
	_, span := tel.Tracer.Tracer("test").Start(t.Context(), "call")
	assert.True(t, span.IsRecording())
}
