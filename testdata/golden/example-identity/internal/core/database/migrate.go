package database

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"github.com/uptrace/bun"
)

// migrationLock is what processes that migrate at the same time wait for: an
// arbitrary number, the same in all of them.
const migrationLock = 7_204_915_330

// A migration that was applied.
type migration struct {
	bun.BaseModel `bun:"table:schema_migrations"`

	Name      string    `bun:"name,pk"`
	Checksum  string    `bun:"checksum"`
	AppliedAt time.Time `bun:"applied_at"`
}

// Migrate applies the SQL files of fsys that were not applied yet, sorted by
// path, each in a transaction of its own, and names them. Several processes
// may do so at once: one does, the others wait and find it done. A file that
// has changed since it was applied is an error.
func (db *DB) Migrate(ctx context.Context, fsys fs.FS) (applied []string, err error) {
	files, err := migrationFiles(fsys)
	if err != nil {
		return nil, err
	}
	conn, err := db.bun.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	defer conn.Close() //nolint:errcheck // goes back to the pool
	if db.engine == PostgreSQL {
		// A large table takes its time to change, and others wait for that.
		if _, err := conn.ExecContext(ctx, "SET statement_timeout = 0"); err != nil {
			return nil, fmt.Errorf("migrate: %w", err)
		}
		defer func() { _, _ = conn.ExecContext(context.WithoutCancel(ctx), "RESET statement_timeout") }()
		if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(?)", int64(migrationLock)); err != nil {
			return nil, fmt.Errorf("migrate: wait for others: %w", err)
		}
		defer func() {
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(?)", int64(migrationLock))
		}()
	}
	if _, err := conn.NewCreateTable().Model((*migration)(nil)).IfNotExists().Exec(ctx); err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	for _, file := range files {
		did, err := apply(ctx, conn, file)
		if err != nil {
			return applied, fmt.Errorf("migrate %s: %w", file.Name, err)
		}
		if did {
			applied = append(applied, file.Name)
		}
	}
	return applied, nil
}

// apply applies a migration unless it was applied before. What it looks at and
// what it does are one transaction, so that SQLite's lock serves here too.
func apply(ctx context.Context, conn bun.Conn, file migrationFile) (did bool, err error) {
	err = conn.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		var before []migration
		if err := tx.NewSelect().Model(&before).Where("name = ?", file.Name).Scan(ctx); err != nil {
			return err
		}
		if len(before) > 0 {
			if before[0].Checksum != file.checksum {
				return fmt.Errorf("it was applied on %s and has changed since; restore it and write a new one",
					before[0].AppliedAt.Format(time.DateOnly))
			}
			return nil
		}
		// As they stand: a ? in SQL is no argument here.
		if _, err := tx.Tx.ExecContext(ctx, file.sql); err != nil {
			return err
		}
		did = true
		record := &migration{Name: file.Name, Checksum: file.checksum, AppliedAt: time.Now().UTC()}
		_, err := tx.NewInsert().Model(record).Exec(ctx)
		return err
	})
	return did && err == nil, err
}

type migrationFile struct {
	Name, sql, checksum string
}

func migrationFiles(fsys fs.FS) ([]migrationFile, error) {
	var files []migrationFile
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(p) != ".sql" {
			return err
		}
		text, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(text)
		files = append(files, migrationFile{strings.TrimSuffix(p, ".sql"), string(text), hex.EncodeToString(sum[:])})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return files, nil
}
