package generator_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/schema"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// age takes a repository back to when rows had no versions: nothing of them stands in its
// migrations, which have been applied.
func (p *parking) age(table string) {
	p.t.Helper()
	at := filepath.Join(p.dir, filepath.FromSlash(schema.Folder), table, "0001_create.sql")
	text, err := os.ReadFile(at) //nolint:gosec // a test's own
	require.NoError(p.t, err)
	old := strings.Replace(string(text), "    \"_version\" BIGINT NOT NULL DEFAULT 1,\n", "", 1)
	require.NotEqual(p.t, old, string(text))
	require.NoError(p.t, os.WriteFile(at, []byte(old), 0o600))
}

// fill puts a row of old into a table.
func (p *parking) fill(statement string) {
	p.t.Helper()
	for driver := range p.dbs {
		p.exec(driver, statement)
	}
}

// updated updates the repository, and once more, which changes nothing.
func (p *parking) updated(edit func(*spec.File) error) *change.Report {
	p.t.Helper()
	r, err := p.g.Update(p.t.Context(), p.dir, edit, change.Options{})
	require.NoError(p.t, err)
	assert.Zero(p.t, r.Conflicts)
	again, err := p.g.Update(p.t.Context(), p.dir, nil, change.Options{})
	require.NoError(p.t, err)
	assert.Empty(p.t, again.Changes, "once is enough")
	assert.Empty(p.t, again.Notes)
	return r
}

// versions gives the versions of a table's rows, in each database.
func (p *parking) versions(table string) []int {
	p.t.Helper()
	var all []int
	for _, db := range p.dbs {
		rows, err := db.QueryContext(p.t.Context(), `SELECT "_version" FROM "`+table+`"`)
		require.NoError(p.t, err)
		defer func() { require.NoError(p.t, rows.Close()) }()
		for rows.Next() {
			var version int
			require.NoError(p.t, rows.Scan(&version))
			all = append(all, version)
		}
		require.NoError(p.t, rows.Err())
	}
	return all
}

// A repository that was made when rows had no versions gets a migration, once, for what
// the Spec keeps and for what an API does.

func TestRowsOfAnAPIGetAVersion(t *testing.T) {
	t.Parallel()
	p := newParking(t)
	p.age("ticket")
	p.migrate()
	p.fill(`INSERT INTO "ticket" ("ticket_id", "created_at", "updated_at") VALUES ('t', '2026-01-01', '2026-01-01')`)
	p.updated(nil)
	assert.Equal(t, []string{"0002_row_version.sql"}, p.migrate())
	for _, version := range p.versions("ticket") {
		assert.Equal(t, 1, version)
	}
	_, fresh := p.fields(ticketFields + "  string colour = 8;\n")
	assert.Equal(t, []string{"0003_add_colour.sql"}, fresh)
}

func TestAVersionComesAfterTheFieldsThatComeAlong(t *testing.T) {
	t.Parallel()
	p := newParking(t)
	p.age("ticket")
	p.migrate()
	_, fresh := p.fields(ticketFields + "  string colour = 8;\n")
	assert.Equal(t, []string{"0002_add_colour.sql", "0003_row_version.sql"}, fresh)
}

func TestRowsOfTheSpecGetAVersion(t *testing.T) {
	t.Parallel()
	s := spec.New("parking")
	s.Module = probe
	s.Resources = []spec.Resource{{Name: "Ticket", Fields: []spec.Field{{Name: "plate", Type: spec.String}}}}
	p := park(t, s, render.Input{})
	p.age("ticket")
	p.migrate()
	p.fill(`INSERT INTO "ticket" ("ticket_id", "created_at", "updated_at") VALUES ('t', '2026-01-01', '2026-01-01')`)
	p.updated(func(f *spec.File) error { return f.AddField("Ticket", spec.Field{Name: "colour", Type: spec.String}) })
	assert.Equal(t, []string{"0002_add_colour.sql", "0003_row_version.sql"}, p.migrate())
	p.updated(func(f *spec.File) error { return f.AddField("Ticket", spec.Field{Name: "place", Type: spec.String}) })
	assert.Equal(t, []string{"0004_add_place.sql"}, p.migrate())
	assert.NotEmpty(t, p.versions("ticket"))
}

func TestAVersionThatPeopleAddedThemselves(t *testing.T) {
	t.Parallel()
	p := newParking(t)
	p.age("ticket")
	p.write(schema.Folder+"/ticket/0002_ours.sql", `ALTER TABLE ticket ADD COLUMN _version BIGINT NOT NULL DEFAULT 1;`)
	p.migrate()
	p.updated(nil)
	assert.Empty(t, p.migrate())
}

// TestBranchesThatWereUpdatedApart: when both are merged, two migrations add the column,
// and no database would take the second.
func TestBranchesThatWereUpdatedApart(t *testing.T) {
	t.Parallel()
	p := newParking(t)
	p.age("ticket")
	p.updated(nil)
	p.write(schema.Folder+"/ticket/0003_row_version.sql", `ALTER TABLE "ticket" ADD COLUMN "_version" BIGINT NOT NULL DEFAULT 1;`)
	_, err := p.g.Update(t.Context(), p.dir, nil, change.Options{})
	assert.ErrorContains(t, err, "ticket: 0002_row_version.sql and 0003_row_version.sql each add the column _version")
}

// TestATableThatNoMigrationMakes: where people made the table by other means, or deleted the
// migrations, it is taken to be as it was rendered last.
func TestATableThatNoMigrationMakes(t *testing.T) {
	t.Parallel()
	s := spec.New("parking")
	s.Module = probe
	s.Resources = []spec.Resource{{Name: "Ticket", Fields: []spec.Field{{Name: "plate", Type: spec.String}}}}
	p := park(t, s, render.Input{})
	p.migrate()
	require.NoError(t, os.Remove(filepath.Join(p.dir, filepath.FromSlash(schema.Folder), "ticket", "0001_create.sql")))
	_, fresh := p.change(func(f *spec.File) error { return f.AddField("Ticket", spec.Field{Name: "colour", Type: spec.String}) })
	assert.Equal(t, []string{"0002_add_colour.sql"}, fresh)
	r, err := p.g.Update(t.Context(), p.dir, nil, change.Options{DryRun: true})
	require.NoError(t, err)
	assert.Empty(t, r.Changes)
}
