package database_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
)

// oddDocuments are the tags of resources 0, 1, 2 and so on.
var oddDocuments = []string{ //nolint:gochecknoglobals // a table
	`{"on": true, "size": 3, "vols": [{"gb": 5, "id": "v"}, {"gb": [1, 2]}, {}]}`,
	`{"on": false, "size": null, "vols": []}`,
	`{"on": "true", "size": "3", "vols": {"gb": 5}, "kv": [["p", 1], [1, 2], {"k": {"a": 1}, "v": 3}, {"k": "q", "v": 4}]}`,
	`{"size": [3, null], "vols": ["v"], "deep": [{"in": [{"x": 1}, {"x": [2, 3]}]}, {"in": {"x": 4}}, {"in": 5}]}`,
}

// TestLongPaths: the work for a path grows with its length, not by a power of it.
func TestLongPaths(t *testing.T) {
	databasetest.OnEveryEngine(t, starMigrations(), func(t *testing.T, db *database.DB) {
		store := database.NewStore[star](db, starSchema())
		fill(t, db, store, []star{{StarID: "1", Name: "n", DomainID: "a"}})
		for _, path := range []string{"tags" + strings.Repeat(".a.0", 15), "tags" + strings.Repeat(".a", 31), "tags" + strings.Repeat(".0", 31)} {
			text := `{"aggregate":[{"group":{"keys":[{"k":"` + path + `","n":"g"}],"fields":[{"n":"f","k":"` + path + `","o":"push"}]}}]}`
			assert.Equal(t, []any{map[string]any{"g": nil, "f": []any{}}}, answered(t, store, []byte(text)))
		}
		answer := answered(t, store, []byte(`{"aggregate":[{"group":{"keys":[{"k":"created_at","n":"d","date_format":"\u0000"}]}}]}`))
		assert.Contains(t, answer, "NUL")
	})
}

// TestSemantics asks what differed from MongoDB as the original uses it.
func TestSemantics(t *testing.T) {
	tags := func(text string) (out map[string]any) {
		require.NoError(t, json.Unmarshal([]byte(text), &out))
		return out
	}
	databasetest.OnEveryEngine(t, starMigrations(), func(t *testing.T, db *database.DB) {
		store := database.NewStore[star](db, starSchema())
		rows := make([]star, len(oddDocuments))
		for i, text := range oddDocuments {
			rows[i] = star{StarID: fmt.Sprint(i), Name: fmt.Sprint("n", i), Mass: float64(i) + 0.5, Planets: int64(i), Visible: i%2 == 0, DomainID: "a", Tags: tags(text)}
		}
		fill(t, db, store, rows)
		for text, want := range map[string]string{
			// conditions
			`{"filter":[{"k":"tags.on","v":false,"o":"gt"}]}`:                    `["0"]`,
			`{"filter":[{"k":"tags.on","v":true,"o":"lt"}]}`:                     `["1"]`,
			`{"filter":[{"k":"tags.on","v":true,"o":"gte"}]}`:                    `["0"]`,
			`{"filter":[{"k":"tags.on","v":false,"o":"lte"}]}`:                   `["1"]`,
			`{"filter":[{"k":"tags.on","v":true,"o":"lte"}]}`:                    `["0","1"]`,
			`{"filter":[{"k":"tags.on","v":true,"o":"gt"}]}`:                     `[]`,
			`{"filter":[{"k":"tags.on","v":null,"o":"gte"}]}`:                    `["3"]`,
			`{"filter":[{"k":"tags.on","v":null,"o":"gt"}]}`:                     `[]`,
			`{"filter":[{"k":"mass","v":"1.5"}]}`:                                `["1"]`,
			`{"filter":[{"k":"mass","v":"1.5","o":"gt"}]}`:                       `["2","3"]`,
			`{"filter":[{"k":"mass","v":["1.5",2.5],"o":"in"}]}`:                 `["1","2"]`,
			`{"filter":[{"k":"planets","v":"1.5","o":"gt"}]}`:                    `["2","3"]`,
			`{"filter":[{"k":"tags.size","v":"3"}]}`:                             `["2"]`,
			`{"filter":[{"k":"tags.vols","v":{"gb":5},"o":"match"}]}`:            `["0"]`,
			`{"filter":[{"k":"tags.vols","v":{"id":null},"o":"match"}]}`:         `["0"]`,
			`{"filter":[{"k":"tags.deep.in","v":{"x":{"$gte":1}},"o":"match"}]}`: `["3"]`,
			// values of all kinds of keys
			`{"distinct":"tags.size"}`: `[{"tags.size":null},{"tags.size":3},{"tags.size":"3"}]`,
			`{"distinct":"aliases"}`:   `[]`,
			`{"aggregate":[{"project":{"fields":[{"k":"tags.vols.gb","n":"v"}]}}]}`:                                             `[{"v":[5,[1,2]]},{"v":[]},{"v":5},{"v":[]}]`,
			`{"aggregate":[{"project":{"fields":[{"k":"tags.vols.gb","n":"v","o":"size"}]}}]}`:                                  `[{"v":2},{"v":0},{"v":null},{"v":0}]`,
			`{"aggregate":[{"project":{"fields":[{"k":"tags.deep.in.x","n":"v"}]}}]}`:                                           `[{"v":null},{"v":null},{"v":null},{"v":[[1,[2,3]],4]}]`,
			`{"aggregate":[{"project":{"fields":[{"k":"tags.deep.0.in.1.x","n":"v"}]}}]}`:                                       `[{"v":null},{"v":null},{"v":null},{"v":[2,3]}]`,
			`{"aggregate":[{"project":{"fields":[{"k":"tags.kv","n":"v","o":"array_to_object"}]}}]}`:                            `[{"v":null},{"v":null},{"v":{"p":1,"q":4}},{"v":null}]`,
			`{"aggregate":[{"group":{"fields":[{"k":"tags.on","n":"v","o":"push"}]}}]}`:                                         `[{"v":[true,false,"true"]}]`,
			`{"aggregate":[{"group":{"fields":[{"k":"tags.size","n":"v","o":"add_to_set"}]}}]}`:                                 `[{"v":[null,3,"3",[3,null]]}]`,
			`{"aggregate":[{"group":{"fields":[{"k":"seen_at","n":"v","o":"push"}]}}]}`:                                         `[{"v":[]}]`,
			`{"aggregate":[{"group":{"keys":[{"k":"seen_at","n":"d","date_format":"%z"}],"fields":[{"n":"n","o":"count"}]}}]}`:  `[{"d":null,"n":4}]`,
			`{"aggregate":[{"unwind":{"path":"name"}},{"count":{"name":"n"}}]}`:                                                 `[{"n":4}]`,
			`{"aggregate":[{"unwind":{"path":"seen_at"}},{"count":{"name":"n"}}]}`:                                              `[{"n":0}]`,
			`{"aggregate":[{"unwind":{"path":"name","filter":[{"k":"name","v":"n2"}]}},{"count":{"name":"n"}}]}`:                `[{"n":1}]`,
			`{"aggregate":[{"group":{"fields":[{"k":"visible","n":"most","o":"max"},{"k":"visible","n":"least","o":"min"}]}}]}`: `[{"least":false,"most":true}]`,
		} {
			var rows []any
			require.NoError(t, json.Unmarshal([]byte(want), &rows))
			assert.ElementsMatch(t, rows, answered(t, store, []byte(text)), text)
		}
	})
}
