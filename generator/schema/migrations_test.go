package schema

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

func TestRetyped(t *testing.T) {
	for name, test := range map[string]struct {
		now, want string
	}{
		"as it was":      {"{name: size, type: int}", ""},
		"a comment more": {"{name: size, type: int, required: true, description: How large.}", ""},
		"another type":   {"{name: size, type: string}", "the field size of Zone was int and is string, and its column stays"},
		"a list":         {"{name: size, type: int, repeated: true}", "was int and is a list of int"},
		"unique":         {"{name: size, type: int, unique: true}", "was int and is int, unique"},
		"another field":  {"{name: extent, type: string}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			const head = "name: x\nresources: [{name: Zone, fields: ["
			before, err := spec.Parse(spec.FileName, []byte(head+"{name: size, type: int}]}]\n"))
			require.NoError(t, err)
			after, err := spec.Parse(spec.FileName, []byte(head+test.now+"]}]\n"))
			require.NoError(t, err)
			notes := Migrations{}.Retyped(before, after)
			if test.want == "" {
				assert.Empty(t, notes)
				return
			}
			require.Len(t, notes, 1)
			assert.Contains(t, notes[0], test.want)
			assert.Contains(t, notes[0], "internal/connector/database/migrations/zone")
			after.Database = spec.NoDatabase
			assert.Empty(t, Migrations{}.Retyped(before, after), "there are no columns")
		})
	}
	assert.Empty(t, Migrations{}.Retyped(nil, spec.Defaults(spec.New("x"))), "nothing was rendered before")
}

// What is to be done by hand is said of the table as it is called, and of the folder that it
// had first.
func TestRetypedAfterARename(t *testing.T) {
	t.Parallel()
	m := Migrations{
		"zone/0001_create.sql":                    `CREATE TABLE "zone" ("zone_id" TEXT, "size" TEXT NOT NULL DEFAULT '')`,
		"zone/0002_rename_table_zone_to_area.sql": `ALTER TABLE "zone" RENAME TO "area"`,
	}
	of := func(kind spec.FieldType) *spec.Spec {
		s := spec.New("x")
		s.Resources = []spec.Resource{{Name: "Area", Fields: []spec.Field{{Name: "size", Type: kind}}}}
		return spec.Defaults(s)
	}
	notes := m.Retyped(of(spec.String), of(spec.Int))
	require.Len(t, notes, 1)
	assert.Contains(t, notes[0], "the next in "+Folder+"/zone, or take")
	assert.Equal(t, "area", m.Called("zone"))
}
