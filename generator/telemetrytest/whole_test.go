package telemetrytest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/lifecycle"
	"github.com/cloudforet-io/spacegen/core/outbox"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/cloudforet-io/spacegen/core/queue"
	"github.com/cloudforet-io/spacegen/core/server"
	"github.com/cloudforet-io/spacegen/core/telemetry"
	"github.com/cloudforet-io/spacegen/core/worker"
)

const (
	patience     = 10 * time.Second
	createMethod = "/test.v1.Region/create"
)

// region is a resource as a service keeps it.
type region struct {
	bun.BaseModel `bun:"table:region"`

	RegionID string `bun:"region_id,pk"`
	Secret   string `bun:"secret"`
}

// whole is a service as it is emitted: REST before gRPC, the pipeline, a database with an
// outbox, a queue and its worker.
type whole struct {
	*telemetry.Telemetry

	log    *journal
	spans  *tracetest.InMemoryExporter
	url    string
	synced chan error // what became of each task
}

// journal is a log that a test reads while the service writes.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) buffer() *bytes.Buffer {
	j.mu.Lock()
	defer j.mu.Unlock()
	return bytes.NewBuffer(bytes.Clone(j.text.Bytes()))
}

// logged is the log until now.
func (w *whole) logged() *bytes.Buffer {
	_ = w.Flush()
	return w.log.buffer()
}

// newWhole runs the service; what goes wrong in a task is fault.
func newWhole(t *testing.T, fault error) *whole {
	t.Helper()
	w := &whole{log: new(journal), spans: tracetest.NewInMemoryExporter(), synced: make(chan error, 10)}
	var err error
	w.Telemetry, err = telemetry.Setup(t.Context(), telemetry.Options{
		Service: "inventory", Output: w.log, Level: "debug", Requests: true,
	})
	require.NoError(t, err)
	provider := sdk.NewTracerProvider(sdk.WithSyncer(w.spans))
	w.Tracer = provider
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(provider)
	t.Cleanup(func() { otel.SetTracerProvider(before) })

	own, err := outbox.Migrations()
	require.NoError(t, err)
	db := databasetest.Migrated(t, databasetest.Migrated(t, databasetest.SQLite(t), own), fstest.MapFS{
		"region/0001_create.sql": {Data: []byte(`CREATE TABLE region (region_id TEXT PRIMARY KEY, secret TEXT NOT NULL)`)},
	})
	db.Trace(provider)
	require.NoError(t, db.Measure(w.Registry, "default"))
	store := database.NewStore[region](db, query.Schema{Table: "region", ID: "region_id", Fields: []query.Field{
		{Name: "region_id", Type: query.String}, {Name: "secret", Type: query.String},
	}})

	queues, err := queue.Open(t.Context(), map[string]queue.Options{"q": {}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, queues.Close()) })
	leaving, err := outbox.New(outbox.Options{DB: db, Queues: queues, Log: w.Log, Registerer: w.Registry})
	require.NoError(t, err)
	queues.Through(leaving)

	p, err := pipeline.New(pipeline.Options{
		Service: "inventory", Transactor: db, Log: w.Log, Tracer: provider, Metrics: w.Registry, Describe: w.Describe,
	})
	require.NoError(t, err)
	create := func(ctx context.Context, req *structpb.Struct) (*structpb.Struct, error) {
		return pipeline.Call(ctx, p, pipeline.Method{Resource: "Region", Verb: "create"}, req,
			func(ctx context.Context, req *structpb.Struct) (*structpb.Struct, error) {
				fields := req.GetFields()
				if err := store.Create(ctx, &region{RegionID: fields["region_id"].GetStringValue(), Secret: fields["secret"].GetStringValue()}); err != nil {
					return nil, err
				}
				return req, queues.Put(ctx, "q", queue.Task{Name: "sync regions", Stages: []queue.Stage{{
					Locator: queue.LocatorService, Name: "Region", Method: "sync", Params: fieldsOf(req),
					Metadata: queue.Metadata{"token": pipeline.MetadataFrom(ctx).Token, "x_domain_id": pipeline.MetadataFrom(ctx).DomainID},
				}}}, queue.WithRetries(0))
			})
	}
	sync := func(ctx context.Context, params map[string]any) error {
		err := pipeline.Task(ctx, p, pipeline.Method{Resource: "Region", Verb: "sync"}, params, func(ctx context.Context, _ map[string]any) error {
			if _, err := store.Get(ctx, nil, "missing"); err == nil {
				return errors.New("found what is not there")
			}
			return fault
		})
		w.synced <- err
		return err
	}
	workers, err := worker.New(worker.Options{
		Queues: queues, Workers: map[string]worker.Worker{"w": {Queue: "q"}}, Log: w.Log, Tracer: provider, Registerer: w.Registry,
		Runner: worker.Dispatcher{"Region.sync": sync},
	})
	require.NoError(t, err)

	g := server.NewGRPC(server.GRPCOptions{Log: w.Log, Tracer: provider, Metrics: w.Registry})
	registerRegion(g.Server(), create)
	conn, err := g.InMemory()
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	rest, err := server.NewREST(t.Context(), server.RESTOptions{
		Address: "127.0.0.1:0", Connection: conn, Register: []server.Registration{bindRegion}, OpenAPI: []byte(`{}`),
		Log: w.Log, Tracer: provider, Metrics: w.Registry,
	})
	require.NoError(t, err)
	for _, m := range []lifecycle.Module{leaving.Module(), workers.Module(), g.Module(), rest.Module()} {
		require.NoError(t, m.Start(t.Context()), m.Name)
		t.Cleanup(func() {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			assert.NoError(t, m.Stop(ctx), m.Name)
		})
	}
	w.url = "http://" + rest.Address()
	return w
}

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

func fieldsOf(req *structpb.Struct) map[string]any { return req.AsMap() }

// registerRegion is the gRPC side of the API, as code that is made of protos writes it.
func registerRegion(s grpc.ServiceRegistrar, create func(context.Context, *structpb.Struct) (*structpb.Struct, error)) {
	s.RegisterService(&grpc.ServiceDesc{
		ServiceName: "test.v1.Region",
		HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{
			MethodName: "create",
			Handler: func(_ any, ctx context.Context, decode func(any) error, around grpc.UnaryServerInterceptor) (any, error) {
				req := new(structpb.Struct)
				if err := decode(req); err != nil {
					return nil, err
				}
				return around(ctx, req, &grpc.UnaryServerInfo{FullMethod: createMethod}, func(ctx context.Context, req any) (any, error) {
					return create(ctx, req.(*structpb.Struct))
				})
			},
		}},
	}, struct{}{})
}

// bindRegion is its REST side.
func bindRegion(_ context.Context, mux *runtime.ServeMux, conn *grpc.ClientConn) error {
	return mux.HandlePath(http.MethodPost, "/regions", func(w http.ResponseWriter, r *http.Request, _ map[string]string) {
		in, out := runtime.MarshalerForRequest(mux, r)
		ctx, err := runtime.AnnotateContext(r.Context(), mux, r, createMethod)
		req, res := new(structpb.Struct), new(structpb.Struct)
		err = errors.Join(err, in.NewDecoder(r.Body).Decode(req))
		if err == nil {
			err = conn.Invoke(ctx, createMethod, req, res)
		}
		if err != nil {
			runtime.HTTPError(r.Context(), mux, out, w, r, err)
			return
		}
		runtime.ForwardResponseMessage(ctx, mux, out, w, r, res)
	})
}

// post makes a call by REST, with headers as pairs, and gives the status of the answer.
func (w *whole) post(t *testing.T, path, body string, headers ...string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.url+path, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = res.Body.Close() }()
	_, err = io.Copy(io.Discard, res.Body)
	require.NoError(t, err)
	return res.StatusCode
}

// ran waits for the end of a task, and for the span of it.
func (w *whole) ran(t *testing.T) error {
	t.Helper()
	var err error
	select {
	case err = <-w.synced:
	case <-time.After(patience):
		require.FailNow(t, "no task ran")
	}
	require.Eventually(t, func() bool { return len(w.named("task sync regions")) > 0 }, patience, time.Millisecond)
	return err
}

// named are the spans of a name.
func (w *whole) named(name string) []tracetest.SpanStub {
	var found []tracetest.SpanStub
	for _, span := range w.spans.GetSpans() {
		if span.Name == name {
			found = append(found, span)
		}
	}
	return found
}

// One trace goes from REST to the statement of the worker's task.
func TestOneTrace(t *testing.T) {
	w := newWhole(t, nil)
	const trace = "4bf92f3577b34da6a3ce929d0e0e4736"
	status := w.post(t, "/regions", `{"region_id": "seoul"}`, "x-domain-id", "domain-1",
		"traceparent", "00-"+trace+"-00f067aa0ba902b7-01")
	require.Equal(t, http.StatusOK, status, w.logged())
	require.NoError(t, w.ran(t))

	above := map[string]tracetest.SpanStub{}
	for _, span := range w.spans.GetSpans() {
		above[span.SpanContext.SpanID().String()] = span
	}
	// From the innermost to the caller, each the parent of the one before.
	chain := []string{"SELECT region", "Region.sync", "task sync regions", "Region.create", "test.v1.Region/create", "test.v1.Region/create", "POST"}
	at := w.named(chain[0])
	require.NotEmpty(t, at)
	span := at[0]
	for _, name := range chain[1:] {
		parent, ok := above[span.Parent.SpanID().String()]
		require.True(t, ok, "%s has no parent", span.Name)
		require.Contains(t, parent.Name, name)
		span = parent
	}
	assert.Equal(t, "00f067aa0ba902b7", span.Parent.SpanID().String())
	insert := w.named("INSERT region")
	require.Len(t, insert, 1)
	assert.Equal(t, "Region.create", above[insert[0].Parent.SpanID().String()].Name)
	for _, span := range append(at, insert...) {
		assert.Equal(t, trace, span.SpanContext.TraceID().String())
	}

	// Its lines are found by the trace, those of the worker too.
	methods := map[any]bool{}
	for _, line := range records(t, w.logged()) {
		if line["method"] != nil {
			methods[line["method"]] = true
			assert.Equal(t, trace, line["trace_id"], line)
			assert.Equal(t, "domain-1", line["domain_id"], line)
		}
		if line["msg"] == "task done" {
			assert.Equal(t, trace, line["trace_id"], line)
		}
	}
	assert.Equal(t, map[any]bool{"Region.create": true, "Region.sync": true}, methods)
}

// A task that fails is an error in the trace.
func TestFailedTaskInTheTrace(t *testing.T) {
	w := newWhole(t, errors.New("sync failed"))
	require.Equal(t, http.StatusOK, w.post(t, "/regions", `{"region_id": "seoul"}`))
	require.Error(t, w.ran(t))
	span := w.named("task sync regions")[0]
	assert.Equal(t, codes.Error, span.Status.Code)
	assert.Equal(t, "archived", span.Status.Description)
}
