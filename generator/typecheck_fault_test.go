package generator_test

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestTypecheckerIsAwake: what the tests of shapes hold repositories against finds
// faults in code, in tests and in what others import, in the second repository too.
func TestTypecheckerIsAwake(t *testing.T) {
	t.Parallel()
	whole := map[string][]byte{
		"a/a.go":           []byte("package a\n\nimport \"m/b\"\n\n// A is one.\nvar A = b.B + 1\n"),
		"a/a_test.go":      []byte("package a\n\nvar one int = A\n"),
		"a/out_test.go":    []byte("package a_test\n\nimport \"m/a\"\n\nvar two int = a.A\n"),
		"b/b.go":           []byte("package b\n\n// B is one.\nvar B = 1\n"),
		"b/b_plan9.go":     []byte("package b\n\nvar B = \"of another system\"\n"),
		"nested/go.mod":    []byte("module other\n"),
		"nested/n/text.go": []byte("package n\n\nvar N int = \"another module's own matter\"\n"),
	}
	c := newTypechecker()
	assert.Empty(t, c.check(t, "m", whole))
	for name, change := range map[string]struct{ at, text, want string }{
		"a type":           {"a/a.go", "package a\n\nimport \"m/b\"\n\n// A is one.\nvar A string = b.B\n", "a/a.go:6:16: cannot use b.B"},
		"an unused import": {"a/a.go", "package a\n\nimport \"m/b\"\n\n// A is one.\nvar A = 1\n", `a/a.go:3:8: "m/b" imported and not used`},
		"what is imported": {"b/b.go", "package b\n\n// B is a text.\nvar B = \"1\"\n", "a/a.go:6:9: "},
		"a test":           {"a/a_test.go", "package a\n\nvar one string = A\n", "a/a_test.go:3:18: cannot use A"},
		"a test outside":   {"a/out_test.go", "package a_test\n\nimport \"m/a\"\n\nvar two string = a.A\n", "a/out_test.go:5:18: cannot use a.A"},
		"no such package":  {"a/a.go", "package a\n\nimport _ \"m/gone\"\n\n// A is one.\nvar A = 1\n", "the repository has no package gone"},
		"syntax":           {"b/b.go", "package b\n\nvar B = \n", "b/b.go:3:10: "},
		"gofmt":            {"b/b.go", "package b\n\nvar  B = 1\n", "b/b.go is not as gofmt has it"},
	} {
		t.Run(name, func(t *testing.T) {
			broken := maps.Clone(whole)
			broken[change.at] = []byte(change.text)
			for range 2 {
				found := c.check(t, "m", broken)
				if assert.NotEmpty(t, found) {
					assert.Contains(t, found[0], change.want)
				}
			}
			assert.Empty(t, c.check(t, "m", whole))
		})
	}
}
