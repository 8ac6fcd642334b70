package generator_test

import (
	"errors"
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

// change edits the Spec, updates, and applies what migrations there are: those that
// came now.
func (p *parking) change(edit func(*spec.File) error) (r *change.Report, migrations []string) {
	p.t.Helper()
	r, err := p.g.Update(p.t.Context(), p.dir, edit, change.Options{})
	require.NoError(p.t, err)
	assert.Zero(p.t, r.Conflicts)
	return r, p.migrate()
}

// refuses checks that an edit of the Spec is refused and changes nothing.
func (p *parking) refuses(edit func(*spec.File) error, want string) {
	p.t.Helper()
	before := p.text()
	_, err := p.g.Update(p.t.Context(), p.dir, edit, change.Options{})
	require.ErrorContains(p.t, err, want)
	assert.Equal(p.t, before, p.text())
}

func (p *parking) text() string {
	p.t.Helper()
	text, err := os.ReadFile(filepath.Join(p.dir, spec.FileName))
	require.NoError(p.t, err)
	return string(text)
}

func addZoneField(f spec.Field) func(*spec.File) error {
	return func(file *spec.File) error { return file.AddField("Zone", f) }
}

func removeZoneField(name string) func(*spec.File) error {
	return func(file *spec.File) error { return file.RemoveField("Zone", name) }
}

// TestFieldsComeBack: a field of the Spec that goes leaves its column, in which new
// rows need nothing, and has it again when it comes back; migrations that come
// after others are applied after them.
func TestFieldsComeBack(t *testing.T) {
	t.Parallel()
	s := spec.New("parking")
	s.Module, s.Servers = probe, []spec.Server{spec.GRPCServer}
	s.Resources = []spec.Resource{{Name: "Zone", Fields: []spec.Field{
		{Name: "name"}, {Name: "code", Required: true, Unique: true}, {Name: "size", Type: spec.Int},
	}}}
	p := park(t, s, render.Input{})
	assert.Equal(t, []string{"0001_create.sql"}, p.migrate())
	insert := func(columns, values string) {
		for driver := range p.dbs {
			p.exec(driver, `INSERT INTO "zone" ("zone_id", `+columns+`"created_at", "updated_at") VALUES (`+values+`'2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')`)
		}
	}
	insert(`"code", "size", `, `'1', 'a', 7, `)

	r, migrations := p.change(removeZoneField("code"))
	assert.Empty(t, migrations)
	require.Len(t, r.Notes, 1)
	assert.Contains(t, r.Notes[0], "the column code of the table zone stays, with all that is in it, but Zone has no such field any more")
	assert.Contains(t, r.Notes[0], `migrations/zone/0002_drop_code.sql, with DROP INDEX "zone_code_unique"; ALTER TABLE "zone" DROP COLUMN "code";`)
	insert("", "'2', ")
	insert("", "'3', ")

	p.refuses(addZoneField(spec.Field{Name: "code"}), "spacegen.yaml:")
	p.refuses(addZoneField(spec.Field{Name: "code"}), "the table zone already has a column code, from 0001_create.sql: it is TEXT NOT NULL DEFAULT '', unique, and the field needs TEXT NOT NULL DEFAULT ''")
	p.refuses(addZoneField(spec.Field{Name: "code", Type: spec.Int, Unique: true}), "0002_drop_code.sql")
	create := filepath.Join(p.dir, filepath.FromSlash(schema.Folder), "zone", "0001_create.sql")
	text, err := os.ReadFile(create) //nolint:gosec // a test's own
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(create, []byte(strings.ReplaceAll(string(text), "\n", "\r\n")), 0o600)) // as some check it out
	r, migrations = p.change(addZoneField(spec.Field{Name: "code", Unique: true}))
	assert.Empty(t, migrations, "it has its column")
	assert.Empty(t, r.Notes)

	_, migrations = p.change(addZoneField(spec.Field{Name: "level", Type: spec.Int}))
	assert.Equal(t, []string{"0002_add_level.sql"}, migrations)
	_, migrations = p.change(removeZoneField("level"))
	assert.Empty(t, migrations)
	_, migrations = p.change(addZoneField(spec.Field{Name: "colour"}))
	assert.Equal(t, []string{"0003_add_colour.sql"}, migrations)

	r, _ = p.change(removeZoneField("size"))
	require.Len(t, r.Notes, 1)
	p.write(schema.Folder+"/zone/0004_drop_size.sql", `ALTER TABLE "zone" DROP COLUMN "size";`)
	p.migrate()
	_, migrations = p.change(addZoneField(spec.Field{Name: "size", Type: spec.String}))
	assert.Equal(t, []string{"0005_add_size.sql"}, migrations)
	insert(`"size", "code", `, `'4', 'large', 'b', `)

	r, migrations = p.change(nil)
	assert.Empty(t, migrations)
	assert.Empty(t, r.Notes)
	assert.NotContains(t, p.text(), "since")
}

// TestMigrationsAreTheSource: which migration brings a column is read from the migrations
// alone, whoever wrote them; a Spec of old that says it loses that.
func TestMigrationsAreTheSource(t *testing.T) {
	t.Parallel()
	s := spec.New("parking")
	s.Module, s.Servers = probe, []spec.Server{spec.GRPCServer}
	s.Resources = []spec.Resource{{Name: "Zone", Fields: []spec.Field{{Name: "name"}}}}
	p := park(t, s, render.Input{})
	p.migrate()
	_, migrations := p.change(addZoneField(spec.Field{Name: "size", Type: spec.Int}))
	assert.Equal(t, []string{"0002_add_size.sql"}, migrations)

	old := strings.Replace(p.text(), "name: size,", "name: size, since: 9,", 1)
	p.write(spec.FileName, old)
	r, migrations := p.change(nil)
	assert.Empty(t, migrations)
	require.Len(t, r.Notes, 1)
	assert.Contains(t, r.Notes[0], "'since' is removed")
	assert.Equal(t, strings.Replace(old, " since: 9,", "", 1), p.text())

	p.write(schema.Folder+"/zone/0003_ours.sql", "ALTER TABLE zone ADD level BIGINT NOT NULL DEFAULT 0;\nALTER TABLE zone RENAME COLUMN size TO extent;")
	p.migrate()
	_, migrations = p.change(func(f *spec.File) error {
		return errors.Join(removeZoneField("size")(f), addZoneField(spec.Field{Name: "extent", Type: spec.Int})(f),
			addZoneField(spec.Field{Name: "level", Type: spec.Int})(f), addZoneField(spec.Field{Name: "colour"})(f))
	})
	assert.Equal(t, []string{"0004_add_colour.sql"}, migrations)
	again, migrations := p.change(nil)
	assert.Empty(t, migrations)
	assert.Empty(t, again.Changes)
	assert.Empty(t, again.Notes)

	p.write(schema.Folder+"/zone/0004_add_colour.sql", "-- as it was")
	again, migrations = p.change(nil)
	assert.Empty(t, migrations)
	require.Len(t, again.Notes, 1)
	assert.Contains(t, again.Notes[0], "no migration in "+schema.Folder+"/zone is seen to bring the column colour")
}

// TestANewNumberIsSaid: of an API that people bring, a field may get another number, but not
// without a word.
func TestANewNumberIsSaid(t *testing.T) {
	t.Parallel()
	p := newParking(t)
	p.migrate()
	r, migrations := p.fields(strings.Replace(ticketFields, "driver = 4", "driver = 30", 1))
	assert.Empty(t, migrations)
	require.Len(t, r.Notes, 1)
	assert.Contains(t, r.Notes[0], "driver of acme.parking.v1.TicketInfo has the number 30 now, and had 4")
}
