package render

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestItems: a template that uses what its entry's files are not for is refused when it is
// read, with its line and that of the entry.
func TestItems(t *testing.T) {
	t.Parallel()
	const table = "files:\n  - path: a\n    template: a.tmpl\n"
	for name, test := range map[string]struct {
		entry, text, header string
		want                string // of the error; "": none
	}{
		"no each":          {text: "x\n[[ .Resource.File ]]", want: "acme:one/files.yaml:2: acme:one/a.tmpl:2:12: .Resource.File: this file is for no resource, because its entry has no each; .Resource is there with each: resources, or declared resources"},
		"another each":     {entry: "    each: schedulers\n", text: "[[ .Resource ]]", want: "because its entry says each: schedulers"},
		"item":             {text: "[[ .Item ]]", want: "this file is for no item of a list, because its entry has no each; .Item is there with each: a list of values"},
		"item of a map":    {text: "[[ quote .Item.name ]]", want: ".Item.name: this file is for no item"},
		"by the root":      {text: "[[ range .Resources ]][[ $.Resource.File ]][[ end ]]", want: ".Resource.File"},
		"in an argument":   {text: "[[ printf \"%s\" (.Job.Snake) ]]", want: ".Job.Snake: this file is for no scheduler"},
		"in a block":       {text: "[[ block \"b\" . ]][[ .Part.Snake ]][[ end ]]", want: "part of a layer"},
		"in when":          {entry: "    when: .Unique.Holds\n", text: "x", want: "files.yaml:2: when:1:13: .Unique.Holds"},
		"in another entry": {entry: "  - {path: 'b/[[ .API.File ]]', template: a.tmpl}\n", text: "x", want: "files.yaml:4: path:1:9: .API.File: this file is for no service of your protos"},
		"in a move":        {entry: "moved:\n  - {from: 'b/[[ .API.File ]]', to: c}\n", text: "x", want: "move 1: from:1:9: .API.File"},
		"asked for":        {text: "[[ if .Resource ]][[ .Resource.File ]][[ end ]][[ with .Item ]][[ .name ]][[ end ]]"},
		"asked in an and":  {text: "[[ if and .Resource .Resource.Projected ]][[ .Resource.File ]][[ end ]]"},
		"asked otherwise":  {text: "[[ if .Job ]][[ .Resource.File ]][[ end ]]", want: ".Resource.File"},
		"of another dot":   {text: "[[ range .APIs ]][[ range .Methods ]][[ if .Resource ]][[ .Resource.File ]][[ end ]][[ end ]][[ end ]]"},
		"with its each":    {entry: "    each: resources\n", text: "[[ .Resource.File ]]"},
		"a list of values": {entry: "    each: policies\n", text: "[[ .Item.name ]]"},
		"a header":         {text: "x", header: "Of [[ .Resource.File ]].", want: "acme:overlay.yaml#header:1:15: .Resource.File: the header is not of a file for each resource; ask first, as in [[ if .Resource ]]"},
		"an asking header": {text: "x", header: "[[ if .Resource ]]Of [[ .Resource.File ]].[[ end ]]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			over := acme(t, map[string]string{"one/files.yaml": table + test.entry, "one/a.tmpl": test.text})
			over.Manifest.Header = test.header
			over.Manifest.Values = map[string]any{"policies": map[string]any{"type": "array"}}
			laid, err := Lay(folder(map[string]string{"one/files.yaml": "files: []"}), over)
			require.NoError(t, err)
			_, err = laid.Load("one")
			if test.want == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, test.want)
		})
	}
}

// TestMigrationNumbers: two migrations of an overlay, for one table, with one number.
func TestMigrationNumbers(t *testing.T) {
	t.Parallel()
	const below = "internal/connector/database/migrations/[[ .Resource.Snake ]]/"
	rendered := func(second string) error {
		laid, err := Lay(folder(map[string]string{"one/files.yaml": "files: []"}), acme(t, map[string]string{
			"one/files.yaml": "files:\n  - {path: '" + below + "0002_audit.sql', template: a.tmpl, each: resources}\n  - {path: '" + second + "', template: a.tmpl, each: resources}\n",
			"one/a.tmpl":     "SELECT 1;\n",
		}))
		require.NoError(t, err)
		sets, err := laid.Load("one")
		require.NoError(t, err)
		s := spec.New("inventory")
		s.Resources = []spec.Resource{{Name: "Region", Fields: []spec.Field{{Name: "name"}}}, {Name: "Zone", Fields: []spec.Field{{Name: "name"}}}}
		view, err := newView(spec.Defaults(s))
		require.NoError(t, err)
		return emit(view, Tree{}, sets, func(*entry) bool { return true })
	}
	assert.ErrorContains(t, rendered(below+"0002_owner.sql"),
		"acme:one/files.yaml:3: internal/connector/database/migrations/region/0002_owner.sql has the number of internal/connector/database/migrations/region/0002_audit.sql, another migration of the same table")
	assert.NoError(t, rendered(below+"0003_owner.sql"))
	assert.NoError(t, rendered("docs/[[ .Resource.Snake ]]/0002_owner.sql"))
}
