package resourcetest

import (
	"context"
	"slices"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/cachetest"
	"github.com/cloudforet-io/spacegen/core/query"
)

var everywhere = scope{}

// brokenManagers are managers with one fault each.
func brokenManagers() []broken {
	var all []broken
	with := func(name, test string, change func(a *altered, m books)) {
		all = append(all, broken{name, test, func(t *testing.T) {
			bookContract(func(m bookManager) bookManager {
				return alter(m, func(a *altered) { change(a, m.(books)) })
			}).Test(t)
		}})
	}
	with("create gives no times", "keeps one", func(a *altered, m books) {
		a.create = func(ctx context.Context, item *book) error {
			item.BookID = "book-0123456789ab"
			return m.store.Create(ctx, item)
		}
	})
	with("create makes identifiers of another kind", "keeps one", func(a *altered, m books) {
		a.create = func(ctx context.Context, item *book) error {
			item.BookID, item.CreatedAt = "page-0123456789ab", now()
			item.UpdatedAt = item.CreatedAt
			return m.store.Create(ctx, item)
		}
	})
	with("create forgets the workspace", "keeps one", func(a *altered, m books) {
		a.create = func(ctx context.Context, item *book) error {
			stored := *item
			stored.WorkspaceID = ""
			err := m.Create(ctx, &stored)
			item.BookID, item.CreatedAt, item.UpdatedAt = stored.BookID, stored.CreatedAt, stored.UpdatedAt
			return err
		}
	})
	with("get has no scope", "confines to scopes", func(a *altered, m books) {
		a.get = func(ctx context.Context, _ scope, id string) (*book, error) { return m.Get(ctx, everywhere, id) }
	})
	with("get confines to the domain alone", "confines to scopes", func(a *altered, m books) {
		a.get = func(ctx context.Context, s scope, id string) (*book, error) {
			return m.Get(ctx, scope{domain: s.domain}, id)
		}
	})
	with("update has no scope", "confines to scopes", func(a *altered, m books) {
		a.update = func(ctx context.Context, _ scope, item *book, columns ...string) error {
			return m.Update(ctx, everywhere, item, columns...)
		}
	})
	with("update keeps the time", "keeps one", func(a *altered, m books) {
		a.update = func(ctx context.Context, s scope, item *book, columns ...string) error {
			item.UpdatedAt = now()
			return m.store.Update(ctx, s.conditions(), item, columns...)
		}
	})
	with("update drops a column", "keeps one", func(a *altered, m books) {
		a.update = func(ctx context.Context, s scope, item *book, columns ...string) error {
			columns = columns[1:]
			return m.Update(ctx, s, item, columns...)
		}
	})
	with("update stores columns that are not named", "keeps one", func(a *altered, m books) {
		a.update = func(ctx context.Context, s scope, item *book, columns ...string) error {
			return m.Update(ctx, s, item, append(columns, "domain_id")...)
		}
	})
	with("update stores over any version", "holds to versions", func(a *altered, m books) {
		a.update = func(ctx context.Context, s scope, item *book, columns ...string) error {
			item.RowVersion = 0
			return m.Update(ctx, s, item, columns...)
		}
	})
	with("update leaves the version that was read", "holds to versions", func(a *altered, m books) {
		a.update = func(ctx context.Context, s scope, item *book, columns ...string) error {
			stored := *item
			err := m.Update(ctx, s, &stored, columns...)
			item.UpdatedAt = stored.UpdatedAt
			return err
		}
	})
	with("delete has no scope", "confines to scopes", func(a *altered, m books) {
		a.remove = func(ctx context.Context, _ scope, id string) error { return m.Delete(ctx, everywhere, id) }
	})
	with("delete does nothing", "keeps one", func(a *altered, _ books) {
		a.remove = func(context.Context, scope, string) error { return nil }
	})
	with("delete takes what is not there", "keeps one", func(a *altered, m books) {
		a.remove = func(ctx context.Context, s scope, id string) error {
			if err := m.Delete(ctx, s, id); apierror.From(err) != nil && apierror.From(err).Code != "ERROR_NOT_FOUND" {
				return err
			}
			return nil
		}
	})
	with("delete read deletes any version", "holds to versions", func(a *altered, m books) {
		a.removeRead = func(ctx context.Context, s scope, item *book) error { return m.Delete(ctx, s, item.BookID) }
	})
	with("delete read has no scope", "confines to scopes", func(a *altered, m books) {
		a.removeRead = func(ctx context.Context, _ scope, item *book) error { return m.DeleteRead(ctx, everywhere, item) }
	})
	with("get for update locks nothing", "lets one decide at a time", func(a *altered, m books) { a.getForUpdate = m.Get })
	with("get for update has no scope", "lets one decide at a time", func(a *altered, m books) {
		a.getForUpdate = func(ctx context.Context, _ scope, id string) (*book, error) {
			return m.GetForUpdate(ctx, everywhere, id)
		}
	})
	for name, change := range map[string]func(q *query.Query){
		"list has no page":             func(q *query.Query) { q.Page = query.Page{} },
		"list has no filter":           func(q *query.Query) { q.Filter = nil },
		"list has no filter of either": func(q *query.Query) { q.FilterOr = nil },
		"list has no order":            func(q *query.Query) { q.Sort = []query.Sort{{Key: "workspace_id"}, {Key: "domain_id"}} },
		"list does not count alone":    func(q *query.Query) { q.CountOnly = false },
	} {
		with(name, "finds many", func(a *altered, m books) {
			a.list = func(ctx context.Context, s scope, q query.Query) ([]book, int, error) {
				change(&q)
				return m.List(ctx, s, q)
			}
		})
	}
	with("list has no scope", "confines to scopes", func(a *altered, m books) {
		a.list = func(ctx context.Context, _ scope, q query.Query) ([]book, int, error) {
			return m.List(ctx, everywhere, q)
		}
	})
	with("list counts its page", "finds many", func(a *altered, m books) {
		a.list = func(ctx context.Context, s scope, q query.Query) ([]book, int, error) {
			items, total, err := m.List(ctx, s, q)
			if q.Page.Limit > 0 {
				total = len(items)
			}
			return items, total, err
		}
	})
	with("each has no scope", "confines to scopes", func(a *altered, m books) {
		a.each = func(ctx context.Context, _ scope, q query.Query, do func(*book) error) error {
			return m.Each(ctx, everywhere, q, do)
		}
	})
	with("each has no filter", "finds many", func(a *altered, m books) {
		a.each = func(ctx context.Context, s scope, _ query.Query, do func(*book) error) error {
			return m.Each(ctx, s, query.Query{}, do)
		}
	})
	with("each goes backwards", "finds many", func(a *altered, m books) {
		a.each = func(ctx context.Context, s scope, q query.Query, do func(*book) error) error {
			var all []*book
			err := m.Each(ctx, s, q, func(item *book) error { all = append(all, item); return nil })
			for _, item := range slices.Backward(all) {
				_ = do(item)
			}
			return err
		}
	})
	with("each stops for no error", "finds many", func(a *altered, m books) {
		a.each = func(ctx context.Context, s scope, q query.Query, do func(*book) error) error {
			return m.Each(ctx, s, q, func(item *book) error { _ = do(item); return nil })
		}
	})
	with("stat has no scope", "confines to scopes", func(a *altered, m books) {
		a.stat = func(ctx context.Context, _ scope, q query.StatQuery) ([]map[string]any, int, error) {
			return m.Stat(ctx, everywhere, q)
		}
	})
	with("analyze has no scope", "confines to scopes", func(a *altered, m books) {
		a.analyze = func(ctx context.Context, _ scope, q query.AnalyzeQuery) ([]map[string]any, bool, error) {
			return m.Analyze(ctx, everywhere, q)
		}
	})
	for name, change := range map[string]func(q *query.StatQuery){
		"stat has no filter": func(q *query.StatQuery) { q.Filter = nil },
		"stat has no page":   func(q *query.StatQuery) { q.Page = query.Page{} },
	} {
		with(name, "finds many", func(a *altered, m books) {
			a.stat = func(ctx context.Context, s scope, q query.StatQuery) ([]map[string]any, int, error) {
				change(&q)
				return m.Stat(ctx, s, q)
			}
		})
	}
	return all
}

// brokenCaches are managers with a cache that has one fault each.
func brokenCaches() []broken {
	var all []broken
	with := func(name, test string, change func(a *altered, c cachedBooks)) {
		all = append(all, broken{name, test, func(t *testing.T) {
			bookContract(asItIs).TestCached(t, func(t *testing.T, next bookManager) bookManager {
				c := cachedBooks{next, cachetest.Local(t)}
				return alter(c, func(a *altered) { change(a, c) })
			})
		}})
	}
	const commits = "shows what is committed"
	with("nothing is cached", commits, func(a *altered, c cachedBooks) { a.get = c.bookManager.Get })
	with("whoever writes gets what is cached", commits, func(a *altered, c cachedBooks) { a.get = c.cached })
	with("what is cached has no scope", "confines to scopes", func(a *altered, c cachedBooks) {
		a.get = func(ctx context.Context, s scope, id string) (*book, error) {
			if item, err := c.Get(ctx, everywhere, id); err == nil {
				return item, nil
			}
			return c.Get(ctx, s, id)
		}
	})
	with("update leaves what is cached", "keeps one", func(a *altered, c cachedBooks) { a.update = c.bookManager.Update })
	with("update forgets before it is committed alone", commits, func(a *altered, c cachedBooks) {
		a.update = func(ctx context.Context, s scope, item *book, columns ...string) error {
			defer c.drop(ctx, item.BookID)
			return c.bookManager.Update(ctx, s, item, columns...)
		}
	})
	with("delete leaves what is cached", "keeps one", func(a *altered, c cachedBooks) { a.remove = c.bookManager.Delete })
	with("delete read leaves what is cached", commits, func(a *altered, c cachedBooks) { a.removeRead = c.bookManager.DeleteRead })
	with("update forgets another one", "keeps one", func(a *altered, c cachedBooks) {
		a.update = func(ctx context.Context, s scope, item *book, columns ...string) error {
			defer c.forget(ctx, item.Name)
			return c.bookManager.Update(ctx, s, item, columns...)
		}
	})
	return all
}
