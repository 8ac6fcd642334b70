package database_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/query"
)

// TestFieldsHaveAMaximum, a default or their own, and the refusal names both.
func TestFieldsHaveAMaximum(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		_, err := db.Migrate(t.Context(), starMigrations())
		require.NoError(t, err)
		schema := starSchema()
		for i := range schema.Fields {
			if schema.Fields[i].Name == "name" {
				schema.Fields[i].MaxBytes = 10
			}
		}
		store := database.NewStore[star](db, schema)
		long := func(n int) string { return strings.Repeat("x", n) }
		for column, c := range map[string]struct {
			most        int
			fits, large star
		}{
			"name":      {10, star{Name: "ééééé"}, star{Name: "éééééé"}},
			"kind":      {65536, star{Kind: long(65536)}, star{Kind: long(65537)}},
			"tags":      {262144, star{Tags: map[string]any{"a": long(262000)}}, star{Tags: map[string]any{"a": []any{long(131000), long(131200)}}}},
			"aliases":   {262144, star{Aliases: []string{long(262000)}}, star{Aliases: []string{long(131000), long(131200)}}},
			"sightings": {262144, star{Sightings: []map[string]any{{"a": long(262000)}}}, star{Sightings: []map[string]any{{"a": long(262144)}}}},
		} {
			c.fits.StarID, c.large.StarID = column, column
			c.fits.Name += column[:1]
			if column == "name" {
				c.fits.Name = "ééééé"
			}
			require.NoError(t, store.Create(t.Context(), &c.fits), column)
			for _, err := range []error{store.Create(t.Context(), &c.large), store.Update(t.Context(), nil, &c.large, column)} {
				fault := apierror.From(err)
				if assert.NotNil(t, fault, column) {
					assert.Equal(t, "ERROR_INVALID_PARAMETER", fault.Code, "%v", err)
					assert.Contains(t, fault.Message, "key = "+column+",")
					assert.Contains(t, fault.Message, fmt.Sprintf("of %d at most", c.most))
				}
			}
			assert.NoError(t, store.Update(t.Context(), nil, &c.large, "mass"), "what is not stored may be as large as it is")
		}
	})
}

// TestBytesOfAList: a page that would not fit is refused, and a smaller one is not;
// who goes through everything gets everything.
func TestBytesOfAList(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		for i := range 10 {
			name := fmt.Sprint("large-", i)
			require.NoError(t, store.Create(t.Context(), &star{StarID: name, Name: name, DomainID: "a", Kind: "LARGE", Tags: map[string]any{"data": strings.Repeat("x", 20_000)}}))
		}
		large := query.Query{Filter: []query.Condition{{Key: "kind", Operator: query.Eq, Value: "LARGE"}}}
		refused := func(err error) {
			t.Helper()
			fault := apierror.From(err)
			if assert.NotNil(t, fault) {
				assert.Equal(t, "ERROR_RESULT_TOO_LARGE", fault.Code, "%v", err)
				assert.Equal(t, codes.ResourceExhausted, fault.Status)
				assert.Contains(t, fault.Message, "ask for a smaller page")
			}
		}
		_, _, err := store.List(t.Context(), domainA(), large)
		refused(err)
		large.Page.Limit = 4
		items, total, err := store.List(t.Context(), domainA(), large)
		require.NoError(t, err)
		assert.Len(t, items, 4)
		assert.Equal(t, 10, total)
		large.Page.Limit, large.Minimal = 0, true
		items, _, err = store.List(t.Context(), domainA(), large)
		require.NoError(t, err)
		assert.Len(t, items, 10)

		all, err := store.All(t.Context(), domainA(), query.Query{})
		require.NoError(t, err)
		assert.Len(t, all, 14)

		for _, ask := range []string{
			`{"aggregate":[{"project":{"fields":[{"k":"tags","n":"tags"}]}}]}`,
			`{"aggregate":[{"group":{"fields":[{"k":"tags.data","n":"all","o":"push"}]}}]}`,
		} {
			q, err := query.ParseStat([]byte(ask))
			require.NoError(t, err)
			_, _, err = store.Stat(t.Context(), domainA(), q)
			refused(err)
		}
	}, func(o *database.Options) { o.MaxBytes = 100_000 })
}

// TestQueriesHaveABudget refuses what costs too much before a row is read.
func TestQueriesHaveABudget(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		many := func(n int, c query.Condition) []query.Condition {
			list := make([]query.Condition, n)
			for i := range list {
				list[i] = c
			}
			return list
		}
		values := make([]any, 10_001)
		for i := range values {
			values[i] = "x"
		}
		pattern := query.Condition{Key: "name", Operator: query.Regex, Value: strings.Repeat("x", 999)}
		eq := query.Condition{Key: "name", Operator: query.Eq, Value: "x"}
		for message, q := range map[string]query.Query{
			"at most 5000 conditions":          {Filter: many(3000, eq), FilterOr: many(2001, eq)},
			"at most 10000 values":             {Filter: []query.Condition{{Key: "tags.colour", Operator: query.In, Value: values}}},
			"at most 10000 bytes in all":       {Filter: many(11, pattern)},
			"at most 100 words":                {Keyword: strings.Repeat("x ", 101)},
			"and these have 10010":             {Filter: many(11, query.Condition{Key: "sightings", Operator: query.Match, Value: map[string]any{"by": map[string]any{"$regex": strings.Repeat("x", 999)}}})},
			"sorts by at most 30 keys":         {Sort: make([]query.Sort, 31)},
			"has more than 32 parts":           {Filter: []query.Condition{{Key: "tags" + strings.Repeat(".a", 33), Operator: query.Exists, Value: true}}},
			"a pattern has at most 1000 bytes": {Filter: []query.Condition{{Key: "name", Operator: query.Regex, Value: strings.Repeat("x", 1001)}}},
		} {
			_, _, err := store.List(t.Context(), domainA(), q)
			assert.ErrorContains(t, err, message)
			assert.Equal(t, "ERROR_DB_QUERY", apierror.From(err).Code)
		}
		count := query.Stage{Count: &query.Count{Name: "n"}}
		unwind := query.Stage{Unwind: &query.Unwind{Path: "aliases"}}
		counted := query.GroupField{Name: "n", Operator: "count", Conditions: many(5001, eq)}
		for message, q := range map[string]query.StatQuery{
			"at most 5000 conditions":                 {Filter: many(5001, eq), Aggregate: []query.Stage{count}},
			"conditions, and this one has 5001":       {Aggregate: []query.Stage{{Group: &query.Group{Fields: []query.GroupField{counted}}}}},
			"at most 4 stages that unwind":            {Aggregate: []query.Stage{unwind, unwind, unwind, unwind, unwind}},
			"at most 50 stages":                       {Aggregate: make([]query.Stage, 51)},
			"at most 100 keys and fields":             {Aggregate: []query.Stage{{Group: &query.Group{Keys: make([]query.GroupKey, 101)}}}},
			"project has at most 100 fields":          {Aggregate: []query.Stage{{Project: &query.Project{Fields: make([]query.ProjectField, 101)}}}},
			"at most 500 operands":                    {Aggregate: []query.Stage{{Project: &query.Project{Fields: []query.ProjectField{{Name: "n", Operand: query.Operand{Operator: "add", Operands: make([]query.Operand, 500)}}}}}}},
			"A statistic sorts by at most 30 keys":    {Aggregate: []query.Stage{{Sort: make([]query.Sort, 31)}}},
			"push of aggregate.group has at most 100": {Aggregate: []query.Stage{{Group: &query.Group{Fields: []query.GroupField{{Name: "n", Operator: "push", Fields: make([]query.SubField, 101)}}}}}},
		} {
			_, _, err := store.Stat(t.Context(), domainA(), q)
			assert.ErrorContains(t, err, message)
			assert.Equal(t, "ERROR_DB_QUERY", apierror.From(err).Code)
		}
	})
}

// TestPatternsReadTheBeginning of a text, the same on both engines.
func TestPatternsReadTheBeginning(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		long := strings.Repeat("é", 16_383) + "xy"
		require.NoError(t, store.Create(t.Context(), &star{StarID: "star-6", Name: "long", Kind: long, DomainID: "a", Tags: map[string]any{"text": long}}))
		for pattern, want := range map[string]int{"ÉX": 1, "y": 0, "x$": 1} {
			for _, key := range []string{"kind", "tags.text"} {
				_, total, err := store.List(t.Context(), domainA(), query.Query{Filter: []query.Condition{
					{Key: "star_id", Operator: query.Eq, Value: "star-6"}, {Key: key, Operator: query.Regex, Value: pattern}}})
				require.NoError(t, err)
				assert.Equal(t, want, total, "%s: %s", key, pattern)
			}
		}
	})
}
