package generator_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/schema"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestIndexesOutliveTheirFields: an index stays in the database, as a column does, and
// somebody says so, with the migration that drops it, on every engine.
func TestIndexesOutliveTheirFields(t *testing.T) {
	t.Parallel()
	s := spec.New("parking")
	s.Module, s.Servers = probe, []spec.Server{spec.GRPCServer}
	s.Resources = []spec.Resource{
		{Name: "Zone", Fields: []spec.Field{{Name: "name"}, {Name: "size", Type: spec.Int, Index: true}, {Name: "place", Index: true}}},
		{Name: "Bay", Fields: []spec.Field{{Name: "zone_id", Ref: "Zone"}}},
	}
	p := park(t, s, render.Input{})
	p.migrate()

	// write writes the migration that a note asks for, and applies it.
	write := func(note string) {
		t.Helper()
		_, told, _ := strings.Cut(note, schema.Folder)
		at, statement, found := strings.Cut(told, ", with ")
		require.True(t, found, note)
		p.write(schema.Folder+at, statement)
		_, migrations := p.change(nil)
		require.Len(t, migrations, 1)
	}
	unindexed := func(text, with, without string) string {
		t.Helper()
		require.Contains(t, p.text(), with)
		p.write(spec.FileName, strings.Replace(p.text(), with, without, 1))
		r, migrations := p.change(nil)
		assert.Empty(t, migrations)
		require.Len(t, r.Notes, 1)
		assert.Contains(t, r.Notes[0], text)
		return r.Notes[0]
	}
	write(unindexed(`the table zone keeps the index zone_size_index, and each write of a row goes on to maintain it`, "{name: size, type: int, index: true}", "{name: size, type: int}"))
	for driver := range p.dbs { // which would fail if the index were there
		p.exec(driver, `CREATE INDEX "zone_size_index" ON "zone" ("size")`)
		p.exec(driver, `DROP INDEX "zone_size_index"`)
	}
	unindexed(`DROP INDEX "bay_zone_id_index";`, "{name: zone_id, ref: Zone}", "{name: zone_id}")

	// It comes back, with a migration of its own.
	p.write(spec.FileName, strings.Replace(p.text(), "{name: size, type: int}", "{name: size, type: int, index: true}", 1))
	_, migrations := p.change(nil)
	assert.Equal(t, []string{"0003_index_size.sql"}, migrations)

	// A column goes with its index: SQLite refuses to drop it otherwise.
	r, _ := p.change(func(f *spec.File) error { return f.RemoveField("Zone", "place") })
	require.Len(t, r.Notes, 1)
	assert.Contains(t, r.Notes[0], `with DROP INDEX "zone_place_index"; ALTER TABLE "zone" DROP COLUMN "place";`)
	write(r.Notes[0])
}
