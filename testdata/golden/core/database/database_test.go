package database_test

import (
	"context"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/query"
)

// star is a resource with a field of every type.
type star struct {
	bun.BaseModel `bun:"table:star"`

	StarID    string           `bun:"star_id,pk"`
	Name      string           `bun:"name"`
	Kind      string           `bun:"kind"`
	Planets   int64            `bun:"planets"`
	Mass      float64          `bun:"mass"`
	Visible   bool             `bun:"visible"`
	Tags      map[string]any   `bun:"tags,type:jsonb"`
	Aliases   []string         `bun:"aliases,type:jsonb"`
	Sightings []map[string]any `bun:"sightings,type:jsonb"`
	SeenAt    time.Time        `bun:"seen_at,nullzero"`
	DomainID  string           `bun:"domain_id"`
	CreatedAt time.Time        `bun:"created_at"`
}

func starSchema() query.Schema {
	return query.Schema{
		Table: "star",
		ID:    "star_id",
		Fields: []query.Field{
			{Name: "star_id", Type: query.String},
			{Name: "name", Type: query.String},
			{Name: "kind", Type: query.Enum},
			{Name: "planets", Type: query.Int},
			{Name: "mass", Type: query.Double},
			{Name: "visible", Type: query.Bool},
			{Name: "tags", Type: query.Struct},
			{Name: "aliases", Type: query.String, Repeated: true},
			{Name: "sightings", Type: query.Struct, Repeated: true},
			{Name: "seen_at", Type: query.Timestamp},
			{Name: "domain_id", Type: query.String},
			{Name: "created_at", Type: query.Timestamp},
		},
		Minimal: []string{"star_id", "name"},
		Keyword: []string{"star_id", "name"},
	}
}

func starMigrations() fstest.MapFS {
	return fstest.MapFS{"star/0001_create.sql": {Data: []byte(`
CREATE TABLE "star" (
    "star_id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL DEFAULT '',
    "kind" TEXT NOT NULL DEFAULT '',
    "planets" BIGINT NOT NULL DEFAULT 0,
    "mass" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "visible" BOOLEAN NOT NULL DEFAULT FALSE,
    "tags" JSONB,
    "aliases" JSONB,
    "sightings" JSONB,
    "seen_at" TIMESTAMPTZ,
    "domain_id" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX "star_name_unique" ON "star" ("domain_id", "name");
`)}}
}

// onEveryEngine runs a test on a fresh, empty database of every engine.
func onEveryEngine(t *testing.T, test func(t *testing.T, db *database.DB), set ...func(*database.Options)) {
	t.Helper()
	databasetest.OnEveryEngine(t, fstest.MapFS{}, test, set...)
}

// stars makes a store with a sky in it.
func stars(t testing.TB, db *database.DB) *database.Store[star] {
	t.Helper()
	ctx := context.Background()
	_, err := db.Migrate(ctx, starMigrations())
	require.NoError(t, err)
	store := database.NewStore[star](db, starSchema())
	day := func(n int) time.Time { return time.Date(2026, 1, n, 12, 0, 0, 0, time.UTC) }
	for _, s := range []star{
		{StarID: "star-1", Name: "Sol", Kind: "DWARF", Planets: 8, Mass: 1, Visible: true, DomainID: "a",
			Tags: map[string]any{"colour": "yellow", "rank": 1, "home": true, "near": map[string]any{"to": "us"}}, Aliases: []string{"Sun", "Helios"},
			Sightings: []map[string]any{{"by": "all", "count": 2}, {"by": "none", "count": 0}}, SeenAt: day(1), CreatedAt: day(1)},
		{StarID: "star-2", Name: "Sirius", Kind: "DWARF", Planets: 0, Mass: 2.06, Visible: true, DomainID: "a",
			Tags: map[string]any{"colour": "white", "rank": 2.5, "lists": []any{"x", "y"}}, Aliases: []string{"Dog Star"}, SeenAt: day(2), CreatedAt: day(2)},
		{StarID: "star-3", Name: "Betelgeuse", Kind: "GIANT", Planets: 0, Mass: 16.5, Visible: true, DomainID: "a",
			Tags: map[string]any{"colour": "red", "rank": 3}, CreatedAt: day(3)},
		{StarID: "star-4", Name: "Étoile 100%_\\", Kind: "", Planets: 3, Mass: 0.1, Visible: false, DomainID: "a", CreatedAt: day(40)},
		{StarID: "star-5", Name: "Sol", Kind: "DWARF", Planets: 1, Mass: 1, Visible: true, DomainID: "b",
			Tags: map[string]any{"colour": "yellow"}, CreatedAt: day(5)},
	} {
		require.NoError(t, store.Create(ctx, &s))
	}
	return store
}

// domainA confines a call to the domain a, in which four stars are.
func domainA() []query.Condition {
	return []query.Condition{{Key: "domain_id", Operator: query.Eq, Value: "a"}}
}
