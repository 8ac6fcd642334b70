package merge_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestGoModToolchain merges the two lines by which a module file names its Go.
func TestGoModToolchain(t *testing.T) {
	mod := func(lines ...string) string {
		return "module example.com/x\n\n" + strings.Join(lines, "\n\n") + "\n\nrequire example.com/a v1.0.0\n"
	}
	for name, c := range map[string]struct{ base, ours, theirs, want string }{
		"it comes":                   {mod("go 1.26.0"), mod("go 1.26.0") + "\nexclude example.com/b v1.0.0\n", mod("go 1.26.0", "toolchain go1.26.7"), "toolchain go1.26.7\n"},
		"theirs is newer":            {mod("go 1.26.0", "toolchain go1.26.7"), mod("go 1.26.0", "toolchain go1.26.9"), mod("go 1.26.0", "toolchain go1.26.11"), "toolchain go1.26.11\n"},
		"ours is newer":              {mod("go 1.26.0", "toolchain go1.26.7"), mod("go 1.26.0", "toolchain go1.27.1"), mod("go 1.26.0", "toolchain go1.26.11"), "toolchain go1.27.1\n"},
		"you dropped it":             {mod("go 1.26.0", "toolchain go1.26.7"), mod("go 1.26.0"), mod("go 1.26.0", "toolchain go1.26.11"), ""},
		"your go directive is newer": {mod("go 1.26.0", "toolchain go1.26.7"), mod("go 1.27.2"), mod("go 1.26.0", "toolchain go1.26.11"), ""},
		"neither line is needed":     {mod("go 1.26.0"), mod("go 1.27.0"), mod("go 1.26.0", "toolchain go1.26.11"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := input("go.mod", sides{&c.base, &c.ours, &c.theirs, 0o644, 0o644, 0o644})
			plan := run(t, in)
			assert.Zero(t, plan.Conflicts())
			got := string(after(in.Ours, plan)["go.mod"].Body)
			if c.want == "" {
				assert.NotContains(t, got, "toolchain")
			} else {
				assert.Contains(t, got, c.want)
			}
		})
	}
}
