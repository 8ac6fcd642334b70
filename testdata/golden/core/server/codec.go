package server

import (
	"context"
	"fmt"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// maxDepth is how many messages may lie within each other in a request: an object in
// a google.protobuf.Struct is three. It is far less than what a database takes.
const maxDepth = 500

// codec is gRPC's own, which takes no message that is nested deeper than maxDepth.
// gRPC tells a caller whose request cannot be read INTERNAL, before any handler gets
// to know; what is read into an envelope keeps its fault for the handler.
type codec struct{ encoding.CodecV2 }

// envelope is where a request is read into.
type envelope struct {
	message any
	fault   error
}

func (codec) Unmarshal(data mem.BufferSlice, v any) error {
	wire := data.MaterializeToBuffer(mem.DefaultBufferPool())
	defer wire.Free()
	if e, ok := v.(*envelope); ok {
		e.fault = unreadable(decode(wire.ReadOnlyData(), e.message))
		return nil
	}
	return decode(wire.ReadOnlyData(), v)
}

func decode(wire []byte, v any) error {
	message, ok := v.(proto.Message)
	if !ok {
		return fmt.Errorf("%T is no message", v)
	}
	return proto.UnmarshalOptions{RecursionLimit: maxDepth}.Unmarshal(wire, message)
}

// unreadable says that it is the caller's fault.
func unreadable(err error) error {
	switch {
	case err == nil:
		return nil
	case strings.Contains(err.Error(), "exceeded maximum recursion depth"): // protobuf has no error of its own for it
		return apierror.Invalid("request", fmt.Sprintf("more than %d messages lie within each other", maxDepth)).Because(err)
	default:
		return apierror.Invalid("request", "it is no such message").Because(err)
	}
}

// read reads a message by one of gRPC's functions.
func read(receive func(any) error, message any) error {
	e := &envelope{message: message}
	if err := receive(e); err != nil {
		return err
	}
	return e.fault
}

// readableStream reads messages as read does.
type readableStream struct{ grpc.ServerStream }

func (s readableStream) RecvMsg(m any) error { return read(s.ServerStream.RecvMsg, m) }

// registrar registers services whose calls that do not stream read likewise.
type registrar struct{ *grpc.Server }

func (r registrar) RegisterService(desc *grpc.ServiceDesc, impl any) {
	own := *desc
	own.Methods = make([]grpc.MethodDesc, len(desc.Methods))
	for i, method := range desc.Methods {
		handle := method.Handler
		method.Handler = func(srv any, ctx context.Context, receive func(any) error, around grpc.UnaryServerInterceptor) (any, error) {
			grow(0)
			return handle(srv, ctx, func(m any) error { return read(receive, m) }, around)
		}
		own.Methods[i] = method
	}
	r.Server.RegisterService(&own, impl)
}
