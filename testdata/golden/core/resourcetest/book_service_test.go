package resourcetest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/query"
)

// bookMessages are those of the API of books.
func bookMessages() protoreflect.MessageDescriptors {
	const said, given = "name:string? pages:int64? lent:bool? tags:Struct parts:Struct*", " domain_id:string workspace_id:string created_at:Timestamp updated_at:Timestamp"
	return apiMessages("library", map[string]string{
		"Book": "book_id:string " + strings.ReplaceAll(said, "?", "") + given, "BookRequest": "book_id:string",
		"CreateBookRequest": strings.ReplaceAll(said, "?", ""),
		"UpdateBookRequest": "book_id:string " + said,
		"BookQuery":         "query:Struct book_id:string name:string? pages:int64? lent:bool?",
		"BookStatQuery":     "query:Struct", "Books": "results:Book* total_count:int32",
	})
}

// A bookService is the service of books. Its methods can be replaced.
type bookService struct {
	messages protoreflect.MessageDescriptors
	items    bookManager

	create, update, remove, get, list, stat func(context.Context, *dynamicpb.Message) (proto.Message, error)
	// own says what requests have that is no field of books.
	changes func(item *book, req *dynamicpb.Message) ([]string, error)
	place   func(ctx context.Context, item *book)
	scope   func(ctx context.Context) scope
	query   func(req *dynamicpb.Message) (query.Query, error)
	require []protoreflect.Name
}

// newBookService makes the service of books as it should be.
func newBookService(messages protoreflect.MessageDescriptors, items bookManager) *bookService {
	s := &bookService{messages: messages, items: items, require: []protoreflect.Name{"name"}}
	s.create, s.update, s.remove, s.get, s.list, s.stat = s.Create, s.Update, s.Delete, s.Get, s.List, s.Stat
	s.changes = func(item *book, req *dynamicpb.Message) ([]string, error) {
		return apirecord.Change(req, item, "book_id")
	}
	s.place = func(ctx context.Context, item *book) {
		in := pipeline.TransactionFrom(ctx).Scope
		item.DomainID, item.WorkspaceID = in.DomainID, in.WorkspaceID
	}
	s.scope = func(ctx context.Context) scope {
		in := pipeline.TransactionFrom(ctx).Scope
		return scope{in.DomainID, in.WorkspaceID}
	}
	s.query = s.Query
	return s
}

// methods are those of the service as the contract takes them.
func (s *bookService) methods() Methods {
	method := func(request protoreflect.Name, of *func(context.Context, *dynamicpb.Message) (proto.Message, error)) Method {
		return Method{
			request: func() protoreflect.Message { return s.message(request) },
			call: func(ctx context.Context, p *pipeline.Pipeline, req proto.Message) (proto.Message, error) {
				return pipeline.Call(ctx, p, pipeline.Method{Resource: "Book", Verb: "test"}, req.(*dynamicpb.Message), *of)
			},
		}
	}
	return Methods{
		Create: method("CreateBookRequest", &s.create), Update: method("UpdateBookRequest", &s.update),
		Delete: method("BookRequest", &s.remove), Get: method("BookRequest", &s.get),
		List: method("BookQuery", &s.list), Stat: method("BookStatQuery", &s.stat),
	}
}

func (s *bookService) message(name protoreflect.Name) *dynamicpb.Message {
	return dynamicpb.NewMessage(s.messages.ByName(name))
}

func (s *bookService) info(item *book) (proto.Message, error) {
	info := s.message("Book")
	return info, apirecord.Write(item, info)
}

// id is that of the book that a request is about.
func (s *bookService) id(req *dynamicpb.Message) (string, error) {
	id := text(req, "book_id")
	if id == "" && slices.Contains(s.require, "name") {
		return "", apierror.Required("book_id")
	}
	return id, nil
}

func (s *bookService) Create(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
	if err := apirecord.Require(req, s.require...); err != nil {
		return nil, err
	}
	item := &book{}
	if err := apirecord.New(req, item); err != nil {
		return nil, err
	}
	s.place(ctx, item)
	if err := s.items.Create(ctx, item); err != nil {
		return nil, err
	}
	return s.info(item)
}

func (s *bookService) Update(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
	id, err := s.id(req)
	if err != nil {
		return nil, err
	}
	for _, name := range s.require {
		if f := field(req, string(name)); req.Has(f) && req.Get(f).String() == "" {
			return nil, apierror.Required(string(name))
		}
	}
	item, err := s.items.GetForUpdate(ctx, s.scope(ctx), id)
	if err != nil {
		return nil, err
	}
	columns, err := s.changes(item, req)
	if err != nil {
		return nil, err
	}
	if err := s.items.Update(ctx, s.scope(ctx), item, columns...); err != nil {
		return nil, err
	}
	return s.info(item)
}

func (s *bookService) Delete(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
	id, err := s.id(req)
	if err != nil {
		return nil, err
	}
	return &emptypb.Empty{}, s.items.Delete(ctx, s.scope(ctx), id)
}

func (s *bookService) Get(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
	id, err := s.id(req)
	if err != nil {
		return nil, err
	}
	item, err := s.items.Get(ctx, s.scope(ctx), id)
	if err != nil {
		return nil, err
	}
	return s.info(item)
}

// Query is what a request asks for: by its query, and by fields of its own.
func (s *bookService) Query(req *dynamicpb.Message) (query.Query, error) {
	q, err := query.FromMessage(asked(req))
	if err != nil {
		return q, err
	}
	own, err := apirecord.Filters(req, bookSchema())
	q.Filter = append(q.Filter, own...)
	return q, err
}

// asked is the query of a request; nil if it has none.
func asked(req *dynamicpb.Message) proto.Message {
	if f := field(req, "query"); req.Has(f) {
		return req.Get(f).Message().Interface()
	}
	return nil
}

func (s *bookService) List(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
	q, err := s.query(req)
	if err != nil {
		return nil, err
	}
	items, total, err := s.items.List(ctx, s.scope(ctx), q)
	if err != nil {
		return nil, err
	}
	answer := s.message("Books")
	answer.Set(field(answer, "total_count"), protoreflect.ValueOfInt32(int32(total)))
	results := answer.Mutable(field(answer, "results")).List()
	for i := range items {
		info, err := s.info(&items[i])
		if err != nil {
			return nil, err
		}
		results.Append(protoreflect.ValueOfMessage(info.ProtoReflect()))
	}
	return answer, nil
}

func (s *bookService) Stat(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
	q, err := query.StatFromMessage(asked(req))
	if err != nil {
		return nil, err
	}
	rows, _, err := s.items.Stat(ctx, s.scope(ctx), q)
	if err != nil {
		return nil, err
	}
	var results []any
	for _, row := range rows {
		if q.Distinct != "" {
			results = append(results, row[q.Distinct])
			continue
		}
		results = append(results, row)
	}
	return structpb.NewStruct(map[string]any{"results": results})
}

// sampleBook is a request for a book unlike those of other numbers.
func sampleBook(messages protoreflect.MessageDescriptors) func(n int) proto.Message {
	return func(n int) proto.Message {
		req := dynamicpb.NewMessage(messages.ByName("CreateBookRequest"))
		if err := protojson.Unmarshal(fmt.Appendf(nil,
			`{"name": "name-%d", "pages": "%d", "lent": true, "tags": {"shelf": "shelf-%d"}, "parts": [{"title": "part-%d"}]}`, n, n+100, n, n), req); err != nil {
			panic(err)
		}
		return req
	}
}
