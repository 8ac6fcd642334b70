// Package resourcetest holds the contract that every resource of a service keeps, as
// tests: what its manager, the cache in front of it and its service do, on each database.
// The tests of a resource say how to make it, and run the contract:
//
//	func TestBookManager(t *testing.T) { bookManagers.Test(t) }
//
// Managers is the contract of managers and their caches, Services that of a service whose
// API is rendered, Records that of a service of any other API.
package resourcetest

import (
	"context"
	"io/fs"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/query"
)

// A Manager keeps resources, M, for callers who are confined to scopes, S.
type Manager[M, S any] interface {
	Create(ctx context.Context, item *M) error
	Update(ctx context.Context, scope S, item *M, columns ...string) error
	Delete(ctx context.Context, scope S, id string) error
	DeleteRead(ctx context.Context, scope S, item *M) error
	Get(ctx context.Context, scope S, id string) (*M, error)
	GetForUpdate(ctx context.Context, scope S, id string) (*M, error)
	List(ctx context.Context, scope S, q query.Query) ([]M, int, error)
	Each(ctx context.Context, scope S, q query.Query, do func(*M) error) error
	Stat(ctx context.Context, scope S, q query.StatQuery) ([]map[string]any, int, error)
}

// Fields are those that every resource has.
type Fields struct {
	ID, DomainID, WorkspaceID *string
	CreatedAt, UpdatedAt      *time.Time
}

// Managers is the contract of the managers of one resource. I is their interface, which
// may have more methods than the contract asks for.
type Managers[I Manager[M, S], M, S any] struct {
	Migrations func() (fs.FS, error)                // make the tables
	New        func(db *database.DB) I              // makes a manager
	Scope      func(domainID, workspaceID string) S // an empty part confines nothing
	Fields     func(item *M) Fields                 // point into a resource
	Schema     query.Schema
	IDPrefix   string // what identifiers begin with, before a dash
}

// A place is where a resource lies. The texts of what lies in it are unlike those of what
// lies in others, should they have to be.
type place struct{ domain, workspace, text string }

// places are those of one test. Each lies outside the scope of the others.
type places struct{ mine, neighbours, theirs place }

func placesOf(test string) places {
	domain := "domain of who " + test
	text := test[:1] // no two tests begin alike, and a text may have to be short
	return places{
		mine:       place{domain, "workspace-1", text + "1"},
		neighbours: place{domain, "workspace-2", text + "2"},
		theirs:     place{"another " + domain, "workspace-1", text + "3"},
	}
}

// Test runs the contract on every engine.
func (c Managers[I, M, S]) Test(t *testing.T) {
	t.Helper()
	c.test(t, func(_ *testing.T, m I) I { return m })
}

// test runs the contract with what stands before the managers.
func (c Managers[I, M, S]) test(t *testing.T, before func(*testing.T, I) I) {
	t.Helper()
	c.databases(t, func(t *testing.T, db *database.DB) {
		for name, test := range map[string]func(*testing.T, I, places){
			"keeps one": c.keepsOne, "holds to versions": c.holdsToVersions,
			"confines to scopes": c.confinesToScopes, "finds many": c.findsMany,
			"lets one decide at a time": func(t *testing.T, m I, p places) { c.letsOneDecide(t, db, m, p) },
		} {
			t.Run(name, func(t *testing.T) { test(t, before(t, c.New(db)), placesOf(name)) })
		}
	})
}

// OnEveryEngine runs a test of your own with a manager on every engine.
func (c Managers[I, M, S]) OnEveryEngine(t *testing.T, test func(t *testing.T, m I)) {
	t.Helper()
	c.databases(t, func(t *testing.T, db *database.DB) { test(t, c.New(db)) })
}

// databases runs a test with the tables of the service on every engine.
func (c Managers[I, M, S]) databases(t *testing.T, test func(t *testing.T, db *database.DB)) {
	t.Helper()
	migrations, err := c.Migrations()
	require.NoError(t, err)
	databasetest.OnEveryEngine(t, migrations, test)
}

// in is the scope of who may see what lies in a place.
func (c Managers[I, M, S]) in(p place) S { return c.Scope(p.domain, p.workspace) }

// anywhere is the scope that confines nothing.
func (c Managers[I, M, S]) anywhere() S { return c.Scope("", "") }

func (c Managers[I, M, S]) id(item *M) string { return *c.Fields(item).ID }

// create stores a resource in a place.
func (c Managers[I, M, S]) create(t *testing.T, m I, p place) *M {
	t.Helper()
	item := new(M)
	f := c.Fields(item)
	fillTexts(item, f.ID, p.text)
	*f.DomainID, *f.WorkspaceID = p.domain, p.workspace
	require.NoError(t, m.Create(t.Context(), item))
	return item
}

// fillTexts sets the texts of a model, but for its identifier.
func fillTexts(item any, id *string, text string) {
	model := reflect.ValueOf(item).Elem()
	for i := range model.NumField() {
		if f, ok := model.Field(i).Addr().Interface().(*string); ok && f != id {
			*f = text
		}
	}
}

// read gives a resource as it is stored.
func (c Managers[I, M, S]) read(t *testing.T, m I, scope S, id string) *M {
	t.Helper()
	item, err := m.Get(t.Context(), scope, id)
	require.NoError(t, err)
	return item
}

// unread is a resource that nobody has read, so that it is stored over any version.
func (c Managers[I, M, S]) unread(id, workspace string) *M {
	item := new(M)
	f := c.Fields(item)
	*f.ID, *f.WorkspaceID = id, workspace
	return item
}

func (c Managers[I, M, S]) keepsOne(t *testing.T, m I, p places) {
	item := c.create(t, m, p.mine)
	created := c.Fields(item)
	assert.Regexp(t, "^"+c.IDPrefix+"-[0-9a-f]{12}$", *created.ID)
	assert.False(t, created.CreatedAt.IsZero())
	assert.Equal(t, *created.CreatedAt, *created.UpdatedAt)
	for range 2 { // the second time may come from a cache
		got := c.Fields(c.read(t, m, c.in(p.mine), *created.ID))
		assert.Equal(t, *created.ID, *got.ID)
		assert.Equal(t, p.mine.domain, *got.DomainID)
		assert.Equal(t, p.mine.workspace, *got.WorkspaceID)
		assert.True(t, created.CreatedAt.Equal(*got.CreatedAt))
		assert.True(t, created.UpdatedAt.Equal(*got.UpdatedAt))
	}

	time.Sleep(2 * time.Millisecond) // times are kept by the millisecond, and the next is to be another
	change := c.unread(*created.ID, p.neighbours.workspace)
	require.NoError(t, m.Update(t.Context(), c.in(p.mine), change, "workspace_id"))
	assertCode(t, "ERROR_NOT_FOUND", second(m.Get(t.Context(), c.in(p.mine), *created.ID)), "it lies in another workspace now")
	got := c.Fields(c.read(t, m, c.in(p.neighbours), *created.ID))
	assert.Equal(t, p.mine.domain, *got.DomainID, "a column that is not named stays as it is")
	assert.Equal(t, p.neighbours.workspace, *got.WorkspaceID)
	assert.True(t, created.CreatedAt.Equal(*got.CreatedAt))
	assert.True(t, c.Fields(change).UpdatedAt.Equal(*got.UpdatedAt))
	assert.True(t, got.UpdatedAt.After(*got.CreatedAt), "an update has its time")

	require.NoError(t, m.Delete(t.Context(), c.Scope(p.mine.domain, ""), *created.ID))
	assertCode(t, "ERROR_NOT_FOUND", second(m.Get(t.Context(), c.anywhere(), *created.ID)))
	assertCode(t, "ERROR_NOT_FOUND", m.Delete(t.Context(), c.anywhere(), *created.ID))
}

func (c Managers[I, M, S]) holdsToVersions(t *testing.T, m I, p places) {
	ctx, scope := t.Context(), c.in(p.mine)
	id := c.id(c.create(t, m, p.mine))
	first, slower := c.read(t, m, scope, id), c.read(t, m, scope, id)
	require.NoError(t, m.Update(ctx, scope, first, "workspace_id"))
	require.NoError(t, m.Update(ctx, scope, first, "workspace_id"), "it is of the version that was stored")
	assertCode(t, "ERROR_CONFLICT", m.Update(ctx, scope, slower, "workspace_id"))
	assertCode(t, "ERROR_CONFLICT", m.DeleteRead(ctx, scope, slower))
	c.read(t, m, scope, id)
	require.NoError(t, m.DeleteRead(ctx, scope, first))
	assertCode(t, "ERROR_NOT_FOUND", second(m.Get(ctx, c.anywhere(), id)))
}

// confinesToScopes: what lies outside the scope of a call is not found, and stays as it is.
func (c Managers[I, M, S]) confinesToScopes(t *testing.T, m I, p places) {
	ctx := t.Context()
	id := c.id(c.create(t, m, p.mine))
	before := c.read(t, m, c.in(p.mine), id)
	count := query.StatQuery{Aggregate: []query.Stage{{Count: &query.Count{Name: "total"}}}}
	for _, outside := range []place{p.neighbours, p.theirs} {
		scope := c.in(outside)
		for call, err := range map[string]error{
			"get":         second(m.Get(ctx, scope, id)),
			"update":      m.Update(ctx, scope, c.unread(id, "workspace-3"), "workspace_id"),
			"delete":      m.Delete(ctx, scope, id),
			"delete read": m.DeleteRead(ctx, scope, before),
		} {
			assertCode(t, "ERROR_NOT_FOUND", err, "%s from %v", call, outside)
		}
		items, total, err := m.List(ctx, scope, query.Query{})
		require.NoError(t, err)
		assert.Empty(t, items, outside)
		assert.Zero(t, total, outside)
		_, total, err = m.List(ctx, scope, query.Query{CountOnly: true})
		require.NoError(t, err)
		assert.Zero(t, total, outside)
		assert.Empty(t, c.each(t, m, scope, query.Query{}), outside)
		rows, _, err := m.Stat(ctx, scope, query.StatQuery{Distinct: c.Schema.ID})
		require.NoError(t, err)
		assert.Empty(t, rows, outside)
		c.analyzes(t, m, scope, nil, 0)
	}
	it := c.among([]string{id})
	count.Filter = it
	for _, inside := range []S{c.in(p.mine), c.Scope(p.mine.domain, ""), c.anywhere()} {
		_, total, err := m.List(ctx, inside, query.Query{Filter: it})
		require.NoError(t, err)
		assert.Equal(t, 1, total)
		assert.Equal(t, []string{id}, c.each(t, m, inside, query.Query{Filter: it}))
		rows, _, err := m.Stat(ctx, inside, count)
		require.NoError(t, err)
		require.Len(t, rows, 1)
		assert.EqualValues(t, 1, rows[0]["total"])
		c.analyzes(t, m, inside, it, 1)
	}
	assert.Equal(t, before, c.read(t, m, c.in(p.mine), id), "nobody else has changed it")
}

// analyzes: an analysis of what a filter selects has so many rows, if the manager has any.
func (c Managers[I, M, S]) analyzes(t *testing.T, m I, scope S, filter []query.Condition, want int) {
	of, ok := any(m).(interface {
		Analyze(ctx context.Context, scope S, q query.AnalyzeQuery) ([]map[string]any, bool, error)
	})
	if !ok {
		return
	}
	rows, more, err := of.Analyze(t.Context(), scope, query.AnalyzeQuery{
		GroupBy: []query.GroupKey{{Key: c.Schema.ID, Name: "id"}}, Fields: []query.GroupField{{Name: "total", Operator: "count"}}, Filter: filter,
	})
	require.NoError(t, err)
	assert.Len(t, rows, want, "an analysis from %v", scope)
	assert.False(t, more)
}

// among selects resources that a test made: migrations may have made more.
func (c Managers[I, M, S]) among(ids []string) []query.Condition {
	list := make([]any, len(ids))
	for i, id := range ids {
		list[i] = id
	}
	return []query.Condition{{Key: c.Schema.ID, Operator: query.In, Value: list}}
}

// each gives the identifiers of what Each is called with.
func (c Managers[I, M, S]) each(t *testing.T, m I, scope S, q query.Query) []string {
	t.Helper()
	var ids []string
	require.NoError(t, m.Each(t.Context(), scope, q, func(item *M) error {
		ids = append(ids, c.id(item))
		return nil
	}))
	return ids
}

func assertCode(t *testing.T, want string, err error, message ...any) {
	t.Helper()
	if assert.Error(t, err, message...) {
		assert.Equal(t, want, apierror.From(err).Code, message...)
	}
}

// assertTaken holds an error against both codes of values that are taken: the one of the
// store, and the one of services that look themselves.
func assertTaken(t *testing.T, err error, name string) {
	t.Helper()
	if assert.Error(t, err, name) {
		assert.True(t, apierror.IsTaken(err), "%s is taken, and the error is: %v", name, err)
	}
}

// second is the error of a call that gives something with it.
func second[T any](_ T, err error) error { return err }
