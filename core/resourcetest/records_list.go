package resourcetest

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/core/apirecordtest"
)

// three makes three resources, and gives their identifiers in order.
func (r recordTest) three(t *testing.T) (made []protoreflect.Message, ids []string) {
	t.Helper()
	for n := range uint8(3) {
		created, id := r.keep(t, n)
		made, ids = append(made, created), append(ids, id)
	}
	slices.Sort(ids)
	return made, ids
}

// list lists by a request in JSON.
func (r recordTest) list(t *testing.T, request string) protoreflect.Message {
	t.Helper()
	return r.must(t, r.methods.List, reading(t, r.methods.List, request))
}

// results are the resources in the answer of a list.
func (r recordTest) results(t *testing.T, list protoreflect.Message) []protoreflect.Message {
	t.Helper()
	return messages(list.Get(known(t, list, r.List.Results)).List())
}

func (r recordTest) idsOf(t *testing.T, list protoreflect.Message) []string {
	t.Helper()
	var ids []string
	for _, record := range r.results(t, list) {
		ids = append(ids, r.idOf(record))
	}
	return ids
}

func (r recordTest) listsByQuery(t *testing.T) {
	made, ids := r.three(t)
	ask := func(query string) protoreflect.Message {
		t.Helper()
		return r.list(t, fmt.Sprintf(`{%q: {%s}}`, r.List.Query, query))
	}
	filters := filtersByID(r.List.Key, ids[1], ids)
	maps.Copy(filters, filtersByTime(len(ids)))
	if r.Create.Measured != "" {
		maps.Copy(filters, measured(t, r.Create.Measured, made))
	}
	for filter, want := range filters {
		assert.Len(t, r.results(t, ask(`"filter": [{`+filter+`}]`)), want, filter)
	}
	for _, condition := range apirecordtest.Conditions(t, made[1].Interface()) {
		want := count(made, func(record protoreflect.Message) bool {
			return slices.Contains(apirecordtest.Conditions(t, record.Interface()), condition)
		})
		assert.Len(t, r.results(t, ask(`"filter": [`+condition+`]`)), want, condition)
	}
	page := ask(`"sort": ` + r.sortByID(t) + `, "page": {"start": 3, "limit": 2}`)
	assert.Equal(t, ids[2:], r.idsOf(t, page), "the page from 3 on")
	if r.List.Total != "" {
		assert.EqualValues(t, 3, page.Get(known(t, page, r.List.Total)).Int())
	}
}

// sortByID is an order in JSON: a list of keys in version 2 of the query language, one in
// version 1.
func (r recordTest) sortByID(t *testing.T) string {
	t.Helper()
	key := fmt.Sprintf(`{"key": %q}`, r.List.Key)
	query := known(t, r.methods.List.request(), r.List.Query).Message()
	if sort := query.Fields().ByName("sort"); sort != nil && sort.IsList() {
		return "[" + key + "]"
	}
	return key
}

// measured are conditions on a whole number, and how many resources each selects.
func measured(t *testing.T, name string, made []protoreflect.Message) map[string]int {
	t.Helper()
	f := known(t, made[1], name)
	number := func(record protoreflect.Message) int64 {
		if f.Kind() == protoreflect.Uint32Kind || f.Kind() == protoreflect.Uint64Kind {
			return int64(record.Get(f).Uint()) //nolint:gosec // samples are small
		}
		return record.Get(f).Int()
	}
	least := number(made[1])
	filters := map[string]int{}
	for operator, holds := range map[string]func(n int64) bool{
		"gt": func(n int64) bool { return n > least }, "gte": func(n int64) bool { return n >= least },
		"lt": func(n int64) bool { return n < least }, "lte": func(n int64) bool { return n <= least },
		"not": func(n int64) bool { return n != least },
	} {
		want := count(made, func(record protoreflect.Message) bool { return holds(number(record)) })
		filters[condition(name, operator, fmt.Sprint(least))] = want
	}
	other := number(made[2])
	filters[condition(name, "in", fmt.Sprintf("[%d, %d]", least, other))] = count(made, func(record protoreflect.Message) bool {
		return number(record) == least || number(record) == other
	})
	return filters
}

func (r recordTest) listsByPages(t *testing.T) {
	_, ids := r.three(t)
	page := r.list(t, fmt.Sprintf(`{%q: 2}`, r.List.PageSize))
	found := r.idsOf(t, page)
	require.Len(t, found, 2)
	rest := r.list(t, fmt.Sprintf(`{%q: 2, %q: %q}`, r.List.PageSize, r.List.PageToken, text(page, r.List.NextToken)))
	assert.ElementsMatch(t, ids, append(found, r.idsOf(t, rest)...), "each is on one page")
	assert.Empty(t, text(rest, r.List.NextToken), "it was the last page")
	if r.List.Total != "" {
		assert.EqualValues(t, 3, page.Get(known(t, page, r.List.Total)).Int())
	}
	if r.List.OrderBy != "" {
		for order, want := range map[string]string{r.ID + " desc": ids[2], r.ID: ids[0]} {
			ordered := r.idsOf(t, r.list(t, fmt.Sprintf(`{%q: %q}`, r.List.OrderBy, order)))
			require.NotEmpty(t, ordered)
			assert.Equal(t, want, ordered[0], "the first by %s", order)
		}
	}
}

// enlarged makes a resource whose whole numbers fit into 64 bits only.
func (r recordTest) enlarged(t *testing.T) proto.Message {
	t.Helper()
	req := r.Create.Sample(1)
	apirecordtest.Enlarge(within(t, req, r.Create.Item))
	return r.must(t, r.methods.Create, req).Interface()
}

// filters: a field of the request selects by the resources' field of that name.
func (r recordTest) filters(t *testing.T) {
	created := r.enlarged(t)
	for _, name := range r.List.Filters {
		for want, list := range r.asking(r.methods.List.request().Interface(), created, name) {
			assert.Len(t, r.results(t, r.must(t, r.methods.List, list)), want, "%v", list)
		}
	}
}

func (r recordTest) filtersStatistics(t *testing.T) {
	created := r.enlarged(t)
	for _, name := range r.Stat.Filters {
		for want, ask := range r.asking(r.counting(t), created, name) {
			assertTotal(t, want, r.must(t, r.methods.Stat, ask), ask)
		}
	}
}

// asking are requests for what is unlike a record, and for what is like it, in one field.
func (r recordTest) asking(req, record proto.Message, name string) [2]proto.Message {
	return [2]proto.Message{
		apirecordtest.Unlike(proto.Clone(req), record, name),
		apirecordtest.Like(proto.Clone(req), record, name),
	}
}

// counting asks how many there are.
func (r recordTest) counting(t *testing.T) proto.Message {
	t.Helper()
	return reading(t, r.methods.Stat, fmt.Sprintf(`{%q: {"aggregate": [{"count": {"name": "total"}}]}}`, r.Stat.Query))
}

// assertTotal fails unless a statistic counted so many.
func assertTotal(t *testing.T, want int, stat protoreflect.Message, of any) {
	t.Helper()
	assert.Equal(t, []any{map[string]any{"total": float64(want)}}, rows(stat), "%v", of)
}

// reading makes a request of JSON.
func reading(t *testing.T, method Method, text string) proto.Message {
	t.Helper()
	req := method.request().Interface()
	require.NoError(t, protojson.Unmarshal([]byte(text), req), text)
	return req
}
