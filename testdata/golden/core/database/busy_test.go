package database_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/query"
)

// passing asserts that an error tells a caller to try again, and when.
func passing(t *testing.T, err error, code string) {
	t.Helper()
	fault := apierror.From(err)
	if assert.NotNil(t, fault) {
		assert.Equal(t, code, fault.Code, "%v", err)
		assert.Equal(t, codes.Unavailable, fault.Status)
		assert.Positive(t, fault.RetryAfter)
	}
}

// TestDeadlock: of two transactions that wait for each other one is told to try again.
func TestDeadlock(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	store := stars(t, db)
	var both, group sync.WaitGroup
	both.Add(2)
	errs := make([]error, 2)
	for i, ids := range [][]string{{"star-1", "star-2"}, {"star-2", "star-1"}} {
		group.Go(func() {
			errs[i] = db.InTx(t.Context(), func(ctx context.Context) error {
				err := store.Update(ctx, nil, &star{StarID: ids[0]}, "mass")
				both.Done()
				both.Wait()
				if err != nil {
					return err
				}
				return store.Update(ctx, nil, &star{StarID: ids[1]}, "mass")
			})
		})
	}
	group.Wait()
	if errs[0] == nil {
		errs[0], errs[1] = errs[1], errs[0]
	}
	require.NoError(t, errs[1], "the other one gets through")
	passing(t, errs[0], "ERROR_DB_BUSY")
}

// TestWhatPostgreSQLCannotDoNow, wherever in a transaction it says so.
func TestWhatPostgreSQLCannotDoNow(t *testing.T) {
	db := databasetest.PostgreSQL(t)
	for state, code := range map[string]string{
		"40001": "ERROR_DB_BUSY", "40P01": "ERROR_DB_BUSY", "55P03": "ERROR_DB_BUSY",
		"53100": "ERROR_DB_RESOURCES", "53200": "ERROR_DB_RESOURCES", "53300": "ERROR_DB_RESOURCES",
	} {
		passing(t, db.InTx(t.Context(), func(ctx context.Context) error {
			_, err := db.Conn(ctx).ExecContext(ctx, "DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '"+state+"'; END $$")
			return fmt.Errorf("somebody else's statement: %w", err)
		}), code)
	}
	own := apierror.NotFound("star_id", "x")
	assert.ErrorIs(t, db.InTx(t.Context(), func(context.Context) error { return own }), own)
}

// TestSQLiteIsBusy: a writer that waits in vain is told to try again.
func TestSQLiteIsBusy(t *testing.T) {
	db := databasetest.SQLite(t, func(o *database.Options) { o.StatementTimeout = 20 * time.Millisecond })
	store := stars(t, db)
	require.NoError(t, db.InTx(t.Context(), func(ctx context.Context) error {
		require.NoError(t, store.Delete(ctx, nil, "star-1"))
		passing(t, store.Delete(t.Context(), nil, "star-2"), "ERROR_DB_BUSY")
		passing(t, db.InTx(t.Context(), func(context.Context) error { panic("its turn has not come") }), "ERROR_DB_BUSY")
		return nil
	}))
	assert.NoError(t, store.Delete(t.Context(), nil, "star-2"))
}

func TestSQLiteIsFull(t *testing.T) {
	db := databasetest.SQLite(t, func(o *database.Options) { o.MaxOpen = 1 })
	store := stars(t, db)
	_, err := db.Conn(t.Context()).ExecContext(t.Context(), "PRAGMA max_page_count = 30")
	require.NoError(t, err)
	large := star{StarID: "large", Kind: strings.Repeat("x", 60_000)}
	create := func(ctx context.Context) (err error) {
		for i := 0; i < 10 && err == nil; i++ {
			large.StarID, large.Name = fmt.Sprint("large-", i), fmt.Sprint("large-", i)
			err = store.Create(ctx, &large)
		}
		return err
	}
	passing(t, db.InTx(t.Context(), create), "ERROR_DB_RESOURCES")
	_, total, err := store.List(t.Context(), nil, query.Query{CountOnly: true})
	require.NoError(t, err)
	assert.Equal(t, 5, total, "all of it was undone")
	passing(t, create(t.Context()), "ERROR_DB_RESOURCES")
}

// TestSQLiteFilesArePrivate, those that were there before as well.
func TestSQLiteFilesArePrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "private.db")
	open := func() {
		db, err := database.Open(t.Context(), database.Options{Path: path})
		require.NoError(t, err)
		_, err = db.Migrate(t.Context(), fstest.MapFS{"0001.sql": file(`CREATE TABLE "t" ("x" TEXT); INSERT INTO "t" VALUES ('secret');`)})
		require.NoError(t, err)
		for _, name := range []string{path, path + "-wal", path + "-shm"} {
			info, err := os.Stat(name)
			if assert.NoError(t, err) {
				assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
			}
		}
		require.NoError(t, db.Close())
	}
	open()
	require.NoError(t, os.Chmod(path, 0o644))
	require.NoError(t, os.WriteFile(path+"-wal", nil, 0o644)) //nolint:gosec // as an older version left it
	open()
}

// TestDeadlineEndsSQLite: what would take minutes ends with its context, also after
// the first row was found.
func TestDeadlineEndsSQLite(t *testing.T) {
	db := databasetest.SQLite(t)
	store := stars(t, db)
	_, err := db.Conn(t.Context()).ExecContext(t.Context(), `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
		INSERT INTO "star" ("star_id", "name", "kind", "created_at") SELECT 'star-x' || i, 'x' || i, printf('%.*c', 16000, 'a'), '2026-01-01 00:00:00+00:00' FROM n`)
	require.NoError(t, err)
	slow := query.Condition{Key: "kind", Operator: query.Regex, Value: "DWARF|(a{1,30}){1,30}b"}
	for name, ask := range map[string]func(context.Context) error{
		"list": func(ctx context.Context) error {
			_, _, err := store.List(ctx, nil, query.Query{Filter: []query.Condition{slow}})
			return err
		},
		"each": func(ctx context.Context) error {
			return store.Each(ctx, nil, query.Query{Filter: []query.Condition{slow}}, func(*star) error { return nil })
		},
		"stat": func(ctx context.Context) error {
			_, _, err := store.Stat(ctx, nil, query.StatQuery{Filter: []query.Condition{slow}, Distinct: "name"})
			return err
		},
		"count": func(ctx context.Context) error {
			_, _, err := store.Stat(ctx, nil, query.StatQuery{Filter: []query.Condition{slow}, Aggregate: []query.Stage{{Count: &query.Count{Name: "n"}}}})
			return err
		},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		assert.ErrorIs(t, ask(ctx), context.DeadlineExceeded, name)
		cancel()
		_, err := store.Get(t.Context(), nil, "star-1")
		assert.NoError(t, err, "the database goes on")
	}
}
