package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/sqlitedialect"
	"github.com/uptrace/bun/schema"
	"modernc.org/sqlite"
)

// busyTimeout is how long a writer waits for the one before.
const busyTimeout = 10 * time.Second

// openSQLite opens a file for many readers and one writer at a time, who
// waits for his turn. What is in memory lives in one connection.
func openSQLite(o Options) (*DB, error) {
	wait := busyTimeout
	if o.StatementTimeout > 0 {
		wait = min(wait, o.StatementTimeout)
	}
	inMemory := o.Path == ":memory:" || o.Path == ""
	if !inMemory {
		if err := private(o.Path); err != nil {
			return nil, fmt.Errorf("reach the database (sqlite): %w", err)
		}
	}
	parameters := url.Values{
		"_pragma": {
			fmt.Sprintf("busy_timeout(%d)", wait.Milliseconds()), "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(ON)",
		},
		"_txlock": {"immediate"},
	}
	source := &url.URL{Scheme: "file", Opaque: (&url.URL{Path: o.Path}).EscapedPath(), RawQuery: parameters.Encode()}
	pool := sql.OpenDB(newSQLiteConnector(source.String()))
	pool.SetMaxOpenConns(o.MaxOpen)
	pool.SetMaxIdleConns(o.MaxOpen)
	if inMemory {
		pool.SetMaxOpenConns(1)
		pool.SetConnMaxLifetime(0)
	}
	return &DB{bun: bun.NewDB(pool, newSQLiteDialect()), engine: SQLite}, nil
}

// sqliteDialect is bun's, but that it writes dates as days: SQLite keeps what it is given,
// and a day is to be the same wherever it comes from.
type sqliteDialect struct {
	*sqlitedialect.Dialect

	tables *schema.Tables
}

func newSQLiteDialect() *sqliteDialect {
	d := &sqliteDialect{Dialect: sqlitedialect.New()}
	d.tables = schema.NewTables(d) // bun's own would not come back to this dialect
	return d
}

// Tables are those of the models.
func (d *sqliteDialect) Tables() *schema.Tables { return d.tables }

// OnTable says how the fields of a model are written.
func (d *sqliteDialect) OnTable(table *schema.Table) {
	d.Dialect.OnTable(table)
	for _, field := range table.Fields {
		if strings.EqualFold(field.UserSQLType, "date") && field.IndirectType == reflect.TypeFor[time.Time]() && field.StructField.Type == field.IndirectType {
			field.Append = func(gen schema.QueryGen, b []byte, value reflect.Value) []byte {
				day, _ := value.Interface().(time.Time)
				return gen.Dialect().AppendString(b, day.UTC().Format(time.DateOnly))
			}
		}
	}
}

// private makes a database's files, which only their owner may read: SQLite gives
// those beside it the same mode. Files of somebody else stay as they are.
func private(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the configuration says where it lies
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil // it can perhaps be read
	case err != nil:
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return err
		case info.Mode().Perm()&0o077 == 0 || !info.Mode().IsRegular():
			continue
		}
		if err := os.Chmod(name, info.Mode().Perm()&^0o077); err != nil && !errors.Is(err, fs.ErrPermission) {
			return err
		}
	}
	return nil
}

// sqliteConnector opens connections that know the functions which queries need
// and SQLite lacks.
type sqliteConnector struct {
	driver *sqlite.Driver
	source string
}

func newSQLiteConnector(source string) *sqliteConnector {
	c := &sqliteConnector{driver: new(sqlite.Driver), source: source}
	patterns := new(patternCache)
	c.driver.MustRegisterDeterministicScalarFunction("regexp", 2, patterns.match)
	c.driver.MustRegisterDeterministicScalarFunction("fold", 1, fold)
	registerDecimals(c.driver)
	return c
}

// Connect opens a connection.
func (c *sqliteConnector) Connect(ctx context.Context) (driver.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return c.driver.Open(c.source)
}

// Driver is SQLite's.
func (c *sqliteConnector) Driver() driver.Driver { return c.driver }

// fold is lower() for all of Unicode.
func fold(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	text, ok := args[0].(string)
	if !ok {
		return args[0], nil
	}
	return strings.ToLower(text), nil
}

// maxPatterns bounds the compiled patterns that are kept.
const maxPatterns = 256

// patternCache keeps compiled patterns: a query uses one for every row.
type patternCache struct {
	mu       sync.Mutex
	patterns map[string]pattern
}

// match is regexp(pattern, text), without regard to case.
func (c *patternCache) match(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	asked, ok := args[0].(string)
	text, isText := args[1].(string)
	if !ok || !isText {
		return false, nil
	}
	compiled, err := c.compile(asked)
	if err != nil {
		return nil, err
	}
	return compiled.matches(beginning(text, patternReach))
}

// beginning is as much of a text as so many characters.
func beginning(text string, characters int) string {
	if len(text) <= characters {
		return text
	}
	for at := range text {
		if characters == 0 {
			return text[:at]
		}
		characters--
	}
	return text
}

func (c *patternCache) compile(text string) (pattern, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if compiled, ok := c.patterns[text]; ok {
		return compiled, nil
	}
	compiled, err := parsePattern(text)
	if err != nil {
		return pattern{}, err
	}
	if c.patterns == nil || len(c.patterns) >= maxPatterns {
		c.patterns = map[string]pattern{}
	}
	c.patterns[text] = compiled
	return compiled, nil
}
