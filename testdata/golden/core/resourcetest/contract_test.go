package resourcetest

import (
	"testing"

	"github.com/cloudforet-io/spacegen/core/cachetest"
	"github.com/cloudforet-io/spacegen/core/database"
)

func asItIs[T any](it T) T { return it }

// TestManagers: what keeps the contract passes.
func TestManagers(t *testing.T) { bookContract(asItIs).Test(t) }

func TestCachedManagers(t *testing.T) {
	bookContract(asItIs).TestCached(t, withCache(func(c cachedBooks) bookManager { return c }))
}

func TestServices(t *testing.T) { bookServices(uniqueNames, func(*bookService) {}).Test(t) }

func TestRecords(t *testing.T) { catalogueRecords(uniqueNames, func(*catalogue) {}).Test(t) }

// withCache stands before managers what change makes of a cache.
func withCache(change func(cachedBooks) bookManager) func(*testing.T, bookManager) bookManager {
	return func(t *testing.T, next bookManager) bookManager {
		return change(cachedBooks{next, cachetest.Local(t)})
	}
}

// bookServices is the contract of services, for that of books.
func bookServices(constraints string, change func(*bookService)) Services {
	messages := bookMessages()
	return Services{
		Migrations: bookTable(constraints),
		New: func(_ *testing.T, db *database.DB) Methods {
			s := newBookService(messages, newBooks(db))
			change(s)
			return s.methods()
		},
		Sample: sampleBook(messages), Schema: bookSchema(),
		Required: []string{"name"}, Unique: []string{"name"},
	}
}

// catalogueRecords is the contract of methods of any API, for that of the catalogue.
func catalogueRecords(constraints string, change func(*catalogue)) Records {
	messages := catalogueMessages()
	return Records{
		Migrations: bookTable(constraints),
		New: func(_ *testing.T, db *database.DB) Methods {
			c := newCatalogue(messages, newBooks(db))
			change(c)
			return c.methods()
		},
		ID: "book_id",
		Create: Creating{
			Sample: catalogueRequest(messages, "NewBook",
				`{"shelf": "a", "book": {"name": "name-%[1]d", "pages": "%[1]d", "lent": true, "tags": {"shelf": "shelf-%[1]d"}}}`),
			Item: "book", Required: []string{"book", "shelf", "book.name"}, OutputOnly: []string{"lent"}, ShownOnce: []string{"key"},
			Unique: []string{"name"}, Measured: "pages",
		},
		Update: Updating{
			Sample: catalogueRequest(messages, "ChangeBook",
				`{"reason": "why", "book": {"name": "name-%[1]d", "lent": true, "tags": {"shelf": "shelf-%[1]d"}}}`),
			Item: "book", Required: []string{"reason"}, OutputOnly: []string{"lent"}, Immutable: []string{"pages"},
			Unique: []string{"name"}, Mask: "update_mask", Masked: "name", Kept: []string{"name"},
		},
		Tag:     Tagging{Sample: catalogueRequest(messages, "TagBooks", `{"tags": {"shelf": "tag-%[1]d"}}`), IDs: "book_ids"},
		Enabled: "ENABLED", Disabled: "DISABLED",
		List: Listing{
			Results: "books", Total: "total_size", Filters: []string{"name", "pages"},
			Query: "query", Key: "book_id",
			PageSize: "page_size", PageToken: "page_token", NextToken: "next_page_token", OrderBy: "order_by",
		},
		Stat: Counting{Query: "query", Filters: []string{"name"}},
	}
}
