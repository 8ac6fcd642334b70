package spaceconnector

import (
	"context"
	"fmt"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	reflectionv1alpha "google.golang.org/grpc/reflection/grpc_reflection_v1alpha" //nolint:staticcheck // what older services speak
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

type method struct {
	path       string // as gRPC has it: /package.Service/method
	descriptor protoreflect.MethodDescriptor
	until      time.Time // is it taken to be like that
}

// method finds a method by its resource and verb: Domain.get_public_key.
func (c *Client) method(ctx context.Context, name string) (method, error) {
	c.mu.Lock()
	m, known := c.methods[name]
	c.mu.Unlock()
	if known && c.now().Before(m.until) {
		return m, nil
	}
	resource, verb, ok := strings.Cut(name, ".")
	if !ok {
		return method{}, fmt.Errorf("%q is no method; write it as Resource.verb", name)
	}
	stream, err := openReflection(ctx, c.conn)
	if err != nil {
		return method{}, err
	}
	defer stream.close()
	services, err := stream.services()
	if err != nil {
		return method{}, err
	}
	for _, service := range services {
		if service != resource && !strings.HasSuffix(service, "."+resource) {
			continue
		}
		descriptor, err := stream.service(service)
		if err != nil {
			return method{}, err
		}
		if found := descriptor.Methods().ByName(protoreflect.Name(verb)); found != nil {
			m = method{path: "/" + service + "/" + verb, descriptor: found, until: c.now().Add(methodHolds)}
			c.mu.Lock()
			c.methods[name] = m
			c.mu.Unlock()
			return m, nil
		}
	}
	return method{}, status.Errorf(codes.Unimplemented, "the service has no method %s", name)
}

// reflection is a conversation with a server's reflection service. Both
// versions of the protocol have the same messages on the wire.
type reflection struct {
	ask   func(*reflectionv1.ServerReflectionRequest) (*reflectionv1.ServerReflectionResponse, error)
	close func()
}

// openReflection speaks version 1 or, to older servers, v1alpha.
func openReflection(ctx context.Context, conn grpc.ClientConnInterface) (*reflection, error) {
	ctx, cancel := context.WithCancel(ctx)
	v1, err := reflectionv1.NewServerReflectionClient(conn).ServerReflectionInfo(ctx)
	if err != nil {
		cancel()
		return nil, err
	}
	r := &reflection{close: cancel, ask: func(req *reflectionv1.ServerReflectionRequest) (*reflectionv1.ServerReflectionResponse, error) {
		if err := v1.Send(req); err != nil {
			_, err = v1.Recv() // says why
			return nil, err
		}
		return v1.Recv()
	}}
	switch _, err = r.services(); {
	case err == nil:
		return r, nil
	case status.Code(err) != codes.Unimplemented:
		cancel()
		return nil, err
	}
	alpha, err := reflectionv1alpha.NewServerReflectionClient(conn).ServerReflectionInfo(ctx)
	if err != nil {
		cancel()
		return nil, err
	}
	r.ask = func(req *reflectionv1.ServerReflectionRequest) (*reflectionv1.ServerReflectionResponse, error) {
		older := new(reflectionv1alpha.ServerReflectionRequest)
		if err := convert(req, older); err != nil {
			return nil, err
		}
		if err := alpha.Send(older); err != nil {
			_, err = alpha.Recv()
			return nil, err
		}
		answer, err := alpha.Recv()
		if err != nil {
			return nil, err
		}
		res := new(reflectionv1.ServerReflectionResponse)
		return res, convert(answer, res)
	}
	return r, nil
}

func convert(from, to proto.Message) error {
	wire, err := proto.Marshal(from)
	if err != nil {
		return err
	}
	return proto.Unmarshal(wire, to)
}

func (r *reflection) services() ([]string, error) {
	res, err := r.ask(&reflectionv1.ServerReflectionRequest{
		MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{},
	})
	if err != nil {
		return nil, err
	}
	var names []string
	for _, s := range res.GetListServicesResponse().GetService() {
		names = append(names, s.GetName())
	}
	return names, nil
}

// service gives the description of a service, with all that it refers to.
func (r *reflection) service(name string) (protoreflect.ServiceDescriptor, error) {
	res, err := r.ask(&reflectionv1.ServerReflectionRequest{
		MessageRequest: &reflectionv1.ServerReflectionRequest_FileContainingSymbol{FileContainingSymbol: name},
	})
	if err != nil {
		return nil, err
	}
	set := map[string]*descriptorpb.FileDescriptorProto{}
	if err := r.collect(res, set); err != nil {
		return nil, err
	}
	all := new(descriptorpb.FileDescriptorSet)
	for _, file := range set {
		all.File = append(all.File, file)
	}
	files, err := protodesc.NewFiles(all)
	if err != nil {
		return nil, fmt.Errorf("read the description of %s: %w", name, err)
	}
	return findService(files, name)
}

func findService(files *protoregistry.Files, name string) (protoreflect.ServiceDescriptor, error) {
	found, err := files.FindDescriptorByName(protoreflect.FullName(name))
	if err != nil {
		return nil, fmt.Errorf("read the description of %s: %w", name, err)
	}
	service, ok := found.(protoreflect.ServiceDescriptor)
	if !ok {
		return nil, fmt.Errorf("%s is no service", name)
	}
	return service, nil
}

// collect adds the files of an answer and those that they import.
func (r *reflection) collect(res *reflectionv1.ServerReflectionResponse, set map[string]*descriptorpb.FileDescriptorProto) error {
	if fault := res.GetErrorResponse(); fault != nil {
		return status.Error(codes.Code(fault.GetErrorCode()), fault.GetErrorMessage()) //nolint:gosec // a code of gRPC
	}
	var imports []string
	for _, text := range res.GetFileDescriptorResponse().GetFileDescriptorProto() {
		file := new(descriptorpb.FileDescriptorProto)
		if err := proto.Unmarshal(text, file); err != nil {
			return fmt.Errorf("read a description: %w", err)
		}
		set[file.GetName()] = file
		imports = append(imports, file.GetDependency()...)
	}
	for _, path := range imports {
		if set[path] != nil {
			continue
		}
		res, err := r.ask(&reflectionv1.ServerReflectionRequest{
			MessageRequest: &reflectionv1.ServerReflectionRequest_FileByFilename{FileByFilename: path},
		})
		if err != nil {
			return err
		}
		if err := r.collect(res, set); err != nil {
			return err
		}
	}
	return nil
}
