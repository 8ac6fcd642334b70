package database_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun/dialect/pgdialect"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/query"
)

// atMost has a database give so many records.
func atMost(records int) func(*database.Options) {
	return func(o *database.Options) { o.MaxRecords = records }
}

// TestMaximumOfAList: of four stars, three may be listed at once.
func TestMaximumOfAList(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		_, _, err := store.List(t.Context(), domainA(), query.Query{})
		assert.Equal(t, "ERROR_DB_QUERY", apierror.From(err).Code)
		assert.ErrorContains(t, err, "There are 4 results: ask for them by page, of 3 at most")
		const filtered = `{"filter":[{"k":"visible","v":true}]}`
		for text, want := range map[string][]string{
			filtered:                               {"1", "2", "3"},
			`{"page":{"limit":2}}`:                 {"1", "2"},
			`{"page":{"limit":4}}`:                 {"1", "2", "3"},
			`{"page":{"start":2,"limit":9}}`:       {"2", "3", "4"},
			`{"page":{"start":4,"limit":1000000}}`: {"4"},
			`{"count_only":true}`:                  {},
		} {
			names, total := list(t, store, text)
			assert.Equal(t, want, names, text)
			if text == filtered {
				assert.Equal(t, 3, total)
			} else {
				assert.Equal(t, 4, total, text)
			}
		}
	}, atMost(3))
}

func TestMaximumOfAStatistic(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		for _, text := range []string{
			`{"distinct":"name"}`,
			`{"aggregate":[{"group":{"keys":[{"k":"name","n":"name"}]}}]}`,
			`{"aggregate":[{"project":{"fields":[{"k":"name","n":"name"}]}}]}`,
		} {
			q, err := query.ParseStat([]byte(text))
			require.NoError(t, err)
			_, _, err = store.Stat(t.Context(), domainA(), q)
			assert.ErrorContains(t, err, "There are 4 results", text)
			q.Page.Limit = 10
			rows, total, err := store.Stat(t.Context(), domainA(), q)
			require.NoError(t, err, text)
			assert.Len(t, rows, 3, text)
			assert.Equal(t, 4, total, text)
		}
		for text, want := range map[string]int{
			`{"distinct":"kind"}`:                                                         3,
			`{"aggregate":[{"count":{"name":"n"}}]}`:                                      1,
			`{"aggregate":[{"group":{"fields":[{"n":"n","o":"count"}]}}]}`:                1,
			`{"aggregate":[{"sort":[{"key":"name"}]},{"limit":2}]}`:                       2,
			`{"aggregate":[{"group":{"keys":[{"k":"name","n":"name"}]}},{"limit":3}]}`:    3,
			`{"aggregate":[{"group":{"keys":[{"k":"visible","n":"v"}]}}],"page":{}}`:      2,
			`{"aggregate":[{"project":{"fields":[{"k":"name","n":"name"}]}},{"skip":2}]}`: 2,
		} {
			q, err := query.ParseStat([]byte(text))
			require.NoError(t, err)
			rows, total, err := store.Stat(t.Context(), domainA(), q)
			require.NoError(t, err, text)
			assert.Len(t, rows, want, text)
			assert.Zero(t, total, text)
		}
	}, atMost(3))
}

// TestEach goes through more than a list may give and than is read at once, and
// changes what it goes through.
func TestEach(t *testing.T) {
	const many = 1234
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		require.NoError(t, db.InTx(t.Context(), func(ctx context.Context) error {
			for i := range many {
				id := fmt.Sprintf("dust-%d", i)
				if err := store.Create(ctx, &star{StarID: id, Name: id, Kind: "DUST", DomainID: "a", CreatedAt: time.Now()}); err != nil {
					return err
				}
			}
			return nil
		}))
		dust := query.Query{Filter: []query.Condition{{Key: "kind", Operator: query.Eq, Value: "DUST"}}, Only: []string{"name"}}
		seen := map[string]bool{}
		require.NoError(t, store.Each(t.Context(), domainA(), dust, func(s *star) error {
			assert.False(t, seen[s.StarID], "%s comes twice", s.StarID)
			seen[s.StarID] = true
			return store.Delete(t.Context(), nil, s.StarID)
		}))
		assert.Len(t, seen, many)
		left, err := store.All(t.Context(), domainA(), query.Query{})
		require.NoError(t, err)
		assert.Len(t, left, 4)

		stop := fmt.Errorf("enough")
		seen = map[string]bool{}
		assert.ErrorIs(t, store.Each(t.Context(), domainA(), query.Query{}, func(s *star) error {
			seen[s.StarID] = true
			return stop
		}), stop)
		assert.Len(t, seen, 1)
		assert.Error(t, store.Each(t.Context(), nil, query.Query{Keyword: "x", Only: []string{"nope"}}, nil))
	}, atMost(3))
}

// TestEachGoesByTheIndex: without it every page would read, and sort, the whole table.
func TestEachGoesByTheIndex(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	store := stars(t, db)
	require.NoError(t, db.InTx(t.Context(), func(ctx context.Context) error {
		if _, err := db.Conn(ctx).ExecContext(ctx, "SET LOCAL enable_seqscan = off"); err != nil { // few rows are read faster as they lie
			return err
		}
		var before, after int
		const scans = "SELECT COALESCE(SUM(idx_scan), 0) FROM pg_stat_xact_user_tables WHERE relname = 'star' AND schemaname = current_schema()"
		if err := db.Conn(ctx).NewRaw(scans).Scan(ctx, &before); err != nil {
			return err
		}
		if _, err := store.All(ctx, nil, query.Query{}); err != nil {
			return err
		}
		err := db.Conn(ctx).NewRaw(scans).Scan(ctx, &after)
		assert.Equal(t, before+1, after)
		return err
	}))
}

// TestPreparedStatements are kept by their shape, whatever their arguments, and not without
// end.
func TestPreparedStatements(t *testing.T) {
	kept := func(db *database.DB, ask ...query.Query) (n int) {
		store := stars(t, db)
		require.NoError(t, db.InTx(t.Context(), func(ctx context.Context) error { // on one connection
			for _, q := range ask {
				if _, _, err := store.List(ctx, domainA(), q); err != nil {
					return err
				}
			}
			return db.Conn(ctx).NewRaw("SELECT COUNT(*) FROM pg_prepared_statements").Scan(ctx, &n)
		}))
		return n
	}
	page := query.Page{Limit: 1}
	var alike, others, long []query.Query
	for i := range 300 {
		alike = append(alike, query.Query{Keyword: fmt.Sprint(i), Page: page})
		q := query.Query{Page: page}
		for range i + 1 {
			q.Filter = append(q.Filter, query.Condition{Key: "planets", Operator: query.Exists, Value: true})
		}
		others = append(others, q)
		long = append(long, query.Query{Page: page, Filter: []query.Condition{{Key: "planets", Operator: query.In, Value: slices.Repeat([]any{i}, 100+i)}}})
	}
	before := kept(databasetest.PostgreSQL(t)) // of what makes the stars
	assert.Equal(t, before+2, kept(databasetest.PostgreSQL(t), alike...), "that of the page, and BEGIN")
	assert.Equal(t, before+2, kept(databasetest.PostgreSQL(t), append(alike, long...)...), "a caller's long list hardly comes again")
	assert.Equal(t, 256, kept(databasetest.PostgreSQL(t), others...))
	no := false
	assert.Zero(t, kept(databasetest.PostgreSQL(t, func(o *database.Options) { o.Prepare = &no }), alike...))
}

// TestPreparedStatementsOutliveMigrations: a column that has got another type is read by
// whoever read it before.
func TestPreparedStatementsOutliveMigrations(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	store := stars(t, db)
	get := func(ctx context.Context) error { _, err := store.Get(ctx, nil, "star-1"); return err }
	require.NoError(t, get(t.Context()))
	alter := func(typ string) {
		_, err := db.Conn(t.Context()).ExecContext(t.Context(), `ALTER TABLE "star" ALTER COLUMN "name" TYPE `+typ)
		require.NoError(t, err)
	}
	alter("VARCHAR(300)")
	require.NoError(t, get(t.Context()))
	alter("TEXT")
	err := db.InTx(t.Context(), get) // which cannot be tried again by itself
	assert.Equal(t, "ERROR_DB_BUSY", apierror.From(err).Code, err)
	require.NoError(t, db.InTx(t.Context(), get))
}

// TestValuesOfPostgreSQL come back as they went, whatever is in them.
func TestValuesOfPostgreSQL(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	const text = "a'b\\c\\'d?e $1 \"f\" é\n"
	at := time.Date(2026, 1, 2, 3, 4, 5, 678_901_000, time.FixedZone("KST", 9*3600))
	raw := []byte{0, 1, '\'', '\\', 255}
	var got struct {
		Text  string
		Raw   []byte
		At    time.Time
		Day   time.Time
		List  []string
		Doc   map[string]any
		Whole int64
		Part  float64
		Yes   bool
	}
	_, err := db.Conn(t.Context()).ExecContext(t.Context(), `CREATE TABLE "values" (text TEXT, raw BYTEA, at TIMESTAMPTZ, day DATE,
		list TEXT[], doc JSONB, whole BIGINT, part DOUBLE PRECISION, yes BOOLEAN)`)
	require.NoError(t, err)
	list, doc := pgdialect.Array([]string{text, "x,y", ""}), map[string]any{"k": text}
	_, err = db.Conn(t.Context()).NewRaw(`INSERT INTO "values" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		text, raw, at, at, list, doc, int64(math.MaxInt64), 0.1, true).Exec(t.Context())
	require.NoError(t, err)
	require.NoError(t, db.Conn(t.Context()).NewRaw(`SELECT * FROM "values"`).
		Scan(t.Context(), &got.Text, &got.Raw, &got.At, &got.Day, pgdialect.Array(&got.List), &got.Doc, &got.Whole, &got.Part, &got.Yes))
	assert.Equal(t, text, got.Text)
	assert.Equal(t, raw, got.Raw)
	assert.True(t, at.Equal(got.At), got.At)
	assert.Equal(t, "2026-01-01", got.Day.Format(time.DateOnly), "in UTC")
	assert.Equal(t, []string{text, "x,y", ""}, got.List)
	assert.Equal(t, doc, got.Doc)
	assert.Equal(t, int64(math.MaxInt64), got.Whole)
	assert.InDelta(t, 0.1, got.Part, 0)
	assert.True(t, got.Yes)
}

// TestStatementTimeout bounds statements, but for those of migrations.
func TestStatementTimeout(t *testing.T) {
	db := databasetest.PostgreSQL(t, func(o *database.Options) { o.StatementTimeout, o.MaxOpen = 50*time.Millisecond, 1 })
	slow := func() error {
		_, err := db.Conn(t.Context()).ExecContext(t.Context(), "SELECT pg_sleep(0.5)")
		return err
	}
	assert.ErrorContains(t, slow(), "statement timeout")
	_, err := db.Migrate(t.Context(), fstest.MapFS{"0001_slow.sql": {Data: []byte("SELECT pg_sleep(0.2)")}})
	require.NoError(t, err)
	assert.ErrorContains(t, slow(), "statement timeout", "the connection is bounded again")

	db = databasetest.PostgreSQL(t, func(o *database.Options) { o.StatementTimeout = -1 })
	assert.NoError(t, slow())
	db = databasetest.PostgreSQL(t)
	var bound string
	require.NoError(t, db.Conn(t.Context()).NewRaw("SHOW statement_timeout").Scan(t.Context(), &bound))
	assert.Equal(t, "1min", bound)
}
