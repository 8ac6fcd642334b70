package resourcetest

import (
	"context"
	"io/fs"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/query"
	"github.com/cloudforet-io/spacegen/core/state"
)

// Services is the contract of the service of one resource.
type Services struct {
	Migrations func() (fs.FS, error) // make the tables
	New        func(t *testing.T, db *database.DB) Methods
	Sample     func(n int) proto.Message // a request for a resource unlike those of other numbers
	Schema     query.Schema
	Required   []string // fields without which none is created, and which no update empties
	Unique     []string // fields of which a workspace has each value only once
	Immutable  []string // fields that no update changes
	States     []state.Transitions
}

// Methods are those of a service that work on one resource. Services has the first six;
// of Records, all but Create and Get may be missing.
type Methods struct {
	Create, Update, Delete, Get, List, Stat Method
	Enable, Disable, Tag                    Method

	References []Reference // of Services: the fields that refer to others
	// Guarded gives Get and List behind guards that have handlers; nil: they show nothing
	// of what is referred to.
	Guarded func(t *testing.T, handlers pipeline.Handlers) (get, list Method)
}

// A Method is one of a service, whatever its messages. MethodOf makes it.
type Method struct {
	request func() protoreflect.Message
	call    func(ctx context.Context, p *pipeline.Pipeline, req proto.Message) (proto.Message, error)
}

// there reports whether the service has the method.
func (m Method) there() bool { return m.call != nil }

// MethodOf makes a Method of one in Go.
func MethodOf[Req, Res proto.Message](method func(context.Context, Req) (Res, error)) Method {
	return Method{
		request: func() protoreflect.Message {
			var none Req
			return none.ProtoReflect().New()
		},
		call: func(ctx context.Context, p *pipeline.Pipeline, req proto.Message) (proto.Message, error) {
			return pipeline.Call(ctx, p, pipeline.Method{Resource: "Resource", Verb: "test"}, req.(Req), method)
		},
	}
}

// The domains that calls come from, always from the same workspace.
const (
	ourDomain   = "domain-1"
	otherDomain = "domain-2"
	workspace   = "workspace-1"
)

// Test runs the contract on every engine.
func (c Services) Test(t *testing.T) {
	t.Helper()
	for name, test := range map[string]func(serviceTest, *testing.T){
		"keeps what is asked for": serviceTest.keeps, "changes what is named": serviceTest.changes,
		"lists and counts": serviceTest.lists, "is kept from other domains": serviceTest.isolates,
		"refuses what is incomplete": serviceTest.refuses, "keeps values unique": serviceTest.keepsUnique,
		"keeps what is immutable": serviceTest.keepsImmutable, "goes from state to state": serviceTest.moves,
		"refers to what is there": serviceTest.refers, "shows what it refers to": serviceTest.expands,
	} {
		t.Run(name, func(t *testing.T) {
			migrations, err := c.Migrations()
			require.NoError(t, err)
			databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *database.DB) {
				p, err := pipeline.New(pipeline.Options{Service: "test", Transactor: db})
				require.NoError(t, err)
				test(serviceTest{Services: c, Methods: c.New(t, db), caller: caller{p}}, t)
			})
		})
	}
}

// Request is a request for a resource of domain-1 and workspace-1 that refers to what is
// there, unlike those of other numbers.
func (c Services) Request(t *testing.T, db *database.DB, n int) proto.Message {
	t.Helper()
	return serviceTest{Services: c, Methods: c.New(t, db)}.sample(t, ourDomain, n)
}

// A serviceTest is one test of a service.
type serviceTest struct {
	Services
	Methods
	caller
}

// A caller calls methods.
type caller struct{ pipeline *pipeline.Pipeline }

// call calls a method as somebody of a domain would; without one, as the platform itself.
func (c caller) call(domain string, method Method, req proto.Message) (protoreflect.Message, error) {
	ctx := context.Background()
	if domain != "" {
		ctx = pipeline.WithMetadata(ctx, pipeline.Metadata{DomainID: domain, WorkspaceID: workspace})
	}
	answer, err := method.call(ctx, c.pipeline, req)
	if err != nil {
		return nil, err
	}
	return answer.ProtoReflect(), nil
}

// must is call for a method that succeeds, in our domain.
func (s serviceTest) must(t *testing.T, method Method, req proto.Message) protoreflect.Message {
	t.Helper()
	answer, err := s.call(ourDomain, method, req)
	require.NoError(t, err)
	return answer
}

// of asks a method for one resource.
func (s serviceTest) of(method Method, id string) protoreflect.Message {
	req := method.request()
	req.Set(field(req, s.Schema.ID), protoreflect.ValueOfString(id))
	return req
}

func (s serviceTest) idOf(info protoreflect.Message) string { return text(info, s.Schema.ID) }

func (s serviceTest) keeps(t *testing.T) {
	sample := s.sample(t, ourDomain, 1)
	created := s.must(t, s.Create, sample)
	apirecordtest.AssertHolds(t, created.Interface(), sample)
	assert.Equal(t, ourDomain, text(created, "domain_id"))
	assert.Equal(t, workspace, text(created, "workspace_id"))
	id := s.idOf(created)
	assertSame(t, created, s.must(t, s.Get, s.of(s.Get, id).Interface()))
	s.must(t, s.Delete, s.of(s.Delete, id).Interface())
	_, err := s.call(ourDomain, s.Get, s.of(s.Get, id).Interface())
	assertCode(t, "ERROR_NOT_FOUND", err)
}

// changes: an update changes the field that it names, and leaves the rest as it is.
func (s serviceTest) changes(t *testing.T) {
	stored := s.must(t, s.Create, s.sample(t, ourDomain, 1))
	other := s.sample(t, ourDomain, 2).ProtoReflect()
	fields := s.Update.request().Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		from, shown := field(other, string(f.Name())), field(stored, string(f.Name()))
		if f.Name() == "resource_group" {
			continue // which moves it to another workspace
		}
		if s.ruled(string(f.Name())) {
			continue
		}
		if string(f.Name()) == s.Schema.ID || from == nil || !other.Has(from) || !alike(f, from) || !alike(f, shown) {
			continue
		}
		if other.Get(from).Equal(stored.Get(shown)) {
			another(other, from, typeOf(s.Schema, string(f.Name())))
		}
		req := s.of(s.Update, s.idOf(stored))
		set(req, f, other.Get(from))
		want := proto.Clone(stored.Interface()).ProtoReflect()
		set(want, shown, other.Get(from))
		stored = s.must(t, s.Update, req.Interface())
		assertSame(t, stored, s.must(t, s.Get, s.of(s.Get, s.idOf(stored)).Interface()))
		want.Set(field(want, "updated_at"), stored.Get(field(stored, "updated_at")))
		assertSame(t, want, stored)
	}
}

func (s serviceTest) isolates(t *testing.T) {
	created := s.must(t, s.Create, s.sample(t, ourDomain, 1))
	id := s.idOf(created)
	for _, method := range []Method{s.Get, s.Update, s.Delete} {
		req := s.of(method, id)
		_, err := s.call(otherDomain, method, req.Interface())
		assertCode(t, "ERROR_NOT_FOUND", err, "%s", req.Descriptor().Name())
	}
	list, err := s.call(otherDomain, s.List, s.List.request().Interface())
	require.NoError(t, err)
	assert.Empty(t, results(list))
	stat, err := s.call(otherDomain, s.Stat, asking(t, s.Stat, `"distinct": "`+s.Schema.ID+`"`))
	require.NoError(t, err)
	assert.Empty(t, rows(stat))
	assertSame(t, created, s.must(t, s.Get, s.of(s.Get, id).Interface()))
}

func (s serviceTest) refuses(t *testing.T) {
	created := s.must(t, s.Create, s.sample(t, ourDomain, 1))
	refused := func(method Method, req protoreflect.Message, why string) {
		t.Helper()
		_, err := s.call(ourDomain, method, req.Interface())
		assertCode(t, "ERROR_REQUIRED_PARAMETER", err, "%s %s", req.Descriptor().Name(), why)
	}
	for _, method := range []Method{s.Get, s.Update, s.Delete} {
		refused(method, method.request(), "without "+s.Schema.ID)
	}
	for _, name := range s.Required {
		req := s.sample(t, ourDomain, 2).ProtoReflect()
		f := field(req, name)
		require.NotNil(t, f, "%s has no %s", req.Descriptor().FullName(), name)
		req.Clear(f)
		refused(s.Create, req, "without "+name)
		if f.HasPresence() || f.IsList() || slices.Contains(s.Immutable, name) {
			continue // no update can say that it is empty
		}
		change := s.of(s.Update, s.idOf(created))
		change.Set(field(change, name), field(change, name).Default())
		refused(s.Update, change, "with an empty "+name)
	}
	assertSame(t, created, s.must(t, s.Get, s.of(s.Get, s.idOf(created)).Interface()))
}

func (s serviceTest) keepsUnique(t *testing.T) {
	first := s.sample(t, ourDomain, 1)
	s.must(t, s.Create, first)
	for _, name := range s.Unique {
		req := s.sample(t, ourDomain, 2).ProtoReflect()
		f := field(req, name)
		require.NotNil(t, f, "%s has no %s", req.Descriptor().FullName(), name)
		req.Set(f, first.ProtoReflect().Get(f))
		_, err := s.call(ourDomain, s.Create, req.Interface())
		assertTaken(t, err, name)
	}
	_, err := s.call(otherDomain, s.Create, s.sample(t, otherDomain, 1))
	assert.NoError(t, err, "each domain has values of its own")
}
