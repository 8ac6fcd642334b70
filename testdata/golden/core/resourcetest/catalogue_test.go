package resourcetest

import (
	"context"
	"fmt"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/query"
)

// catalogueMessages are those of an API of books in words of its own.
func catalogueMessages() protoreflect.MessageDescriptors {
	return apiMessages("catalogue", map[string]string{
		"Book":       "book_id:string name:string!REQUIRED pages:int64!IMMUTABLE lent:bool!OUTPUT_ONLY state:State tags:Struct key:string!OUTPUT_ONLY created_at:Timestamp updated_at:Timestamp",
		"Named":      "book_id:string",
		"NewBook":    "book:Book shelf:string",
		"ChangeBook": "book:Book update_mask:FieldMask reason:string",
		"TagBooks":   "book_ids:string* tags:Struct",
		"FindBooks":  "query:Struct page_size:int32 page_token:string order_by:string name:string? pages:int64?",
		"CountBooks": "query:Struct name:string?",
		"Found":      "books:Book* total_size:int32 next_page_token:string",
	})
}

// A handler is a method of the catalogue.
type handler = func(ctx context.Context, req *dynamicpb.Message) (proto.Message, error)

// A catalogue is a service of books. What it does can be replaced.
type catalogue struct {
	messages protoreflect.MessageDescriptors
	items    bookManager

	create, get, update, remove, enable, disable, tag, list, stat handler

	scope   func(ctx context.Context) scope
	change  func(item *book, req *dynamicpb.Message) ([]string, error)
	query   func(req *dynamicpb.Message) (query.Query, error)
	require func(req *dynamicpb.Message, names ...protoreflect.Name) error
}

// newCatalogue makes the service as it should be.
func newCatalogue(messages protoreflect.MessageDescriptors, items bookManager) *catalogue {
	c := &catalogue{messages: messages, items: items}
	c.create, c.get, c.update, c.remove, c.tag, c.list, c.stat = c.Create, c.Get, c.Update, c.Delete, c.Tag, c.List, c.Stat
	c.enable, c.disable = c.sets("ENABLED"), c.sets("DISABLED")
	c.scope = func(ctx context.Context) scope {
		in := pipeline.TransactionFrom(ctx).Scope
		return scope{in.DomainID, in.WorkspaceID}
	}
	c.change, c.query = c.Change, c.Query
	c.require = func(req *dynamicpb.Message, names ...protoreflect.Name) error {
		return apirecord.Require(req, names...)
	}
	return c
}

func (c *catalogue) methods() Methods {
	method := func(request protoreflect.Name, of *handler) Method {
		return Method{
			request: func() protoreflect.Message { return c.message(request) },
			call: func(ctx context.Context, p *pipeline.Pipeline, req proto.Message) (proto.Message, error) {
				return pipeline.Call(ctx, p, pipeline.Method{Resource: "Catalogue", Verb: "test"}, req.(*dynamicpb.Message), *of)
			},
		}
	}
	return Methods{
		Create: method("NewBook", &c.create), Get: method("Named", &c.get), Update: method("ChangeBook", &c.update),
		Delete: method("Named", &c.remove), Enable: method("Named", &c.enable), Disable: method("Named", &c.disable),
		Tag: method("TagBooks", &c.tag), List: method("FindBooks", &c.list), Stat: method("CountBooks", &c.stat),
	}
}

func (c *catalogue) message(name protoreflect.Name) *dynamicpb.Message {
	return dynamicpb.NewMessage(c.messages.ByName(name))
}

func (c *catalogue) info(item *book) (protoreflect.Message, error) {
	info := c.message("Book")
	return info, apirecord.Write(item, info)
}

func (c *catalogue) answer(item *book) (proto.Message, error) {
	info, err := c.info(item)
	if err != nil {
		return nil, err
	}
	return info.Interface(), nil
}

func bookIn(req *dynamicpb.Message) protoreflect.Message {
	return req.Get(field(req, "book")).Message()
}

func (c *catalogue) Create(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
	if err := c.require(req, "book", "shelf"); err != nil {
		return nil, err
	}
	item := &book{}
	if err := apirecord.New(bookIn(req).Interface(), item); err != nil {
		return nil, err
	}
	return c.store(ctx, item)
}

// store keeps a new book, whose key is shown just once.
func (c *catalogue) store(ctx context.Context, item *book) (proto.Message, error) {
	in := c.scope(ctx)
	item.DomainID, item.WorkspaceID = in.domain, in.workspace
	if err := c.items.Create(ctx, item); err != nil {
		return nil, err
	}
	info, err := c.info(item)
	if err != nil {
		return nil, err
	}
	info.Set(field(info, "key"), protoreflect.ValueOfString("sesame"))
	return info.Interface(), nil
}

func (c *catalogue) Get(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
	item, err := c.items.Get(ctx, c.scope(ctx), text(req, "book_id"))
	if err != nil {
		return nil, err
	}
	return c.answer(item)
}

func (c *catalogue) Update(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
	if err := c.require(req, "reason"); err != nil {
		return nil, err
	}
	item, err := c.items.GetForUpdate(ctx, c.scope(ctx), text(bookIn(req), "book_id"))
	if err != nil {
		return nil, err
	}
	columns, err := c.change(item, req)
	if err != nil {
		return nil, err
	}
	if err := c.items.Update(ctx, c.scope(ctx), item, columns...); err != nil {
		return nil, err
	}
	return c.answer(item)
}

// Change puts what a request sets into a book, as far as its mask says.
func (c *catalogue) Change(item *book, req *dynamicpb.Message) ([]string, error) {
	var mask *fieldmaskpb.FieldMask
	if f := field(req, "update_mask"); req.Has(f) {
		mask = &fieldmaskpb.FieldMask{}
		paths := req.Get(f).Message()
		list := paths.Get(field(paths, "paths")).List()
		for i := range list.Len() {
			mask.Paths = append(mask.Paths, list.Get(i).String())
		}
	}
	return apirecord.ChangeMask(bookIn(req).Interface(), item, "book_id", mask)
}

func (c *catalogue) Delete(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
	return &emptypb.Empty{}, c.items.Delete(ctx, c.scope(ctx), text(req, "book_id"))
}

// sets makes the method that sets a state.
func (c *catalogue) sets(state string) handler {
	return func(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
		item, err := c.items.GetForUpdate(ctx, c.scope(ctx), text(req, "book_id"))
		if err != nil {
			return nil, err
		}
		item.State = state
		if err := c.items.Update(ctx, c.scope(ctx), item, "state"); err != nil {
			return nil, err
		}
		return c.answer(item)
	}
}

func (c *catalogue) Tag(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
	if err := c.require(req, "book_ids"); err != nil {
		return nil, err
	}
	ids := req.Get(field(req, "book_ids")).List()
	for i := range ids.Len() {
		item, err := c.items.GetForUpdate(ctx, c.scope(ctx), ids.Get(i).String())
		if err != nil {
			return nil, err
		}
		columns, err := apirecord.Change(req, item, "book_id")
		if err != nil {
			return nil, err
		}
		if err := c.items.Update(ctx, c.scope(ctx), item, columns...); err != nil {
			return nil, err
		}
	}
	return &emptypb.Empty{}, nil
}

// Query is what a list asks for: by its query, its filters, its pages and its order.
func (c *catalogue) Query(req *dynamicpb.Message) (q query.Query, err error) {
	if q, err = query.FromMessage(asked(req)); err != nil {
		return q, err
	}
	own, err := apirecord.Filters(req, bookSchema())
	if err != nil {
		return q, err
	}
	q.Filter = append(q.Filter, own...)
	if asked(req) != nil {
		return q, nil
	}
	if q.Page, err = apirecord.PageOf(int(req.Get(field(req, "page_size")).Int()), text(req, "page_token")); err != nil {
		return q, err
	}
	q.Sort, err = apirecord.Order(text(req, "order_by"), bookSchema())
	return q, err
}

func (c *catalogue) List(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
	q, err := c.query(req)
	if err != nil {
		return nil, err
	}
	items, total, err := c.items.List(ctx, c.scope(ctx), q)
	if err != nil {
		return nil, err
	}
	answer := c.message("Found")
	answer.Set(field(answer, "total_size"), protoreflect.ValueOfInt32(int32(total)))
	answer.Set(field(answer, "next_page_token"), protoreflect.ValueOfString(apirecord.NextToken(q.Page, len(items), total)))
	books := answer.Mutable(field(answer, "books")).List()
	for i := range items {
		info, err := c.info(&items[i])
		if err != nil {
			return nil, err
		}
		books.Append(protoreflect.ValueOfMessage(info))
	}
	return answer, nil
}

func (c *catalogue) Stat(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
	q, err := query.StatFromMessage(asked(req))
	if err != nil {
		return nil, err
	}
	own, err := apirecord.Filters(req, bookSchema())
	if err != nil {
		return nil, err
	}
	q.Filter = append(q.Filter, own...)
	rows, _, err := c.items.Stat(ctx, c.scope(ctx), q)
	if err != nil {
		return nil, err
	}
	var results []any
	for _, row := range rows {
		results = append(results, row)
	}
	return structpb.NewStruct(map[string]any{"results": results})
}

// catalogueRequest makes requests unlike those of other numbers, of JSON with %[1]d in it.
func catalogueRequest(messages protoreflect.MessageDescriptors, name protoreflect.Name, text string) func(n uint8) proto.Message {
	return func(n uint8) proto.Message {
		req := dynamicpb.NewMessage(messages.ByName(name))
		if err := protojson.Unmarshal(fmt.Appendf(nil, text, n), req); err != nil {
			panic(err)
		}
		return req
	}
}
