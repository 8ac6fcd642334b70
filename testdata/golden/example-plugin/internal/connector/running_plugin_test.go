package connector

import (
	"context"
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/reflection"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/structpb"
)

// collector serves a plugin whose Collector has init, and gives its endpoint.
func collector(t *testing.T, answer func(*structpb.Struct) *structpb.Struct) string {
	t.Helper()
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("collector.proto"), Package: proto.String("plugin"), Syntax: proto.String("proto3"),
		Dependency: []string{"google/protobuf/struct.proto"},
		Service: []*descriptorpb.ServiceDescriptorProto{{Name: proto.String("Collector"), Method: []*descriptorpb.MethodDescriptorProto{{
			Name: proto.String("init"), InputType: proto.String(".google.protobuf.Struct"), OutputType: proto.String(".google.protobuf.Struct"),
		}}}},
	}, protoregistry.GlobalFiles)
	require.NoError(t, err)
	files := new(protoregistry.Files)
	require.NoError(t, files.RegisterFile(file))
	require.NoError(t, files.RegisterFile(structpb.File_google_protobuf_struct_proto))
	server := grpc.NewServer()
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "plugin.Collector", HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{MethodName: "init", Handler: func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			req := new(structpb.Struct)
			return answer(req), decode(req)
		}}},
	}, nil)
	reflectionv1.RegisterServerReflectionServer(server, reflection.NewServerV1(reflection.ServerOptions{Services: server, DescriptorResolver: files}))
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return "grpc://" + listener.Addr().String()
}

func TestRunningPluginInit(t *testing.T) {
	var asked *structpb.Struct
	answer, err := structpb.NewStruct(map[string]any{"metadata": map[string]any{"supported": []any{"server"}}})
	require.NoError(t, err)
	at := collector(t, func(req *structpb.Struct) *structpb.Struct { asked = req; return answer })
	plugins := NewRunningPlugin(Deps{})
	said, err := plugins.Init(t.Context(), at, "Collector", map[string]any{"region": "kr"})
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"supported": []any{"server"}}, said)
	assert.Equal(t, map[string]any{"options": map[string]any{"region": "kr"}}, asked.AsMap())

	answer = new(structpb.Struct)
	said, err = plugins.Init(t.Context(), at, "Collector", nil)
	require.NoError(t, err)
	assert.Empty(t, said, "it says nothing of itself")
	_, err = plugins.Init(t.Context(), at, "Webhook", nil)
	assert.ErrorContains(t, err, "Webhook", "it serves something else")
	_, err = plugins.Init(t.Context(), "http://127.0.0.1:1", "Collector", nil)
	assert.Error(t, err)
}
