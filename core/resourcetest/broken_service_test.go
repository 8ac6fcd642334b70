package resourcetest

import (
	"context"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/query"
)

// brokenServices are services with one fault each.
func brokenServices() []broken {
	var all []broken
	on := func(constraints, name, test string, change func(s *bookService)) {
		all = append(all, broken{name, test, func(t *testing.T) { bookServices(constraints, change).Test(t) }})
	}
	with := func(name, test string, change func(s *bookService)) { on(uniqueNames, name, test, change) }
	const (
		keeps, changes, lists, isolates = "keeps what is asked for", "changes what is named", "lists and counts", "is kept from other domains"
		refuses, unique                 = "refuses what is incomplete", "keeps values unique"
	)
	for _, name := range []string{"pages", "tags", "parts"} {
		with("create drops "+name, keeps, func(s *bookService) {
			s.create = func(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
				req = proto.Clone(req).(*dynamicpb.Message)
				req.Clear(field(req, name))
				return s.Create(ctx, req)
			}
		})
		with("update drops "+name, changes, func(s *bookService) {
			s.changes = func(item *book, req *dynamicpb.Message) ([]string, error) {
				return apirecord.Change(req, item, "book_id", protoreflect.Name(name))
			}
		})
	}
	with("create places nothing in a domain", keeps, func(s *bookService) { s.place = func(context.Context, *book) {} })
	with("create requires nothing", refuses, func(s *bookService) {
		s.create = func(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
			lenient := *s
			lenient.require = nil
			return lenient.Create(ctx, req)
		}
	})
	for name, method := range map[string]func(s *bookService) *func(context.Context, *dynamicpb.Message) (proto.Message, error){
		"get": func(s *bookService) *func(context.Context, *dynamicpb.Message) (proto.Message, error) { return &s.get },
		"update": func(s *bookService) *func(context.Context, *dynamicpb.Message) (proto.Message, error) {
			return &s.update
		},
		"delete": func(s *bookService) *func(context.Context, *dynamicpb.Message) (proto.Message, error) {
			return &s.remove
		},
		"list": func(s *bookService) *func(context.Context, *dynamicpb.Message) (proto.Message, error) { return &s.list },
		"stat": func(s *bookService) *func(context.Context, *dynamicpb.Message) (proto.Message, error) { return &s.stat },
	} {
		careless := func(change func(s *bookService)) func(s *bookService) {
			return func(s *bookService) {
				other := newBookService(s.messages, s.items)
				change(other)
				*method(s) = *method(other)
			}
		}
		with(name+" has no scope", isolates, careless(func(s *bookService) {
			s.scope = func(context.Context) scope { return everywhere }
		}))
		if name != "list" && name != "stat" {
			with(name+" requires nothing", refuses, careless(func(s *bookService) { s.require = nil }))
		}
	}
	with("update answers and stores nothing", changes, func(s *bookService) {
		s.update = func(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
			item, err := s.items.Get(ctx, s.scope(ctx), text(req, "book_id"))
			if err != nil {
				return nil, err
			}
			if _, err := s.changes(item, req); err != nil {
				return nil, err
			}
			return s.info(item)
		}
	})
	with("update changes what is not named", changes, func(s *bookService) {
		s.changes = func(item *book, req *dynamicpb.Message) ([]string, error) {
			columns, err := apirecord.Change(req, item, "book_id")
			item.Pages++
			return append(columns, "pages"), err
		}
	})
	with("delete does nothing", keeps, func(s *bookService) {
		s.remove = func(context.Context, *dynamicpb.Message) (proto.Message, error) { return &emptypb.Empty{}, nil }
	})
	with("get gives another one", keeps, func(s *bookService) {
		s.get = func(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
			answer, err := s.Get(ctx, req)
			if err == nil {
				m := answer.ProtoReflect()
				m.Set(field(m, "name"), protoreflect.ValueOfString("another"))
			}
			return answer, err
		}
	})
	with("list has no filters of its own", lists, func(s *bookService) {
		s.query = func(req *dynamicpb.Message) (query.Query, error) { return query.FromMessage(asked(req)) }
	})
	for name, change := range map[string]func(q *query.Query){
		"list has no page":   func(q *query.Query) { q.Page = query.Page{} },
		"list has no filter": func(q *query.Query) { q.Filter = nil },
		"list has one order": func(q *query.Query) { q.Sort = []query.Sort{{Key: "lent"}} },
	} {
		with(name, lists, func(s *bookService) {
			s.query = func(req *dynamicpb.Message) (query.Query, error) {
				q, err := s.Query(req)
				change(&q)
				return q, err
			}
		})
	}
	with("list counts its page", lists, func(s *bookService) {
		s.list = func(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
			answer, err := s.List(ctx, req)
			if err == nil {
				m := answer.ProtoReflect()
				m.Set(field(m, "total_count"), protoreflect.ValueOfInt32(int32(len(results(m)))))
			}
			return answer, err
		}
	})
	with("stat counts to nothing", lists, func(s *bookService) {
		s.stat = func(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
			answer, err := s.Stat(ctx, req)
			if err == nil {
				proto.Reset(answer)
			}
			return answer, err
		}
	})
	on("", "names need not be unique", unique, func(*bookService) {})
	on(`CREATE UNIQUE INDEX book_name ON book (name);`, "domains share their names", unique, func(*bookService) {})
	return all
}
