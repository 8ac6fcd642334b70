package resourcetest

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// Records is the contract of the methods that keep one resource, whatever their API calls
// its messages and fields. Services is that of a resource whose API is rendered, and which
// has all methods under their usual names.
type Records struct {
	Migrations func() (fs.FS, error) // make the tables
	New        func(t *testing.T, db *database.DB) Methods
	ID         string // the field of the resource, and of requests, with its identifier
	Place      bool   // the resource is a domain or a workspace, which the platform itself makes
	Create     Creating
	Update     Updating
	Tag        Tagging
	Enabled    string // the state that Enable sets
	Disabled   string // the state that Disable sets
	List       Listing
	Stat       Counting
}

// Creating says what requests to create look like. A path leads into the message at Item:
// "book.title".
type Creating struct {
	Sample     func(n uint8) proto.Message // a request for a resource unlike those of other numbers
	Item       string                      // the field that holds the resource; empty: the request itself does
	Required   []string                    // paths without which none is created
	OutputOnly []string                    // fields of the resource that only answers have
	ShownOnce  []string                    // fields that only the answer to create shows
	Unique     []string                    // fields of which a workspace has each value only once
	Measured   string                      // a whole number by which lists are filtered; empty: there is none
}

// Updating says what requests to change one look like.
type Updating struct {
	Sample     func(n uint8) proto.Message // a change to values unlike those of other numbers, of none yet
	Item       string                      // the field that holds the resource; empty: the request itself does
	Required   []string                    // fields without which nothing is changed
	OutputOnly []string                    // fields of the resource that only answers have
	Immutable  []string                    // fields of the resource that are set once and for all
	Unique     []string                    // fields of which a workspace has each value only once
	Mask       string                      // the field that names what to change; empty: there is none
	Masked     string                      // a field to change by the mask; empty: there is none
	Kept       []string                    // fields that the mask must not empty
}

// Tagging says what requests to tag many look like.
type Tagging struct {
	Sample func(n uint8) proto.Message
	IDs    string // the field that names them
}

// Listing says what lists are called for with, and answer: by a query, by page tokens, or
// just by filters of their own.
type Listing struct {
	Results string   // the field of the answer that holds the resources
	Total   string   // the field of the answer that counts them on all pages; empty: there is none
	Filters []string // fields of the request that select by a field of that name

	Query string // the field with a query
	Key   string // what queries call the identifier

	PageSize  string // the fields of pages
	PageToken string
	NextToken string // of the answer
	OrderBy   string // the field that names an order; empty: there is none
}

// Counting says what statistics are asked for with.
type Counting struct {
	Query   string   // the field with a query
	Filters []string // fields of the request that select by a field of that name
}

// Test runs on every engine what the contract says of the methods that there are.
func (c Records) Test(t *testing.T) {
	t.Helper()
	update := c.Update
	for name, test := range map[string]struct {
		applies bool
		run     func(recordTest, *testing.T)
	}{
		"keeps what is asked for":             {true, recordTest.keeps},
		"is kept from other domains":          {!c.Place, recordTest.isolates},
		"refuses what is incomplete":          {len(c.Create.Required)+len(update.Required)+len(update.Kept) > 0, recordTest.refuses},
		"drops what only answers have":        {len(c.Create.OutputOnly)+len(update.OutputOnly) > 0, recordTest.drops},
		"refuses to change what is fixed":     {len(update.Immutable) > 0, recordTest.fixes},
		"keeps values unique":                 {len(c.Create.Unique) > 0, recordTest.keepsUnique},
		"changes by a mask":                   {update.Masked != "", recordTest.masks},
		"tags many":                           {c.Tag.Sample != nil, recordTest.tags},
		"lists by a query":                    {!c.Place && c.List.Query != "", recordTest.listsByQuery},
		"lists by pages":                      {!c.Place && c.List.PageSize != "", recordTest.listsByPages},
		"lists by its filters":                {!c.Place && len(c.List.Filters) > 0, recordTest.filters},
		"counts what its filters let through": {!c.Place && len(c.Stat.Filters) > 0, recordTest.filtersStatistics},
	} {
		if !test.applies {
			continue
		}
		t.Run(name, func(t *testing.T) {
			migrations, err := c.Migrations()
			require.NoError(t, err)
			databasetest.OnEveryEngine(t, migrations, func(t *testing.T, db *database.DB) {
				p, err := pipeline.New(pipeline.Options{Service: "test", Transactor: db})
				require.NoError(t, err)
				r := recordTest{Records: c, methods: c.New(t, db), caller: caller{p}}
				r.described(t)
				test.run(r, t)
			})
		})
	}
}

// A recordTest is one test of Records.
type recordTest struct {
	Records
	methods Methods
	caller
}

// described fails unless the contract says how to call each method that there is, and of no
// other: what it does not describe would go untested.
func (r recordTest) described(t *testing.T) {
	t.Helper()
	for name, method := range map[string]struct{ there, described bool }{
		"Create": {r.methods.Create.there(), r.Create.Sample != nil}, "Get": {r.methods.Get.there(), r.ID != ""},
		"Update": {r.methods.Update.there(), r.Update.Sample != nil}, "Tag": {r.methods.Tag.there(), r.Tag.Sample != nil},
		"Enable": {r.methods.Enable.there(), r.Enabled != ""}, "Disable": {r.methods.Disable.there(), r.Disabled != ""},
		"List": {r.methods.List.there(), r.List.Results != ""}, "Stat": {r.methods.Stat.there(), r.Stat.Query != ""},
	} {
		require.Equal(t, method.there, method.described, "the contract has either the method %s or a description of it: both are needed", name)
	}
	require.Subset(t, r.Create.Unique, r.Update.Unique, "what an update keeps unique has to be set by create")
	if r.Update.Mask == "" {
		require.Empty(t, r.Update.Masked+strings.Join(r.Update.Kept, ""), "only with a mask can these fields be changed alone")
	}
}

// domain is where calls come from: nowhere, if it is the platform itself that calls.
func (r recordTest) domain() string {
	if r.Place {
		return ""
	}
	return ourDomain
}

// must is call for a method that succeeds, from where calls come.
func (r recordTest) must(t *testing.T, method Method, req proto.Message) protoreflect.Message {
	t.Helper()
	answer, err := r.call(r.domain(), method, req)
	require.NoError(t, err)
	return answer
}

// refused calls a method that refuses a request, for a reason that its error names.
func (r recordTest) refused(t *testing.T, code, why string, method Method, req proto.Message) {
	t.Helper()
	_, err := r.call(r.domain(), method, req)
	assertCode(t, code, err, why)
	assert.ErrorContains(t, err, why)
}

// refusedTaken is refused for a value that is taken.
func (r recordTest) refusedTaken(t *testing.T, name string, method Method, req proto.Message) {
	t.Helper()
	_, err := r.call(r.domain(), method, req)
	assertTaken(t, err, name)
	assert.ErrorContains(t, err, name)
}

// create makes the resource of a number.
func (r recordTest) create(t *testing.T, n uint8) protoreflect.Message {
	t.Helper()
	return r.must(t, r.methods.Create, r.Create.Sample(n))
}

// keep is create for a resource as it is shown later, and its identifier.
func (r recordTest) keep(t *testing.T, n uint8) (created protoreflect.Message, id string) {
	t.Helper()
	created = r.create(t, n)
	for _, name := range r.Create.ShownOnce {
		created.Clear(known(t, created, name))
	}
	return created, r.idOf(created)
}

// of asks a method for one resource.
func (r recordTest) of(t *testing.T, method Method, id string) proto.Message {
	t.Helper()
	req := method.request()
	req.Set(known(t, req, r.ID), protoreflect.ValueOfString(id))
	return req.Interface()
}

func (r recordTest) get(t *testing.T, id string) protoreflect.Message {
	t.Helper()
	return r.must(t, r.methods.Get, r.of(t, r.methods.Get, id))
}

func (r recordTest) idOf(record protoreflect.Message) string { return text(record, r.ID) }

// change is a request for another resource's values, for the one with an identifier, and
// the message in it that holds them.
func (r recordTest) change(t *testing.T, id string, n uint8) (req, source proto.Message) {
	t.Helper()
	req = r.Update.Sample(n)
	source = within(t, req, r.Update.Item)
	at := req.ProtoReflect()
	if field(at, r.ID) == nil {
		at = source.ProtoReflect()
	}
	at.Set(known(t, at, r.ID), protoreflect.ValueOfString(id))
	return req, source
}

// tagging is a request that tags the resources with identifiers.
func (r recordTest) tagging(t *testing.T, n uint8, ids ...string) proto.Message {
	t.Helper()
	req := r.Tag.Sample(n)
	m := req.ProtoReflect()
	list := m.NewField(known(t, m, r.Tag.IDs))
	for _, id := range ids {
		list.List().Append(protoreflect.ValueOfString(id))
	}
	m.Set(known(t, m, r.Tag.IDs), list)
	return req
}

// times are the fields that say when something was made and changed, which no request says.
func times() []protoreflect.Name {
	return []protoreflect.Name{"created_at", "updated_at", "create_time", "update_time"}
}

func (r recordTest) keeps(t *testing.T) {
	req := r.Create.Sample(1)
	created := r.must(t, r.methods.Create, req)
	require.NotEmpty(t, r.idOf(created))
	if r.Create.Item == "" {
		apirecordtest.AssertHolds(t, created.Interface(), req, times()...)
	} else {
		apirecordtest.AssertHolds(t, created.Interface(), within(t, req, r.Create.Item), append(times(), protoreflect.Name(r.ID))...)
	}
	for _, name := range r.Create.ShownOnce {
		f := known(t, created, name)
		assert.True(t, created.Has(f), "the answer to create does not show %s", name)
		created.Clear(f)
	}
	id := r.idOf(created)
	assertSame(t, created, r.get(t, id))
	if r.Update.Sample != nil {
		change, source := r.change(t, id, 2)
		updated := r.must(t, r.methods.Update, change)
		apirecordtest.AssertHolds(t, updated.Interface(), source, times()...)
		assertSame(t, updated, r.get(t, id))
	}
	for _, set := range []struct {
		method Method
		state  string
	}{{r.methods.Enable, r.Enabled}, {r.methods.Disable, r.Disabled}} {
		if set.state != "" {
			r.must(t, set.method, r.of(t, set.method, id))
			got := r.get(t, id)
			f := known(t, got, "state")
			assert.Equal(t, set.state, string(f.Enum().Values().ByNumber(got.Get(f).Enum()).Name()))
		}
	}
	if r.methods.Delete.there() {
		r.must(t, r.methods.Delete, r.of(t, r.methods.Delete, id))
		_, err := r.call(r.domain(), r.methods.Get, r.of(t, r.methods.Get, id))
		assertCode(t, "ERROR_NOT_FOUND", err)
	}
}

func (r recordTest) isolates(t *testing.T) {
	created, id := r.keep(t, 1)
	hidden := func(name string, method Method, req proto.Message) {
		t.Helper()
		_, err := r.call(otherDomain, method, req)
		assertCode(t, "ERROR_NOT_FOUND", err, name)
	}
	for name, method := range map[string]Method{
		"get": r.methods.Get, "delete": r.methods.Delete, "enable": r.methods.Enable, "disable": r.methods.Disable,
	} {
		if method.there() {
			hidden(name, method, r.of(t, method, id))
		}
	}
	if r.Update.Sample != nil {
		change, _ := r.change(t, id, 2)
		hidden("update", r.methods.Update, change)
	}
	if r.Tag.Sample != nil {
		hidden("tag", r.methods.Tag, r.tagging(t, 2, id))
	}
	assertSame(t, created, r.get(t, id))
	for domain, want := range map[string]int{ourDomain: 1, otherDomain: 0} {
		if r.methods.List.there() {
			list, err := r.call(domain, r.methods.List, r.methods.List.request().Interface())
			require.NoError(t, err)
			assert.Len(t, r.results(t, list), want, domain)
		}
		if r.methods.Stat.there() {
			stat, err := r.call(domain, r.methods.Stat, r.counting(t))
			require.NoError(t, err)
			assertTotal(t, want, stat, domain)
		}
	}
}
