package database_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/query"
)

// BenchmarkStore does what calls do, by a store on both engines and, as what it is measured
// by, with pgx alone.
func BenchmarkStore(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchmark(b, ofStore(b, databasetest.SQLite(b))) })
	b.Run("postgresql", func(b *testing.B) { benchmark(b, ofStore(b, databasetest.PostgreSQL(b))) })
	b.Run("pgx", func(b *testing.B) {
		var options database.Options
		stars(b, databasetest.PostgreSQL(b, func(o *database.Options) { options = *o }))
		pool, err := pgxpool.New(b.Context(), fmt.Sprintf("host=%s port=%d dbname=%s user=%s password='%s' search_path=%s pool_max_conns=20",
			options.Host, options.Port, options.Name, options.Username, options.Password, options.Schema))
		require.NoError(b, err)
		defer pool.Close()
		benchmark(b, ofPgx(pool))
	})
}

// does is what is measured.
type does struct {
	name string
	once func(ctx context.Context, n int64) error
}

func benchmark(b *testing.B, all []does) {
	for _, one := range all {
		var n atomic.Int64 // of all its runs
		b.Run(one.name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					require.NoError(b, one.once(b.Context(), n.Add(1)))
				}
			})
		})
	}
}

var begun = time.Now().UnixNano() //nolint:gochecknoglobals // so that identifiers are new

func ofStore(b *testing.B, db *database.DB) []does {
	store := stars(b, db)
	page := query.Query{Filter: []query.Condition{{Key: "kind", Operator: query.Eq, Value: "DWARF"}}, Page: query.Page{Limit: 2}}
	return []does{
		{"get", func(ctx context.Context, _ int64) error { _, err := store.Get(ctx, domainA(), "star-1"); return err }},
		{"list", func(ctx context.Context, _ int64) error { _, _, err := store.List(ctx, domainA(), page); return err }},
		{"update", func(ctx context.Context, n int64) error {
			return store.Update(ctx, domainA(), &star{StarID: "star-3", Name: fmt.Sprint(n), CreatedAt: time.Now()}, "name", "created_at")
		}},
		{"create", func(ctx context.Context, n int64) error {
			return store.Create(ctx, &star{StarID: fmt.Sprint(begun, "-", n), Name: fmt.Sprint(begun, n), DomainID: "c", Tags: map[string]any{"a": 1}, CreatedAt: time.Now()})
		}},
	}
}

func ofPgx(pool *pgxpool.Pool) []does {
	const columns = "star_id, name, kind, planets, mass, visible, tags, aliases, sightings, seen_at, domain_id, created_at"
	read := func(ctx context.Context, sql string, args ...any) error {
		rows, err := pool.Query(ctx, sql, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s star
			var seen *time.Time
			if err := rows.Scan(&s.StarID, &s.Name, &s.Kind, &s.Planets, &s.Mass, &s.Visible, &s.Tags, &s.Aliases, &s.Sightings, &seen, &s.DomainID, &s.CreatedAt); err != nil {
				return err
			}
		}
		return rows.Err()
	}
	return []does{
		{"get", func(ctx context.Context, _ int64) error {
			return read(ctx, "SELECT "+columns+" FROM star WHERE domain_id = $1 AND star_id = $2", "a", "star-1")
		}},
		{"list", func(ctx context.Context, _ int64) error {
			var n int
			if err := pool.QueryRow(ctx, "SELECT COUNT(*) FROM star WHERE domain_id = $1 AND kind = $2", "a", "DWARF").Scan(&n); err != nil {
				return err
			}
			return read(ctx, "SELECT "+columns+" FROM star WHERE domain_id = $1 AND kind = $2 ORDER BY star_id LIMIT 2", "a", "DWARF")
		}},
		{"update", func(ctx context.Context, n int64) error {
			_, err := pool.Exec(ctx, "UPDATE star SET name = $1, created_at = $2 WHERE domain_id = $3 AND star_id = $4", fmt.Sprint(n), time.Now(), "a", "star-3")
			return err
		}},
		{"create", func(ctx context.Context, n int64) error {
			_, err := pool.Exec(ctx, "INSERT INTO star (star_id, name, kind, planets, mass, visible, tags, domain_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
				fmt.Sprint(begun, "-", n), fmt.Sprint(begun, n), "", 0, 0.0, false, map[string]any{"a": 1}, "c", time.Now())
			return err
		}},
	}
}
