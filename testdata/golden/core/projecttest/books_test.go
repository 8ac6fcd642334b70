package projecttest

import (
	"context"
	"maps"
	"slices"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

const bookService = "projecttest.books.Book"

// bookAPI makes the API of books known to the program, once.
var bookAPI = sync.OnceValue(func() protoreflect.FileDescriptor {
	text := func(name string, number int32) *descriptorpb.FieldDescriptorProto {
		return &descriptorpb.FieldDescriptorProto{Name: &name, Number: &number, Type: descriptorpb.FieldDescriptorProto_TYPE_STRING.Enum()}
	}
	found := &descriptorpb.FieldDescriptorProto{
		Name: proto.String("results"), Number: proto.Int32(1), Label: descriptorpb.FieldDescriptorProto_LABEL_REPEATED.Enum(),
		Type: descriptorpb.FieldDescriptorProto_TYPE_MESSAGE.Enum(), TypeName: proto.String(".projecttest.books.Info"),
	}
	count := text("total_count", 2)
	count.Type = descriptorpb.FieldDescriptorProto_TYPE_INT32.Enum()
	query := text("query", 3)
	query.Type, query.TypeName = descriptorpb.FieldDescriptorProto_TYPE_MESSAGE.Enum(), proto.String(".google.protobuf.Struct")
	service := &descriptorpb.ServiceDescriptorProto{Name: proto.String("Book")}
	for _, name := range []string{"list", "stat", "get", "create", "update", "delete"} {
		answer := map[string]string{"list": ".projecttest.books.Found", "stat": ".google.protobuf.Struct"}[name]
		if answer == "" {
			answer = ".projecttest.books.Info"
		}
		service.Method = append(service.Method, &descriptorpb.MethodDescriptorProto{
			Name: &name, InputType: proto.String(".projecttest.books.Request"), OutputType: &answer,
		})
	}
	file, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name: proto.String("projecttest/books.proto"), Package: proto.String("projecttest.books"), Syntax: proto.String("proto3"),
		Dependency: []string{"google/protobuf/struct.proto"},
		MessageType: []*descriptorpb.DescriptorProto{
			{Name: proto.String("Request"), Field: []*descriptorpb.FieldDescriptorProto{text("book_id", 1), text("project_id", 2), query}},
			{Name: proto.String("Info"), Field: []*descriptorpb.FieldDescriptorProto{text("book_id", 1), text("project_id", 2)}},
			{Name: proto.String("Found"), Field: []*descriptorpb.FieldDescriptorProto{found, count}},
		},
		Service: []*descriptorpb.ServiceDescriptorProto{service},
	}, protoregistry.GlobalFiles)
	if err == nil {
		err = protoregistry.GlobalFiles.RegisterFile(file)
	}
	for i := 0; err == nil && i < file.Messages().Len(); i++ {
		err = protoregistry.GlobalTypes.RegisterMessage(dynamicpb.NewMessageType(file.Messages().Get(i)))
	}
	if err != nil {
		panic(err)
	}
	return file
})

// Books are a service that keeps books in memory, with the project of each.
type books struct {
	projects map[string]string // by identifier
	scopes   map[string]func(mine []string) []string
	answers  map[string]func(ctx context.Context, req, answer protoreflect.Message) error
}

func newBooks() *books {
	b := &books{projects: map[string]string{}, scopes: map[string]func([]string) []string{}}
	b.answers = map[string]func(context.Context, protoreflect.Message, protoreflect.Message) error{
		"list": b.list, "stat": b.stat, "get": b.get, "create": b.create, "update": b.update, "delete": b.remove,
	}
	return b
}

// desc is the service as a server takes it, with each method behind a pipeline.
func (b *books) desc(p *pipeline.Pipeline) *grpc.ServiceDesc {
	desc := &grpc.ServiceDesc{ServiceName: bookService, HandlerType: (*any)(nil)}
	methods := bookAPI().Services().ByName("Book").Methods()
	for i := range methods.Len() {
		method := methods.Get(i)
		name := string(method.Name())
		desc.Methods = append(desc.Methods, grpc.MethodDesc{MethodName: name, Handler: func(_ any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) {
			req, err := newMessage(method.Input())
			if err == nil {
				err = decode(req)
			}
			if err != nil {
				return nil, err
			}
			return intercept(ctx, req, &grpc.UnaryServerInfo{FullMethod: "/" + bookService + "/" + name}, func(ctx context.Context, _ any) (any, error) {
				return pipeline.Call(ctx, p, pipeline.Method{Resource: "Book", Verb: name}, req, func(ctx context.Context, req proto.Message) (proto.Message, error) {
					answer, err := newMessage(method.Output())
					if err != nil {
						return nil, err
					}
					return answer, b.answers[name](ctx, req.ProtoReflect(), answer.ProtoReflect())
				})
			})
		}})
	}
	return desc
}

// seen are the books that a method may touch for its caller, sorted.
func (b *books) seen(ctx context.Context, method string) []string {
	mine := b.mine(ctx, method)
	return slices.DeleteFunc(slices.Sorted(maps.Keys(b.projects)), func(id string) bool {
		return mine != nil && !slices.Contains(mine, b.projects[id])
	})
}

// mine are the projects that a caller is confined to, as a method sees it; nil: it is not.
func (b *books) mine(ctx context.Context, method string) []string {
	mine := pipeline.TransactionFrom(ctx).Scope.UserProjects
	if change := b.scopes[method]; change != nil {
		return change(mine)
	}
	return mine
}

func (b *books) one(ctx context.Context, method string, req protoreflect.Message) (string, error) {
	if id := text(req, "book_id"); slices.Contains(b.seen(ctx, method), id) {
		return id, nil
	}
	return "", apierror.NotFound("book_id", text(req, "book_id"))
}

func (b *books) show(id string, in protoreflect.Message) {
	in.Set(field(in, "book_id"), protoreflect.ValueOfString(id))
	in.Set(field(in, "project_id"), protoreflect.ValueOfString(b.projects[id]))
}

func (b *books) list(ctx context.Context, _, answer protoreflect.Message) error {
	results := answer.Mutable(field(answer, "results")).List()
	for _, id := range b.seen(ctx, "list") {
		b.show(id, results.AppendMutable().Message())
	}
	answer.Set(field(answer, "total_count"), protoreflect.ValueOfInt32(int32(results.Len())))
	return nil
}

func (b *books) stat(ctx context.Context, _, answer protoreflect.Message) error {
	var all []any
	for _, id := range b.seen(ctx, "stat") {
		all = append(all, id)
	}
	results, err := structpb.NewStruct(map[string]any{"results": all})
	if err == nil {
		proto.Merge(answer.Interface(), results)
	}
	return err
}

func (b *books) get(ctx context.Context, req, answer protoreflect.Message) error {
	id, err := b.one(ctx, "get", req)
	if err == nil {
		b.show(id, answer)
	}
	return err
}

func (b *books) create(_ context.Context, req, _ protoreflect.Message) error {
	b.projects["created"] = text(req, "project_id")
	return nil
}

func (b *books) update(ctx context.Context, req, answer protoreflect.Message) error {
	id, err := b.one(ctx, "update", req)
	if err != nil {
		return err
	}
	if to := text(req, "project_id"); to != "" {
		if mine := b.mine(ctx, "move"); mine != nil && !slices.Contains(mine, to) {
			return apierror.PermissionDenied()
		}
		b.projects[id] = to
	}
	b.show(id, answer)
	return nil
}

func (b *books) remove(ctx context.Context, req, _ protoreflect.Message) error {
	id, err := b.one(ctx, "delete", req)
	delete(b.projects, id)
	return err
}
