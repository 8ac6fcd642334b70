package query_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/query"
)

func TestParse(t *testing.T) {
	t.Parallel()
	q, err := query.Parse([]byte(`{
		"filter": [{"k": "name", "v": "Sol"}, {"key": "planets", "value": 3, "operator": "gt"}],
		"filter_or": [{"k": "tags.a", "v": [1, null], "o": "in"}],
		"keyword": "x", "sort": [{"key": "name", "desc": true}], "page": {"start": 11, "limit": 10},
		"only": ["name"], "minimal": true, "count_only": true,
		"unwind": {"path": "aliases", "filter": [{"k": "aliases", "v": "S", "o": "contain"}]}}`))
	require.NoError(t, err)
	assert.Equal(t, query.Query{
		Filter:   []query.Condition{{Key: "name", Operator: query.Eq, Value: "Sol"}, {Key: "planets", Operator: query.Gt, Value: 3.0}},
		FilterOr: []query.Condition{{Key: "tags.a", Operator: query.In, Value: []any{1.0, nil}}},
		Keyword:  "x", Sort: []query.Sort{{Key: "name", Desc: true}}, Page: query.Page{Start: 11, Limit: 10},
		Only: []string{"name"}, Minimal: true, CountOnly: true,
		Unwind: &query.Unwind{Path: "aliases", Filter: []query.Condition{{Key: "aliases", Operator: query.Contain, Value: "S"}}},
	}, q)
	assert.Equal(t, 10, q.Page.Offset())
	assert.Equal(t, 0, query.Page{}.Offset())
}

func TestParseSortOfVersion1(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]query.Sort{
		`{"sort": {"key": "a"}}`: {{Key: "a"}},
		`{"sort": {"key": "a", "desc": true, "keys": [{"key": "b"}]}}`: {{Key: "a", Desc: true}, {Key: "b"}},
		`{"sort": {"keys": [{"key": "b"}]}}`:                           {{Key: "b"}},
		`{"sort": []}`:                                                 {},
	} {
		q, err := query.Parse([]byte(text))
		require.NoError(t, err, text)
		assert.Equal(t, want, q.Sort, text)
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for text, message := range map[string]string{
		`{"filter": [{"v": 1}]}`:         "has no key",
		`{"lookup": [{}]}`:               "not supported",
		`{"unwind": {"filter": [{}]}}`:   "has no key",
		`{"filter_or": [{"o": "eq"}]}`:   "has no key",
		`{"add_fields": {"a": {"b":1}}}`: "not supported",
	} {
		_, err := query.Parse([]byte(text))
		assert.ErrorContains(t, err, message, text)
	}
}

// TestMisread: callers are told in the terms of the API which key is wrong, and why.
func TestMisread(t *testing.T) {
	t.Parallel()
	for text, message := range map[string]string{
		`{"filters": []}`:                        `The query has an unknown key, "filters".`,
		`{"filter": [{"k": "a", "val": 1}]}`:     `The query has an unknown key, "val".`,
		`{"filter": {}}`:                         "filter has to be a list, not an object.",
		`{"filter": [1]}`:                        "filter has to be an object, not a number.",
		`{"filter": [{"k": true}]}`:              "filter.k has to be text, not true or false.",
		`{"filter": [{"k": "a", "v": 1e999}]}`:   "The value of a has to be a number of at most 64 bits, not 1e999.",
		`{"keyword": ["a"]}`:                     "keyword has to be text, not a list.",
		`{"minimal": "yes"}`:                     "minimal has to be true or false, not text.",
		`{"sort": "name"}`:                       "sort has to be an object, not text.",
		`{"sort": [{"key": 1}]}`:                 "sort.key has to be text, not a number.",
		`{"sort": {"keys": [{"desc": "down"}]}}`: "sort.keys.desc has to be true or false, not text.",
		`{"page": {"start": "first"}}`:           "page.start has to be a whole number, not text.",
		`{"page": {"limit": 1.5}}`:               "page.limit has to be a whole number, not 1.5.",
		`{"unwind": {"filter": "a"}}`:            "unwind.filter has to be a list, not text.",
		`[]`:                                     "The query has to be an object, not a list.",
		`{"page" 1}`:                             "The query is not valid JSON, from byte 9 on.",
		`{`:                                      "The query is not valid JSON: it ends too early.",
		``:                                       "The query is not valid JSON: it ends too early.",
		`{} {}`:                                  "The query has more text behind its end.",
	} {
		_, err := query.Parse([]byte(text))
		var refused *apierror.Error
		require.ErrorAs(t, err, &refused, text)
		assert.Equal(t, "ERROR_DB_QUERY: Database query failed. (reason = "+strings.TrimSuffix(message, ".")+")", err.Error(), text)
	}
	for text, message := range map[string]string{
		`{"aggregate": [{"limit": "all"}]}`:                            "aggregate.limit has to be a whole number, not text.",
		`{"aggregate": [{"group": {"fields": [{"o": 1}]}}]}`:           "aggregate.group.fields.o has to be text, not a number.",
		`{"aggregate": [{"sort": {"key": 1}}]}`:                        "aggregate.sort.key has to be text, not a number.",
		`{"aggregate": [{"group": {"fields": [{"conditions": {}}]}}]}`: "aggregate.group.fields.conditions has to be a list, not an object.",
		`{"aggregate": [{"group": {"keys": [{"key": 1}]}}]}`:           "aggregate.group.keys.key has to be text, not a number.",
		`{"distinct": {}}`: "distinct has to be text, not an object.",
	} {
		_, err := query.ParseStat([]byte(text))
		assert.EqualError(t, err, "ERROR_DB_QUERY: Database query failed. (reason = "+strings.TrimSuffix(message, ".")+")", text)
	}
}

func TestParseStat(t *testing.T) {
	t.Parallel()
	q, err := query.ParseStat([]byte(`{"aggregate": [
		{"unwind": {"path": "aliases"}},
		{"group": {"keys": [{"k": "kind", "n": "what"}, {"key": "seen_at", "name": "month", "date_format": "%Y-%m"}],
			"fields": [{"n": "total", "o": "count"}, {"key": "mass", "name": "m", "operator": "sum", "conditions": [{"k": "visible", "v": true}]}]}},
		{"sort": [{"key": "total"}]}, {"project": {"fields": [{"k": "total"}]}}, {"skip": 0}, {"limit": 2}, {"count": {"name": "n"}}],
		"page": {"limit": 5}, "distinct": "kind"}`))
	require.NoError(t, err)
	require.Len(t, q.Aggregate, 7)
	assert.Equal(t, "aliases", q.Aggregate[0].Unwind.Path)
	assert.Equal(t, []query.GroupKey{{Key: "kind", Name: "what"}, {Key: "seen_at", Name: "month", DateFormat: "%Y-%m"}}, q.Aggregate[1].Group.Keys)
	assert.Equal(t, query.GroupField{Key: "mass", Name: "m", Operator: "sum",
		Conditions: []query.Condition{{Key: "visible", Operator: query.Eq, Value: true}}}, q.Aggregate[1].Group.Fields[1])
	assert.Equal(t, []query.ProjectField{{Name: "total", Operand: query.Operand{Key: "total"}}}, q.Aggregate[3].Project.Fields)
	assert.Equal(t, 0, *q.Aggregate[4].Skip)
	assert.Equal(t, 2, *q.Aggregate[5].Limit)
	assert.Equal(t, "n", q.Aggregate[6].Count.Name)
	assert.Equal(t, "kind", q.Distinct)

	for text, message := range map[string]string{
		`{"aggregate": [{}]}`:                                                "none of unwind",
		`{"aggregate": [{"limit": 0}]}`:                                      "none of unwind",
		`{"aggregate": [{"skip": -1}]}`:                                      "none of unwind",
		`{"aggregate": [{"count": {}}]}`:                                     "needs a name",
		`{"aggregate": [{"group": {"fields": [{"o": "count"}]}}]}`:           "no name",
		`{"aggregate": [{"project": {"fields": [{"k": "a", "o": "abs"}]}}]}`: `operator "abs" is not supported`,
	} {
		_, err := query.ParseStat([]byte(text))
		assert.ErrorContains(t, err, message, text)
	}
}

func TestTimediff(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 18, 15, 4, 5, 0, time.FixedZone("KST", 9*3600)) // a Wednesday, 06:04:05 UTC
	for text, want := range map[string]string{
		"now": "2026-03-18T06:04:05Z", "now-7d": "2026-03-11T06:04:05Z", "now+1h": "2026-03-18T07:04:05Z",
		"now - 30s": "2026-03-18T06:03:35Z", "now/d": "2026-03-18T00:00:00Z", "now/w": "2026-03-16T00:00:00Z",
		"now/m": "2026-03-01T00:00:00Z", "now/m-1w": "2026-02-22T00:00:00Z", "now/d+5m": "2026-03-18T00:05:00Z",
		"now/d-700000d": "0109-09-04T00:00:00Z", "now/d+100000w": "3942-09-30T00:00:00Z",
	} {
		got, err := query.Timediff(now, text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got.Format(time.RFC3339), text)
	}
	for _, text := range []string{"", "yesterday", "now-", "now-7y", "now/y", "now-7", "now-12345678d", "now-7d-7d"} {
		_, err := query.Timediff(now, text)
		assert.ErrorContains(t, err, "no time relative to now", text)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	s := query.Schema{Fields: []query.Field{{Name: "name", Type: query.String}, {Name: "tags", Type: query.Struct},
		{Name: "list", Type: query.String, Repeated: true}, {Name: "tags.deep", Type: query.Struct}}}
	for key, want := range map[string][]string{"name": nil, "tags": nil, "tags.a": {"a"}, "tags.a.b": {"a", "b"},
		"list": nil, "list.0": {"0"}, "tags.deep": nil, "tags.deep.a": {"a"}, "tags.deeper": {"deeper"}} {
		field, path, ok := s.Find(key)
		assert.True(t, ok, key)
		assert.Equal(t, key, strings.Join(append([]string{field.Name}, path...), "."))
		assert.Equal(t, want, path, key)
	}
	for _, key := range []string{"", "nam", "name.a", "tags.", "tags..a", ".tags", "tagsa", "list.a", "list.0.0"} {
		_, _, ok := s.Find(key)
		assert.False(t, ok, key)
	}
}

// FuzzParse looks for a query that makes the reader panic.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"filter":[{"k":"a","v":1,"o":"eq"}],"sort":{"key":"a"}}`))
	f.Add([]byte(`{"aggregate":[{"group":{"keys":[{"key":"a","name":"b"}]}}]}`))
	f.Add([]byte(`{"group_by":["a.b"],"fields":{"n":{"operator":"push","fields":{"a":"b"}}},"select":{"x":{"operator":"add","fields":["n",1,{"o":"sum","k":"n"}]}}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if q, err := query.Parse(text); err == nil && q.Page.Offset() < 0 {
			t.Errorf("a page before the first: %+v", q.Page)
		}
		_, _ = query.ParseStat(text)
		if q, err := query.ParseAnalyze(text); err == nil && len(q.Fields) == 0 {
			t.Errorf("an analysis of nothing: %+v", q)
		}
	})
}
