package database_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/query"
)

func TestStat(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		for name, tc := range map[string]struct {
			ask, want string
			total     int
		}{
			"count of all": {ask: `{"aggregate":[{"count":{"name":"n"}}]}`, want: `[{"n":4}]`},
			"filtered": {
				ask:  `{"filter":[{"k":"visible","v":true}],"keyword":"s","aggregate":[{"count":{"name":"n"}}]}`,
				want: `[{"n":3}]`,
			},
			"group": {
				ask: `{"aggregate":[{"group":{"keys":[{"key":"kind","name":"kind"}],"fields":[
					{"name":"n","operator":"count"},{"key":"planets","name":"planets","operator":"sum"},
					{"k":"mass","n":"mean","o":"average"},{"key":"mass","name":"least","operator":"min"},
					{"key":"name","name":"last","operator":"max"},{"key":"created_at","name":"first","operator":"min"}]}},
					{"sort":[{"key":"kind"}]}]}`,
				want: `[
					{"kind":"","n":1,"planets":3,"mean":0.1,"least":0.1,"last":"Étoile 100%_\\","first":"2026-02-09T12:00:00.000Z"},
					{"kind":"DWARF","n":2,"planets":8,"mean":1.53,"least":1,"last":"Sol","first":"2026-01-01T12:00:00.000Z"},
					{"kind":"GIANT","n":1,"planets":0,"mean":16.5,"least":16.5,"last":"Betelgeuse","first":"2026-01-03T12:00:00.000Z"}]`,
			},
			"group by what lies in a document": {
				ask: `{"aggregate":[{"group":{"keys":[{"key":"tags.colour","name":"tags.colour"}],"fields":[
					{"name":"n","operator":"count"},{"key":"tags.rank","name":"rank","operator":"sum"}]}},
					{"sort":[{"key":"tags.colour"}]}]}`,
				want: `[{"tags.colour":null,"n":1,"rank":0},{"tags.colour":"red","n":1,"rank":3},
					{"tags.colour":"white","n":1,"rank":2.5},{"tags.colour":"yellow","n":1,"rank":1}]`,
			},
			"group by month, with conditions": {
				ask: `{"aggregate":[{"group":{"keys":[{"key":"created_at","name":"month","date_format":"%Y-%m"}],"fields":[
					{"name":"bright","operator":"count","conditions":[{"key":"visible","value":true,"operator":"eq"}]},
					{"name":"mass","key":"mass","operator":"sum","conditions":[{"key":"kind","value":"DWARF","operator":"eq"}]}]}},
					{"sort":[{"key":"month","desc":true}]}]}`,
				want: `[{"month":"2026-02","bright":0,"mass":0},{"month":"2026-01","bright":3,"mass":3.06}]`,
			},
			"fields without keys": {
				ask:  `{"aggregate":[{"group":{"fields":[{"name":"n","operator":"count"},{"key":"mass","name":"most","operator":"max"}]}}]}`,
				want: `[{"n":4,"most":16.5}]`,
			},
			"stages in order": {
				ask: `{"aggregate":[{"group":{"keys":[{"key":"kind","name":"kind"}],"fields":[{"name":"n","operator":"count"}]}},
					{"sort":[{"key":"n","desc":true},{"key":"kind"}]},{"skip":1},{"limit":1},{"project":{"fields":[{"key":"kind","name":"k"}],"exclude_keys":true}}]}`,
				want: `[{"k":""}]`,
			},
			"page": {
				ask: `{"aggregate":[{"group":{"keys":[{"key":"name","name":"name"}]}},{"sort":[{"key":"name"}]}],
					"page":{"start":2,"limit":2}}`,
				want: `[{"name":"Sirius"},{"name":"Sol"}]`, total: 4,
			},
			"unwind": {
				ask: `{"aggregate":[{"unwind":{"path":"aliases"}},{"group":{"keys":[{"key":"aliases","name":"alias"}],
					"fields":[{"name":"n","operator":"count"}]}},{"sort":[{"key":"alias"}]}]}`,
				want: `[{"alias":"Dog Star","n":1},{"alias":"Helios","n":1},{"alias":"Sun","n":1}]`,
			},
			"unwind of objects": {
				ask: `{"aggregate":[{"unwind":{"path":"sightings"}},{"group":{"keys":[{"key":"sightings.by","name":"by"}],
					"fields":[{"key":"sightings.count","name":"n","operator":"sum"}]}},{"sort":[{"key":"by"}]}]}`,
				want: `[{"by":"all","n":2},{"by":"none","n":0}]`,
			},
			"unwind of what is no list": {
				ask:  `{"aggregate":[{"unwind":{"path":"tags.near"}},{"project":{"fields":[{"key":"tags.near","name":"near"}]}}]}`,
				want: `[{"near":{"to":"us"}}]`,
			},
			"add_to_set": {
				ask:  `{"aggregate":[{"group":{"fields":[{"key":"visible","name":"seen","operator":"add_to_set"}]}}],"filter":[{"k":"visible","v":true}]}`,
				want: `[{"seen":[true]}]`,
			},
			"push": {
				ask:  `{"aggregate":[{"group":{"fields":[{"key":"name","name":"names","operator":"push"},{"name":"all","operator":"push","fields":[{"key":"name","name":"n"},{"key":"created_at","name":"at"},{"key":"tags.rank","name":"r"}]}]}}],"filter":[{"k":"name","v":"Sirius"}]}`,
				want: `[{"names":["Sirius"],"all":[{"n":"Sirius","at":"2026-01-02T12:00:00.000Z","r":2.5}]}]`,
			},
			"nothing to push in all": {
				ask:  `{"aggregate":[{"group":{"fields":[{"key":"name","name":"names","operator":"push"},{"name":"all","operator":"push","fields":[{"key":"name","name":"n"}]}]}}],"filter":[{"k":"name","v":"none"}]}`,
				want: `[{"names":[],"all":[]}]`,
			},
			"nothing to push":  {ask: `{"aggregate":[{"group":{"keys":[{"key":"kind","name":"k"}],"fields":[{"key":"name","name":"names","operator":"push"}]}}],"filter":[{"k":"name","v":"none"}]}`, want: `[]`},
			"distinct":         {ask: `{"distinct":"kind"}`, want: `[{"kind":""},{"kind":"DWARF"},{"kind":"GIANT"}]`},
			"distinct of list": {ask: `{"distinct":"aliases","page":{"limit":2}}`, want: `[{"aliases":"Dog Star"},{"aliases":"Helios"}]`, total: 3},
		} {
			t.Run(name, func(t *testing.T) {
				q, err := query.ParseStat([]byte(tc.ask))
				require.NoError(t, err)
				rows, total, err := store.Stat(t.Context(), domainA(), q)
				require.NoError(t, err)
				got, err := json.Marshal(rows)
				require.NoError(t, err)
				assert.JSONEq(t, tc.want, string(got))
				assert.Equal(t, tc.total, total)
			})
		}
	})
}

func TestStatisticsWithoutSense(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		for _, ask := range []string{
			`{}`,
			`{"distinct":"kind","aggregate":[{"count":{"name":"n"}}]}`,
			`{"distinct":"nope"}`,
			`{"aggregate":[{"group":{}}]}`,
			`{"aggregate":[{"group":{"keys":[{"key":"nope","name":"n"}]}}]}`,
			`{"aggregate":[{"group":{"fields":[{"name":"n","operator":"sum"}]}}]}`,
			`{"aggregate":[{"group":{"fields":[{"key":"mass","name":"n","operator":"median"}]}}]}`,
			`{"aggregate":[{"group":{"keys":[{"key":"name","name":"n","date_format":"%Y"}]}}]}`,
			`{"aggregate":[{"group":{"keys":[{"key":"created_at","name":"n","date_format":"%Q"}]}}]}`,
			`{"aggregate":[{"sort":[{"key":"nope"}]}]}`,
			`{"aggregate":[{"project":{"fields":[]}}]}`,
			`{"aggregate":[{"project":{"fields":[{"key":"mass","name":"m","operator":"add"}]}}]}`,
			`{"aggregate":[{"limit":0}]}`,
			`{"aggregate":[{}]}`,
			`{"aggregate":[{"count":{"name":"n\"; DROP TABLE star; --"}}]}`,
			`{"aggregate":[{"count":{"name":"n?"}}]}`,
			`{"aggregate":[{"group":{"keys":[{"key":"kind","name":"n"},{"key":"name","name":"n"}]}}]}`,
			`{"distinct":"tags.a?b"}`,
		} {
			q, err := query.ParseStat([]byte(ask))
			if err == nil {
				_, _, err = store.Stat(t.Context(), nil, q)
			}
			fault := apierror.From(err)
			if assert.NotNil(t, fault, ask) {
				assert.NotEqual(t, "ERROR_UNKNOWN", fault.Code, "%s: %v", ask, err)
			}
		}
	})
}

// TestProjections computes what a group leaves.
func TestProjections(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		for name, tc := range map[string]struct{ ask, want string }{
			"first and last, in the order of a sort": {
				ask: `{"aggregate":[{"sort":[{"key":"mass"}]},{"group":{"fields":[{"key":"name","name":"a","operator":"first"},{"key":"name","name":"z","operator":"last"},
					{"key":"created_at","name":"at","operator":"first"},{"key":"visible","name":"seen","operator":"last"},{"key":"tags.rank","name":"none","operator":"first"},
					{"key":"tags.rank","name":"rank","operator":"last"},{"key":"planets","name":"planets","operator":"first"}]}}]}`,
				want: `[{"a":"Étoile 100%_\\","z":"Betelgeuse","at":"2026-02-09T12:00:00.000Z","seen":true,"none":null,"rank":3,"planets":3}]`,
			},
			"merge_objects": {
				ask:  `{"filter":[{"k":"kind","v":"DWARF"}],"aggregate":[{"sort":[{"key":"name"}]},{"group":{"keys":[{"key":"kind","name":"kind"}],"fields":[{"key":"tags","name":"all","operator":"merge_objects"}]}}]}`,
				want: `[{"kind":"DWARF","all":{"colour":"yellow","home":true,"lists":["x","y"],"near":{"to":"us"},"rank":1}}]`,
			},
			"merge_objects of none": {
				ask:  `{"aggregate":[{"group":{"fields":[{"key":"name","name":"all","operator":"merge_objects"}]}}]}`,
				want: `[{"all":{}}]`,
			},
			"size and sum": {
				ask: `{"aggregate":[{"group":{"keys":[{"key":"kind","name":"kind"}],"fields":[{"key":"planets","name":"p","operator":"push"},{"key":"kind","name":"k","operator":"max"}]}},
					{"project":{"fields":[{"key":"p","name":"n","operator":"size"},{"key":"p","name":"total","operator":"sum"},{"key":"k","name":"no_size","operator":"size"},{"key":"k","name":"no_sum","operator":"sum"}]}},{"sort":[{"key":"kind"}]}]}`,
				want: `[{"kind":"","n":1,"total":3,"no_size":null,"no_sum":0},{"kind":"DWARF","n":2,"total":8,"no_size":null,"no_sum":0},{"kind":"GIANT","n":1,"total":0,"no_size":null,"no_sum":0}]`,
			},
			"objects of pairs, and pairs of objects": {
				ask: `{"filter":[{"k":"kind","v":"DWARF"}],"aggregate":[{"sort":[{"key":"name"}]},{"group":{"fields":[{"name":"l","operator":"push","fields":[{"key":"kind","name":"k"},{"key":"name","name":"v"}]},{"key":"tags","name":"t","operator":"first"}]}},
					{"project":{"fields":[{"key":"l","name":"o","operator":"array_to_object"},{"key":"t","name":"l","operator":"object_to_array"},{"key":"l","name":"none","operator":"object_to_array"}]}}]}`,
				want: `[{"o":{"DWARF":"Sol"},"l":[{"k":"colour","v":"white"},{"k":"lists","v":["x","y"]},{"k":"rank","v":2.5}],"none":null}]`,
			},
			"keys stay until they are excluded": {
				ask:  `{"filter":[{"k":"name","v":"Sol"}],"aggregate":[{"group":{"keys":[{"key":"kind","name":"kind"}],"fields":[{"name":"n","operator":"count"}]}},{"project":{"fields":[{"key":"n","name":"m"}]}},{"project":{"fields":[{"key":"m","name":"x"}],"exclude_keys":true}}]}`,
				want: `[{"x":1}]`,
			},
			"parts of a time": {
				ask: `{"filter":[{"k":"name","v":"Sol"}],"aggregate":[{"group":{"keys":[{"key":"created_at","name":"a","date_format":"%Y/%m/%d %H:%M:%S.%L"},{"key":"created_at","name":"b","date_format":"%j|%u|%w|%G-%V|%U|100%%|%z|%Z"},
					{"key":"created_at","name":"y","date_format":"year"},{"key":"created_at","name":"m","date_format":"month"},{"key":"created_at","name":"d","date_format":"day"},{"key":"created_at","name":"q","date_format":"it's ? \"T\""}]}}]}`,
				want: `[{"a":"2026/01/01 12:00:00.000","b":"001|4|5|2026-01|00|100%|+0000|+000","y":2026,"m":1,"d":1,"q":"it's ? \"T\""}]`,
			},
		} {
			t.Run(name, func(t *testing.T) {
				q, err := query.ParseStat([]byte(tc.ask))
				require.NoError(t, err)
				rows, _, err := store.Stat(t.Context(), domainA(), q)
				require.NoError(t, err)
				got, err := json.Marshal(rows)
				require.NoError(t, err)
				assert.JSONEq(t, tc.want, string(got))
			})
		}
	})
}

func TestAnalyze(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		for name, tc := range map[string]struct {
			ask, want string
			more      bool
		}{
			"of all": {ask: `{"fields":{"n":{"operator":"count"}}}`, want: `[{"n":4}]`},
			"months": {
				ask:  `{"granularity":"MONTHLY","fields":{"n":{"operator":"count"},"mass":{"key":"mass","operator":"sum"}},"sort":[{"key":"date"}]}`,
				want: `[{"date":"2026-01","n":3,"mass":19.56},{"date":"2026-02","n":1,"mass":0.1}]`,
			},
			"years of a domain": {ask: `{"granularity":"YEARLY","fields":{"n":{"operator":"count"}}}`, want: `[{"date":"2026","n":4}]`},
			"days, from and to": {
				ask:  `{"granularity":"DAILY","start":"2026-01-02","end":"2026-01","fields":{"n":{"operator":"count"}},"sort":[{"key":"date","desc":true}]}`,
				want: `[{"date":"2026-01-03","n":1},{"date":"2026-01-02","n":1}]`,
			},
			"from a month on": {ask: `{"start":"2026-02","fields":{"n":{"operator":"count"}}}`, want: `[{"n":1}]`},
			"a page":          {ask: `{"group_by":["name"],"fields":{"n":{"operator":"count"}},"sort":[{"key":"name"}],"page":{"start":2,"limit":2}}`, want: `[{"name":"Sirius","n":1},{"name":"Sol","n":1}]`, more: true},
			"the last page":   {ask: `{"group_by":["name"],"fields":{"n":{"operator":"count"}},"sort":[{"key":"name"}],"page":{"start":3,"limit":2}}`, want: `[{"name":"Sol","n":1},{"name":"Étoile 100%_\\","n":1}]`},
			"select": {
				ask: `{"group_by":[{"key":"kind","name":"k"}],"fields":{"mass":{"key":"mass","operator":"sum"},"n":{"operator":"count"}},"sort":[{"key":"kind"}],
					"select":{"kind":"k","mean":{"operator":"divide","fields":["mass","n"]},"twice":{"operator":"multiply","fields":[{"operator":"add","fields":["n",0]},2]},"none":{"operator":"divide","fields":["n",0]}}}`,
				want: `[{"kind":"","mean":0.1,"twice":2,"none":null},{"kind":"DWARF","mean":1.53,"twice":4,"none":null},{"kind":"GIANT","mean":16.5,"twice":2,"none":null}]`,
			},
			"field_group": {
				ask: `{"group_by":["kind","visible"],"field_group":["visible"],"fields":{"n":{"operator":"count"},"names":{"operator":"push","key":"name"}},"sort":[{"key":"n","desc":true},{"key":"kind"}]}`,
				want: `[{"kind":"DWARF","_total_n":2,"n":[{"value":2,"visible":true}],"names":[{"value":["Sol","Sirius"],"visible":true}]},
					{"kind":"","_total_n":1,"n":[{"value":1,"visible":false}],"names":[{"value":["Étoile 100%_\\"],"visible":false}]},
					{"kind":"GIANT","_total_n":1,"n":[{"value":1,"visible":true}],"names":[{"value":["Betelgeuse"],"visible":true}]}]`,
			},
			"unwind, keyword, a path and its name": {
				ask:  `{"unwind":{"path":"sightings","filter":[{"k":"sightings.count","v":1,"o":"gt"}]},"keyword":"sol nothing","group_by":["sightings.by"],"fields":{"n":{"key":"sightings.count","operator":"max"}}}`,
				want: `[{"by":"all","n":2}]`,
			},
			"push of fields": {
				ask:  `{"filter":[{"k":"name","v":"Sol"}],"fields":{"all":{"operator":"push","fields":{"who":"name","p":"planets"}}}}`,
				want: `[{"all":[{"who":"Sol","p":8}]}]`,
			},
		} {
			t.Run(name, func(t *testing.T) {
				q, err := query.ParseAnalyze([]byte(tc.ask))
				require.NoError(t, err)
				rows, more, err := store.Analyze(t.Context(), domainA(), q)
				require.NoError(t, err)
				got, err := json.Marshal(rows)
				require.NoError(t, err)
				assert.JSONEq(t, tc.want, string(got))
				assert.Equal(t, tc.more, more)
			})
		}
		for ask, code := range map[string]string{
			`{}`:                                   "ERROR_REQUIRED_PARAMETER",
			`{"fields":{"n":{}}}`:                  "ERROR_REQUIRED_PARAMETER",
			`{"fields":{"n":{"operator":"sum"}}}`:  "ERROR_REQUIRED_PARAMETER",
			`{"fields":{"n":{"operator":"push"}}}`: "ERROR_REQUIRED_PARAMETER",
			`{"fields":{"n":{"operator":"median","key":"mass"}}}`:                                       "ERROR_DB_QUERY",
			`{"fields":{"n":{"operator":"count","colour":1}}}`:                                          "ERROR_DB_QUERY",
			`{"group_by":["nope"],"fields":{"n":{"operator":"count"}}}`:                                 "ERROR_DB_QUERY",
			`{"group_by":[{"key":"kind"}],"fields":{"n":{"operator":"count"}}}`:                         "ERROR_INVALID_PARAMETER",
			`{"group_by":[5],"fields":{"n":{"operator":"count"}}}`:                                      "ERROR_DB_QUERY",
			`{"field_group":["kind"],"fields":{"n":{"operator":"count"}}}`:                              "ERROR_INVALID_PARAMETER",
			`{"group_by":["kind"],"field_group":["_total_n"],"fields":{"n":{"operator":"count"}}}`:      "ERROR_INVALID_PARAMETER",
			`{"start":"soon","fields":{"n":{"operator":"count"}}}`:                                      "ERROR_INVALID_PARAMETER_TYPE",
			`{"granularity":"HOURLY","fields":{"n":{"operator":"count"}}}`:                              "ERROR_INVALID_PARAMETER",
			`{"lookup":[{}],"fields":{"n":{"operator":"count"}}}`:                                       "ERROR_DB_QUERY",
			`{"fields":{"n":{"operator":"count"}},"select":{"x":{"operator":"power","key":"n"}}}`:       "ERROR_DB_QUERY",
			`{"fields":{"n":{"operator":"count"}},"select":{"x":{"operator":"divide","fields":["n"]}}}`: "ERROR_DB_QUERY",
			`{"fields":{"n":{"operator":"count"}},"select":{"x":"nope"}}`:                               "ERROR_DB_QUERY",
			`{"fields":{"n":{"operator":"count"}},"select":{"x":true}}`:                                 "ERROR_DB_QUERY",
		} {
			q, err := query.ParseAnalyze([]byte(ask))
			if err == nil {
				_, _, err = store.Analyze(t.Context(), nil, q)
			}
			require.Error(t, err, ask)
			assert.Equal(t, code, apierror.From(err).Code, "%s: %v", ask, err)
		}
	})
}
