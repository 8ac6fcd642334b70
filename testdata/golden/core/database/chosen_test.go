package database_test

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/query"
)

// account is a resource whose identifier its domain chooses.
type account struct {
	bun.BaseModel `bun:"table:account"`

	AccountID string `bun:"account_id,pk"`
	Row       string `bun:"rowid"`
	DomainID  string `bun:"domain_id"`
}

func accounts(t *testing.T, db *database.DB) *database.Store[account] {
	t.Helper()
	_, err := db.Migrate(t.Context(), fstest.MapFS{"account/0001_create.sql": file(
		`CREATE TABLE "account" ("account_id" TEXT NOT NULL, "rowid" TEXT NOT NULL, "domain_id" TEXT NOT NULL, PRIMARY KEY ("domain_id", "account_id"));`)})
	require.NoError(t, err)
	return database.NewStore[account](db, query.Schema{Table: "account", ID: "account_id", Fields: []query.Field{
		{Name: "account_id", Type: query.String}, {Name: "rowid", Type: query.String}, {Name: "domain_id", Type: query.String},
	}})
}

// TestDomainsThatChooseTheSameIdentifier see their own, by whatever reads.
func TestDomainsThatChooseTheSameIdentifier(t *testing.T) {
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := accounts(t, db)
		for _, domain := range []string{"a", "b"} {
			require.NoError(t, store.Create(t.Context(), &account{AccountID: "admin", Row: "1", DomainID: domain}))
		}
		listed, total, err := store.List(t.Context(), domainA(), query.Query{})
		require.NoError(t, err)
		assert.Equal(t, 1, total)
		require.Len(t, listed, 1)
		assert.Equal(t, "a", listed[0].DomainID)
		walked, err := store.All(t.Context(), domainA(), query.Query{})
		require.NoError(t, err)
		assert.Len(t, walked, 1)
		rows, _, err := store.Stat(t.Context(), domainA(), query.StatQuery{Distinct: "domain_id"})
		require.NoError(t, err)
		assert.Len(t, rows, 1)
		got, err := store.Get(t.Context(), domainA(), "admin")
		require.NoError(t, err)
		require.NoError(t, store.DeleteRead(t.Context(), domainA(), got))
		_, total, err = store.List(t.Context(), nil, query.Query{})
		require.NoError(t, err)
		assert.Equal(t, 1, total)
	})
}

// TestSameIdentifierInManyDomains: a scope that spans domains sees each domain's
// resource of an identifier, however many there are, once.
func TestSameIdentifierInManyDomains(t *testing.T) {
	const many = 1234
	onEveryEngine(t, func(t *testing.T, db *database.DB) {
		store := accounts(t, db)
		require.NoError(t, db.InTx(t.Context(), func(ctx context.Context) error {
			for i := range many {
				if err := store.Create(ctx, &account{AccountID: "admin", DomainID: fmt.Sprintf("domain-%d", i)}); err != nil {
					return err
				}
			}
			return nil
		}))
		seen := map[string]bool{}
		require.NoError(t, store.Each(t.Context(), nil, query.Query{Only: []string{"account_id"}}, func(a *account) error {
			assert.False(t, seen[a.DomainID], "%s comes twice", a.DomainID)
			seen[a.DomainID] = true
			return nil
		}))
		assert.Len(t, seen, many)

		seen = map[string]bool{}
		for start := 1; start <= many; start += 100 {
			page, total, err := store.List(t.Context(), nil, query.Query{Page: query.Page{Start: start, Limit: 100}})
			require.NoError(t, err)
			assert.Equal(t, many, total)
			for _, a := range page {
				seen[a.DomainID] = true
			}
		}
		assert.Len(t, seen, many, "on all pages together")
	})
}
