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
