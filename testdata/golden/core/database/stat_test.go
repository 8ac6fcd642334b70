package database_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
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
					{"sort":[{"key":"n","desc":true},{"key":"kind"}]},{"skip":1},{"limit":1},{"project":{"fields":[{"key":"kind","name":"k"}]}}]}`,
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
			`{"aggregate":[{"group":{"fields":[{"key":"name","name":"n","operator":"sum"}]}}]}`,
			`{"aggregate":[{"group":{"fields":[{"name":"n","operator":"sum"}]}}]}`,
			`{"aggregate":[{"group":{"fields":[{"key":"visible","name":"n","operator":"max"}]}}]}`,
			`{"aggregate":[{"group":{"fields":[{"key":"mass","name":"n","operator":"median"}]}}]}`,
			`{"aggregate":[{"group":{"keys":[{"key":"name","name":"n","date_format":"%Y"}]}}]}`,
			`{"aggregate":[{"group":{"keys":[{"key":"created_at","name":"n","date_format":"%Y'"}]}}]}`,
			`{"aggregate":[{"unwind":{"path":"name"}}]}`,
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

func BenchmarkGet(b *testing.B) {
	store := stars(b, databasetest.SQLite(b))
	for b.Loop() {
		_, err := store.Get(b.Context(), domainA(), "star-1")
		require.NoError(b, err)
	}
}

func BenchmarkList(b *testing.B) {
	store := stars(b, databasetest.SQLite(b))
	q := query.Query{Filter: []query.Condition{{Key: "tags.colour", Operator: query.Eq, Value: "red"}}, Page: query.Page{Limit: 10}}
	for b.Loop() {
		_, _, err := store.List(b.Context(), domainA(), q)
		require.NoError(b, err)
	}
}
