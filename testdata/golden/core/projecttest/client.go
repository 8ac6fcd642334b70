package projecttest

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// A client calls the methods of a service by name, with its own types of messages.
type client struct {
	conn    grpc.ClientConnInterface
	service protoreflect.ServiceDescriptor
}

func newClient(t *testing.T, conn grpc.ClientConnInterface, service string) client {
	t.Helper()
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(service))
	require.NoError(t, err, service)
	descriptor, ok := found.(protoreflect.ServiceDescriptor)
	require.True(t, ok, "%s is no service", service)
	return client{conn, descriptor}
}

// A request is one in JSON.
type request map[string]any

// call calls a method and gives its answer.
func (c client) call(ctx context.Context, name string, r request) (protoreflect.Message, error) {
	method := c.service.Methods().ByName(protoreflect.Name(name))
	if method == nil {
		return nil, fmt.Errorf("%s has no method %s", c.service.FullName(), name)
	}
	req, err := newMessage(method.Input())
	if err != nil {
		return nil, err
	}
	res, err := newMessage(method.Output())
	if err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	if r != nil {
		if err := protojson.Unmarshal(encoded, req); err != nil {
			return nil, fmt.Errorf("make a request of %s: %w", name, err)
		}
	}
	err = c.conn.Invoke(ctx, fmt.Sprintf("/%s/%s", c.service.FullName(), method.Name()), req, res)
	return res.ProtoReflect(), err
}

func newMessage(of protoreflect.MessageDescriptor) (proto.Message, error) {
	typ, err := protoregistry.GlobalTypes.FindMessageByName(of.FullName())
	if err != nil {
		return nil, err
	}
	return typ.New().Interface(), nil
}

func field(m protoreflect.Message, name protoreflect.Name) protoreflect.FieldDescriptor {
	return m.Descriptor().Fields().ByName(name)
}

func list(m protoreflect.Message, name protoreflect.Name) protoreflect.List {
	return m.Get(field(m, name)).List()
}

func text(m protoreflect.Message, name protoreflect.Name) string {
	return m.Get(field(m, name)).String()
}
