package database_test

import (
	"context"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/query"
)

// A comet asks bun for more than its columns: to be told, and to be deleted by a mark.
type comet struct {
	bun.BaseModel `bun:"table:comet"`

	CometID string    `bun:"comet_id,pk"`
	Name    string    `bun:"name"`
	Gone    time.Time `bun:"gone,soft_delete,nullzero"`
	Seen    bool      `bun:"-"`
}

func (c *comet) BeforeAppendModel(context.Context, bun.Query) error {
	c.Name += "!"
	return nil
}

func (c *comet) AfterScanRow(context.Context) error {
	c.Seen = true
	return nil
}

// TestModelsThatAskForMore than their columns get it, whichever way they are read.
func TestModelsThatAskForMore(t *testing.T) {
	databasetest.OnEveryEngine(t, fstest.MapFS{"comet/0001_create.sql": {Data: []byte(
		`CREATE TABLE comet (comet_id TEXT PRIMARY KEY, name TEXT NOT NULL, gone TIMESTAMPTZ)`)}}, func(t *testing.T, db *database.DB) {
		store := database.NewStore[comet](db, query.Schema{Table: "comet", ID: "comet_id", Fields: []query.Field{
			{Name: "comet_id", Type: query.String}, {Name: "name", Type: query.String}, {Name: "gone", Type: query.Timestamp},
		}})
		require.NoError(t, store.Create(t.Context(), &comet{CometID: "one", Name: "Halley"}))
		got, err := store.Get(t.Context(), nil, "one")
		require.NoError(t, err)
		assert.Equal(t, []any{"Halley!", true}, []any{got.Name, got.Seen})
		for _, page := range []query.Page{{}, {Limit: 1}} {
			listed, total, err := store.List(t.Context(), nil, query.Query{Page: page})
			require.NoError(t, err)
			require.Equal(t, 1, total)
			assert.Equal(t, []any{"Halley!", true}, []any{listed[0].Name, listed[0].Seen})
		}
		got.Name = "Encke"
		require.NoError(t, store.Update(t.Context(), nil, got, "name"))
		got, err = store.Get(t.Context(), nil, "one")
		require.NoError(t, err)
		assert.Equal(t, "Encke!", got.Name)
		require.NoError(t, store.Delete(t.Context(), nil, "one"))
		_, err = store.Get(t.Context(), nil, "one")
		assert.Equal(t, "ERROR_NOT_FOUND", apierror.From(err).Code)
		kept, err := db.Conn(t.Context()).NewSelect().Model((*comet)(nil)).WhereAllWithDeleted().Count(t.Context())
		require.NoError(t, err)
		assert.EqualValues(t, 1, kept, "by a mark")
	})
}
