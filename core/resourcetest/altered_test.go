package resourcetest

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/query"
)

// altered is a manager of books of which some methods are replaced.
type altered struct {
	bookManager

	create       func(ctx context.Context, item *book) error
	update       func(ctx context.Context, s scope, item *book, columns ...string) error
	remove       func(ctx context.Context, s scope, id string) error
	removeRead   func(ctx context.Context, s scope, item *book) error
	get          func(ctx context.Context, s scope, id string) (*book, error)
	getForUpdate func(ctx context.Context, s scope, id string) (*book, error)
	list         func(ctx context.Context, s scope, q query.Query) ([]book, int, error)
	each         func(ctx context.Context, s scope, q query.Query, do func(*book) error) error
	stat         func(ctx context.Context, s scope, q query.StatQuery) ([]map[string]any, int, error)
	analyze      func(ctx context.Context, s scope, q query.AnalyzeQuery) ([]map[string]any, bool, error)
}

// alter gives a manager the methods that change replaces.
func alter(m bookManager, change func(*altered)) bookManager {
	a := &altered{
		bookManager: m, create: m.Create, update: m.Update, remove: m.Delete, removeRead: m.DeleteRead,
		get: m.Get, getForUpdate: m.GetForUpdate, list: m.List, each: m.Each, stat: m.Stat,
	}
	if of, ok := m.(books); ok {
		a.analyze = of.Analyze
	}
	change(a)
	return a
}

func (a *altered) Create(ctx context.Context, item *book) error { return a.create(ctx, item) }

func (a *altered) Update(ctx context.Context, s scope, item *book, columns ...string) error {
	return a.update(ctx, s, item, columns...)
}

func (a *altered) Delete(ctx context.Context, s scope, id string) error { return a.remove(ctx, s, id) }

func (a *altered) DeleteRead(ctx context.Context, s scope, item *book) error {
	return a.removeRead(ctx, s, item)
}

func (a *altered) Get(ctx context.Context, s scope, id string) (*book, error) {
	return a.get(ctx, s, id)
}

func (a *altered) GetForUpdate(ctx context.Context, s scope, id string) (*book, error) {
	return a.getForUpdate(ctx, s, id)
}

func (a *altered) List(ctx context.Context, s scope, q query.Query) ([]book, int, error) {
	return a.list(ctx, s, q)
}

func (a *altered) Each(ctx context.Context, s scope, q query.Query, do func(*book) error) error {
	return a.each(ctx, s, q, do)
}

func (a *altered) Stat(ctx context.Context, s scope, q query.StatQuery) ([]map[string]any, int, error) {
	return a.stat(ctx, s, q)
}

func (a *altered) Analyze(ctx context.Context, s scope, q query.AnalyzeQuery) ([]map[string]any, bool, error) {
	if a.analyze == nil {
		return nil, false, nil
	}
	return a.analyze(ctx, s, q)
}
