package database_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
)

// specimens are documents of every shape: objects in lists, lists in lists, values of
// several types under one name, null, nothing.
func specimens(t testing.TB) []star {
	t.Helper()
	var rows []star
	for i, text := range []string{
		`{"disks":[{"size":10,"kind":"ssd"},{"size":30,"kind":"hdd"}],"nums":[3,1,2],"mixed":1,"cost":{"day":0.1}}`,
		`{"disks":[{"size":9,"kind":"ssd"},{"kind":null}],"nums":[],"mixed":"1","cost":{"day":0.2}}`,
		`{"disks":{"size":100},"nums":[[7,8],9],"mixed":true,"cost":{"day":0.3}}`,
		`{"disks":[],"nums":7,"mixed":null,"cost":{"day":"1"}}`,
		`{"disks":"none","nums":[null,10],"mixed":["a",2,false],"cost":null}`,
		`{"0":{"a":1},"-1":"x","mixed":{"a":1}}`,
		`{"disks":[[{"size":5}],{"size":[1,50]}],"mixed":10}`,
		``,
	} {
		one := star{StarID: "star-" + string(rune('1'+i)), Name: string(rune('a' + i)), DomainID: "a", CreatedAt: time.Date(2026, 1, 1+i, 0, 0, 0, 0, time.UTC)}
		if text != "" {
			require.NoError(t, json.Unmarshal([]byte(text), &one.Tags), text)
		}
		rows = append(rows, one)
	}
	rows[0].Aliases = []string{"x", "y"}
	rows[1].Aliases = []string{"y"}
	rows[0].Sightings = []map[string]any{{"by": "us", "n": 1}, {"by": "them", "n": 2}}
	rows[1].Sightings = []map[string]any{{"by": "us", "n": 10}}
	return rows
}

// TestContract has both engines give the same answers, which are these.
func TestContract(t *testing.T) {
	stores := map[string]*database.Store[star]{}
	for _, db := range []*database.DB{databasetest.SQLite(t), databasetest.PostgreSQL(t)} {
		store := database.NewStore[star](databasetest.Migrated(t, db, starMigrations()), starSchema())
		fill(t, db, store, specimens(t))
		stores[db.Engine()] = store
	}
	for ask, want := range contract() {
		t.Run(ask, func(t *testing.T) {
			for engine, store := range stores {
				assert.JSONEq(t, want, shown(t, answered(t, store, []byte(ask))), engine)
			}
		})
	}
}

// filtered is a query with one condition, and what it is answered.
func filtered(all map[string]string, condition string, ids ...string) {
	for i := range ids {
		ids[i] = "star-" + ids[i]
	}
	text, _ := json.Marshal(append([]string{}, ids...))
	all[`{"filter":[`+condition+`]}`] = string(text)
}

func contract() map[string]string {
	all := map[string]string{}
	// through lists of objects
	filtered(all, `{"k":"tags.disks.size","v":10}`, "1")
	filtered(all, `{"k":"tags.disks.size","v":10,"o":"not"}`, "2", "3", "4", "5", "6", "7", "8")
	filtered(all, `{"k":"tags.disks.size","v":[9,100],"o":"in"}`, "2", "3")
	filtered(all, `{"k":"tags.disks.size","v":[9,100],"o":"not_in"}`, "1", "4", "5", "6", "7", "8")
	filtered(all, `{"k":"tags.disks.size","v":9,"o":"gt"}`, "1", "3", "7")
	filtered(all, `{"k":"tags.disks.size","v":9,"o":"lte"}`, "2", "7")
	filtered(all, `{"k":"tags.disks.size","v":5}`)
	filtered(all, `{"k":"tags.disks.kind","v":"SS","o":"contain"}`, "1", "2")
	filtered(all, `{"k":"tags.disks.kind","v":["^H","x"],"o":"regex_in"}`, "1")
	filtered(all, `{"k":"tags.disks","v":{"size":9,"kind":"ssd"},"o":"match"}`, "2")
	filtered(all, `{"k":"sightings.n","v":10}`, "2")
	filtered(all, `{"k":"sightings.by","v":"them","o":"not"}`, "2", "3", "4", "5", "6", "7", "8")
	// by index
	filtered(all, `{"k":"tags.nums.0","v":3}`, "1")
	filtered(all, `{"k":"tags.nums.0","v":7}`, "3")
	filtered(all, `{"k":"tags.nums.0.1","v":8}`, "3")
	filtered(all, `{"k":"tags.nums.1","v":9,"o":"gt"}`, "5")
	filtered(all, `{"k":"tags.disks.0.size","v":10}`, "1")
	filtered(all, `{"k":"tags.disks.1.size","v":10}`)
	filtered(all, `{"k":"tags.0.a","v":1}`, "6")
	filtered(all, `{"k":"tags.-1","v":"x"}`, "6")
	filtered(all, `{"k":"tags.nums.-1","v":true,"o":"exists"}`)
	filtered(all, `{"k":"tags.nums.00","v":true,"o":"exists"}`)
	filtered(all, `{"k":"aliases.0","v":"y"}`, "2")
	filtered(all, `{"k":"sightings.1.by","v":"them"}`, "1")
	// what is there
	filtered(all, `{"k":"tags.disks.size","v":true,"o":"exists"}`, "1", "2", "3", "7")
	filtered(all, `{"k":"tags.disks.size","v":false,"o":"exists"}`, "4", "5", "6", "8")
	filtered(all, `{"k":"tags.disks","v":true,"o":"exists"}`, "1", "2", "3", "4", "5", "7")
	filtered(all, `{"k":"tags.disks.0","v":true,"o":"exists"}`, "1", "2", "7")
	filtered(all, `{"k":"tags.nums.2","v":true,"o":"exists"}`, "1")
	filtered(all, `{"k":"tags.mixed","v":true,"o":"exists"}`, "1", "2", "3", "4", "5", "6", "7")
	filtered(all, `{"k":"tags.mixed","v":null}`, "4", "8")
	filtered(all, `{"k":"tags.mixed","v":null,"o":"not"}`, "1", "2", "3", "5", "6", "7")
	filtered(all, `{"k":"tags.mixed","v":[null,10],"o":"in"}`, "4", "7", "8")
	filtered(all, `{"k":"tags.nums","v":null}`, "5", "6", "7", "8")
	filtered(all, `{"k":"tags.disks.kind","v":null}`, "2", "3", "4", "5", "6", "7", "8")
	filtered(all, `{"k":"tags.nums","v":[]}`, "2")
	filtered(all, `{"k":"tags.nums","v":[3,1,2]}`, "1")
	filtered(all, `{"k":"tags.nums","v":[7,8]}`, "3")
	// types
	filtered(all, `{"k":"tags.mixed","v":1}`, "1")
	filtered(all, `{"k":"tags.mixed","v":"1"}`, "2")
	filtered(all, `{"k":"tags.mixed","v":true}`, "3")
	filtered(all, `{"k":"tags.mixed","v":false}`, "5")
	filtered(all, `{"k":"tags.mixed","v":{"a":1}}`, "6")
	filtered(all, `{"k":"tags.mixed","v":1,"o":"gt"}`, "5", "7")
	filtered(all, `{"k":"tags.mixed","v":"1","o":"gte"}`, "2", "5")
	for ask, want := range map[string]string{
		`{"sort":[{"key":"tags.mixed"}]}`:                                        `["star-4","star-8","star-1","star-5","star-7","star-2","star-6","star-3"]`,
		`{"sort":[{"key":"tags.mixed","desc":true}]}`:                            `["star-3","star-5","star-6","star-2","star-7","star-1","star-4","star-8"]`,
		`{"sort":[{"key":"tags.disks.size"}]}`:                                   `["star-4","star-5","star-6","star-8","star-7","star-2","star-1","star-3"]`,
		`{"sort":[{"key":"tags.disks.size","desc":true}]}`:                       `["star-3","star-7","star-1","star-2","star-4","star-5","star-6","star-8"]`,
		`{"sort":[{"key":"tags.cost.day"}]}`:                                     `["star-5","star-6","star-7","star-8","star-1","star-2","star-3","star-4"]`,
		`{"distinct":"tags.disks.size"}`:                                         `[{"tags.disks.size":1},{"tags.disks.size":9},{"tags.disks.size":10},{"tags.disks.size":30},{"tags.disks.size":50},{"tags.disks.size":100}]`,
		`{"distinct":"tags.mixed"}`:                                              `[{"tags.mixed":null},{"tags.mixed":1},{"tags.mixed":2},{"tags.mixed":10},{"tags.mixed":"1"},{"tags.mixed":"a"},{"tags.mixed":{"a":1}},{"tags.mixed":false},{"tags.mixed":true}]`,
		`{"distinct":"tags.nums"}`:                                               `[{"tags.nums":null},{"tags.nums":1},{"tags.nums":2},{"tags.nums":3},{"tags.nums":7},{"tags.nums":[7,8]},{"tags.nums":9},{"tags.nums":10}]`,
		`{"distinct":"tags.nums.0"}`:                                             `[{"tags.nums.0":null},{"tags.nums.0":3},{"tags.nums.0":7},{"tags.nums.0":8}]`,
		`{"distinct":"tags.cost.day"}`:                                           `[{"tags.cost.day":0.1},{"tags.cost.day":0.2},{"tags.cost.day":0.3},{"tags.cost.day":"1"}]`,
		`{"distinct":"sightings.by"}`:                                            `[{"sightings.by":"them"},{"sightings.by":"us"}]`,
		`{"aggregate":[{"unwind":{"path":"tags.nums"}},{"count":{"name":"n"}}]}`: `[{"n":8}]`,
		`{"aggregate":[{"unwind":{"path":"tags.disks"}},{"group":{"keys":[{"k":"tags.disks.kind","n":"kind"}],"fields":[
			{"n":"n","o":"count"},{"k":"tags.disks.size","n":"size","o":"sum"},{"k":"tags.disks.size","n":"most","o":"max"}]}}]}`: `[
			{"kind":null,"n":4,"size":151,"most":100},{"kind":[],"n":1,"size":5,"most":5},{"kind":"hdd","n":1,"size":30,"most":30},{"kind":"ssd","n":2,"size":19,"most":10}]`,
		`{"aggregate":[{"unwind":{"path":"tags.disks","filter":[{"k":"tags.disks.kind","v":"ssd"}]}},{"group":{"keys":[{"k":"tags.disks.size","n":"size"}]}}]}`: `[{"size":9},{"size":10}]`,
		`{"aggregate":[{"unwind":{"path":"sightings"}},{"sort":[{"key":"sightings.n","desc":true}]},{"group":{"keys":[{"k":"sightings.by","n":"by"}],"fields":[
			{"k":"sightings.n","n":"all","o":"push"},{"k":"name","n":"who","o":"push"}]}}]}`: `[{"by":"them","all":[2],"who":["a"]},{"by":"us","all":[10,1],"who":["b","a"]}]`,
		`{"aggregate":[{"group":{"fields":[{"k":"tags.disks.size","n":"sum","o":"sum"},{"k":"tags.disks.size","n":"mean","o":"average"},
			{"k":"tags.disks.size","n":"least","o":"min"},{"k":"tags.disks.size","n":"most","o":"max"},{"k":"tags.cost.day","n":"cost","o":"sum"},
			{"k":"tags.cost.day","n":"dearest","o":"max"},{"k":"tags.cost.day","n":"cheapest","o":"min"},{"k":"tags.nope","n":"none","o":"max"},{"k":"tags.nope","n":"zero","o":"sum"},
			{"k":"tags.nope","n":"nothing","o":"average"},{"k":"tags.nums.0","n":"first","o":"sum"}]}}]}`: `[
			{"sum":200,"mean":33.333333333333336,"least":1,"most":100,"cost":0.6,"dearest":"1","cheapest":0.1,"none":null,"zero":0,"nothing":null,"first":18}]`,
		`{"aggregate":[{"group":{"keys":[{"k":"tags.mixed","n":"m"}],"fields":[{"n":"n","o":"count"}]}}]}`: `[
			{"m":null,"n":2},{"m":1,"n":1},{"m":["a",2,false],"n":1},{"m":10,"n":1},{"m":"1","n":1},{"m":{"a":1},"n":1},{"m":true,"n":1}]`,
		`{"aggregate":[{"group":{"fields":[{"k":"tags.mixed","n":"set","o":"add_to_set"}]}}]}`: `[{"set":[null,1,10,"1",{"a":1},["a",2,false],true]}]`,
		`{"aggregate":[{"project":{"fields":[{"k":"star_id","n":"id"},{"k":"tags.disks.size","n":"size"},{"k":"tags.nums.0","n":"first"}]}},{"sort":[{"key":"id"}]},{"limit":4}]}`: `[
			{"id":"star-1","size":[10,30],"first":3},{"id":"star-2","size":[9],"first":null},{"id":"star-3","size":100,"first":[7,8]},{"id":"star-4","size":[],"first":null}]`,
		`{"aggregate":[{"group":{"keys":[{"k":"tags.disks.kind","n":"tags.disks"}],"fields":[{"n":"n","o":"count"}]}},{"unwind":{"path":"tags.disks"}}]}`: `[
			{"tags.disks":null,"n":1},{"tags.disks":"hdd","n":1},{"tags.disks":"ssd","n":1},{"tags.disks":"ssd","n":1}]`,
	} {
		all[ask] = want
	}
	return all
}
