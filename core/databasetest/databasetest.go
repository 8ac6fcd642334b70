// Package databasetest opens fresh databases for tests: SQLite always, PostgreSQL if the
// environment names a server.
package databasetest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/database"
)

// URLVariable names the environment variable that holds the URL of a
// PostgreSQL server on which tests may make schemas of their own:
// postgres://user:password@host:port/database.
const URLVariable = "TEST_DATABASE_URL"

// OnEveryEngine runs a test on a fresh SQLite database and, if the environment
// names a server, on a fresh schema in PostgreSQL. Both have the tables that
// the migrations make, and are opened with what set changes of their options.
func OnEveryEngine(t *testing.T, migrations fs.FS, test func(t *testing.T, db *database.DB), set ...func(*database.Options)) {
	t.Helper()
	t.Run(database.SQLite, func(t *testing.T) { test(t, Migrated(t, SQLite(t, set...), migrations)) })
	t.Run(database.PostgreSQL, func(t *testing.T) { test(t, Migrated(t, PostgreSQL(t, set...), migrations)) })
}

// Migrated brings a database's tables up to date and gives it back.
func Migrated(t testing.TB, db *database.DB, migrations fs.FS) *database.DB {
	t.Helper()
	_, err := db.Migrate(context.Background(), migrations)
	require.NoError(t, err)
	return db
}

// SQLite opens a fresh database in a file, which goes with the test.
func SQLite(t testing.TB, set ...func(*database.Options)) *database.DB {
	t.Helper()
	options := database.Options{Path: filepath.Join(t.TempDir(), "test.db")}
	for _, change := range set {
		change(&options)
	}
	db, err := database.Open(context.Background(), options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// PostgreSQL opens a fresh schema, which is dropped after the test. Without a
// server the test is skipped.
func PostgreSQL(t testing.TB, set ...func(*database.Options)) *database.DB {
	t.Helper()
	if os.Getenv(URLVariable) == "" {
		t.Skip(URLVariable + " names no PostgreSQL")
	}
	options := optionsOf(t, os.Getenv(URLVariable))
	admin, err := database.Open(context.Background(), options)
	require.NoError(t, err)
	var random [6]byte
	_, _ = rand.Read(random[:]) // never fails
	options.Schema = "test_" + hex.EncodeToString(random[:])
	execute := func(statement string) {
		_, err := admin.Conn(context.Background()).ExecContext(context.Background(), statement)
		require.NoError(t, err)
	}
	execute("CREATE SCHEMA " + options.Schema)
	for _, change := range set {
		change(&options)
	}
	db, err := database.Open(context.Background(), options)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, db.Close())
		execute("DROP SCHEMA " + options.Schema + " CASCADE")
		require.NoError(t, admin.Close())
	})
	return db
}

func optionsOf(t testing.TB, source string) database.Options {
	t.Helper()
	u, err := url.Parse(source)
	require.NoError(t, err)
	port, err := strconv.Atoi(u.Port())
	require.NoError(t, err, "the port in %s", URLVariable)
	password, _ := u.User.Password()
	return database.Options{
		Engine: database.PostgreSQL, Host: u.Hostname(), Port: port, Name: strings.TrimPrefix(u.Path, "/"),
		Username: u.User.Username(), Password: password, SSLMode: "disable",
	}
}
