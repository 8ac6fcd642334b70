//go:build unix

package running

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// shownPlan has a service, a console and a plugin.
func shownPlan() *plan {
	of := func(name string, kind spec.Kind) *member {
		return &member{name: name, spec: &spec.Spec{Name: name, Kind: kind}}
	}
	inventory, console := of("inventory", spec.KindService), of("console", spec.KindFrontend)
	inventory.grpc, inventory.rest, inventory.admin, console.rest = 50051, 8000, 9090, 8080
	return &plan{name: "spaceone", members: []*member{inventory, console, of("asset", spec.KindPlugin)}}
}

// opened is the page of a plan, with a board that has something to show.
func opened(t *testing.T) (*page, *board) {
	t.Helper()
	p := shownPlan()
	b := newBoard(p)
	log := newStream(io.Discard, false, p.names())
	log.board = b
	ready := &process{ready: make(chan struct{}), well: true, starts: 2}
	close(ready.ready)
	b.started(p.members[0], ready)
	b.started(p.members[1], &process{ready: make(chan struct{}), last: "no app was built", starts: 1})
	_, err := fmt.Fprintln(log.of("inventory"), `level=WARN msg="<b>nobody</b> answers"`)
	require.NoError(t, err)
	_, err = fmt.Fprintln(log.private(), "password s3cret")
	require.NoError(t, err)

	traces, err := collect(t.Context(), b)
	require.NoError(t, err)
	t.Cleanup(traces.stop)
	send(t, traces)
	shown, err := openPage(t.Context(), p.name, b)
	require.NoError(t, err)
	t.Cleanup(shown.close)
	return shown, b
}

// send sends a trace as a member does, by what it is told in its environment.
func send(t *testing.T, to *collector) {
	t.Helper()
	for _, variable := range to.env() {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	exporter, err := otlptracegrpc.New(t.Context())
	require.NoError(t, err)
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(
		resource.NewSchemaless(attribute.String("service.name", "inventory"))))
	ctx, call := provider.Tracer("test").Start(t.Context(), "Region.create")
	_, statement := provider.Tracer("test").Start(ctx, "INSERT region")
	statement.SetStatus(codes.Error, "duplicate")
	statement.End()
	call.End()
	require.NoError(t, provider.Shutdown(t.Context()))
	os.Unsetenv(tracesVariables[0]) //nolint:errcheck // it is set
}

func TestPageState(t *testing.T) {
	p, _ := opened(t)
	status, text := get(t, p.url+"state.json")
	require.Equal(t, http.StatusOK, status)
	var got boardState
	require.NoError(t, json.Unmarshal([]byte(text), &got))
	assert.Equal(t, "spaceone", got.Platform)
	assert.Equal(t, []boardMember{
		{Name: "inventory", Kind: "service", State: "ready", Starts: 2, GRPC: "127.0.0.1:50051", Page: "http://127.0.0.1:8000/docs", Health: "http://127.0.0.1:9090/check", Metrics: "http://127.0.0.1:9090/metrics"},
		{Name: "console", Kind: "frontend", State: "starting", Reason: "no app was built", Starts: 1, Page: "http://127.0.0.1:8080"},
		{Name: "asset", Kind: "plugin", State: "plugin", Reason: "run by others"},
	}, got.Members)
	assert.Equal(t, []boardLine{{0, "inventory", `level=WARN msg="<b>nobody</b> answers"`}}, got.Lines)
	assert.NotContains(t, text, "s3cret")
	require.Len(t, got.Traces, 1)
	require.Len(t, got.Traces[0].Spans, 2)
	first, second := got.Traces[0].Spans[0], got.Traces[0].Spans[1]
	assert.Equal(t, []string{"Region.create", "INSERT region", first.ID}, []string{first.Name, second.Name, second.Parent})
	assert.True(t, second.Failed)
	assert.Equal(t, "inventory", first.Member)
	assert.True(t, first.Inside)

	_, text = get(t, p.url+fmt.Sprintf("state.json?after=%d", got.Next))
	require.NoError(t, json.Unmarshal([]byte(text), &got))
	assert.Empty(t, got.Lines, "those that the page has")
}

// Pages of others reach the page by no name of theirs.
func TestPageIsLocal(t *testing.T) {
	p, _ := opened(t)
	for host, want := range map[string]int{"127.0.0.1:1": http.StatusOK, "localhost:1": http.StatusOK, "evil.example.com:18888": http.StatusForbidden, "evil.example.com": http.StatusForbidden} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+"state.json", nil)
		require.NoError(t, err)
		req.Host = host
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		_ = res.Body.Close()
		assert.Equal(t, want, res.StatusCode, host)
	}
}

// The board keeps the last of what comes.
func TestBoardIsBounded(t *testing.T) {
	b := newBoard(shownPlan())
	for i := range 5 * keptLines {
		b.line("inventory", fmt.Sprint(i))
	}
	for i := range 2 * keptTraces {
		b.span(fmt.Sprint(i), boardSpan{ID: "a"})
	}
	for range keptSpans + 7 {
		b.span("last", boardSpan{ID: "b"})
	}
	s := b.state("spaceone", 0)
	require.Len(t, s.Lines, keptLines)
	assert.Equal(t, fmt.Sprint(5*keptLines-1), s.Lines[keptLines-1].Text)
	assert.Less(t, len(b.lines), 2*keptLines)
	require.Len(t, s.Traces, keptTraces)
	assert.Equal(t, "last", s.Traces[0].ID)
	assert.Len(t, s.Traces[0].Spans, keptSpans)
	assert.Equal(t, 7, s.Traces[0].More)
}

func TestTracesGoWhereTheEnvironmentSays(t *testing.T) {
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317")
	c, err := collect(t.Context(), newBoard(shownPlan()))
	require.NoError(t, err)
	assert.Nil(t, c)
	assert.Empty(t, c.env())
	c.stop()
}

// A browser shows it all, as text.
func TestPageInTheBrowser(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("SPACEGEN_REQUIRE_TOOLS") != "" {
			require.NoError(t, err)
		}
		t.Skip("chromium is not there")
	}
	p, _ := opened(t)
	browse := func(args ...string) string {
		cmd := exec.CommandContext(t.Context(), chromium, append([]string{
			"--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--user-data-dir=" + t.TempDir(),
			"--window-size=1200,1000", "--virtual-time-budget=5000",
		}, args...)...)
		out, err := cmd.Output()
		require.NoError(t, err)
		return string(out)
	}
	dom := browse("--dump-dom", p.url)
	for _, want := range []string{
		"1 of 2 members are ready", `<td class="ready">ready</td>`, "no app was built", `href="http://127.0.0.1:8000/docs"`,
		"inventory: Region.create", "INSERT region", "2 spans", "&lt;b&gt;nobody&lt;/b&gt; answers", `class="warn"`,
	} {
		assert.Contains(t, dom, want)
	}
	if picture := os.Getenv("SPACEGEN_PICTURE"); picture != "" {
		browse("--screenshot="+picture, p.url)
	}
}
