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

// TestGoModReplacement merges by what a module file replaces another module.
func TestGoModReplacement(t *testing.T) {
	mod := func(lines ...string) string {
		return "module example.com/x\n\ngo 1.26.0\n\n" + strings.Join(lines, "\n") + "\nrequire example.com/core v0.0.0\n"
	}
	const inside, beside, mine = "replace example.com/core => ./core\n", "replace example.com/core => ../core\n", "replace example.com/core => ../mine\n"
	for name, c := range map[string]struct {
		base, ours, theirs, want string
		conflict                 bool
	}{
		"it comes":                  {base: mod(), ours: mod("exclude example.com/b v1.0.0\n"), theirs: mod(inside), want: "=> ./core\n"},
		"the template moves it":     {base: mod(inside), ours: mod("exclude example.com/b v1.0.0\n", inside), theirs: mod(beside), want: "=> ../core\n"},
		"the template drops it":     {base: mod(inside), ours: mod("exclude example.com/b v1.0.0\n", inside), theirs: mod()},
		"you moved it":              {base: mod(inside), ours: mod(mine), theirs: mod("exclude example.com/b v1.0.0\n", inside), want: "=> ../mine\n"},
		"you dropped it":            {base: mod(inside), ours: mod(), theirs: mod("exclude example.com/b v1.0.0\n", inside)},
		"both moved it to the same": {base: mod(inside), ours: mod(beside), theirs: mod("exclude example.com/b v1.0.0\n", beside), want: "=> ../core\n"},
		"both moved it":             {base: mod(inside), ours: mod(mine), theirs: mod(beside), conflict: true},
		"you moved what goes":       {base: mod(inside), ours: mod(mine), theirs: mod(), conflict: true},
	} {
		t.Run(name, func(t *testing.T) {
			in := input("go.mod", sides{&c.base, &c.ours, &c.theirs, 0o644, 0o644, 0o644})
			plan := run(t, in)
			got := string(after(in.Ours, plan)["go.mod"].Body)
			if c.conflict {
				assert.Equal(t, 1, plan.Conflicts(), got)
				return
			}
			assert.Zero(t, plan.Conflicts(), got)
			if c.want == "" {
				assert.NotContains(t, got, "replace")
			} else {
				assert.Contains(t, got, c.want)
			}
		})
	}
}

// TestGoModRequirement takes a version that the template alone changed, and of two the newer.
func TestGoModRequirement(t *testing.T) {
	mod := func(version string) string {
		return "module example.com/x\n\nrequire example.com/core " + version + "\n"
	}
	for _, c := range []struct{ base, ours, theirs, want string }{
		{"v1.2.0", "v1.2.0", "v1.1.0", "v1.1.0"},
		{"v1.2.0", "v1.3.0", "v1.1.0", "v1.3.0"},
		{"v1.2.0", "v1.1.0", "v1.3.0", "v1.3.0"},
	} {
		base, ours, theirs := mod(c.base), mod(c.ours), mod(c.theirs)
		in := input("go.mod", sides{&base, &ours, &theirs, 0o644, 0o644, 0o644})
		assert.Contains(t, string(after(in.Ours, run(t, in))["go.mod"].Body), c.want)
	}
}
