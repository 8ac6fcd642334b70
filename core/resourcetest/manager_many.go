package resourcetest

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/query"
)

// findsMany: filters, orders and pages are those of the query, and the total is that of
// all pages. The resources lie in several places, where values may have to be unique.
func (c Managers[I, M, S]) findsMany(t *testing.T, m I, p places) {
	ctx := t.Context()
	var ids []string
	for _, at := range []place{p.mine, p.neighbours, p.theirs} {
		ids = append(ids, c.id(c.create(t, m, at)))
	}
	slices.Sort(ids)
	byID := []query.Sort{{Key: c.Schema.ID}}
	is := func(id string) query.Condition {
		return query.Condition{Key: c.Schema.ID, Operator: query.Eq, Value: id}
	}
	all, one := c.among(ids), []query.Condition{is(ids[1])}
	for name, test := range map[string]struct {
		q     query.Query
		want  []string
		total int
	}{
		"all":           {query.Query{Filter: all, Sort: byID}, ids, 3},
		"downwards":     {query.Query{Filter: all, Sort: []query.Sort{{Key: c.Schema.ID, Desc: true}}}, []string{ids[2], ids[1], ids[0]}, 3},
		"first page":    {query.Query{Filter: all, Sort: byID, Page: query.Page{Start: 1, Limit: 2}}, ids[:2], 3},
		"last page":     {query.Query{Filter: all, Sort: byID, Page: query.Page{Start: 3, Limit: 2}}, ids[2:], 3},
		"filtered":      {query.Query{Filter: one}, ids[1:2], 1},
		"either of two": {query.Query{FilterOr: []query.Condition{is(ids[0]), is(ids[1])}, Sort: byID}, ids[:2], 2},
		"counted":       {query.Query{Filter: one, CountOnly: true}, nil, 1},
		"nothing":       {query.Query{Filter: []query.Condition{is("none")}}, nil, 0},
	} {
		items, total, err := m.List(ctx, c.anywhere(), test.q)
		require.NoError(t, err, name)
		assert.Equal(t, test.total, total, name)
		var found []string
		for i := range items {
			found = append(found, c.id(&items[i]))
		}
		assert.Equal(t, test.want, found, name)
	}
	assert.Equal(t, ids, c.each(t, m, c.anywhere(), query.Query{Filter: all}))
	assert.Equal(t, ids[1:2], c.each(t, m, c.anywhere(), query.Query{Filter: one}))
	enough, seen := errors.New("enough"), 0
	assert.ErrorIs(t, m.Each(ctx, c.anywhere(), query.Query{Filter: all}, func(*M) error { seen++; return enough }), enough)
	assert.Equal(t, 1, seen, "an error ends it")
	rows, _, err := m.Stat(ctx, c.anywhere(), query.StatQuery{Filter: one, Aggregate: []query.Stage{{Count: &query.Count{Name: "total"}}}})
	require.NoError(t, err)
	require.Len(t, rows, 1)
	assert.EqualValues(t, 1, rows[0]["total"])
	rows, total, err := m.Stat(ctx, c.anywhere(), query.StatQuery{
		Filter:    all,
		Aggregate: []query.Stage{{Group: &query.Group{Keys: []query.GroupKey{{Key: c.Schema.ID, Name: "id"}}}}},
		Page:      query.Page{Start: 1, Limit: 2},
	})
	require.NoError(t, err)
	assert.Len(t, rows, 2)
	assert.Equal(t, 3, total)
}

// letsOneDecide: calls that look at a resource before they change it do so one after
// another.
func (c Managers[I, M, S]) letsOneDecide(t *testing.T, db *database.DB, m I, p places) {
	scope := c.Scope(p.mine.domain, "")
	id := c.id(c.create(t, m, p.mine))
	_, err := m.GetForUpdate(t.Context(), scope, id)
	require.Error(t, err, "no transaction would hold the lock")
	require.NoError(t, db.InTx(t.Context(), func(ctx context.Context) error {
		_, err := m.GetForUpdate(ctx, c.in(p.theirs), id)
		assertCode(t, "ERROR_NOT_FOUND", err)
		return nil
	}))
	var group sync.WaitGroup
	var decided atomic.Int32
	for range 5 {
		group.Go(func() {
			assert.NoError(t, db.InTx(t.Context(), func(ctx context.Context) error {
				item, err := m.GetForUpdate(ctx, scope, id)
				if err != nil || *c.Fields(item).WorkspaceID != p.mine.workspace {
					return err
				}
				decided.Add(1)
				*c.Fields(item).WorkspaceID = "decided"
				return m.Update(ctx, scope, item, "workspace_id")
			}))
		})
	}
	group.Wait()
	assert.EqualValues(t, 1, decided.Load())
}
