package running

import (
	"context"
	"encoding/hex"
	"errors"
	"net"
	"os"
	"strings"

	collectorv1 "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracev1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/grpc"
)

// tracesVariables say where members send their traces, if anybody said so.
var tracesVariables = []string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"} //nolint:gochecknoglobals // a constant

// A collector takes the members' traces, by OTLP, and puts them on the board.
type collector struct {
	collectorv1.UnimplementedTraceServiceServer

	board   *board
	server  *grpc.Server
	address string
}

// collect begins to take traces. It is nil if the environment sends them elsewhere.
func collect(ctx context.Context, b *board) (*collector, error) {
	for _, name := range tracesVariables {
		if os.Getenv(name) != "" {
			return nil, nil //nolint:nilnil // there is nothing to collect
		}
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c := &collector{board: b, server: grpc.NewServer(), address: listener.Addr().String()}
	collectorv1.RegisterTraceServiceServer(c.server, c)
	go func() { _ = c.server.Serve(listener) }()
	return c, nil
}

// env is what a member is told, so that its traces come here, and soon.
func (c *collector) env() []string {
	if c == nil {
		return nil
	}
	return []string{tracesVariables[0] + "=http://" + c.address, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=grpc", "OTEL_BSP_SCHEDULE_DELAY=500"}
}

func (c *collector) stop() {
	if c != nil {
		c.server.Stop()
	}
}

// Export takes spans.
func (c *collector) Export(_ context.Context, req *collectorv1.ExportTraceServiceRequest) (*collectorv1.ExportTraceServiceResponse, error) {
	if req == nil {
		return nil, errors.New("nothing was sent")
	}
	for _, of := range req.GetResourceSpans() {
		member := ""
		for _, a := range of.GetResource().GetAttributes() {
			if a.GetKey() == "service.name" {
				member = a.GetValue().GetStringValue()
			}
		}
		for _, scope := range of.GetScopeSpans() {
			for _, span := range scope.GetSpans() {
				c.board.span(hex.EncodeToString(span.GetTraceId()), shown(member, span))
			}
		}
	}
	return new(collectorv1.ExportTraceServiceResponse), nil
}

func shown(member string, span *tracev1.Span) boardSpan {
	const perMillisecond = 1e6
	return boardSpan{
		ID: hex.EncodeToString(span.GetSpanId()), Parent: hex.EncodeToString(span.GetParentSpanId()),
		Name: span.GetName(), Member: member,
		Start:   float64(span.GetStartTimeUnixNano()) / perMillisecond,
		Took:    float64(span.GetEndTimeUnixNano()-span.GetStartTimeUnixNano()) / perMillisecond,
		Failed:  span.GetStatus().GetCode() == tracev1.Status_STATUS_CODE_ERROR,
		Message: span.GetStatus().GetMessage(),
		Inside:  span.GetKind() == tracev1.Span_SPAN_KIND_INTERNAL,
	}
}

// list writes names one after the other.
func list(names []string) string { return strings.Join(names, ", ") }
