package generator_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestColumnsOfRenamedFields: a field of the Spec that gets another name keeps its column
// with all that is in it, and so do its indexes, forth and back, on every engine.
func TestColumnsOfRenamedFields(t *testing.T) {
	t.Parallel()
	s := spec.New("parking")
	s.Module, s.Servers = probe, []spec.Server{spec.GRPCServer}
	s.Resources = []spec.Resource{{Name: "Zone", Fields: []spec.Field{
		{Name: "name"}, {Name: "code", Required: true, Unique: true}, {Name: "size", Type: spec.Int, Index: true},
	}}}
	p := park(t, s, render.Input{})
	p.migrate()
	insert := func(column, id, value string) {
		for driver := range p.dbs {
			p.exec(driver, `INSERT INTO "zone" ("zone_id", "`+column+`", "created_at", "updated_at") VALUES ('`+id+`', `+value+`, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')`)
		}
	}
	read := func(column, id string) (values []string) {
		t.Helper()
		for _, db := range p.dbs {
			var value string
			require.NoError(t, db.QueryRowContext(t.Context(), `SELECT "`+column+`" FROM "zone" WHERE "zone_id" = '`+id+`'`).Scan(&value))
			values = append(values, value)
		}
		return values
	}
	all := func(value string) (values []string) {
		for range p.dbs {
			values = append(values, value)
		}
		return values
	}
	renamed := func(from, to string) func(*spec.File) error {
		return func(f *spec.File) error { return f.RenameField("Zone", from, to, false) }
	}
	insert("code", "1", "'a'")
	insert("size", "2", "7")

	r, migrations := p.change(renamed("code", "label"))
	assert.Equal(t, []string{"0002_rename_code_to_label.sql"}, migrations)
	assert.Empty(t, r.Notes, "no column is left")
	_, migrations = p.change(renamed("size", "extent"))
	assert.Equal(t, []string{"0003_rename_size_to_extent.sql"}, migrations)
	assert.Equal(t, all("a"), read("label", "1"))
	assert.Equal(t, all("7"), read("extent", "2"))
	for driver, db := range p.dbs {
		_, err := db.ExecContext(t.Context(), `INSERT INTO "zone" ("zone_id", "label", "created_at", "updated_at") VALUES ('3', 'a', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')`)
		require.Error(t, err, "%s: it is unique as before", driver)
		p.exec(driver, `DROP INDEX "zone_extent_index"`)
		p.exec(driver, `CREATE INDEX "zone_extent_index" ON "zone" ("domain_id", "workspace_id", "extent")`)
	}

	_, migrations = p.change(func(f *spec.File) error { return f.AddField("Zone", spec.Field{Name: "size", Type: spec.Int}) })
	assert.Equal(t, []string{"0004_add_size.sql"}, migrations, "the old name is free for another field")
	p.refuses(renamed("extent", "size"), "Zone has a field size already")
	_, migrations = p.change(renamed("size", "weight"))
	assert.Equal(t, []string{"0005_rename_size_to_weight.sql"}, migrations)
	_, migrations = p.change(renamed("extent", "size"))
	assert.Equal(t, []string{"0006_rename_extent_to_size.sql"}, migrations)
	_, migrations = p.change(renamed("label", "code"))
	assert.Equal(t, []string{"0007_rename_label_to_code.sql"}, migrations)
	assert.Equal(t, all("a"), read("code", "1"))
	assert.Equal(t, all("7"), read("size", "2"))

	// Once more for whom all migrations are new.
	for driver := range p.dbs {
		p.exec(driver, `DROP TABLE "zone"`)
	}
	p.applied = map[string]bool{}
	assert.Len(t, p.migrate(), 7)
	_, migrations = p.change(nil)
	assert.Empty(t, migrations)
}

// TestRenamesByHand: whoever renames in spacegen.yaml by hand is told of the command,
// and nothing is written.
func TestRenamesByHand(t *testing.T) {
	t.Parallel()
	s := spec.New("parking")
	s.Module, s.Servers = probe, []spec.Server{spec.GRPCServer}
	s.Resources = []spec.Resource{{Name: "Zone", Fields: []spec.Field{{Name: "code", Number: 2}}}}
	p := park(t, s, render.Input{})
	text := p.text()
	p.write(spec.FileName, strings.Replace(text, "name: code", "name: label, number: 2", 1))
	before := p.text()
	p.refuses(nil, "the number 2 is that of the field code, and code and tables know it by that name")
	p.refuses(nil, "write code again and run 'spacegen rename field Zone code label'")
	assert.Equal(t, before, p.text())
}

// TestTableOfARenamedResource: a resource of the Spec that gets another name keeps its table
// with all that is in it, under the new name, on every engine, and what comes later is applied
// after that.
func TestTableOfARenamedResource(t *testing.T) {
	t.Parallel()
	s := spec.New("parking")
	s.Module, s.Servers = probe, []spec.Server{spec.GRPCServer}
	s.Resources = []spec.Resource{
		{Name: "Zone", Fields: []spec.Field{{Name: "name"}, {Name: "code", Required: true, Unique: true}, {Name: "size", Type: spec.Int, Index: true}}},
		{Name: "Bay", Fields: []spec.Field{{Name: "zone_id", Ref: "Zone"}}},
	}
	p := park(t, s, render.Input{})
	p.migrate()
	for driver := range p.dbs {
		p.exec(driver, `INSERT INTO "zone" ("zone_id", "code", "size", "created_at", "updated_at") VALUES ('1', 'a', 7, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')`)
	}
	renamed := func(from, to string) []string {
		t.Helper()
		prepared, err := p.g.Prepare(t.Context(), p.dir, change.Request{
			Edit: spec.RenameResource(from, to, false), Rename: &change.Rename{Resource: from, To: to}, Parts: true,
		})
		require.NoError(t, err)
		r, err := prepared.Apply(t.Context())
		require.NoError(t, err)
		require.NoError(t, prepared.Close())
		assert.Zero(t, r.Conflicts)
		return p.migrate()
	}
	holds := func(table, id string) {
		t.Helper()
		for driver, db := range p.dbs {
			var code string
			require.NoError(t, db.QueryRowContext(t.Context(), `SELECT "code" FROM "`+table+`" WHERE "`+table+`_id" = '`+id+`'`).Scan(&code))
			assert.Equal(t, "a", code)
			_, err := db.ExecContext(t.Context(), `INSERT INTO "`+table+`" ("`+table+`_id", "code", "created_at", "updated_at") VALUES ('2', 'a', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')`)
			require.Error(t, err, "%s: it is unique as before", driver)
			p.exec(driver, `DROP INDEX "`+table+`_size_index"`)
			p.exec(driver, `CREATE INDEX "`+table+`_size_index" ON "`+table+`" ("domain_id", "workspace_id", "size")`)
		}
	}
	assert.Equal(t, []string{"0002_rename_table_zone_to_area.sql"}, renamed("zone", "Area"))
	holds("area", "1")
	assert.Contains(t, p.text(), "ref: Area")
	_, migrations := p.change(nil)
	assert.Empty(t, migrations)
	_, migrations = p.change(func(f *spec.File) error { return f.AddField("Area", spec.Field{Name: "colour", Unique: true}) })
	assert.Equal(t, []string{"0003_add_colour.sql"}, migrations)
	_, migrations = p.change(func(f *spec.File) error { return f.RenameField("Area", "colour", "paint", false) })
	assert.Equal(t, []string{"0004_rename_colour_to_paint.sql"}, migrations)
	p.refuses(func(f *spec.File) error { return f.AddResource(spec.Resource{Name: "Zone"}) },
		"the migrations in internal/connector/database/migrations/zone are those of the table area, which was called zone before it was renamed")
	assert.Equal(t, []string{"0005_rename_table_area_to_district.sql"}, renamed("Area", "District"))
	holds("district", "1")
	assert.Equal(t, []string{"0006_rename_table_district_to_zone.sql"}, renamed("District", "Zone"))
	holds("zone", "1")
	_, migrations = p.change(func(f *spec.File) error { return f.RemoveField("Zone", "paint") })
	assert.Empty(t, migrations)

	for driver := range p.dbs { // once more for whom all migrations are new
		p.exec(driver, `DROP TABLE "zone"`)
		p.exec(driver, `DROP TABLE "bay"`)
	}
	p.applied = map[string]bool{}
	assert.Len(t, p.migrate(), 7)
}

// TestAliasesAreServicesOfNobody: what a resource was called once can't be the name of a
// service of the API as well: the server has each once.
func TestAliasesAreServicesOfNobody(t *testing.T) {
	t.Parallel()
	s := spec.New("parking")
	s.Module, s.Package, s.Servers = probe, "acme.parking.v1", []spec.Server{spec.GRPCServer}
	s.Resources = []spec.Resource{{Name: "Zone", Aliases: []string{"ticket"}}}
	_, err := newGenerator(t).Create(t.Context(), spec.Defaults(s), render.Input{Protos: protofile.Sources{parkingProto: []byte(ticketProto(ticketFields))}}, filepath.Join(t.TempDir(), "parking"))
	assert.ErrorContains(t, err, "resources: the API has a service Ticket, in proto/acme/parking/v1/ticket.proto, so that it cannot be another name of Zone; take it out of its aliases")
}
