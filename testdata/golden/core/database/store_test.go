package database_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/query"
)

func TestStoreKeepsEveryType(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		sol, err := store.Get(t.Context(), domainA(), "star-1")
		require.NoError(t, err)
		assert.Equal(t, "Sol", sol.Name)
		assert.EqualValues(t, 8, sol.Planets)
		assert.InDelta(t, 1.0, sol.Mass, 0)
		assert.True(t, sol.Visible)
		assert.Equal(t, map[string]any{"colour": "yellow", "rank": 1.0, "home": true, "near": map[string]any{"to": "us"}}, sol.Tags)
		assert.Equal(t, []string{"Sun", "Helios"}, sol.Aliases)
		assert.Equal(t, "2026-01-01T12:00:00Z", sol.SeenAt.UTC().Format("2006-01-02T15:04:05Z07:00"))

		empty, err := store.Get(t.Context(), domainA(), "star-4")
		require.NoError(t, err)
		assert.True(t, empty.SeenAt.IsZero())
		assert.Nil(t, empty.Tags)
		assert.Equal(t, "Étoile 100%_\\", empty.Name)
	})
}

// TestStoreKeepsNumbersAndTimes up to the ends of their types.
func TestStoreKeepsNumbersAndTimes(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		for i, item := range []star{
			{Planets: math.MaxInt64, Mass: math.MaxFloat64, CreatedAt: time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC)},
			{Planets: math.MinInt64, Mass: -math.SmallestNonzeroFloat64, CreatedAt: time.Date(1, 1, 1, 0, 0, 0, 1000, time.UTC)},
			{Planets: -1, Mass: 0.1, Visible: true, CreatedAt: time.Date(1999, 12, 31, 23, 59, 59, 1000, time.FixedZone("KST", 9*3600))},
		} {
			item.StarID = fmt.Sprint("edge-", i)
			item.Name = item.StarID
			require.NoError(t, store.Create(t.Context(), &item))
			got, err := store.Get(t.Context(), nil, item.StarID)
			require.NoError(t, err)
			assert.Equal(t, []any{item.Planets, item.Mass, item.Visible, item.CreatedAt.UTC()}, []any{got.Planets, got.Mass, got.Visible, got.CreatedAt.UTC()})
		}
	})
}

// TestStoreRefusesWhatNoDatabaseKeeps names the column, as of any other mistake of a
// caller's.
func TestStoreRefusesWhatNoDatabaseKeeps(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		for column, item := range map[string]star{
			"name":       {Name: "a\x00b"},
			"mass":       {Mass: math.NaN()},
			"tags":       {Tags: map[string]any{"list": []any{math.NaN()}}},
			"sightings":  {Sightings: []map[string]any{{"far": math.Inf(1)}}},
			"seen_at":    {SeenAt: time.Date(0, 6, 1, 0, 0, 0, 0, time.UTC)},
			"created_at": {CreatedAt: time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)},
		} {
			item.StarID = "star-" + column
			for _, err := range []error{store.Create(t.Context(), &item), store.Update(t.Context(), nil, &item, column)} {
				fault := apierror.From(err)
				if assert.NotNil(t, fault, column) {
					assert.Equal(t, "ERROR_INVALID_PARAMETER", fault.Code, "%v", err)
					assert.Contains(t, fault.Message, "key = "+column+",")
				}
			}
			item.StarID = "star-1"
			assert.NoError(t, store.Update(t.Context(), nil, &item, "planets"), "the others are not stored")
		}
	})
}

func TestStoreChangesOnlyWhatIsInScope(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		other := []query.Condition{{Key: "domain_id", Operator: query.Eq, Value: "b"}}
		code := func(err error) string { return apierror.From(err).Code }

		_, err := store.Get(t.Context(), other, "star-1")
		assert.Equal(t, "ERROR_NOT_FOUND", code(err))
		assert.Equal(t, "ERROR_NOT_FOUND", code(store.Delete(t.Context(), other, "star-1")))
		assert.Equal(t, "ERROR_NOT_FOUND", code(store.Update(t.Context(), other, &star{StarID: "star-1", Mass: 9}, "mass")))
		assert.Equal(t, "ERROR_NOT_FOUND", code(store.Delete(t.Context(), nil, "star-9")))

		require.NoError(t, store.Update(t.Context(), domainA(), &star{StarID: "star-1", Mass: 9, Name: "not this"}, "mass"))
		sol, err := store.Get(t.Context(), nil, "star-1")
		require.NoError(t, err)
		assert.InDelta(t, 9.0, sol.Mass, 0)
		assert.Equal(t, "Sol", sol.Name)

		require.NoError(t, store.Delete(t.Context(), domainA(), "star-1"))
		_, err = store.Get(t.Context(), nil, "star-1")
		assert.Equal(t, "ERROR_NOT_FOUND", code(err))
	})
}

func TestStoreNamesTheTakenValue(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		err := store.Create(t.Context(), &star{StarID: "star-6", Name: "Sol", DomainID: "a"})
		fault := apierror.From(err)
		assert.Equal(t, codes.AlreadyExists, fault.Status)
		assert.Equal(t, "ERROR_SAVE_UNIQUE_VALUES: Tried to save duplicate unique values. (keys = domain_id, name)", fault.Error())
		err = store.Update(t.Context(), nil, &star{StarID: "star-2", Name: "Sol"}, "name")
		assert.Equal(t, "ERROR_SAVE_UNIQUE_VALUES", apierror.From(err).Code)
		err = store.Create(t.Context(), &star{StarID: "star-1", Name: "New", DomainID: "a"})
		assert.Equal(t, "ERROR_SAVE_UNIQUE_VALUES: Tried to save duplicate unique values. (keys = star_id)", apierror.From(err).Error())
	})
}

func TestTransactions(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		broken := errors.New("broken")
		err := db.InTx(t.Context(), func(ctx context.Context) error {
			require.NoError(t, store.Delete(ctx, nil, "star-1"))
			return db.InTx(ctx, func(ctx context.Context) error { // joins
				require.NoError(t, store.Delete(ctx, nil, "star-2"))
				return broken
			})
		})
		require.ErrorIs(t, err, broken)
		_, total, err := store.List(t.Context(), nil, query.Query{CountOnly: true})
		require.NoError(t, err)
		assert.Equal(t, 5, total)

		require.NoError(t, db.InTx(t.Context(), func(ctx context.Context) error { return store.Delete(ctx, nil, "star-1") }))
		_, err = store.Get(t.Context(), nil, "star-1")
		assert.Error(t, err)
	})
}

func TestManyWritersAtOnce(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		var group sync.WaitGroup
		for i := range 20 {
			group.Go(func() {
				assert.NoError(t, db.InTx(t.Context(), func(ctx context.Context) error {
					if _, err := store.Get(ctx, nil, "star-1"); err != nil {
						return err
					}
					return store.Create(ctx, &star{StarID: fmt.Sprint("many-", i), Name: fmt.Sprint("many-", i)})
				}))
			})
		}
		group.Wait()
		_, total, err := store.List(t.Context(), nil, query.Query{CountOnly: true, Keyword: "many-"})
		require.NoError(t, err)
		assert.Equal(t, 20, total)
	})
}

func TestMigrate(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		files := starMigrations()
		var group sync.WaitGroup
		var mu sync.Mutex
		var all []string
		for range 5 { // as if five processes started at once
			group.Go(func() {
				applied, err := db.Migrate(t.Context(), files)
				assert.NoError(t, err)
				mu.Lock()
				defer mu.Unlock()
				all = append(all, applied...)
			})
		}
		group.Wait()
		assert.Equal(t, []string{"star/0001_create"}, all)

		files["star/0002_more.sql"] = file(`ALTER TABLE "star" ADD COLUMN "extra" TEXT; SELECT 'a ? that is no argument';`)
		applied, err := db.Migrate(t.Context(), files)
		require.NoError(t, err)
		assert.Equal(t, []string{"star/0002_more"}, applied)

		files["star/0003_broken.sql"] = file(`CREATE TABLE "half" ("x" TEXT); SELECT nonsense FROM nowhere;`)
		_, err = db.Migrate(t.Context(), files)
		require.ErrorContains(t, err, "star/0003_broken")
		files["star/0003_broken.sql"] = file(`CREATE TABLE "half" ("x" TEXT);`)
		applied, err = db.Migrate(t.Context(), files)
		require.NoError(t, err, "nothing of the broken one was kept")
		assert.Equal(t, []string{"star/0003_broken"}, applied)

		files["star/0001_create.sql"] = file(`CREATE TABLE "other" ("x" TEXT);`)
		_, err = db.Migrate(t.Context(), files)
		assert.ErrorContains(t, err, "has changed since")
	})
}

func TestOpenRefusesWhatItCannotReach(t *testing.T) {
	_, err := database.Open(t.Context(), database.Options{Engine: "mongodb"})
	assert.ErrorContains(t, err, "none of sqlite, postgresql")
	_, err = database.Open(t.Context(), database.Options{Host: "127.0.0.1", Port: 1, Name: "x", SSLMode: "disable"})
	assert.ErrorContains(t, err, "reach the database (postgresql)")
	_, err = database.Open(t.Context(), database.Options{Path: t.TempDir() + "/no/such/folder/x.db"})
	assert.ErrorContains(t, err, "reach the database (sqlite)")
}

func TestInMemory(t *testing.T) {
	db, err := database.Open(t.Context(), database.Options{Path: ":memory:"})
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	store := stars(t, db)
	items, _, err := store.List(t.Context(), domainA(), query.Query{})
	require.NoError(t, err)
	assert.Len(t, items, 4)
}
