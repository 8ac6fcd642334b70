package database_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/query"
)

// TestUnwoundResources have one element each, and all else as it was.
func TestUnwoundResources(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := stars(t, db)
		items, total, err := store.List(t.Context(), domainA(), query.Query{Unwind: &query.Unwind{Path: "aliases"}, Keyword: "sol", Only: []string{"aliases", "name"}})
		require.NoError(t, err)
		assert.Equal(t, 2, total)
		assert.Equal(t, []star{{StarID: "star-1", Name: "Sol", Aliases: []string{"Helios"}}, {StarID: "star-1", Name: "Sol", Aliases: []string{"Sun"}}}, items)
		items, _, err = store.List(t.Context(), domainA(), query.Query{Unwind: &query.Unwind{Path: "tags.lists"}})
		require.NoError(t, err)
		assert.Equal(t, []any{"x"}, items[0].Tags["lists"])
		assert.Equal(t, "white", items[0].Tags["colour"])
		err = store.Each(t.Context(), domainA(), query.Query{Unwind: &query.Unwind{Path: "aliases"}}, func(*star) error { return nil })
		assert.ErrorContains(t, err, "unwind")
	})
}

// TestAliasesAndOrder: a key may have other names, and a list an order of its own.
func TestAliasesAndOrder(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		stars(t, db)
		s := starSchema()
		s.Order, s.Aliases = []query.Sort{{Key: "mass", Desc: true}}, map[string]string{"label": "tags", "size": "mass"}
		store := database.NewStore[star](db, s)
		for text, want := range map[string][]string{
			`{}`:                        {"3", "2", "1", "4"},
			`{"sort":[{"key":"size"}]}`: {"4", "1", "2", "3"},
			`{"filter":[{"k":"label.colour","v":"red"}]}`: {"3"},
			`{"filter":[{"k":"size","v":1,"o":"lte"}]}`:   {"1", "4"},
		} {
			ids, _ := list(t, store, text)
			assert.Equal(t, want, ids, text)
		}
	})
}
