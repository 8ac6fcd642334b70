package spec_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

const shown = "name: x\nresources:\n- name: Zone\n  fields:\n  - {name: home_id, ref: Home, number: 2, expand: true}\n  - {name: b, number: 3}\n- name: Home\n"

// The number of what is shown goes with that of the reference, and is never given again.
func TestNumberOfWhatIsShown(t *testing.T) {
	f := open(t, shown)
	home := f.Spec().Resource("Zone").Field("home_id")
	assert.Equal(t, "home", home.Expanded())
	assert.Equal(t, 1002, home.ExpandedNumber())
	require.NoError(t, f.RemoveField("Zone", "home_id"))
	assert.Contains(t, string(f.Bytes()), "reserved:\n    - {name: home_id, number: 2}\n    - {name: home, number: 1002, expand: true}\n")
	require.NoError(t, f.AddField("Zone", spec.Field{Name: "c"}))
	assert.Contains(t, string(f.Bytes()), "{name: c, number: 4}", "what was shown moves no number")

	again := spec.Field{Name: "home_id", Ref: "Home", Expand: true}
	assert.ErrorContains(t, f.AddField("Zone", spec.Field{Name: "home_id", Ref: "Home", Expand: true, Number: 12}), "had the number 2 before it was removed")
	assert.Contains(t, string(f.Bytes()), "expand: true}\n", "what is refused changes nothing")
	require.NoError(t, f.AddField("Zone", again))
	assert.Equal(t, 2, f.Spec().Resource("Zone").Field("home_id").Number)
	assert.Empty(t, f.Spec().Resource("Zone").Reserved)
	assert.NotContains(t, string(f.Bytes()), "reserved")

	require.NoError(t, f.RemoveField("Zone", "home_id"))
	require.NoError(t, f.AddField("Zone", spec.Field{Name: "home", Type: spec.Int}))
	assert.Contains(t, string(f.Bytes()), "- {number: 1002, expand: true}\n", "its name is free for a field of its own, its number is not")
}

func TestRenamedReferenceKeepsTheNumber(t *testing.T) {
	f := open(t, shown)
	require.NoError(t, f.RenameField("Zone", "home_id", "house_id", false))
	house := f.Spec().Resource("Zone").Field("house_id")
	assert.Equal(t, "house", house.Expanded())
	assert.Equal(t, 1002, house.ExpandedNumber())
	assert.Empty(t, f.Spec().Resource("Zone").Reserved)
}

func TestFollowHoldsWhatIsShown(t *testing.T) {
	old := open(t, shown).Spec()
	for name, tt := range map[string]struct{ text, want string }{
		"one that is no longer shown is reserved": {replaced(t, shown, ", expand: true", ""), "- {name: home, number: 1002, expand: true}"},
		"so is that of a field that was deleted":  {replaced(t, shown, "  - {name: home_id, ref: Home, number: 2, expand: true}\n", ""), "- {name: home_id, number: 2}\n    - {name: home, number: 1002, expand: true}"},
		"a field that has its name":               {replaced(t, shown, ", expand: true", "}\n  - {name: home, number: 4"), "- {number: 1002, expand: true}"},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t, tt.text)
			require.NoError(t, f.HoldNumbers(old))
			assert.Contains(t, string(f.Bytes()), tt.want)
			again := open(t, string(f.Bytes()))
			require.NoError(t, again.HoldNumbers(f.Spec()))
			assert.Equal(t, string(f.Bytes()), string(again.Bytes()))
		})
	}
	other := open(t, replaced(t, shown, "ref: Home", "ref: Zone"))
	assert.ErrorContains(t, other.HoldNumbers(old), "spacegen.yaml:5:26: clients know home of Zone as a Home; write ref: Home, and give what refers to a Zone a field of its own")
	gone := "  reserved:\n  - {name: home, number: 1002, expand: true}\n- name: Home\n"
	old = open(t, replaced(t, replaced(t, shown, ", expand: true", ""), "- name: Home\n", gone)).Spec()
	taken := open(t, replaced(t, replaced(t, shown, ", expand: true", ""), "number: 3}", "number: 3}\n  - {name: c, number: 1002}"))
	assert.ErrorContains(t, taken.HoldNumbers(old), "the number 1002 was that of home, which showed what a reference refers to")
}

// Resources whose files would import each other are refused, whatever lies between them.
func TestResourcesThatShowEachOther(t *testing.T) {
	const ring = `name: x
resources:
  - name: A
    fields: [{name: b_id, ref: B, expand: true}, {name: parent_id, ref: A, expand: true}]
  - name: B
    fields: [{name: c_id, ref: C, expand: true}]
  - name: C
    fields: [{name: a_id, ref: A, expand: true}, {name: b_id, ref: B}]
`
	_, err := spec.Parse("spacegen.yaml", []byte(ring))
	assert.EqualError(t, err, "spacegen.yaml:8:43: A shows C already, perhaps through others, and proto files cannot import each other; remove expand from one of the fields")
	_, err = spec.Parse("spacegen.yaml", []byte(replaced(t, ring, "ref: A, expand: true}, {name: b_id", "ref: A}, {name: b_id")))
	assert.NoError(t, err, "one may show its own kind")
}

func TestWhatIsReservedIsNotShown(t *testing.T) {
	for reserved, want := range map[string]string{
		"{name: home, number: 1002, expand: true}": "spacegen.yaml:8:12: Zone shows home by home_id, and reserves its name; remove this line if it is the same as before, or 'name' here",
		"{name: home, number: 9}":                  "Zone shows home by home_id, and reserves its name",
		"{number: 1002, expand: true}":             "what home_id shows would have the number 1002, which is reserved",
		"{name: b, number: 1007, expand: true}":    "Zone has a field b, and reserves its name; remove 'name' here",
	} {
		_, err := spec.Parse("spacegen.yaml", []byte(replaced(t, shown, "- name: Home\n", "  reserved:\n  - "+reserved+"\n- name: Home\n")))
		assert.ErrorContains(t, err, want, reserved)
	}
}

// replaced is a text with another part.
func replaced(t *testing.T, text, part, by string) string {
	t.Helper()
	require.Contains(t, text, part)
	return strings.Replace(text, part, by, 1)
}
