package database_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/query"
)

// FuzzEnginesAgree asks both engines the same about the same documents.
func FuzzEnginesAgree(f *testing.F) {
	var dbs []*database.DB
	var stores []*database.Store[star]
	for _, open := range []func(testing.TB, ...func(*database.Options)) *database.DB{databasetest.SQLite, databasetest.PostgreSQL} {
		db := databasetest.Migrated(f, open(f), starMigrations())
		dbs, stores = append(dbs, db), append(stores, database.NewStore[star](db, starSchema()))
	}
	for seed := range uint64(40) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		random := anything{rand.New(rand.NewPCG(seed, 0))}
		rows := make([]star, 6)
		for i := range rows {
			one := star{
				StarID: fmt.Sprint("star-", i), Name: fmt.Sprint(i, random.text()), Kind: random.text(), Planets: int64(random.IntN(4)),
				Mass: float64(random.IntN(40)) / 10, Visible: random.IntN(2) == 0, DomainID: "a",
				CreatedAt: time.Date(2026, 1, 1+random.IntN(50), 12, 0, 0, 0, time.UTC),
			}
			if random.IntN(6) > 0 {
				one.Tags, _ = random.object(0).(map[string]any)
			}
			for range random.IntN(3) {
				one.Aliases = append(one.Aliases, random.text())
				sighting, _ := random.object(1).(map[string]any)
				one.Sightings = append(one.Sightings, sighting)
			}
			rows[i] = one
		}
		for i, store := range stores {
			fill(t, dbs[i], store, rows)
		}
		for range 12 {
			asked := random.question()
			text, err := json.Marshal(asked)
			require.NoError(t, err)
			lite, postgres := answered(t, stores[0], text), answered(t, stores[1], text)
			if strings.Contains(string(text), `"unwind"`) { // objects of one list that a push takes values from are in no order either
				inOneOrderWithin(lite)
				inOneOrderWithin(postgres)
			}
			if !alike(lite, postgres, true) {
				for i := range rows {
					t.Log(shown(t, rows[i]))
				}
				t.Fatalf("%s\nsqlite:     %s\npostgresql: %s", text, shown(t, lite), shown(t, postgres))
			}
		}
	})
}

// fill has a store hold these rows and no others.
func fill(t *testing.T, db *database.DB, store *database.Store[star], rows []star) {
	t.Helper()
	require.NoError(t, db.InTx(t.Context(), func(ctx context.Context) error {
		if _, err := db.Conn(ctx).NewDelete().Model((*star)(nil)).Where("1 = 1").Exec(ctx); err != nil {
			return err
		}
		for i := range rows {
			if err := store.Create(ctx, &rows[i]); err != nil {
				return err
			}
		}
		return nil
	}))
}

// answered is what a store of stars answers.
func answered(t *testing.T, store *database.Store[star], text []byte) any {
	t.Helper()
	return answerOf(t, store, text, func(s star) string { return s.StarID })
}

// answerOf is what a store answers to a query, which is the identifiers that it lists, to a
// statistic or to an analysis, or its refusal.
func answerOf[T any](t *testing.T, store *database.Store[T], text []byte, id func(T) string) any {
	t.Helper()
	var answer any
	var err error
	switch {
	case strings.Contains(string(text), `"group_by"`):
		var q query.AnalyzeQuery
		if q, err = query.ParseAnalyze(text); err == nil {
			answer, _, err = store.Analyze(t.Context(), nil, q)
		}
	case strings.Contains(string(text), `"aggregate"`) || strings.Contains(string(text), `"distinct"`):
		var q query.StatQuery
		if q, err = query.ParseStat(text); err == nil {
			answer, _, err = store.Stat(t.Context(), nil, q)
		}
	default:
		var q query.Query
		if q, err = query.Parse(text); err == nil {
			var items []T
			items, _, err = store.List(t.Context(), nil, q)
			ids := []any{}
			for _, item := range items {
				ids = append(ids, id(item))
			}
			answer = ids
		}
	}
	if err != nil {
		fault := apierror.From(err)
		require.NotEqual(t, "ERROR_UNKNOWN", fault.Code, "%s: %v", text, err)
		return fault.Error()
	}
	var plain any
	require.NoError(t, json.Unmarshal([]byte(shown(t, answer)), &plain))
	return plain
}

func shown(t *testing.T, answer any) string {
	t.Helper()
	text, err := json.Marshal(answer)
	require.NoError(t, err)
	return string(text)
}

// alike compares answers, or values in them; the last digit of a sum may differ.
func alike(a, b any, rows bool) bool {
	switch a := a.(type) {
	case float64:
		other, ok := b.(float64)
		return ok && (a == other || math.Abs(a-other) <= 1e-12*math.Max(math.Abs(a), math.Abs(other)))
	case []any:
		other, ok := b.([]any)
		if !ok || len(a) != len(other) {
			return false
		}
		if slices.ContainsFunc(a, func(value any) bool { return composed(value, rows) }) {
			a, other = inOneOrder(a), inOneOrder(other)
		}
		for i := range a {
			if !alike(a[i], other[i], false) {
				return false
			}
		}
		return true
	case map[string]any:
		other, ok := b.(map[string]any)
		if !ok || len(a) != len(other) {
			return false
		}
		for name := range a {
			if !alike(a[name], other[name], false) {
				return false
			}
		}
		return true
	default:
		return assert.ObjectsAreEqual(a, b)
	}
}

// composed tells whether a value is, or a row has, an object or a list: these have no
// order among each other.
func composed(value any, row bool) bool {
	switch value := value.(type) {
	case []any:
		return true
	case map[string]any:
		if !row {
			return true
		}
		for _, inner := range value {
			if composed(inner, false) {
				return true
			}
		}
	}
	return false
}

func inOneOrder(list []any) []any {
	return slices.SortedFunc(slices.Values(list), func(a, b any) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
}

// inOneOrderWithin sorts the lists in rows.
func inOneOrderWithin(answer any) {
	rows, _ := answer.([]any)
	for _, row := range rows {
		values, _ := row.(map[string]any)
		for name, value := range values {
			if list, ok := value.([]any); ok {
				values[name] = inOneOrder(list)
			}
		}
	}
}

// anything makes documents, and questions about them.
type anything struct{ *rand.Rand }

func one[T any](r anything, list ...T) T { return list[r.IntN(len(list))] }

func (r anything) text() string {
	return one(r, "", "a", "A", "b", "ab", "9", "10", "null", "true", "É", "a b", "\"\\", "%_", "<&>", "\n", "日本")
}

func (r anything) number() any {
	return one[any](r, 0, 1, 2, 9, 10, -1, 0.1, 0.2, 0.3, 1.5, -2.5, 1e21, 1e-7, int64(1)<<53+1, float64(1<<53), 123456789012345680.0)
}

func (r anything) value(depth int) any {
	switch n := r.IntN(12); {
	case n < 3:
		return r.text()
	case n < 6:
		return r.number()
	case n == 6:
		return r.IntN(2) == 0
	case n == 7:
		return nil
	case n < 10 && depth < 4:
		list := make([]any, r.IntN(4))
		for i := range list {
			list[i] = r.value(depth + 1)
		}
		return list
	case depth < 4:
		return r.object(depth)
	default:
		return 1
	}
}

func (r anything) object(depth int) any {
	object := map[string]any{}
	for range 1 + r.IntN(4) {
		object[r.part()] = r.value(depth + 1)
	}
	return object
}

func (r anything) part() string {
	return one(r, "a", "a", "b", "b", "c", "0", "1", "-1", "01", " 0", "é'")
}

func (r anything) key() string {
	if r.IntN(6) == 0 {
		return one(r, "name", "kind", "planets", "mass", "visible", "created_at", "tags", "nope", "name.a")
	}
	key := one(r, "tags", "tags", "tags", "aliases", "sightings")
	for range r.IntN(4) {
		key += "." + r.part()
	}
	return key
}

func (r anything) condition() map[string]any {
	op := one(r, "eq", "eq", "not", "in", "not_in", "contain", "not_contain", "contain_in", "gt", "gte", "lt", "lte", "exists", "regex", "regex_in", "match")
	var value any
	switch op {
	case "exists":
		value = r.IntN(2) == 0
	case "in", "not_in":
		value = []any{r.value(2), r.value(2), r.value(3)}
	case "contain_in", "regex_in":
		value = []any{r.text(), one(r, "a", "b$")}
	case "contain", "not_contain":
		value = r.text()
	case "regex":
		value = one(r, "^a", "b$", "[0-9]+", ".", "é", `(.)\1`, `(?=a).b`, `(?<!a)b`)
	case "match":
		value = r.object(2)
		if r.IntN(2) == 0 {
			value = map[string]any{r.part(): map[string]any{one(r, "$eq", "$ne", "$gt", "$lte"): r.value(3)}, r.part() + "." + r.part(): map[string]any{"$exists": r.IntN(2) == 0, "$nin": []any{r.value(3)}}}
		}
	default:
		value = r.value(2)
	}
	return map[string]any{"k": r.key(), "v": value, "o": op}
}

func (r anything) conditions(most int) []any {
	list := []any{}
	for range r.IntN(most + 1) {
		list = append(list, r.condition())
	}
	return list
}

func (r anything) sort() []any {
	return []any{map[string]any{"key": r.key(), "desc": r.IntN(2) == 0}}
}

func (r anything) question() map[string]any {
	switch r.IntN(12) {
	case 8:
		return map[string]any{"unwind": map[string]any{"path": r.key(), "filter": r.conditions(1)}, "filter": r.conditions(1), "sort": r.sort()}
	case 9:
		return map[string]any{
			"group_by": []any{r.key()}, "fields": map[string]any{"n": map[string]any{"operator": "count"}, "v": map[string]any{"operator": one(r, "sum", "max", "average"), "key": r.key()}},
			"granularity": one(r, "DAILY", "MONTHLY", "YEARLY"), "start": one(r, "2025", "2026-01", "2026-01-20"), "keyword": r.text(),
			"select": map[string]any{"a": map[string]any{"operator": one(r, "add", "subtract", "multiply", "divide"), "fields": []any{"n", one[any](r, "v", 0, 3)}}, "v": "v", "d": "date"},
		}
	case 10:
		return map[string]any{"aggregate": []any{
			map[string]any{"sort": []any{map[string]any{"key": "star_id"}}},
			map[string]any{"group": map[string]any{"keys": []any{map[string]any{"k": r.key(), "n": "g"}}, "fields": []any{
				map[string]any{"k": r.key(), "n": "f", "o": one(r, "first", "last", "merge_objects", "push")},
			}}},
			map[string]any{"project": map[string]any{"fields": []any{map[string]any{"k": "f", "n": "p", "o": one(r, "size", "sum", "array_to_object", "object_to_array")}, map[string]any{"k": "f", "n": "f"}}}},
		}}
	case 11:
		return map[string]any{"aggregate": []any{map[string]any{"group": map[string]any{
			"keys":   []any{map[string]any{"k": "created_at", "n": "d", "date_format": one(r, "%U", "%V", "%G", "%j", "%u", "%w", "year", "month", "day", "%Y-%m-%dT%H:%M:%S.%LZ")}},
			"fields": []any{map[string]any{"n": "n", "o": "count"}},
		}}}}
	case 0, 1, 2:
		return map[string]any{"filter": []any{r.condition()}}
	case 3:
		return map[string]any{"filter": r.conditions(2), "filter_or": r.conditions(2), "sort": r.sort(), "page": map[string]any{"limit": 4}}
	case 4:
		return map[string]any{"distinct": r.key(), "filter": r.conditions(1)}
	case 5:
		return map[string]any{"aggregate": []any{r.group(r.key)}, "filter": r.conditions(1)}
	default:
		path := r.key()
		below := func() string {
			if r.IntN(3) == 0 {
				return r.key()
			}
			return one(r, path, path, path+"."+r.part())
		}
		stages := []any{map[string]any{"unwind": map[string]any{"path": path}}}
		if r.IntN(3) == 0 {
			stages = append(stages, map[string]any{"unwind": map[string]any{"path": below()}})
		}
		if r.IntN(3) == 0 {
			stages = append(stages, map[string]any{"sort": []any{map[string]any{"key": below(), "desc": r.IntN(2) == 0}}})
		}
		stages = append(stages, one(r, r.group(below), map[string]any{"project": map[string]any{"fields": []any{map[string]any{"k": below(), "n": "v"}}}}))
		return map[string]any{"aggregate": stages}
	}
}

// group leaves out a set of objects or lists, which has no order.
func (r anything) group(key func() string) map[string]any {
	fields := []any{map[string]any{"n": "n", "o": "count"}}
	for i := range 1 + r.IntN(3) {
		fields = append(fields, map[string]any{"k": key(), "n": fmt.Sprint("f", i), "o": one(r, "sum", "average", "max", "min", "push")})
	}
	group := map[string]any{"fields": fields}
	if r.IntN(3) > 0 {
		group["keys"] = []any{map[string]any{"k": key(), "n": "g"}}
	}
	return map[string]any{"group": group}
}
