package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/cloudforet-io/spacegen/core/preflight"
)

// Pending names the migrations of fsys that Migrate would apply, in its order, and those
// that it would refuse, as they have changed since they were applied. It changes nothing.
func (db *DB) Pending(ctx context.Context, fsys fs.FS) (pending, changed []string, err error) {
	files, err := migrationFiles(fsys)
	if err != nil {
		return nil, nil, err
	}
	conn := db.Conn(ctx)
	exists := `SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'`
	if db.engine == PostgreSQL {
		exists = `SELECT COUNT(*) FROM (SELECT to_regclass('schema_migrations') AS found) AS t WHERE found IS NOT NULL`
	}
	var tables int
	if err := conn.NewRaw(exists).Scan(ctx, &tables); err != nil {
		return nil, nil, fmt.Errorf("look for schema_migrations: %w", err)
	}
	applied := map[string]string{} // name → checksum
	if tables > 0 {
		var rows []migration
		if err := conn.NewSelect().Model(&rows).Scan(ctx); err != nil {
			return nil, nil, fmt.Errorf("read schema_migrations: %w", err)
		}
		for _, row := range rows {
			applied[row.Name] = row.Checksum
		}
	}
	for _, file := range files {
		switch sum, ok := applied[file.Name]; {
		case !ok:
			pending = append(pending, file.Name)
		case sum != file.checksum:
			changed = append(changed, file.Name)
		}
	}
	return pending, changed, nil
}

// A Source gives SQL files that Migrate applies.
type Source func() (fs.FS, error)

// Probe looks whether a database answers, and which migrations it lacks; nothing is made
// or changed in it. Migrations that are missing are a failure unless the service applies
// them when it starts (automatic).
func Probe(name string, o Options, automatic bool, migrations ...Source) preflight.Probe {
	return preflight.Probe{Name: "database " + name, Look: func(ctx context.Context) preflight.Finding {
		finding, err := look(ctx, o, automatic, migrations)
		if err != nil {
			return preflight.Bad(err)
		}
		return finding
	}}
}

func look(ctx context.Context, o Options, automatic bool, migrations []Source) (f preflight.Finding, err error) {
	db, err := openToLook(ctx, o)
	if err != nil {
		return f, err
	}
	where := o.place()
	if db == nil { // it begins with nothing
		if len(migrations) > 0 && !automatic {
			return f, fmt.Errorf("%s is not there: run migrate, or set DATABASE_AUTO_MIGRATE: true", where)
		}
		return preflight.Good("%s is made when the service starts", where), nil
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var pending, changed []string
	for _, source := range migrations {
		files, err := source()
		if err != nil {
			return f, err
		}
		more, others, err := db.Pending(ctx, files)
		if err != nil {
			return f, fmt.Errorf("%s: %w", where, err)
		}
		pending, changed = append(pending, more...), append(changed, others...)
	}
	switch {
	case len(changed) > 0:
		f = preflight.Bad(fmt.Errorf("%s: migrations have changed since they were applied: %s; restore them and write new ones", where, strings.Join(changed, ", ")))
		f.Items = changed
	case len(pending) > 0 && automatic:
		f = preflight.Doubtful("%s: migrations pending, which the service applies when it starts: %s", where, strings.Join(pending, ", "))
		f.Items = pending
	case len(pending) > 0:
		f = preflight.Bad(fmt.Errorf("%s: migrations pending: %s; run migrate", where, strings.Join(pending, ", ")))
		f.Items = pending
	case len(migrations) > 0:
		f = preflight.Good("%s, all migrations applied", where)
	default:
		f = preflight.Good("%s", where)
	}
	return f, nil
}

// openToLook opens a database so that nothing of it can change. It is nil if there is
// none yet: SQLite's files are made when they are first written to.
func openToLook(ctx context.Context, o Options) (*DB, error) {
	if o.Engine != SQLite && (o.Engine != "" || o.Host != "") {
		return Open(ctx, o)
	}
	if o.Path == ":memory:" || o.Path == "" {
		return nil, nil
	}
	if info, err := os.Stat(o.Path); errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	parameters := url.Values{"mode": {"ro"}, "_pragma": {fmt.Sprintf("busy_timeout(%d)", time.Second.Milliseconds())}}
	source := &url.URL{Scheme: "file", Opaque: (&url.URL{Path: o.Path}).EscapedPath(), RawQuery: parameters.Encode()}
	db := &DB{bun: bun.NewDB(sql.OpenDB(newSQLiteConnector(source.String())), newSQLiteDialect()), engine: SQLite}
	if err := db.Ping(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// place says where a database is, without what opens it.
func (o Options) place() string {
	if o.Engine == SQLite || o.Engine == "" && o.Host == "" {
		if o.Path == "" {
			return "sqlite in memory"
		}
		return "sqlite " + o.Path
	}
	port := o.Port
	if port == 0 {
		port = 5432
	}
	return fmt.Sprintf("postgresql %s/%s", net.JoinHostPort(o.Host, strconv.Itoa(port)), o.Name)
}
