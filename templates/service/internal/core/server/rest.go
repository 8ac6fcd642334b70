package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"github.com/swaggest/swgui"
	swagger "github.com/swaggest/swgui/v5emb"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
)

// A Registration binds a part of the API to REST.
type Registration = func(context.Context, *runtime.ServeMux, *grpc.ClientConn) error

// RESTOptions are what a REST server is made of.
type RESTOptions struct {
	Address          string
	Connection       *grpc.ClientConn // to the gRPC server that answers
	Register         []Registration
	OpenAPI          []byte // the document, in JSON
	Title            string // of the documentation
	Version          string // of the API's implementation
	MaxMessageLength int    // bytes of a request's body
	Ready            func() error
	Log              *slog.Logger
	Tracer           trace.TracerProvider
}

// REST translates HTTP and JSON to gRPC. Beside the API it serves /check,
// /openapi.json, and /docs, a page to read and try the API on.
type REST struct{ *listener }

// NewREST makes a REST server.
func NewREST(ctx context.Context, o RESTOptions) (*REST, error) {
	document, err := describeAPI(o)
	if err != nil {
		return nil, err
	}
	api := runtime.NewServeMux(
		runtime.WithMarshalerOption(runtime.MIMEWildcard, &runtime.JSONPb{
			MarshalOptions:   protojson.MarshalOptions{UseProtoNames: true, EmitUnpopulated: true},
			UnmarshalOptions: protojson.UnmarshalOptions{DiscardUnknown: false},
		}),
		runtime.WithIncomingHeaderMatcher(incomingHeader),
		runtime.WithOutgoingHeaderMatcher(func(string) (string, bool) { return "", false }),
		runtime.WithErrorHandler(writeError),
		runtime.WithRoutingErrorHandler(writeRoutingError),
	)
	for _, register := range o.Register {
		if err := register(ctx, api, o.Connection); err != nil {
			return nil, fmt.Errorf("bind the API to REST: %w", err)
		}
	}
	mux := http.NewServeMux()
	mux.Handle("GET /check", check(o.Ready))
	mux.Handle("GET /openapi.json", document)
	mux.Handle("GET /docs/", documentation(o.Title))
	mux.Handle("GET /docs", http.RedirectHandler("/docs/", http.StatusMovedPermanently))
	mux.Handle("/", limited(o.MaxMessageLength, api))
	handler := otelhttp.NewHandler(recovered(o.Log, secured(mux)), "rest", otelhttp.WithTracerProvider(o.Tracer),
		otelhttp.WithFilter(func(r *http.Request) bool { return r.URL.Path != "/check" }))
	return &REST{newListener("rest", o.Address, o.Log, handler)}, nil
}

// incomingHeader says which headers reach the pipeline, and as which metadata.
func incomingHeader(key string) (string, bool) {
	switch name := strings.ToLower(key); name {
	case "token", "authorization", "traceparent", "tracestate":
		return name, true
	case "x-domain-id", "x_domain_id":
		return "x_domain_id", true
	case "x-workspace-id", "x_workspace_id":
		return "x_workspace_id", true
	default:
		return "", false
	}
}

// describeAPI serves the OpenAPI document, under the service's own name.
func describeAPI(o RESTOptions) (http.Handler, error) {
	document := map[string]any{}
	if err := json.Unmarshal(o.OpenAPI, &document); err != nil {
		return nil, fmt.Errorf("read the OpenAPI document: %w", err)
	}
	document["info"] = map[string]any{"title": o.Title, "version": o.Version}
	text, err := json.Marshal(document)
	if err != nil {
		return nil, fmt.Errorf("write the OpenAPI document: %w", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(text)
	}), nil
}

// documentation is a page that loads nothing from other hosts.
func documentation(title string) http.Handler {
	page := swagger.NewHandlerWithConfig(swgui.Config{
		Title: title, SwaggerJSON: "/openapi.json", BasePath: "/docs/",
		SettingsUI: map[string]string{"validatorUrl": "null"},
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy",
			"default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'")
		page.ServeHTTP(w, r)
	})
}

// limited refuses bodies that are too large.
func limited(maxBytes int, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength > int64(maxBytes) {
			writeDetail(w, http.StatusRequestEntityTooLarge, "ERROR_REQUEST_TOO_LARGE", fmt.Sprintf("The body is larger than %d bytes.", maxBytes))
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, int64(maxBytes))
		next.ServeHTTP(w, r)
	})
}

func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("X-Frame-Options", "DENY")
		w.Header().Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}

func recovered(log *slog.Logger, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			value := recover()
			if err, ok := value.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(value) // how a handler asks net/http to cut the connection
			}
			if value != nil {
				writeError(r.Context(), nil, nil, w, r, panicked(r.Context(), log, r.URL.Path, value))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// writeError answers {"detail": {"code": "ERROR_…", "message": "…"}}.
func writeError(_ context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, _ *http.Request, err error) {
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		writeDetail(w, http.StatusRequestEntityTooLarge, "ERROR_REQUEST_TOO_LARGE", fmt.Sprintf("The body is larger than %d bytes.", tooLarge.Limit))
		return
	}
	s := status.Convert(err)
	code, message, split := strings.Cut(s.Message(), ": ")
	if !split || !strings.HasPrefix(code, "ERROR_") {
		code, message = fallbackCode(s.Code()), s.Message()
	}
	writeDetail(w, runtime.HTTPStatusFromCode(s.Code()), code, message)
}

// fallbackCode is for errors that arise before the pipeline.
func fallbackCode(code codes.Code) string {
	switch code {
	case codes.InvalidArgument:
		return "ERROR_INVALID_PARAMETER"
	case codes.Unavailable:
		return "ERROR_GRPC_CONNECTION"
	case codes.DeadlineExceeded:
		return "ERROR_GRPC_TIMEOUT"
	case codes.ResourceExhausted:
		return "ERROR_REQUEST_TOO_LARGE"
	default:
		return "ERROR_UNKNOWN"
	}
}

func writeRoutingError(_ context.Context, _ *runtime.ServeMux, _ runtime.Marshaler, w http.ResponseWriter, r *http.Request, httpStatus int) {
	code := "ERROR_UNSUPPORTED_API"
	if httpStatus == http.StatusBadRequest {
		code = "ERROR_INVALID_PARAMETER"
	}
	writeDetail(w, httpStatus, code, fmt.Sprintf("%s %s: %s", r.Method, r.URL.Path, http.StatusText(httpStatus)))
}

func writeDetail(w http.ResponseWriter, httpStatus int, code, message string) {
	writeJSON(w, httpStatus, map[string]any{"detail": map[string]string{"code": code, "message": message}})
}

func writeJSON(w http.ResponseWriter, httpStatus int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(httpStatus)
	_ = json.NewEncoder(w).Encode(value) // a caller who left can't be told
}
