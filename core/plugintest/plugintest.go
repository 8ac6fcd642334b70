// Package plugintest serves plugins that stand in for real ones in tests.
package plugintest

import (
	"cmp"
	"context"
	"net"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/reflection"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/plugin"
	"github.com/cloudforet-io/spacegen/core/spaceconnector"
)

// A Method is what a plugin answers: each of its answers, and how it ends.
type Method func(params map[string]any) ([]map[string]any, error)

// Plugins are one plugin, whatever it is asked for by.
type Plugins struct {
	Conn     *grpc.ClientConn
	Endpoint string // grpc://host:port
	Running  string // the version that runs, if it is another than is asked for
	Asked    []plugin.Ref
	Err      error // instead of the plugin
}

// Client gives the client of the plugin.
func (p *Plugins) Client(_ context.Context, ref plugin.Ref) (*spaceconnector.Client, error) {
	p.Asked = append(p.Asked, ref)
	if p.Err != nil {
		return nil, p.Err
	}
	return spaceconnector.NewClient(p.Conn), nil
}

// Version gives the version of the plugin.
func (p *Plugins) Version(_ context.Context, ref plugin.Ref) (string, error) {
	return cmp.Or(p.Running, ref.Version), p.Err
}

// Dial gives the plugin that a gRPC server is, which it serves for as long as
// the test runs.
func Dial(t *testing.T, server *grpc.Server) *Plugins {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	return &Plugins{Conn: conn, Endpoint: "grpc://" + listener.Addr().String()}
}

// Serve gives a plugin with one service, by the name of its resource, whose
// methods take and stream whatever there is.
func Serve(t *testing.T, service string, methods map[string]Method) *Plugins {
	t.Helper()
	const pkg = "plugintest"
	file := &descriptorpb.FileDescriptorProto{
		Name: proto.String("plugintest.proto"), Package: proto.String(pkg), Syntax: proto.String("proto3"),
		Dependency: []string{"google/protobuf/struct.proto"},
		Service:    []*descriptorpb.ServiceDescriptorProto{{Name: &service}},
	}
	desc := &grpc.ServiceDesc{ServiceName: pkg + "." + service, HandlerType: (*any)(nil)}
	for name, method := range methods {
		file.Service[0].Method = append(file.Service[0].Method, &descriptorpb.MethodDescriptorProto{
			Name: &name, ServerStreaming: proto.Bool(true),
			InputType: proto.String(".google.protobuf.Struct"), OutputType: proto.String(".google.protobuf.Struct"),
		})
		desc.Streams = append(desc.Streams, grpc.StreamDesc{StreamName: name, ServerStreams: true, Handler: method.stream})
	}
	described, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	require.NoError(t, err)
	files := new(protoregistry.Files)
	require.NoError(t, files.RegisterFile(described))
	require.NoError(t, files.RegisterFile(structpb.File_google_protobuf_struct_proto))
	server := grpc.NewServer()
	server.RegisterService(desc, nil)
	reflectionv1.RegisterServerReflectionServer(server, reflection.NewServerV1(reflection.ServerOptions{
		Services: server, DescriptorResolver: files,
	}))
	return Dial(t, server)
}

func (m Method) stream(_ any, s grpc.ServerStream) error {
	params := new(structpb.Struct)
	if err := s.RecvMsg(params); err != nil {
		return err
	}
	answers, failed := m(params.AsMap())
	for _, answer := range answers {
		res, err := structpb.NewStruct(answer)
		if err != nil {
			return err
		}
		if err := s.SendMsg(res); err != nil {
			return err
		}
	}
	return failed
}
