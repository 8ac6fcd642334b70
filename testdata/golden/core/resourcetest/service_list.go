package resourcetest

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/cloudforet-io/spacegen/core/query"
)

// lists: what a list holds is what its query and its own filters select.
func (s serviceTest) lists(t *testing.T) {
	var all []protoreflect.Message
	for n := range 3 {
		all = append(all, s.must(t, s.Create, s.sample(t, ourDomain, n)))
	}
	first, id := all[0], s.idOf(all[0])
	assert.Len(t, results(s.must(t, s.List, s.List.request().Interface())), 3)

	var ids []string
	for _, info := range all {
		ids = append(ids, s.idOf(info))
	}
	slices.Sort(ids)
	for _, desc := range []bool{false, true} {
		var found []string
		for _, start := range []int{1, 3} {
			page := s.must(t, s.List, asking(t, s.List,
				fmt.Sprintf(`"sort": [{"key": %q, "desc": %t}], "page": {"start": %d, "limit": 2}`, s.Schema.ID, desc, start)))
			assert.EqualValues(t, 3, page.Get(field(page, "total_count")).Int())
			for _, info := range results(page) {
				found = append(found, s.idOf(info))
			}
			assert.Len(t, found, min(start+1, 3), "the page from %d on", start)
		}
		assert.Equal(t, ids, found, "downwards: %t", desc)
		slices.Reverse(ids)
	}

	one := results(s.must(t, s.List, s.of(s.List, id).Interface()))
	require.Len(t, one, 1)
	assertSame(t, first, one[0])
	s.listsByItsFilters(t, all)
	for filter, want := range s.filters(all) {
		list := s.must(t, s.List, asking(t, s.List, `"filter": [{`+filter+`}]`))
		assert.Len(t, results(list), want, filter)
	}
	stat := s.must(t, s.Stat, asking(t, s.Stat, `"aggregate": [{"count": {"name": "total"}}]`))
	assert.Equal(t, []any{map[string]any{"total": 3.0}}, rows(stat))
}

// listsByItsFilters: each field of the request that resources have, too, is a filter.
func (s serviceTest) listsByItsFilters(t *testing.T, all []protoreflect.Message) {
	t.Helper()
	fields := s.List.request().Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		shown := field(all[0], string(f.Name()))
		if f.IsList() || f.Message() != nil || !alike(f, shown) || !all[0].Has(shown) {
			continue
		}
		value := all[0].Get(shown)
		want := count(all, func(info protoreflect.Message) bool { return info.Get(shown).Equal(value) })
		req := s.List.request()
		req.Set(f, value)
		assert.Len(t, results(s.must(t, s.List, req.Interface())), want, "%s = %v", f.Name(), value)
	}
}

// filters are some of the query's language, and how many resources each selects.
func (s serviceTest) filters(all []protoreflect.Message) map[string]int {
	var ids []string
	for _, info := range all {
		ids = append(ids, s.idOf(info))
	}
	filters := filtersByID(s.Schema.ID, ids[0], ids)
	maps.Copy(filters, filtersByTime(len(all)))
	on := func(key, operator, value string, want int) { filters[condition(key, operator, value)] = want }
	for _, f := range s.Schema.Fields {
		shown := field(all[0], f.Name)
		if shown == nil || !all[0].Has(shown) {
			continue
		}
		switch {
		case f.Type == query.Int && !f.Repeated:
			least := all[0].Get(shown).Int()
			above := count(all, func(info protoreflect.Message) bool { return info.Get(shown).Int() > least })
			on(f.Name, "gt", fmt.Sprint(least), above)
			on(f.Name, "lte", fmt.Sprint(least), len(all)-above)
		case f.Type == query.Struct && len(f.Members) > 0:
			maps.Copy(filters, filtersByMembers(f, shown, all))
		case f.Type == query.Struct && f.Repeated:
			if key, value, ok := textIn(all[0].Get(shown).List().Get(0).Message()); ok {
				on(f.Name, "match", fmt.Sprintf("{%q: %q}", key, value), count(all, func(info protoreflect.Message) bool {
					return info.Get(shown).Equal(all[0].Get(shown))
				}))
				on(f.Name, "match", fmt.Sprintf("{%q: %q}", key, value+" and more"), 0)
			}
		case f.Type == query.Struct:
			if key, value, ok := textIn(all[0].Get(shown).Message()); ok {
				want := count(all, func(info protoreflect.Message) bool {
					_, its, _ := textIn(info.Get(shown).Message())
					return its == value
				})
				on(f.Name+"."+key, "eq", quoted(value), want)
				on(f.Name+"."+key, "not", quoted(value), len(all)-want)
			}
		default:
			maps.Copy(filters, filtersByType(f, all))
		}
	}
	return filters
}

// filtersByID are conditions of each operator of texts on the identifier, and how many of
// the resources with some identifiers each selects.
func filtersByID(key, id string, ids []string) map[string]int {
	upward := 0
	for _, one := range ids {
		if one >= id {
			upward++
		}
	}
	all, filters := len(ids), map[string]int{}
	for operator, want := range map[string]int{
		"eq": 1, "not": all - 1, "contain": 1, "not_contain": all - 1, "regex": 1,
		"gt": upward - 1, "gte": upward, "lt": all - upward, "lte": all - upward + 1,
	} {
		filters[condition(key, operator, quoted(id))] = want
	}
	for operator, want := range map[string]int{"in": 1, "not_in": all - 1, "contain_in": 1, "not_contain_in": all - 1, "regex_in": 1} {
		filters[condition(key, operator, "["+quoted(id)+`, "nothing"]`)] = want
	}
	filters[condition(key, "exists", "true")] = all
	filters[condition(key, "exists", "false")] = 0
	filters[condition(key, "regex", quoted("^"+id+"$"))] = 1
	filters[condition(key, "regex_in", "["+quoted("^"+id+"$")+"]")] = 1
	return filters
}

// filtersByTime are conditions on when resources were made, and how many of all each selects.
func filtersByTime(all int) map[string]int {
	filters := map[string]int{}
	for operator, past := range map[string]string{"datetime": "2000-01-01T00:00:00Z", "timediff": "now-1d"} {
		for compare, want := range map[string]int{"gt": all, "gte": all, "lt": 0, "lte": 0} {
			filters[condition("created_at", operator+"_"+compare, quoted(past))] = want
		}
	}
	return filters
}

// condition is one of the query language in JSON, without its braces.
func condition(key, operator, value string) string {
	return fmt.Sprintf(`"k": %q, "o": %q, "v": %s`, key, operator, value)
}

func quoted(text string) string { return fmt.Sprintf("%q", text) }

func count(all []protoreflect.Message, is func(info protoreflect.Message) bool) int {
	n := 0
	for _, info := range all {
		if is(info) {
			n++
		}
	}
	return n
}

// textIn is the first text of a document.
func textIn(document protoreflect.Message) (key, value string, ok bool) {
	fields := documentOf(document).GetFields()
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		if value, ok := fields[key].GetKind().(*structpb.Value_StringValue); ok {
			return key, value.StringValue, true
		}
	}
	return "", "", false
}

// asking makes a request with a query in JSON.
func asking(t *testing.T, method Method, text string) proto.Message {
	t.Helper()
	return reading(t, method, `{"query": {`+text+`}}`)
}

// results are the resources in the answer of a list.
func results(list protoreflect.Message) []protoreflect.Message {
	return messages(list.Get(field(list, "results")).List())
}

func messages(in protoreflect.List) []protoreflect.Message {
	var found []protoreflect.Message
	for i := range in.Len() {
		found = append(found, in.Get(i).Message())
	}
	return found
}

// rows are the results in the answer of a statistic.
func rows(stat protoreflect.Message) any {
	answer, _ := stat.Interface().(*structpb.Struct)
	return answer.AsMap()["results"]
}

// field is one of a message by its name; nil if there is none.
func field(m protoreflect.Message, name string) protoreflect.FieldDescriptor {
	return m.Descriptor().Fields().ByName(protoreflect.Name(name))
}

func text(m protoreflect.Message, name string) string { return m.Get(field(m, name)).String() }

// alike reports whether two fields, of which the other may not be there, have one type.
func alike(f, other protoreflect.FieldDescriptor) bool {
	return other != nil && f.Kind() == other.Kind() && f.IsList() == other.IsList() && f.IsMap() == other.IsMap() &&
		(f.Message() == nil || f.Message().FullName() == other.Message().FullName()) &&
		(f.Enum() == nil || f.Enum().FullName() == other.Enum().FullName())
}

func assertSame(t *testing.T, want, got protoreflect.Message) {
	t.Helper()
	assert.True(t, proto.Equal(want.Interface(), got.Interface()), "want %v, got %v", want.Interface(), got.Interface())
}
