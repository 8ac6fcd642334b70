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
// path, each in a transaction of its own, and names them. Several processes may
// do so at once: each file is applied by one, while the others wait. A file that
// has changed since it was applied is an error.
func (db *DB) Migrate(ctx context.Context, fsys fs.FS) (applied []string, err error) {
	files, err := migrationFiles(fsys)
	if err != nil {
		return nil, err
	}
	if err := db.alone(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewCreateTable().Model((*migration)(nil)).IfNotExists().Exec(ctx)
		return err
	}); err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	for _, file := range files {
		did, err := db.apply(ctx, file)
		if err != nil {
			return applied, fmt.Errorf("migrate %s: %w", file.Name, err)
		}
		if did {
			applied = append(applied, file.Name)
		}
	}
	return applied, nil
}

// alone runs do in a transaction while nobody else migrates. PostgreSQL's lock and
// settings end with the transaction: the connection may be a pooler's, which
// gives it to somebody else then.
func (db *DB) alone(ctx context.Context, do func(context.Context, bun.Tx) error) error {
	return db.bun.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if db.engine == PostgreSQL {
			// A large table takes its time to change, and others wait for that.
			if _, err := tx.ExecContext(ctx, "SET LOCAL statement_timeout = 0"); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock(?)", int64(migrationLock)); err != nil {
				return fmt.Errorf("wait for others: %w", err)
			}
		}
		return do(ctx, tx)
	})
}

// apply applies a migration unless it was applied before.
func (db *DB) apply(ctx context.Context, file migrationFile) (did bool, err error) {
	err = db.alone(ctx, func(ctx context.Context, tx bun.Tx) error {
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
		statements := file.sql
		if db.engine == SQLite {
			statements = forSQLite(statements)
		}
		// As they stand: a ? in SQL is no argument here.
		if _, err := tx.Tx.ExecContext(ctx, statements); err != nil {
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
