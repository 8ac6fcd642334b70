package database_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/preflight"
)

// TestProbe: what is missing is named, and nothing is made.
func TestProbe(t *testing.T) {
	files := fstest.MapFS{
		"star/0001_create.sql": {Data: []byte(`CREATE TABLE "star" ("name" TEXT)`)},
		"star/0002_add.sql":    {Data: []byte(`ALTER TABLE "star" ADD COLUMN "kind" TEXT`)},
	}
	var options database.Options
	keep := func(o *database.Options) { options = *o }
	for engine, open := range map[string]func(t *testing.T) *database.DB{
		database.SQLite:     func(t *testing.T) *database.DB { return databasetest.SQLite(t, keep) },
		database.PostgreSQL: func(t *testing.T) *database.DB { return databasetest.PostgreSQL(t, keep) },
	} {
		t.Run(engine, func(t *testing.T) {
			db := open(t)
			look := func(automatic bool) preflight.Finding {
				t.Helper()
				p := database.Probe("default", options, automatic, func() (fs.FS, error) { return files, nil })
				assert.Equal(t, "database default", p.Name)
				return p.Look(t.Context())
			}
			if engine == database.PostgreSQL {
				found := look(false)
				assert.Equal(t, preflight.Failed, found.State)
				assert.Contains(t, found.Detail, "migrations pending: star/0001_create, star/0002_add; run migrate")
				assert.Equal(t, []string{"star/0001_create", "star/0002_add"}, found.Items)
				pending, changed, err := db.Pending(t.Context(), files)
				require.NoError(t, err)
				assert.Len(t, pending, 2, "no table was made by looking")
				assert.Empty(t, changed)
			}

			_, err := db.Migrate(t.Context(), fstest.MapFS{"star/0001_create.sql": files["star/0001_create.sql"]})
			require.NoError(t, err)
			found := look(false)
			assert.Equal(t, preflight.Failed, found.State)
			assert.Equal(t, []string{"star/0002_add"}, found.Items)
			found = look(true)
			assert.Equal(t, preflight.Warning, found.State)
			assert.Contains(t, found.Detail, "migrations pending, which the service applies when it starts: star/0002_add")

			_, err = db.Migrate(t.Context(), files)
			require.NoError(t, err)
			found = look(false)
			assert.Equal(t, preflight.OK, found.State, found.Detail)
			files := fstest.MapFS{"star/0001_create.sql": {Data: []byte("SELECT 1")}}
			found = database.Probe("default", options, true, func() (fs.FS, error) { return files, nil }).Look(t.Context())
			assert.Equal(t, preflight.Failed, found.State)
			assert.Contains(t, found.Detail, "migrations have changed since they were applied: star/0001_create")
		})
	}
}

func TestProbeOfNoDatabase(t *testing.T) {
	migrations := func() (fs.FS, error) { return fstest.MapFS{}, nil }
	file := filepath.Join(t.TempDir(), "new.db")
	for name, c := range map[string]struct {
		options   database.Options
		automatic bool
		want      preflight.State
		says      string
	}{
		"no file yet":           {database.Options{Path: file}, true, preflight.OK, "is made when the service starts"},
		"no file, no migrate":   {database.Options{Path: file}, false, preflight.Failed, "run migrate"},
		"in memory":             {database.Options{Path: ":memory:"}, true, preflight.OK, "sqlite :memory: is made"},
		"nothing listens":       {database.Options{Host: "127.0.0.1", Port: 1, Name: "db", Username: "u", Password: "hunter2"}, true, preflight.Failed, "connect"},
		"no engine":             {database.Options{Engine: "oracle", Host: "h"}, true, preflight.Failed, "oracle"},
		"a file that is none":   {database.Options{Path: t.TempDir()}, true, preflight.Failed, ""},
		"a server of MongoDB":   {database.Options{Engine: database.PostgreSQL, Host: "mongodb://h:27017"}, true, preflight.Failed, ""},
		"engine without a host": {database.Options{Engine: database.SQLite, Host: "h", Path: file}, true, preflight.OK, "new.db"},
	} {
		t.Run(name, func(t *testing.T) {
			found := database.Probe("default", c.options, c.automatic, migrations).Look(context.Background())
			assert.Equal(t, c.want, found.State, found.Detail)
			assert.Contains(t, found.Detail, c.says)
			assert.NotContains(t, found.Detail, "hunter2")
		})
	}
	_, err := os.Stat(file)
	assert.ErrorIs(t, err, fs.ErrNotExist, "looking makes no file")
}
