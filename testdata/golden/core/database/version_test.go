package database_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/query"
)

// order is a resource that may be cancelled once.
type order struct {
	bun.BaseModel `bun:"table:order"`

	OrderID    string `bun:"order_id,pk"`
	State      string `bun:"state"`
	Note       string `bun:"note"`
	RowVersion int64  `bun:"_version"`
}

func orders(t *testing.T, db *database.DB) *database.Store[order] {
	t.Helper()
	_, err := db.Migrate(t.Context(), fstest.MapFS{
		"order/0001_create.sql":  file(`CREATE TABLE "order" ("order_id" TEXT NOT NULL PRIMARY KEY, "state" TEXT NOT NULL, "note" TEXT NOT NULL);`),
		"order/0002_fill.sql":    file(`INSERT INTO "order" ("order_id", "state", "note") VALUES ('old', 'PAID', '');`),
		"order/0003_version.sql": file(`ALTER TABLE "order" ADD COLUMN "_version" BIGINT NOT NULL DEFAULT 1;`),
	})
	require.NoError(t, err)
	store := database.NewStore[order](db, query.Schema{Table: "order", ID: "order_id", Fields: []query.Field{
		{Name: "order_id", Type: query.String}, {Name: "state", Type: query.String}, {Name: "note", Type: query.String},
	}})
	require.NoError(t, store.Create(t.Context(), &order{OrderID: "new", State: "PAID"}))
	return store
}

func codeOf(err error) string {
	if fault := apierror.From(err); fault != nil {
		return fault.Code
	}
	return ""
}

// TestWhoWasSlowerIsTold: of two who read the same row, one changes it. That the row is
// gone, or was never in the scope, is something else.
func TestWhoWasSlowerIsTold(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := orders(t, db)
		for _, id := range []string{"new", "old"} {
			mine, err := store.Get(t.Context(), nil, id)
			require.NoError(t, err)
			theirs, err := store.Get(t.Context(), nil, id)
			require.NoError(t, err)
			assert.EqualValues(t, 1, mine.RowVersion)

			theirs.State = "CANCELLED"
			require.NoError(t, store.Update(t.Context(), nil, theirs, "state"))
			theirs.Note = "twice by the same hand"
			require.NoError(t, store.Update(t.Context(), nil, theirs), "all columns")
			assert.EqualValues(t, 3, theirs.RowVersion)

			mine.State = "SENT"
			err = store.Update(t.Context(), nil, mine, "state", "_version")
			assert.Equal(t, codes.Aborted, apierror.From(err).Status)
			assert.Equal(t, "ERROR_CONFLICT: Resource was changed by somebody else meanwhile: read it again. (order_id = "+id+")", apierror.From(err).Error())
			assert.Equal(t, "ERROR_CONFLICT", codeOf(store.DeleteRead(t.Context(), nil, mine)))
			sent := []query.Condition{{Key: "state", Operator: query.Eq, Value: "SENT"}}
			assert.Equal(t, "ERROR_NOT_FOUND", codeOf(store.Update(t.Context(), sent, mine, "state")), "out of the scope")
			got, err := store.Get(t.Context(), nil, id)
			require.NoError(t, err)
			assert.Equal(t, theirs, got, "nothing of the slower one was stored")

			require.NoError(t, store.DeleteRead(t.Context(), nil, got))
			assert.Equal(t, "ERROR_NOT_FOUND", codeOf(store.Update(t.Context(), nil, theirs, "state")), "it is gone")
			assert.Equal(t, "ERROR_NOT_FOUND", codeOf(store.DeleteRead(t.Context(), nil, theirs)))
		}
	})
}

// TestWhoDidNotReadIsNotHeldToAVersion, but everybody else learns of the change.
func TestWhoDidNotReadIsNotHeldToAVersion(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := orders(t, db)
		read, err := store.Get(t.Context(), nil, "new")
		require.NoError(t, err)
		for range 2 {
			require.NoError(t, store.Update(t.Context(), nil, &order{OrderID: "new", State: "SENT"}, "state"))
		}
		got, err := store.Get(t.Context(), nil, "new")
		require.NoError(t, err)
		assert.EqualValues(t, 3, got.RowVersion)
		assert.Equal(t, "ERROR_CONFLICT", codeOf(store.Update(t.Context(), nil, read, "state")))
		require.NoError(t, store.Delete(t.Context(), nil, "new"))
	})
}

// TestWhatListsGiveIsHeldToItsVersion, whatever they were asked for of each.
func TestWhatListsGiveIsHeldToItsVersion(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := orders(t, db)
		listed, _, err := store.List(t.Context(), nil, query.Query{Only: []string{"state"}, Filter: []query.Condition{{Key: "order_id", Operator: query.Eq, Value: "new"}}})
		require.NoError(t, err)
		require.NoError(t, store.Update(t.Context(), nil, &order{OrderID: "new"}, "note"))
		assert.Equal(t, "ERROR_CONFLICT", codeOf(store.Update(t.Context(), nil, &listed[0], "state")))
		require.NoError(t, store.Each(t.Context(), nil, query.Query{Only: []string{"state"}}, func(one *order) error {
			require.NoError(t, store.Update(t.Context(), nil, &order{OrderID: one.OrderID}, "note"))
			assert.Equal(t, "ERROR_CONFLICT", codeOf(store.Update(t.Context(), nil, one, "state")))
			return nil
		}))
		_, _, err = store.List(t.Context(), nil, query.Query{Only: []string{"_version"}})
		assert.Equal(t, "ERROR_DB_QUERY", codeOf(err), "it is nothing that callers ask for")
	})
}

// TestAnOrderIsCancelledOnce: of many who read it, look whether it may be cancelled and
// pay the refund, one does, however they read it.
func TestAnOrderIsCancelledOnce(t *testing.T) {
	errCancelled := errors.New("cancelled already")
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := orders(t, db)
		for name, get := range map[string]func(context.Context, []query.Condition, string) (*order, error){
			"read": store.Get, "locked": store.GetForUpdate,
		} {
			t.Run(name, func(t *testing.T) {
				require.NoError(t, store.Update(t.Context(), nil, &order{OrderID: "new", State: "PAID"}, "state"))
				const callers = 5
				var group, ready sync.WaitGroup
				ready.Add(callers)
				results := make(chan error, callers)
				for range callers {
					group.Go(func() {
						ready.Done()
						ready.Wait()
						results <- db.InTx(t.Context(), func(ctx context.Context) error {
							one, err := get(ctx, nil, "new")
							if err != nil {
								return err
							}
							if one.State != "PAID" {
								return errCancelled
							}
							one.State = "CANCELLED"
							return store.Update(ctx, nil, one, "state")
						})
					})
				}
				group.Wait()
				close(results)
				refunds := 0
				for err := range results {
					switch {
					case err == nil:
						refunds++
					case name == "locked" || db.Engine() == database.SQLite:
						assert.ErrorIs(t, err, errCancelled, "who waits sees what was done")
					case !errors.Is(err, errCancelled):
						assert.Equal(t, "ERROR_CONFLICT", codeOf(err))
					}
				}
				assert.Equal(t, 1, refunds)
			})
		}
	})
}

// TestBothHaveReadBeforeEitherWrites is the race in the worst order that an engine
// lets happen: on SQLite the second waits for the first, on PostgreSQL it conflicts.
func TestBothHaveReadBeforeEitherWrites(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := orders(t, db)
		second := make(chan error, 1)
		require.NoError(t, db.InTx(t.Context(), func(ctx context.Context) error {
			first, err := store.Get(ctx, nil, "new")
			require.NoError(t, err)
			has, wrote := make(chan struct{}), make(chan struct{})
			go func() {
				second <- db.InTx(t.Context(), func(ctx context.Context) error {
					one, err := store.Get(ctx, nil, "new")
					close(has)
					if err != nil {
						return err
					}
					<-wrote
					one.Note += " and the second"
					return store.Update(ctx, nil, one, "note")
				})
			}()
			if db.Engine() == database.PostgreSQL {
				<-has
			}
			first.Note = "the first"
			defer close(wrote)
			return store.Update(ctx, nil, first, "note")
		}))
		err := <-second
		got, failed := store.Get(t.Context(), nil, "new")
		require.NoError(t, failed)
		if db.Engine() == database.SQLite {
			require.NoError(t, err)
			assert.Equal(t, "the first and the second", got.Note)
			return
		}
		assert.Equal(t, "ERROR_CONFLICT", codeOf(err))
		assert.Equal(t, "the first", got.Note)
	})
}

// TestALockHoldsOthersUp until the transaction ends; outside one there is none.
func TestALockHoldsOthersUp(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := orders(t, db)
		_, err := store.GetForUpdate(t.Context(), nil, "new")
		require.ErrorContains(t, err, "ERROR_NO_TRANSACTION: GetForUpdate was called outside")
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				assert.NoError(t, db.InTx(t.Context(), func(ctx context.Context) error {
					one, err := store.GetForUpdate(ctx, nil, "new")
					if err != nil {
						return err
					}
					one.Note += "x"
					return store.Update(ctx, nil, one, "note")
				}))
			})
		}
		group.Wait()
		got, err := store.Get(t.Context(), nil, "new")
		require.NoError(t, err)
		assert.Equal(t, "xxxxxxxx", got.Note)
		require.NoError(t, db.InTx(t.Context(), func(ctx context.Context) error {
			_, err := store.GetForUpdate(ctx, nil, "nothing")
			assert.Equal(t, "ERROR_NOT_FOUND", codeOf(err))
			return nil
		}))
	})
}

// TestWhatIsReferredToStays until whoever refers to it is done: others may refer to it and
// change it meanwhile, but not delete it.
func TestWhatIsReferredToStays(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := orders(t, db)
		_, err := store.GetForShare(t.Context(), nil, "new")
		require.ErrorContains(t, err, "ERROR_NO_TRANSACTION: GetForShare was called outside")
		require.NoError(t, db.InTx(t.Context(), func(ctx context.Context) error {
			_, err := store.GetForShare(ctx, nil, "nothing")
			assert.Equal(t, "ERROR_NOT_FOUND", codeOf(err))
			_, err = store.GetForShare(ctx, []query.Condition{{Key: "state", Operator: query.Eq, Value: "SENT"}}, "new")
			assert.Equal(t, "ERROR_NOT_FOUND", codeOf(err), "out of the scope")
			return nil
		}))

		deleted := make(chan error, 1)
		require.NoError(t, db.InTx(t.Context(), func(ctx context.Context) error {
			held, err := store.GetForShare(ctx, nil, "new")
			require.NoError(t, err)
			assert.Equal(t, "PAID", held.State)
			if db.Engine() == database.PostgreSQL {
				require.NoError(t, db.InTx(t.Context(), func(ctx context.Context) error {
					_, err := store.GetForShare(ctx, nil, "new")
					return err
				}), "another one refers to it as well")
				require.NoError(t, store.Update(t.Context(), nil, &order{OrderID: "new", State: "SENT"}, "state"), "it may change")
			}
			go func() { deleted <- store.Delete(t.Context(), nil, "new") }()
			return waitsForALock(ctx, db, deleted)
		}))
		require.NoError(t, <-deleted)
	})
}

// waitsForALock returns when PostgreSQL has somebody who waits for a row that the
// transaction in ctx holds. SQLite's others wait by themselves.
func waitsForALock(ctx context.Context, db *database.DB, done <-chan error) error {
	for waiting := 0; db.Engine() == database.PostgreSQL && waiting == 0; {
		if len(done) > 0 {
			return errors.New("nobody waited")
		}
		err := db.Conn(ctx).NewRaw("SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))").Scan(ctx, &waiting)
		if err != nil {
			return err
		}
	}
	return nil
}

// TestModelsWithoutAVersion are stored as ever.
func TestModelsWithoutAVersion(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		read, err := store.Get(t.Context(), nil, "star-1")
		require.NoError(t, err)
		require.NoError(t, store.Update(t.Context(), nil, &star{StarID: "star-1", Mass: 2}, "mass"))
		require.NoError(t, store.Update(t.Context(), nil, read, "kind"))
		require.NoError(t, store.DeleteRead(t.Context(), nil, read))
	})
}
