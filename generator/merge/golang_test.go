package merge_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/merge"
)

// TestGoDeclarations: what git merges with a conflict, since it stands close
// together, merges by declarations.
func TestGoDeclarations(t *testing.T) {
	base := "package x\n\nfunc A() int { return 1 }\n\nfunc B() int { return 2 }\n"
	ours := "package x\n\nimport \"os\"\n\nfunc A() int { return len(os.Args) }\n\n// Mine is mine.\nfunc Mine() {}\n\nfunc B() int { return 2 }\n"
	theirs := "package x\n\nimport \"errors\"\n\nvar ErrNo = errors.New(\"no\")\n\nfunc A() int { return 1 }\n\nfunc Theirs() {}\n\nfunc B() int { return 3 }\n"
	in := input("x.go", sides{&base, &ours, &theirs, 0o644, 0o644, 0o644})
	action, got := outcome(t, in, "x.go")
	assert.Equal(t, merge.Merge, action)
	for _, want := range []string{"\"os\"", "\"errors\"", "len(os.Args)", "func Mine()", "func Theirs()", "return 3", "var ErrNo"} {
		assert.Contains(t, got, want)
	}
	assert.NotContains(t, got, "<<<<<<<")

	// One declaration that both changed is a conflict in that declaration alone.
	theirs = strings.Replace(theirs, "return 1", "return 100", 1)
	action, got = outcome(t, input("x.go", sides{&base, &ours, &theirs, 0o644, 0o644, 0o644}), "x.go")
	assert.Equal(t, merge.Conflict, action)
	assert.Equal(t, 1, strings.Count(got, "<<<<<<<"))
	assert.Contains(t, got, "func Theirs()")

	// A comment that belongs to no declaration, and that both reworded.
	base2, ours2, theirs2 := base+"\n// The end.\n", base+"\n// The end, mine.\n", base+"\n// The end, theirs.\n"
	action, got = outcome(t, input("x.go", sides{&base2, &ours2, &theirs2, 0o644, 0o644, 0o644}), "x.go")
	assert.Equal(t, merge.Conflict, action)
	assert.Contains(t, got, "// The end, mine.\n||||||| ")

	// People who reformat or reorder are not in the way.
	reformatted := "package x\nfunc B() int {\nreturn 2\n}\nfunc A() int {\nreturn 1\n}\n"
	theirs = strings.Replace(base, "return 2", "return 4", 1)
	_, got = outcome(t, input("x.go", sides{&base, &reformatted, &theirs, 0o644, 0o644, 0o644}), "x.go")
	assert.Contains(t, got, "return 4")
}

// TestGoElements: parts of one declaration merge by their names, alignment is no change,
// and what cannot be told apart is a conflict.
func TestGoElements(t *testing.T) {
	for name, tt := range map[string]struct {
		base, ours, theirs string
		want               []string // in this order; nil: a conflict
	}{
		"one field, two values": {
			base: "var a = T{\n\tX: 1,\n}\n", ours: "var a = T{\n\tX: 2,\n}\n", theirs: "var a = T{\n\tX: 3,\n}\n",
		},
		"a value, and a longer name": {
			base: "var a = T{\n\tX: 1,\n\tY: 2,\n}\n", ours: "var a = T{\n\tX: 5,\n\tY: 2,\n}\n", theirs: "var a = T{\n\tX:          1,\n\tMuchLonger: 3,\n\tY:          2,\n}\n",
			want: []string{"X:          5", "MuchLonger: 3", "Y:          2"},
		},
		"an element that the other takes away": {
			base: "var a = T{\n\tX: 1,\n\tY: 2,\n}\n", ours: "var a = T{\n\tX: 5,\n\tY: 2,\n}\n", theirs: "var a = T{\n\tY: 2,\n}\n",
		},
		"renamed by both": {
			base: "type T struct {\n\tA int\n\tX int\n\tB int\n}\n", ours: "type T struct {\n\tA int\n\tY int\n\tB int\n}\n", theirs: "type T struct {\n\tA int\n\tZ int\n\tB int\n}\n",
		},
		"added by both, in different places": {
			base: "type T struct {\n\tA int\n\n\tB int\n\n\tC int\n}\n", ours: "type T struct {\n\tA int\n\tN string\n\n\tB int\n\n\tC int\n}\n", theirs: "type T struct {\n\tA int\n\n\tB int\n\n\tC int\n\tN int\n}\n",
		},
		"constants that count": {
			base: "const (\n\tA = iota\n\tB\n)\n", ours: "const (\n\tA = iota\n\tB\n\tC\n)\n", theirs: "const (\n\tA = iota\n\tB\n\tD\n)\n",
		},
		"constants of their own": {
			base: "const (\n\tA = 1\n\tB = 2\n)\n", ours: "const (\n\tA = 1\n\tB = 3\n)\n", theirs: "const (\n\tA  = 1\n\tB  = 2\n\tDD = 4\n)\n",
			want: []string{"A  = 1", "B  = 3", "DD = 4"},
		},
		"cases": {
			base:   "func f(x int) {\n\tswitch x {\n\tcase 1:\n\t\ta()\n\tcase 2:\n\t\tb()\n\t}\n}\n",
			ours:   "func f(x int) {\n\tswitch x {\n\tcase 1:\n\t\ta()\n\tcase 2:\n\t\tb()\n\tcase 3:\n\t\tc()\n\t}\n}\n",
			theirs: "func f(x int) {\n\tswitch x {\n\tcase 1:\n\t\ta()\n\tcase 2:\n\t\tb2()\n\t}\n}\n",
			want:   []string{"case 1", "b2()", "case 3"},
		},
		"arguments, added by both at the end": {
			base: "var a = f(\n\t1,\n)\n", ours: "var a = f(\n\t1,\n\t2,\n)\n", theirs: "var a = f(\n\t1,\n\t3,\n)\n",
		},
		"statements, one of them a return": {
			base: "func f() {\n\ta()\n\tb()\n}\n", ours: "func f() {\n\ta()\n\treturn\n\tb()\n}\n", theirs: "func f() {\n\ta()\n\tc()\n\tb()\n}\n",
		},
		"the words of a list in a line": {
			base: "var a = []string{\"x\", \"y\"}\n", ours: "var a = []string{\"x\", \"y\", \"z\"}\n", theirs: "var a = []string{\"w\", \"x\", \"y\"}\n",
			want: []string{`{"w", "x", "y", "z"}`},
		},
		"the same word of a list in a line": {
			base: "var a = []string{\"x\", \"y\"}\n", ours: "var a = []string{\"x\", \"z\"}\n", theirs: "var a = []string{\"x\", \"w\"}\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, side := range []*string{&tt.base, &tt.ours, &tt.theirs} {
				*side = "package x\n\n" + *side
			}
			action, got := outcome(t, input("x.go", sides{&tt.base, &tt.ours, &tt.theirs, 0o644, 0o644, 0o644}), "x.go")
			if tt.want == nil {
				assert.Equal(t, merge.Conflict, action, got)
				return
			}
			assert.Equal(t, merge.Merge, action, got)
			for _, want := range tt.want {
				_, rest, found := strings.Cut(got, want)
				require.True(t, found, "%s, in order, in\n%s", want, got)
				got = rest
			}
		})
	}
}
