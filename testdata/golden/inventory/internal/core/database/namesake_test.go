package database_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/cloudforet-io/inventory/internal/core/database"
	"github.com/cloudforet-io/inventory/internal/core/databasetest"
	"github.com/cloudforet-io/inventory/internal/core/query"
)

// member is known by a name that its domain gives it: others may give the same.
type member struct {
	bun.BaseModel `bun:"table:member"`

	MemberID string `bun:"member_id,pk"`
	DomainID string `bun:"domain_id"`
}

// TestNamesakesOfOtherDomains are not in anybody's lists.
func TestNamesakesOfOtherDomains(t *testing.T) {
	tables := fstest.MapFS{"0001_create.sql": {Data: []byte(
		`CREATE TABLE "member" ("member_id" TEXT NOT NULL, "domain_id" TEXT NOT NULL, PRIMARY KEY ("domain_id", "member_id"))`)}}
	databasetest.OnEveryEngine(t, tables, func(t *testing.T, db *database.DB) {
		store := database.NewStore[member](db, query.Schema{Table: "member", ID: "member_id", Fields: []query.Field{
			{Name: "member_id", Type: query.String}, {Name: "domain_id", Type: query.String},
		}})
		for _, domain := range []string{"a", "b", "c"} {
			require.NoError(t, store.Create(t.Context(), &member{MemberID: "admin", DomainID: domain}))
		}
		listed, total, err := store.List(t.Context(), domainA(), query.Query{})
		require.NoError(t, err)
		assert.Equal(t, 1, total)
		require.Len(t, listed, 1)
		assert.Equal(t, "a", listed[0].DomainID)
		each, err := store.All(t.Context(), domainA(), query.Query{})
		require.NoError(t, err)
		require.Len(t, each, 1)
		assert.Equal(t, "a", each[0].DomainID)
	})
}
