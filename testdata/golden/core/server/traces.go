package server

import (
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc/filters"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
	"google.golang.org/grpc"
)

// silent reports whether a tracer keeps nothing. A call is then not told of; the trace that
// its caller is part of is passed on all the same, as withMetadata and the gateway do it.
func silent(t trace.TracerProvider) bool {
	_, none := t.(noop.TracerProvider)
	return none
}

// serverTraces has a gRPC server trace its calls.
func serverTraces(t trace.TracerProvider) grpc.ServerOption {
	if silent(t) {
		return grpc.EmptyServerOption{}
	}
	return grpc.StatsHandler(otelgrpc.NewServerHandler(
		otelgrpc.WithTracerProvider(t),
		otelgrpc.WithPropagators(propagation.TraceContext{}),
		otelgrpc.WithFilter(filters.Not(filters.HealthCheck())),
	))
}

// clientTraces has a gRPC client trace its calls.
func clientTraces(t trace.TracerProvider) grpc.DialOption {
	if silent(t) {
		return grpc.EmptyDialOption{}
	}
	return grpc.WithStatsHandler(otelgrpc.NewClientHandler(
		otelgrpc.WithTracerProvider(t),
		otelgrpc.WithPropagators(propagation.TraceContext{}),
	))
}

// httpTraces has an HTTP handler trace its requests.
func httpTraces(t trace.TracerProvider, next http.Handler) http.Handler {
	if silent(t) {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("traceparent") != "" {
				r = r.WithContext(propagation.TraceContext{}.Extract(r.Context(), propagation.HeaderCarrier(r.Header)))
			}
			next.ServeHTTP(w, r)
		})
	}
	return otelhttp.NewHandler(next, "rest",
		otelhttp.WithTracerProvider(t),
		otelhttp.WithPropagators(propagation.TraceContext{}),
		otelhttp.WithFilter(func(r *http.Request) bool { return r.URL.Path != "/check" }))
}
