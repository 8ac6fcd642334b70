package database_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/query"
)

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

func list(t *testing.T, store *database.Store[star], text string) (names []string, total int) {
	t.Helper()
	q, err := query.Parse([]byte(text))
	require.NoError(t, err, text)
	items, total, err := store.List(t.Context(), domainA(), q)
	require.NoError(t, err, text)
	names = []string{}
	for _, item := range items {
		names = append(names, item.StarID[len("star-"):])
	}
	return names, total
}

// TestFilters asks with every operator, on columns, in documents and in lists.
func TestFilters(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		for filter, want := range map[string][]string{
			// columns
			`{"k":"name","v":"Sol","o":"eq"}`:                                      {"1"},
			`{"k":"name","v":"Sol"}`:                                               {"1"},
			`{"key":"name","value":"sol","operator":"eq"}`:                         {},
			`{"k":"name","v":"Sol","o":"not"}`:                                     {"2", "3", "4"},
			`{"k":"name","v":["Sol","Sirius"],"o":"in"}`:                           {"1", "2"},
			`{"k":"name","v":[],"o":"in"}`:                                         {},
			`{"k":"name","v":["Sol"],"o":"not_in"}`:                                {"2", "3", "4"},
			`{"k":"seen_at","v":["2026-01-01T12:00:00Z",null],"o":"in"}`:           {"1", "3", "4"},
			`{"k":"name","v":"s","o":"contain"}`:                                   {"1", "2", "3"},
			`{"k":"name","v":"éTOILE 100%_\\","o":"contain"}`:                      {"4"},
			`{"k":"name","v":"%","o":"contain"}`:                                   {"4"},
			`{"k":"name","v":"s","o":"not_contain"}`:                               {"4"},
			`{"k":"name","v":["ol","geu"],"o":"contain_in"}`:                       {"1", "3"},
			`{"k":"name","v":["ol","geu"],"o":"not_contain_in"}`:                   {"2", "4"},
			`{"k":"name","v":"^s.*s$","o":"regex"}`:                                {"2"},
			`{"k":"name","v":["^si","^be"],"o":"regex_in"}`:                        {"2", "3"},
			`{"k":"name","v":"Sirius","o":"gt"}`:                                   {"1", "4"},
			`{"k":"kind","v":"GIANT","o":"eq"}`:                                    {"3"},
			`{"k":"kind","v":false,"o":"exists"}`:                                  {"4"},
			`{"k":"kind","v":null,"o":"eq"}`:                                       {"4"},
			`{"k":"planets","v":3,"o":"gt"}`:                                       {"1"},
			`{"k":"planets","v":3,"o":"gte"}`:                                      {"1", "4"},
			`{"k":"planets","v":3,"o":"lt"}`:                                       {"2", "3"},
			`{"k":"planets","v":3,"o":"lte"}`:                                      {"2", "3", "4"},
			`{"k":"planets","v":[0,3],"o":"in"}`:                                   {"2", "3", "4"},
			`{"k":"planets","v":"3"}`:                                              {"4"},
			`{"k":"planets","v":["3",8],"o":"in"}`:                                 {"1", "4"},
			`{"k":"planets","v":2.5,"o":"gt"}`:                                     {"1", "4"},
			`{"k":"planets","v":2.5}`:                                              {},
			`{"k":"mass","v":2.06,"o":"eq"}`:                                       {"2"},
			`{"k":"mass","v":1,"o":"lte"}`:                                         {"1", "4"},
			`{"k":"visible","v":false,"o":"eq"}`:                                   {"4"},
			`{"k":"visible","v":true,"o":"not"}`:                                   {"4"},
			`{"k":"seen_at","v":true,"o":"exists"}`:                                {"1", "2"},
			`{"k":"seen_at","v":"2026-01-01T12:00:00Z","o":"eq"}`:                  {"1"},
			`{"k":"seen_at","v":"2026-01-01T21:00:00+09:00","o":"datetime_gt"}`:    {"2"},
			`{"k":"seen_at","v":"2026-01-02","o":"datetime_lt"}`:                   {"1"},
			`{"k":"created_at","v":"2026-01-03T12:00:00.000Z","o":"datetime_gte"}`: {"3", "4"},
			`{"k":"created_at","v":"2026-01-03T12:00:00","o":"datetime_lte"}`:      {"1", "2", "3"},
			`{"k":"created_at","v":"now","o":"timediff_gt"}`:                       {},
			`{"k":"created_at","v":"now/d - 0d","o":"timediff_lt"}`:                {"1", "2", "3", "4"},
			`{"k":"created_at","v":"now-100000w","o":"timediff_gte"}`:              {"1", "2", "3", "4"},
			`{"k":"created_at","v":"now+700000d","o":"timediff_gte"}`:              {},
			// documents
			`{"k":"tags.colour","v":"red"}`:                        {"3"},
			`{"k":"tags.colour","v":"red","o":"not"}`:              {"1", "2", "4"},
			`{"k":"tags.colour","v":["red","white"],"o":"in"}`:     {"2", "3"},
			`{"k":"tags.colour","v":["red","white"],"o":"not_in"}`: {"1", "4"},
			`{"k":"tags.colour","v":"E","o":"contain"}`:            {"1", "2", "3"},
			`{"k":"tags.colour","v":"^RE","o":"regex"}`:            {"3"},
			`{"k":"tags.colour","v":"red","o":"gt"}`:               {"1", "2"},
			`{"k":"tags.colour","v":false,"o":"exists"}`:           {"4"},
			`{"k":"tags.near.to","v":"us"}`:                        {"1"},
			`{"k":"tags.rank","v":2,"o":"gt"}`:                     {"2", "3"},
			`{"k":"tags.rank","v":2.5}`:                            {"2"},
			`{"k":"tags.rank","v":"1"}`:                            {},
			`{"k":"tags.home","v":true}`:                           {"1"},
			`{"k":"tags.home","v":1}`:                              {},
			`{"k":"tags.home","v":null}`:                           {"2", "3", "4"},
			`{"k":"tags.lists","v":"y"}`:                           {"2"},
			`{"k":"tags.near","v":{"to":"us"}}`:                    {"1"},
			`{"k":"tags.near","v":{"to":"us"},"o":"match"}`:        {}, // it is no list
			`{"k":"tags.near","v":{"to":"them"},"o":"match"}`:      {},
			`{"k":"tags.lists","v":{"to":"us"},"o":"match"}`:       {},
			`{"k":"tags.no'such","v":"y"}`:                         {},
			`{"k":"tags","v":true,"o":"exists"}`:                   {"1", "2", "3"},
			// lists
			`{"k":"aliases","v":"Sun"}`:                                {"1"},
			`{"k":"aliases","v":"Sun","o":"not"}`:                      {"2", "3", "4"},
			`{"k":"aliases","v":["Sun","Dog Star"],"o":"in"}`:          {"1", "2"},
			`{"k":"aliases","v":"STAR","o":"contain"}`:                 {"2"},
			`{"k":"aliases","v":["hel","nope"],"o":"contain_in"}`:      {"1"},
			`{"k":"sightings","v":{"by":"all","count":2},"o":"match"}`: {"1"},
			`{"k":"sightings","v":{"by":"all","count":0},"o":"match"}`: {},
			`{"k":"domain_id","v":"b"}`:                                {},
			`{"k":"name","v":"x' OR '1'='1","o":"eq"}`:                 {},
			`{"k":"name","v":"?","o":"contain"}`:                       {},
			`{"k":"tags.colour","v":"a?b\"'","o":"contain"}`:           {},
		} {
			t.Run(filter, func(t *testing.T) {
				got, total := list(t, store, `{"filter":[`+filter+`]}`)
				assert.Equal(t, want, got)
				assert.Equal(t, len(want), total)
			})
		}
	})
}

// TestNumbersOfEveryKind looks for numbers as Go has them, which are exact.
func TestNumbersOfEveryKind(t *testing.T) {
	const beyondDoubles = 1<<53 + 1
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		for i, planets := range []int64{beyondDoubles - 1, beyondDoubles} {
			require.NoError(t, store.Create(t.Context(), &star{StarID: fmt.Sprintf("star-big-%d", i), Name: fmt.Sprint(planets), Planets: planets,
				Tags: map[string]any{"size": planets}, DomainID: "a", CreatedAt: time.Now()}))
		}
		for _, c := range []struct {
			key   string
			op    query.Operator
			value any
			want  []string
		}{
			{"planets", query.Eq, int(3), []string{"star-4"}},
			{"planets", query.Eq, int8(3), []string{"star-4"}},
			{"planets", query.Eq, int16(3), []string{"star-4"}},
			{"planets", query.Eq, int32(3), []string{"star-4"}},
			{"planets", query.Eq, uint8(3), []string{"star-4"}},
			{"planets", query.Eq, uint16(3), []string{"star-4"}},
			{"planets", query.Eq, uint32(3), []string{"star-4"}},
			{"planets", query.Eq, uint64(3), []string{"star-4"}},
			{"planets", query.Eq, float32(3), []string{"star-4"}},
			{"planets", query.In, []any{int32(3), uint32(8)}, []string{"star-1", "star-4"}},
			{"planets", query.Eq, int64(beyondDoubles), []string{"star-big-1"}},
			{"planets", query.Eq, uint64(beyondDoubles), []string{"star-big-1"}},
			{"planets", query.Eq, strconv.Itoa(beyondDoubles), []string{"star-big-1"}},
			{"planets", query.In, []any{strconv.Itoa(beyondDoubles)}, []string{"star-big-1"}},
			{"planets", query.Gte, strconv.Itoa(beyondDoubles), []string{"star-big-1"}},
			{"planets", query.Eq, uint64(math.MaxUint64), []string{}},
			{"mass", query.Eq, float32(16.5), []string{"star-3"}},
			{"mass", query.Gt, int32(2), []string{"star-2", "star-3"}},
			{"tags.rank", query.Gt, uint32(2), []string{"star-2", "star-3"}},
			{"tags.size", query.Eq, int64(beyondDoubles), []string{"star-big-1"}},
		} {
			q := query.Query{Filter: []query.Condition{{Key: c.key, Operator: c.op, Value: c.value}}, Only: []string{"star_id"}}
			items, _, err := store.List(t.Context(), domainA(), q)
			require.NoError(t, err, "%v", c)
			ids := []string{}
			for _, item := range items {
				ids = append(ids, item.StarID)
			}
			assert.Equal(t, c.want, ids, "%v", c)
		}
	})
}

// TestMatchIsExact: a part of a value is not the value.
func TestMatchIsExact(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		require.NoError(t, store.Create(t.Context(), &star{StarID: "star-6", Name: "Vega", DomainID: "a", CreatedAt: time.Now(),
			Sightings: []map[string]any{{"by": map[string]any{"first": "Li", "last": "Po"}, "at": nil}}}))
		for filter, want := range map[string][]string{
			`{"k":"sightings","v":{"by":{"first":"Li"}},"o":"match"}`:                       {},
			`{"k":"sightings","v":{"by":{"last":"Po","first":"Li"},"at":null},"o":"match"}`: {"6"},
			`{"k":"sightings","v":{"to":null},"o":"match"}`:                                 {"1", "6"},
		} {
			got, _ := list(t, store, `{"filter":[`+filter+`]}`)
			assert.Equal(t, want, got, filter)
		}
	})
}

// TestManyAlternatives: as many as a caller may have, of values and of conditions.
func TestManyAlternatives(t *testing.T) {
	const many = 3000
	var names []any
	var conditions, never []query.Condition
	for i := range many {
		names = append(names, fmt.Sprintf("none-%d", i))
		never = append(never, query.Condition{Key: "name", Operator: query.Eq, Value: names[i]})
		conditions = append(conditions, query.Condition{Key: "name", Operator: query.Not, Value: names[i]})
	}
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		for name, q := range map[string]query.Query{
			"texts":      {Filter: []query.Condition{{Key: "name", Operator: query.ContainIn, Value: slices.Concat(names, []any{"sol"})}}},
			"documents":  {Filter: []query.Condition{{Key: "tags.colour", Operator: query.In, Value: slices.Concat(names, []any{"yellow"})}}},
			"all":        {Filter: slices.Concat(conditions, []query.Condition{{Key: "name", Operator: query.Eq, Value: "Sol"}})},
			"one of all": {FilterOr: slices.Concat(never, []query.Condition{{Key: "name", Operator: query.Eq, Value: "Sol"}})},
		} {
			items, total, err := store.List(t.Context(), domainA(), q)
			if assert.NoError(t, err, name) && assert.Len(t, items, 1, name) {
				assert.Equal(t, "star-1", items[0].StarID, name)
				assert.Equal(t, 1, total, name)
			}
		}
	})
}

func TestListShapes(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		for text, want := range map[string]struct {
			ids   []string
			total int
		}{
			`{}`: {[]string{"1", "2", "3", "4"}, 4},
			`{"filter":[{"k":"visible","v":true}],"filter_or":[{"k":"name","v":"Sol"},{"k":"name","v":"Sirius"}]}`: {[]string{"1", "2"}, 2},
			`{"keyword":"siri"}`:                    {[]string{"2"}, 1},
			`{"keyword":"STAR-3"}`:                  {[]string{"3"}, 1},
			`{"sort":[{"key":"mass","desc":true}]}`: {[]string{"3", "2", "1", "4"}, 4},
			`{"sort":{"key":"mass"}}`:               {[]string{"4", "1", "2", "3"}, 4},
			`{"sort":{"keys":[{"key":"planets"},{"key":"name","desc":true}]}}`:                  {[]string{"2", "3", "4", "1"}, 4},
			`{"sort":[{"key":"kind"},{"key":"name"}]}`:                                          {[]string{"4", "2", "1", "3"}, 4},
			`{"sort":[{"key":"tags.colour"}]}`:                                                  {[]string{"4", "3", "2", "1"}, 4},
			`{"sort":[{"key":"seen_at"}]}`:                                                      {[]string{"3", "4", "1", "2"}, 4},
			`{"sort":[{"key":"seen_at","desc":true}]}`:                                          {[]string{"2", "1", "3", "4"}, 4},
			`{"page":{"limit":2}}`:                                                              {[]string{"1", "2"}, 4},
			`{"page":{"start":2,"limit":2}}`:                                                    {[]string{"2", "3"}, 4},
			`{"page":{"start":4}}`:                                                              {[]string{"1", "2", "3", "4"}, 4}, // no limit, no page
			`{"keyword":"siri sol"}`:                                                            {[]string{"1", "2"}, 2},
			`{"keyword":" "}`:                                                                   {[]string{"1", "2", "3", "4"}, 4},
			`{"keyword":"siri","filter_or":[{"k":"name","v":"Sol"}]}`:                           {[]string{"1", "2"}, 2},
			`{"keyword":"siri","filter":[{"k":"name","v":"Sol"}]}`:                              {[]string{}, 0},
			`{"unwind":{"path":"aliases"}}`:                                                     {[]string{"1", "1", "2"}, 3},
			`{"unwind":{"path":"aliases"},"page":{"start":2,"limit":1}}`:                        {[]string{"1"}, 3},
			`{"unwind":{"path":"aliases"},"sort":[{"key":"aliases"}]}`:                          {[]string{"2", "1", "1"}, 3},
			`{"unwind":{"path":"sightings","filter":[{"k":"sightings.count","v":1,"o":"lt"}]}}`: {[]string{"1"}, 1},
			`{"unwind":{"path":"tags.lists"},"filter":[{"k":"name","v":"Sirius"}]}`:             {[]string{"2", "2"}, 2},
			`{"unwind":{"path":"tags.colour"},"count_only":true}`:                               {[]string{}, 3},
			`{"page":{"start":9,"limit":2}}`:                                                    {[]string{}, 4},
			`{"count_only":true}`:                                                               {[]string{}, 4},
		} {
			t.Run(text, func(t *testing.T) {
				ids, total := list(t, store, text)
				assert.Equal(t, want.ids, ids)
				assert.Equal(t, want.total, total)
			})
		}
		q, err := query.Parse([]byte(`{"minimal":true,"filter":[{"k":"name","v":"Sol"}]}`))
		require.NoError(t, err)
		items, _, err := store.List(t.Context(), domainA(), q)
		require.NoError(t, err)
		assert.Equal(t, []star{{StarID: "star-1", Name: "Sol"}}, items)
		items, _, err = store.List(t.Context(), domainA(), query.Query{Only: []string{"planets", "planets"}, Keyword: "sol"})
		require.NoError(t, err)
		assert.Equal(t, []star{{StarID: "star-1", Planets: 8}}, items)
	})
}

// TestOtherTypes: nothing is equal to a value of another type, more than it or less.
func TestOtherTypes(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		for _, condition := range []string{
			`"k":"name","v":1`, `"k":"planets","v":"one"`, `"k":"planets","v":"9223372036854775808"`, `"k":"mass","v":"one"`, `"k":"mass","v":"NaN"`, `"k":"visible","v":"true"`,
			`"k":"seen_at","v":5`, `"k":"planets","v":"1","o":"contain"`, `"k":"planets","v":["a"],"o":"in"`, `"k":"mass","v":"","o":"gt"`,
			`"k":"name","v":{"a":1}`, `"k":"name","v":["Sol"]`, `"k":"tags.rank","v":true,"o":"gt"`, `"k":"tags.rank","v":null,"o":"lt"`, `"k":"mass","v":"1","o":"regex"`,
			`"k":"name","v":{"a":1},"o":"match"`,
		} {
			ids, _ := list(t, store, `{"filter":[{`+condition+`}]}`)
			assert.Empty(t, ids, condition)
		}
		ids, _ := list(t, store, `{"filter":[{"k":"planets","v":"one","o":"not"},{"k":"mass","v":["one",true],"o":"not_in"}]}`)
		assert.Equal(t, []string{"1", "2", "3", "4"}, ids)
	})
}

// TestListsWhereNoneBelongs are refused by the same name, whatever else the operator takes.
func TestListsWhereNoneBelongs(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		for _, op := range []query.Operator{query.Exists, query.Match, query.Gt, query.Contain, query.Regex, query.DatetimeGt} {
			_, _, err := store.List(t.Context(), nil, query.Query{Filter: []query.Condition{{Key: "tags", Operator: op, Value: []any{true}}}})
			assert.Equal(t, "ERROR_OPERATOR_VALUE_TYPE", apierror.From(err).Code, op)
		}
	})
}

// TestTimes reads ISO 8601, in whatever form.
func TestTimes(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		for _, at := range []string{
			"2026-01-02T12:00:00Z", "20260102T120000Z", "2026-01-02T12:00", "20260102T12", "2026-01-02T13:00:00.000+01:00", "2026-01-02T07:00:00-0500", "2026-01-02 12:00:00",
		} {
			ids, _ := list(t, store, `{"filter":[{"k":"created_at","v":"`+at+`"}]}`)
			assert.Equal(t, []string{"2"}, ids, at)
		}
		for at, want := range map[string][]string{"2026": {"1", "2", "3", "4"}, "2026-02": {"4"}, "2026-01-03": {"3", "4"}, "20260103": {"3", "4"}} {
			ids, _ := list(t, store, `{"filter":[{"k":"created_at","v":"`+at+`","o":"datetime_gte"}]}`)
			assert.Equal(t, want, ids, at)
		}
	})
}

// TestQuestionsWithoutSense are answered by an error of the caller's, not a
// failure of the service.
func TestQuestionsWithoutSense(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		for _, text := range []string{
			`{"filter":[{"k":"nope","v":1}]}`,
			`{"filter":[{"k":"name.deep","v":"x"}]}`,
			`{"filter":[{"k":"tags.","v":"x"}]}`,
			`{"filter":[{"k":"tags.a\"b","v":"x"}]}`,
			`{"filter":[{"k":"tags","v":"x"}]}`,
			`{"filter":[{"k":"name","v":"x","o":"in"}]}`,
			`{"filter":[{"k":"name","v":"x","o":"like"}]}`,
			`{"filter":[{"k":"name","v":"(","o":"regex"}]}`,
			`{"filter":[{"k":"tags.colour","v":"(","o":"regex"}]}`,
			`{"filter":[{"k":"name","v":1,"o":"contain"}]}`,
			`{"filter":[{"k":"name","v":"x","o":"exists"}]}`,
			`{"filter":[{"k":"seen_at","v":"yesterday","o":"datetime_gt"}]}`,
			`{"filter":[{"k":"seen_at","v":"tomorrow","o":"timediff_gt"}]}`,
			`{"filter":[{"k":"name","v":"now","o":"timediff_gt"}]}`,
			`{"filter":[{"k":"name","v":"a\u0000b"}]}`,
			`{"filter":[{"k":"tags.colour","v":"a\u0000b"}]}`,
			`{"filter":[{"k":"tags.lists","v":["a\u0000b"]}]}`,
			`{"filter":[{"k":"sightings","v":{"by":"a\u0000b"},"o":"match"}]}`,
			`{"filter":[{"k":"sightings","v":"x","o":"match"}]}`,
			`{"filter":[{"k":"seen_at","v":"0000-06-01T00:00:00Z"}]}`,
			`{"filter":[{"k":"seen_at","v":"0001-01-01T00:00:00+01:00","o":"datetime_gt"}]}`,
			`{"filter":[{"k":"seen_at","v":"now-999999d","o":"timediff_gt"}]}`,
			`{"filter":[{"k":"tags.rank","v":[1],"o":"gt"}]}`,
			`{"sort":[{"key":"nope"}]}`,
			`{"only":["nope"]}`,
			`{"unwind":{"path":"name"}}`,
			`{"unwind":{"path":"nope"}}`,
			`{"unwind":{"path":"tags.lists.0"}}`,
			`{"unwind":{"path":"aliases","filter":[{"k":"nope","v":1}]}}`,
			`{"filter":[{"k":"name","v":["x"],"o":"contain"}]}`,
			`{"filter":[{"k":"sightings","v":{"by":{"$where":1}},"o":"match"}]}`,
			`{"filter":[{"k":"sightings","v":{"by":{"$in":1}},"o":"match"}]}`,
			`{"filter":[{"k":"sightings","v":{},"o":"match"}]}`,
			`{"filter":[{"k":"seen_at","v":"2026-13","o":"datetime_gt"}]}`,
			`{"filter":[{"k":"seen_at","v":"2026-02-30","o":"datetime_gt"}]}`,
			`{"filter":[{"k":"seen_at","v":"2026-02-03T25:00:00Z","o":"datetime_gt"}]}`,
		} {
			q, err := query.Parse([]byte(text))
			if err == nil {
				_, _, err = store.List(t.Context(), nil, q)
			}
			fault := apierror.From(err)
			if assert.NotNil(t, fault, text) {
				assert.NotEqual(t, "ERROR_UNKNOWN", fault.Code, "%s: %v", text, err)
			}
		}
	})
}
