package spec_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

const zone = "name: x\nresources:\n- name: Zone\n  fields:\n  - {name: a}\n  - {name: b}\n"

// fieldNumbers gives the numbers of Zone's fields, and of what is reserved.
func fieldNumbers(f *spec.File) (fields, reserved map[string]int) {
	fields, reserved = map[string]int{}, map[string]int{}
	zone := f.Spec().Resource("Zone")
	for _, field := range zone.Fields {
		fields[field.Name] = field.Number
	}
	for _, r := range zone.Reserved {
		reserved[r.Name] = r.Number
	}
	return fields, reserved
}

func TestNumberOfARemovedFieldIsNotReused(t *testing.T) {
	f := open(t, zone)
	require.NoError(t, f.AddField("Zone", spec.Field{Name: "c"}))
	assert.Contains(t, string(f.Bytes()), "{name: c, number: 4}")
	require.NoError(t, f.RemoveField("Zone", "c"))
	assert.Contains(t, string(f.Bytes()), "reserved:\n    - {name: c, number: 4}")
	require.NoError(t, f.AddField("Zone", spec.Field{Name: "d"}))
	require.NoError(t, f.RemoveField("Zone", "a"))
	fields, reserved := fieldNumbers(f)
	assert.Equal(t, map[string]int{"b": 3, "d": 5}, fields)
	assert.Equal(t, map[string]int{"c": 4, "a": 2}, reserved)

	require.NoError(t, f.AddField("Zone", spec.Field{Name: "c"}))
	fields, reserved = fieldNumbers(f)
	assert.Equal(t, map[string]int{"b": 3, "d": 5, "c": 4}, fields, "with the same type it comes back")
	assert.Equal(t, map[string]int{"a": 2}, reserved)
	require.NoError(t, f.AddField("Zone", spec.Field{Name: "a", Type: spec.Int}))
	fields, reserved = fieldNumbers(f)
	assert.Equal(t, map[string]int{"b": 3, "d": 5, "c": 4, "a": 6}, fields, "another type needs another number")
	assert.Equal(t, map[string]int{"": 2}, reserved)

	require.NoError(t, f.RemoveField("Zone", "b"))
	assert.ErrorContains(t, f.AddField("Zone", spec.Field{Name: "b", Number: 12}), "the field b had the number 3 before it was removed")
	assert.ErrorContains(t, f.AddField("Zone", spec.Field{Name: "e", Number: 3}), "the number 3 of the field e is reserved: it was that of the field b (string)")
}

func TestFollowHoldsEnumValues(t *testing.T) {
	with := func(values string) string {
		return "name: x\nresources:\n- name: Zone\n  fields:\n  - {name: a, type: enum, values: [" + values + "]}\n"
	}
	old := open(t, with("OPEN, SHUT")).Spec()
	require.NoError(t, open(t, with("OPEN, SHUT, LOST")).HoldNumbers(old))
	for _, values := range []string{"OPEN", "SHUT, OPEN", "OPEN, LOST, SHUT", "CLOSED, SHUT"} {
		assert.ErrorContains(t, open(t, with(values)).HoldNumbers(old), "spacegen.yaml:5:35: clients know the value", values)
	}
}

func TestFollowHoldsNumbers(t *testing.T) {
	rendered := zone + "  - {name: c, number: 7}\n  reserved:\n  - {name: gone, number: 4, type: int}\n"
	tests := map[string]struct {
		text, want string // want is in the text afterwards or, with refused, in the error
		refused    bool
	}{
		"a field at the end gets its number written": {strings.Split(rendered, "  reserved")[0] + "  - {name: d}\n", "{name: d, number: 8}", false},
		"two, in order":                     {strings.Replace(rendered, "  - {name: a}", "  - {name: y}\n  - {name: z}\n  - {name: a}", 1), "{name: y, number: 8}\n  - {name: z, number: 9}\n  - {name: a, number: 2}\n  - {name: b, number: 3}", false},
		"one that was deleted is reserved":  {strings.Replace(rendered, "  - {name: a}\n", "", 1), "- {name: a, number: 2}", false},
		"those behind it stay":              {strings.Replace(rendered, "  - {name: a}\n", "", 1), "{name: b, number: 3}", false},
		"a reservation that was deleted":    {strings.Replace(rendered, "  reserved:\n  - {name: gone, number: 4, type: int}\n", "", 1), "- {name: gone, number: 4, type: int}", false},
		"a changed number":                  {strings.Replace(rendered, "number: 7", "number: 8", 1), "spacegen.yaml:7:23: the field c has the number 7, and clients know it by that; 8 would break them; write number: 7", true},
		"a number of a field that is there": {strings.Replace(rendered, "{name: a}", "{name: other, number: 2}", 1), "spacegen.yaml:5:27: the number 2 is that of the field a, and code and tables know it by that name; if other is the same field under another name, write a again and run 'spacegen rename field Zone a other'", true},
		"a number of one that was removed":  {strings.Replace(rendered, "  reserved:\n  - {name: gone, number: 4, type: int}\n", "  - {name: other, number: 4}\n", 1), "spacegen.yaml:8:27: the number 4 was that of the field gone (int)", true},
		"a name with another type": {
			strings.Replace(rendered, "number: 7}\n  reserved:\n  - {name: gone, number: 4, type: int}\n", "number: 7}\n  - {name: gone}\n", 1),
			"{name: gone, number: 8}\n  reserved:\n    - {number: 4, type: int}", false,
		},
		"a number with another type": {
			strings.Replace(rendered, "number: 7}\n  reserved:\n  - {name: gone, number: 4, type: int}\n", "number: 7}\n  - {name: gone, number: 4}\n", 1),
			"the number 4 was that of the field gone (int)", true,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := open(t, tt.text)
			err := f.HoldNumbers(open(t, rendered).Spec())
			if tt.refused {
				require.ErrorContains(t, err, tt.want)
				assert.Equal(t, tt.text, string(f.Bytes()))
				return
			}
			require.NoError(t, err)
			assert.Contains(t, string(f.Bytes()), tt.want)
			again := open(t, string(f.Bytes()))
			require.NoError(t, again.HoldNumbers(f.Spec()))
			assert.Equal(t, string(f.Bytes()), string(again.Bytes()), "the second time there is nothing to do")
		})
	}
}

// TestSinceGoes: a Spec of old says which migration brings a column. It is read, and the
// key goes with nothing else.
func TestSinceGoes(t *testing.T) {
	const want = "name: x\nresources:\n- name: Zone # ours\n  fields:\n  - {name: a}\n  - {name: b, number: 3} # since: 2\n  - name: c # third\n    number: 4\n  - {type: int, name: d}\n  - name: e\n"
	for name, text := range map[string]string{
		"in brackets": strings.NewReplacer("{name: a}", "{name: a, since: 1}", "{name: b, number: 3}", "{name: b, since: 2, number: 3}", "{type: int, name: d}", "{since: 5, type: int, name: d}").Replace(want),
		"on lines":    strings.NewReplacer("    number: 4\n", "    since: 3 # the third\n    number: 4\n", "- name: e\n", "- since: 6\n    name: e\n").Replace(want),
		"nowhere":     want,
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t, text)
			dropped, err := f.DropSince()
			require.NoError(t, err)
			assert.Equal(t, name != "nowhere", dropped)
			assert.Equal(t, want, string(f.Bytes()))
		})
	}
}
