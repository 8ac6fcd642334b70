package server

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
)

// A Registration binds a part of the API to REST.
type Registration = func(context.Context, *runtime.ServeMux, *grpc.ClientConn) error

// RESTOptions are what a REST server is made of.
type RESTOptions struct {
	Address          string
	Connection       *grpc.ClientConn // to the gRPC server that answers
	Register         []Registration
	OpenAPI          []byte        // the document, in JSON
	Title            string        // of the documentation
	Version          string        // of the API's implementation
	NoDocs           bool          // what the API is like is told to nobody: no /docs, no /openapi.json
	MaxMessageLength int           // bytes of a request's body; 0 is 16 MiB
	MaxWorkers       int           // requests at once whose bodies are kept; 0 is 100
	Wait             time.Duration // for a request's turn, where there are too many; 0 is 2 s
	Origins          []string      // whose pages may call, such as https://console.example.com, or * for all; the server's own always may
	Local            bool          // refuse calls by other names than this machine's own: the server asks nobody who they are
	Ready            func() error  // whether calls can be answered; nil: always
	Stopping         func()        // is called when the server begins to stop; may be nil
	Log              *slog.Logger  // nil: nothing is logged
	Tracer           trace.TracerProvider
	Metrics          prometheus.Registerer // takes what is counted; nil: nothing is
}

// REST translates HTTP and JSON to gRPC. Beside the API it serves /check and, unless
// they are switched off, /openapi.json and /docs, a page to read and try the API on.
type REST struct {
	*listener
	requests *limiter
}

// NewREST makes a REST server. Once ctx has ended it still answers, and connections end with
// their next answer.
func NewREST(ctx context.Context, o RESTOptions) (*REST, error) {
	if o.MaxMessageLength <= 0 {
		o.MaxMessageLength = defaultMessageLength
	}
	if o.MaxWorkers <= 0 {
		o.MaxWorkers = defaultWorkers
	}
	if o.Wait <= 0 {
		o.Wait = defaultWait
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	document, err := describeAPI(o)
	if err != nil {
		return nil, err
	}
	origins, err := newOrigins(o.Origins, o.Local)
	if err != nil {
		return nil, err
	}
	parseStrictly()
	// Clients read fields by their names in the API, and rely on lists, texts and numbers
	// being there when they are empty.
	marshal := protojson.MarshalOptions{UseProtoNames: true, EmitUnpopulated: true}
	api := runtime.NewServeMux(
		runtime.WithMarshalerOption(runtime.MIMEWildcard, &runtime.HTTPBodyMarshaler{Marshaler: &runtime.JSONPb{
			MarshalOptions: marshal,
			// A misspelt field is a mistake to be told of, not to be dropped.
			UnmarshalOptions: protojson.UnmarshalOptions{DiscardUnknown: false, RecursionLimit: maxDepth},
		}}),
		runtime.WithIncomingHeaderMatcher(incomingHeader),
		runtime.WithOutgoingHeaderMatcher(noHeader),
		runtime.WithOutgoingTrailerMatcher(noHeader),
		runtime.WithForwardResponseRewriter(withoutRest(marshal)),
		runtime.WithErrorHandler(writeError),
		runtime.WithRoutingErrorHandler(writeRoutingError),
	)
	for _, register := range o.Register {
		if err := register(ctx, api, o.Connection); err != nil {
			return nil, fmt.Errorf("bind the API to REST: %w", err)
		}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /check", check(o.Ready, o.Log, false))
	if !o.NoDocs {
		mux.Handle("GET /openapi.json", document)
		mux.Handle("GET /docs/", documentation(o.Title))
		mux.Handle("GET /docs", http.RedirectHandler("/docs/", http.StatusMovedPermanently))
	}
	requests := newLimiter("requests", o.MaxWorkers, o.Wait, o.Metrics)
	mux.Handle("/", limited(o.MaxMessageLength, requests, whatIsAsked(api)))
	handler := httpTraces(o.Tracer, recovered(o.Log, secured(origins.guard(mux))))
	l := newListener("rest", o.Address, o.Log, leaving(ctx, handler))
	if o.Stopping != nil {
		l.server.RegisterOnShutdown(o.Stopping)
	}
	return &REST{l, requests}, nil
}

// incomingHeader says which headers reach the pipeline, and as which metadata.
// Authorization the gateway passes on by itself.
func incomingHeader(key string) (string, bool) {
	switch name := strings.ToLower(key); name {
	case "token", "traceparent", "tracestate":
		return name, true
	case "x-domain-id", "x_domain_id":
		return "x_domain_id", true
	case "x-workspace-id", "x_workspace_id":
		return "x_workspace_id", true
	default:
		return "", false
	}
}

// noHeader keeps gRPC's metadata out of HTTP's headers.
func noHeader(string) (string, bool) { return "", false }

// describeAPI serves the OpenAPI document, under the service's own name.
func describeAPI(o RESTOptions) (http.Handler, error) {
	document := map[string]json.RawMessage{} // raw: the fields of messages keep their order
	if err := json.Unmarshal(o.OpenAPI, &document); err != nil {
		return nil, fmt.Errorf("read the OpenAPI document: %w", err)
	}
	info, err := json.Marshal(map[string]string{"title": o.Title, "version": o.Version})
	if err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	document["info"] = info
	text, err := json.Marshal(document)
	if err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(text)
	}), nil
}
