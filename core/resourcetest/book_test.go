package resourcetest

import (
	"context"
	"io/fs"
	"testing/fstest"
	"time"

	"github.com/uptrace/bun"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/cache"
	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/identifier"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/query"
)

// A book is the resource that the contracts are tried with.
type book struct {
	bun.BaseModel `bun:"table:book"`

	BookID      string           `bun:"book_id,pk"`
	Name        string           `bun:"name"`
	Pages       int64            `bun:"pages"`
	Lent        bool             `bun:"lent"`
	State       string           `bun:"state"`
	Tags        map[string]any   `bun:"tags,type:jsonb"`
	Parts       []map[string]any `bun:"parts,type:jsonb"`
	DomainID    string           `bun:"domain_id"`
	WorkspaceID string           `bun:"workspace_id"`
	CreatedAt   time.Time        `bun:"created_at"`
	UpdatedAt   time.Time        `bun:"updated_at"`
	RowVersion  int64            `bun:"_version"`
}

func bookSchema() query.Schema {
	return query.Schema{
		Table: "book", ID: "book_id",
		Fields: []query.Field{
			{Name: "book_id"}, {Name: "name"}, {Name: "pages", Type: query.Int}, {Name: "lent", Type: query.Bool}, {Name: "state"},
			{Name: "tags", Type: query.Struct}, {Name: "parts", Type: query.Struct, Repeated: true},
			{Name: "domain_id"}, {Name: "workspace_id"},
			{Name: "created_at", Type: query.Timestamp}, {Name: "updated_at", Type: query.Timestamp},
		},
	}
}

// bookTable makes the table of books, with what else is to hold for it.
func bookTable(also string) func() (fs.FS, error) {
	return func() (fs.FS, error) {
		return fstest.MapFS{"0001_book.sql": {Data: []byte(`CREATE TABLE book (
			book_id TEXT PRIMARY KEY, name TEXT NOT NULL, pages BIGINT NOT NULL, lent BOOLEAN NOT NULL, state TEXT NOT NULL,
			tags JSONB, parts JSONB, domain_id TEXT NOT NULL, workspace_id TEXT NOT NULL,
			created_at TIMESTAMP NOT NULL, updated_at TIMESTAMP NOT NULL, _version BIGINT NOT NULL DEFAULT 1);` + also)}}, nil
	}
}

const uniqueNames = `CREATE UNIQUE INDEX book_name ON book (domain_id, workspace_id, name);`

// A scope is what callers of books are confined to.
type scope struct{ domain, workspace string }

func (s scope) conditions() []query.Condition {
	var conditions []query.Condition
	for key, value := range map[string]string{"domain_id": s.domain, "workspace_id": s.workspace} {
		if value != "" {
			conditions = append(conditions, query.Condition{Key: key, Operator: query.Eq, Value: value})
		}
	}
	return conditions
}

func (s scope) holds(item *book) bool {
	return (s.domain == "" || s.domain == item.DomainID) && (s.workspace == "" || s.workspace == item.WorkspaceID)
}

type bookManager = Manager[book, scope]

// books is the manager of books as it should be.
type books struct{ store *database.Store[book] }

func newBooks(db *database.DB) bookManager { return books{database.NewStore[book](db, bookSchema())} }

func now() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

func (m books) Create(ctx context.Context, item *book) error {
	item.BookID, item.CreatedAt = identifier.New("book"), now()
	item.UpdatedAt = item.CreatedAt
	return m.store.Create(ctx, item)
}

func (m books) Update(ctx context.Context, s scope, item *book, columns ...string) error {
	item.UpdatedAt = now()
	return m.store.Update(ctx, s.conditions(), item, append(columns, "updated_at")...)
}

func (m books) Delete(ctx context.Context, s scope, id string) error {
	return m.store.Delete(ctx, s.conditions(), id)
}

func (m books) DeleteRead(ctx context.Context, s scope, item *book) error {
	return m.store.DeleteRead(ctx, s.conditions(), item)
}

func (m books) Get(ctx context.Context, s scope, id string) (*book, error) {
	return m.store.Get(ctx, s.conditions(), id)
}

func (m books) GetForUpdate(ctx context.Context, s scope, id string) (*book, error) {
	return m.store.GetForUpdate(ctx, s.conditions(), id)
}

func (m books) List(ctx context.Context, s scope, q query.Query) ([]book, int, error) {
	return m.store.List(ctx, s.conditions(), q)
}

func (m books) Each(ctx context.Context, s scope, q query.Query, do func(*book) error) error {
	return m.store.Each(ctx, s.conditions(), q, do)
}

func (m books) Stat(ctx context.Context, s scope, q query.StatQuery) ([]map[string]any, int, error) {
	return m.store.Stat(ctx, s.conditions(), q)
}

func (m books) Analyze(ctx context.Context, s scope, q query.AnalyzeQuery) ([]map[string]any, bool, error) {
	return m.store.Analyze(ctx, s.conditions(), q)
}

// cachedBooks answers Get from a cache, as it should be done.
type cachedBooks struct {
	bookManager
	cache cache.Cache
}

func (c cachedBooks) Get(ctx context.Context, s scope, id string) (*book, error) {
	if call := pipeline.TransactionFrom(ctx); call.Method.Verb != "" && !call.Method.ReadOnly {
		return c.bookManager.Get(ctx, s, id)
	}
	return c.cached(ctx, s, id)
}

func (c cachedBooks) cached(ctx context.Context, s scope, id string) (*book, error) {
	item, err := cache.GetOrLoad(ctx, c.cache, id, time.Minute,
		func(ctx context.Context) (*book, error) { return c.bookManager.Get(ctx, scope{}, id) })
	if err == nil && !s.holds(item) {
		return nil, apierror.NotFound("book_id", id)
	}
	return item, err
}

func (c cachedBooks) Update(ctx context.Context, s scope, item *book, columns ...string) error {
	defer c.forget(ctx, item.BookID)
	return c.bookManager.Update(ctx, s, item, columns...)
}

func (c cachedBooks) Delete(ctx context.Context, s scope, id string) error {
	defer c.forget(ctx, id)
	return c.bookManager.Delete(ctx, s, id)
}

func (c cachedBooks) DeleteRead(ctx context.Context, s scope, item *book) error {
	defer c.forget(ctx, item.BookID)
	return c.bookManager.DeleteRead(ctx, s, item)
}

func (c cachedBooks) forget(ctx context.Context, id string) {
	c.drop(ctx, id)
	pipeline.TransactionFrom(ctx).OnSuccess(func(ctx context.Context) error { c.drop(ctx, id); return nil })
}

func (c cachedBooks) drop(ctx context.Context, id string) { _ = c.cache.Delete(ctx, id) }

// bookContract is the contract of managers, for those of books.
func bookContract(change func(bookManager) bookManager) Managers[bookManager, book, scope] {
	return Managers[bookManager, book, scope]{
		Migrations: bookTable(uniqueNames),
		New:        func(db *database.DB) bookManager { return change(newBooks(db)) },
		Scope:      func(domain, workspace string) scope { return scope{domain, workspace} },
		Fields: func(item *book) Fields {
			return Fields{&item.BookID, &item.DomainID, &item.WorkspaceID, &item.CreatedAt, &item.UpdatedAt}
		},
		Schema: bookSchema(), IDPrefix: "book",
	}
}
