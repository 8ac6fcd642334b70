package resourcetest

import (
	"context"
	"maps"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/apirecord"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/query"
)

// The tests of Records.
const (
	recordsKept     = "keeps what is asked for"
	recordsIsolated = "is kept from other domains"
	recordsRefused  = "refuses what is incomplete"
	recordsDropped  = "drops what only answers have"
	recordsFixed    = "refuses to change what is fixed"
	recordsUnique   = "keeps values unique"
	recordsMasked   = "changes by a mask"
	recordsTagged   = "tags many"
	recordsQueried  = "lists by a query"
	recordsPaged    = "lists by pages"
	recordsFiltered = "lists by its filters"
	recordsCounted  = "counts what its filters let through"
)

// handlers are the methods of a catalogue.
func handlers(c *catalogue) map[string]*handler {
	return map[string]*handler{
		"create": &c.create, "get": &c.get, "update": &c.update, "delete": &c.remove, "enable": &c.enable, "disable": &c.disable,
		"tag": &c.tag, "list": &c.list, "stat": &c.stat,
	}
}

// before changes what a method of a catalogue is asked for.
func before(name string, change func(req *dynamicpb.Message)) func(c *catalogue) {
	return func(c *catalogue) {
		method := handlers(c)[name]
		next := *method
		*method = func(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
			req = proto.Clone(req).(*dynamicpb.Message)
			change(req)
			return next(ctx, req)
		}
	}
}

// after changes what a method of a catalogue answers.
func after(name string, change func(answer protoreflect.Message)) func(c *catalogue) {
	return func(c *catalogue) {
		method := handlers(c)[name]
		next := *method
		*method = func(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
			answer, err := next(ctx, req)
			if err == nil {
				change(answer.ProtoReflect())
			}
			return answer, err
		}
	}
}

// careless has one method of a catalogue be that of another one, which lacks something.
func careless(name string, lack func(c *catalogue)) func(c *catalogue) {
	return func(c *catalogue) {
		other := newCatalogue(c.messages, c.items)
		lack(other)
		*handlers(c)[name] = *handlers(other)[name]
	}
}

func clearing(name string) func(m protoreflect.Message) {
	return func(m protoreflect.Message) { m.Clear(field(m, name)) }
}

// ignoring takes fields out of requests.
func ignoring(names ...string) func(req *dynamicpb.Message) {
	return func(req *dynamicpb.Message) {
		for _, name := range names {
			clearing(name)(req)
		}
	}
}

// inBook changes the book in a request.
func inBook(change func(m protoreflect.Message)) func(req *dynamicpb.Message) {
	return func(req *dynamicpb.Message) { change(req.Mutable(field(req, "book")).Message()) }
}

// brokenRecords are catalogues with one fault each.
func brokenRecords() []broken {
	var all []broken
	on := func(constraints, name, test string, change func(c *catalogue)) {
		all = append(all, broken{name, test, func(t *testing.T) { catalogueRecords(constraints, change).Test(t) }})
	}
	with := func(name, test string, change func(c *catalogue)) { on(uniqueNames, name, test, change) }

	for _, name := range []string{"pages", "tags"} {
		with("create drops "+name, recordsKept, before("create", inBook(clearing(name))))
	}
	with("create answers without the identifier", recordsKept, after("create", clearing("book_id")))
	with("create does not show the key", recordsKept, after("create", clearing("key")))
	with("get shows the key again", recordsKept, after("get", func(m protoreflect.Message) {
		m.Set(field(m, "key"), protoreflect.ValueOfString("sesame"))
	}))
	with("update drops tags", recordsKept, before("update", inBook(clearing("tags"))))
	with("update answers and stores nothing", recordsKept, func(c *catalogue) {
		c.update = func(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
			item, err := c.items.Get(ctx, c.scope(ctx), text(bookIn(req), "book_id"))
			if err != nil {
				return nil, err
			}
			if _, err := c.change(item, req); err != nil {
				return nil, err
			}
			return c.answer(item)
		}
	})
	for _, name := range []string{"enable", "disable", "delete"} {
		with(name+" does nothing", recordsKept, func(c *catalogue) {
			*handlers(c)[name] = func(context.Context, *dynamicpb.Message) (proto.Message, error) { return &emptypb.Empty{}, nil }
		})
	}
	for _, name := range slices.Sorted(maps.Keys(handlers(new(catalogue)))) {
		if name != "create" {
			with(name+" has no scope", recordsIsolated, careless(name, func(c *catalogue) {
				c.scope = func(context.Context) scope { return everywhere }
			}))
		}
	}
	for _, name := range []string{"list", "stat"} {
		with(name+" finds nothing", recordsIsolated, careless(name, func(c *catalogue) {
			c.scope = func(context.Context) scope { return scope{"nowhere", "nowhere"} }
		}))
	}

	lenient := func(c *catalogue) { c.require = func(*dynamicpb.Message, ...protoreflect.Name) error { return nil } }
	with("create requires nothing", recordsRefused, careless("create", lenient))
	with("create does not require the shelf", recordsRefused, func(c *catalogue) {
		c.require = func(req *dynamicpb.Message, _ ...protoreflect.Name) error { return apirecord.Require(req, "book") }
	})
	with("create requires nothing of the book", recordsRefused, before("create", inBook(func(m protoreflect.Message) {
		if f := field(m, "name"); m.IsValid() && !m.Has(f) {
			m.Set(f, protoreflect.ValueOfString("name-1"))
		}
	})))
	with("create says another field is missing", recordsRefused, func(c *catalogue) {
		c.require = func(req *dynamicpb.Message, names ...protoreflect.Name) error {
			if apirecord.Require(req, names...) != nil {
				return apierror.Required("something")
			}
			return nil
		}
	})
	with("update requires nothing", recordsRefused, careless("update", lenient))
	with("update empties by a mask", recordsRefused, func(c *catalogue) {
		c.change = func(item *book, req *dynamicpb.Message) ([]string, error) {
			if text(bookIn(req), "name") == "" {
				item.Name = ""
				return []string{"name"}, nil
			}
			return c.Change(item, req)
		}
	})

	lend := func(item *book, m protoreflect.Message) { item.Lent = m.Get(field(m, "lent")).Bool() }
	with("create keeps what only answers have", recordsDropped, func(c *catalogue) {
		c.create = func(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
			item := &book{}
			if err := apirecord.New(bookIn(req).Interface(), item); err != nil {
				return nil, err
			}
			lend(item, bookIn(req))
			return c.store(ctx, item)
		}
	})
	with("update keeps what only answers have", recordsDropped, func(c *catalogue) {
		c.change = func(item *book, req *dynamicpb.Message) ([]string, error) {
			columns, err := c.Change(item, req)
			lend(item, bookIn(req))
			return append(columns, "lent"), err
		}
	})
	with("update drops what is fixed", recordsFixed, before("update", inBook(clearing("pages"))))
	with("update changes what is fixed", recordsFixed, func(c *catalogue) {
		c.change = func(item *book, req *dynamicpb.Message) ([]string, error) {
			if m := bookIn(req); m.Has(field(m, "pages")) {
				item.Pages = m.Get(field(m, "pages")).Int()
				return []string{"pages"}, nil
			}
			return c.Change(item, req)
		}
	})

	on("", "names need not be unique", recordsUnique, func(*catalogue) {})
	on(`CREATE UNIQUE INDEX book_name ON book (name);`, "domains share their names", recordsUnique, func(*catalogue) {})
	on("", "only create keeps names unique", recordsUnique, func(c *catalogue) {
		c.create = func(ctx context.Context, req *dynamicpb.Message) (proto.Message, error) {
			name := text(bookIn(req), "name")
			_, total, err := c.items.List(ctx, c.scope(ctx), query.Query{
				Filter: []query.Condition{{Key: "name", Operator: query.Eq, Value: name}},
			})
			if err != nil {
				return nil, err
			}
			if total > 0 {
				return nil, apierror.NotUnique("name", name)
			}
			return c.Create(ctx, req)
		}
	})

	with("update ignores its mask", recordsMasked, before("update", ignoring("update_mask")))
	with("update changes nothing by a mask", recordsMasked, func(c *catalogue) {
		c.change = func(item *book, req *dynamicpb.Message) ([]string, error) {
			if req.Has(field(req, "update_mask")) {
				return nil, nil
			}
			return c.Change(item, req)
		}
	})

	with("tag requires nothing", recordsTagged, careless("tag", lenient))
	with("tag stops at the first", recordsTagged, before("tag", func(req *dynamicpb.Message) {
		if ids := req.Mutable(field(req, "book_ids")).List(); ids.Len() > 1 {
			ids.Truncate(1)
		}
	}))
	with("tag sets nothing", recordsTagged, before("tag", ignoring("tags")))

	asks := func(change func(q *query.Query)) func(c *catalogue) {
		return func(c *catalogue) {
			c.query = func(req *dynamicpb.Message) (query.Query, error) {
				q, err := c.Query(req)
				change(&q)
				return q, err
			}
		}
	}
	with("list ignores its query", recordsQueried, before("list", ignoring("query")))
	with("list has no conditions", recordsQueried, asks(func(q *query.Query) { q.Filter = nil }))
	with("list has no page", recordsQueried, asks(func(q *query.Query) { q.Page = query.Page{} }))
	with("list has one order", recordsQueried, asks(func(q *query.Query) { q.Sort = []query.Sort{{Key: "book_id", Desc: true}} }))
	with("list counts its page", recordsQueried, after("list", func(m protoreflect.Message) {
		m.Set(field(m, "total_size"), protoreflect.ValueOfInt32(int32(m.Get(field(m, "books")).List().Len())))
	}))
	with("list ignores page tokens", recordsPaged, before("list", ignoring("page_token")))
	with("list ignores the size of pages", recordsPaged, before("list", ignoring("page_size")))
	with("list has no second page", recordsPaged, after("list", clearing("next_page_token")))
	with("list has no last page", recordsPaged, after("list", func(m protoreflect.Message) {
		m.Set(field(m, "next_page_token"), protoreflect.ValueOfString("more"))
	}))
	with("list ignores the order", recordsPaged, before("list", ignoring("order_by")))
	with("pages count themselves", recordsPaged, after("list", func(m protoreflect.Message) {
		m.Set(field(m, "total_size"), protoreflect.ValueOfInt32(int32(m.Get(field(m, "books")).List().Len())))
	}))
	for _, name := range []string{"name", "pages"} {
		with("list does not filter by "+name, recordsFiltered, before("list", ignoring(name)))
	}
	with("list filters all away", recordsFiltered, after("list", clearing("books")))
	with("stat does not filter by name", recordsCounted, before("stat", ignoring("name")))

	wrong := func(name, test string, change func(r *Records)) {
		all = append(all, broken{name, test, func(t *testing.T) {
			r := catalogueRecords(uniqueNames, func(*catalogue) {})
			change(&r)
			r.Test(t)
		}})
	}
	wrong("the contract requires a field that is not there", recordsRefused, func(r *Records) { r.Create.Required = []string{"nothing"} })
	wrong("the contract requires a field that samples lack", recordsRefused, func(r *Records) { r.Create.Required = []string{"book.key"} })
	wrong("the contract has no word on update", recordsKept, func(r *Records) { r.Update = Updating{} })
	wrong("the contract has no word on statistics", recordsIsolated, func(r *Records) { r.Stat = Counting{} })
	wrong("the contract has no such method", recordsKept, func(r *Records) {
		made := r.New
		r.New = func(t *testing.T, db *database.DB) Methods {
			methods := made(t, db)
			methods.Enable = Method{}
			return methods
		}
	})
	wrong("the contract has no mask", recordsMasked, func(r *Records) { r.Update.Mask = "" })
	wrong("the contract has update keep unique what create does not", recordsUnique, func(r *Records) { r.Update.Unique = []string{"name", "lent"} })
	wrong("the contract names another field of results", recordsIsolated, func(r *Records) { r.List.Results = "results" })
	return all
}
