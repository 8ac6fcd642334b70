package spaceconnector

import (
	"net"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	grpcreflection "google.golang.org/grpc/reflection"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

// TestServerIsUpdated: a parameter that it takes since then reaches it.
func TestServerIsUpdated(t *testing.T) {
	older := protodesc.ToFileDescriptorProto(healthv1.File_grpc_health_v1_health_proto)
	i := slices.IndexFunc(older.MessageType, func(m *descriptorpb.DescriptorProto) bool { return m.GetName() == "HealthCheckRequest" })
	older.MessageType[i].Field = nil
	before, err := protodesc.NewFiles(&descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{older}})
	require.NoError(t, err)
	var resolver atomic.Pointer[protoregistry.Files]
	resolver.Store(before)

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer()
	healthv1.RegisterHealthServer(server, health.NewServer())
	reflectionv1.RegisterServerReflectionServer(server, grpcreflection.NewServerV1(grpcreflection.ServerOptions{
		Services: server, DescriptorResolver: resolving{&resolver},
	}))
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, conn.Close()) })

	client, now := NewClient(conn), time.Now()
	client.now = func() time.Time { return now }
	check := func() codes.Code {
		_, err := client.Call(t.Context(), "Health.Check", map[string]any{"service": "nope"})
		if err == nil {
			return codes.OK
		}
		return apierror.From(err).Status
	}
	assert.Equal(t, codes.OK, check(), "it takes no parameter")
	resolver.Store(protoregistry.GlobalFiles)
	assert.Equal(t, codes.OK, check(), "the method is known")
	now = now.Add(methodHolds)
	assert.Equal(t, codes.NotFound, check())
}

// resolving describes a server as it is now.
type resolving struct {
	now *atomic.Pointer[protoregistry.Files]
}

func (r resolving) FindFileByPath(path string) (protoreflect.FileDescriptor, error) {
	return r.now.Load().FindFileByPath(path)
}

func (r resolving) FindDescriptorByName(name protoreflect.FullName) (protoreflect.Descriptor, error) {
	return r.now.Load().FindDescriptorByName(name)
}
