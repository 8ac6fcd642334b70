package layers_test

import (
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/analysistest"

	"github.com/cloudforet-io/spacegen/generator/layers"
)

// TestRule runs the analyzer under the driver of its own kind: what is wanted
// stands beside the imports in testdata.
func TestRule(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), layers.New("example.com/a"), "example.com/a/...")
}

// TestSyntaxAlone keeps the analyzer usable on what does not compile.
func TestSyntaxAlone(t *testing.T) {
	analyzer := layers.New("example.com/a")
	require.NoError(t, analysis.Validate([]*analysis.Analyzer{analyzer}))
	assert.Empty(t, analyzer.Requires)
	assert.Empty(t, analyzer.FactTypes)
}

// TestLineDirective has files that say they were made of another: findings
// name the file that stands in the repository, and none gets by as a test.
func TestLineDirective(t *testing.T) {
	for _, source := range []string{"grammar.y", "grammar_test.go"} {
		findings, err := layers.Check(fstest.MapFS{
			"internal/manager/a.go": {Data: []byte("//line " + source + ":1\npackage manager\n\nimport _ \"example.com/a/internal/service\"\n")},
		}, "example.com/a")
		require.NoError(t, err)
		require.Len(t, findings, 1, source)
		assert.Equal(t, "internal/manager/a.go", findings[0].Path, source)
		assert.Equal(t, 4, findings[0].Line, source)
	}
}

func TestCheck(t *testing.T) {
	findings, err := layers.Check(fstest.MapFS{
		"internal/manager/a.go":      {Data: []byte("package manager\n\nimport (\n\t\"fmt\"\n\n\t\"example.com/a/internal/service\"\n)\n\nvar _ = does not compile")},
		"internal/manager/a_test.go": {Data: []byte("package manager_test\n\nimport _ \"example.com/a/internal/service\"\n")},
		"internal/manager/b.go":      {Data: []byte("//go:build never\n\npackage manager\n\nimport x \"example.com/a/internal/app\"\n")},
		"internal/model/c.go":        {Data: []byte("no Go at all")},
		"internal/core/x/d.go":       {Data: []byte("package x\n\nimport _ \"example.com/ab/internal/service\"\n")},
		"cmd/e.go":                   {Data: []byte("package main\n\nimport _ \"example.com/a/internal/service\"\n")},
		"pkg/tunnel/f.go":            {Data: []byte("package tunnel\n\nimport _ \"example.com/a/internal/service\"\n")},
		"other/go.mod":               {Data: []byte("module example.com/other\n")},
		"other/g.go":                 {Data: []byte("package other\n\nimport _ \"database/sql\"\n")},
		"vendor/x/h.go":              {Data: []byte("package x\n\nimport _ \"database/sql\"\n")},
	}, "example.com/a")
	require.NoError(t, err)
	assert.Equal(t, []layers.Finding{
		{Path: "internal/manager/a.go", Line: 6, Message: "manager imports service; it may import connector, model, core, since a manager calls connectors"},
		{Path: "internal/manager/b.go", Line: 5, Message: "manager imports app; it may import connector, model, core, since a manager calls connectors"},
		{Path: "pkg/tunnel/f.go", Line: 3, Message: "a package beside the layers imports service; it may import model, core, since what it imports, every layer reaches by it"},
	}, findings)

	findings, err = layers.Check(fstest.MapFS{}, "example.com/a")
	require.NoError(t, err)
	assert.Empty(t, findings)
}

// TestDepguard holds what is rendered for depguard against the analyzer: of all
// imports by all kinds of packages, both object to the same.
func TestDepguard(t *testing.T) {
	const module = "example.com/a"
	rules := layers.Rules(module)
	packages := []string{"", "cmd/a", "cmd/a/wire", "config", "pkg/tunnel", "internal/app", "internal/app/sub", "internal/applied", "internal/tools", "internal/tools/sub"}
	for _, layer := range layers.Layers() {
		packages = append(packages, "internal/"+layer.Name, "internal/"+layer.Name+"/sub", "internal/"+layer.Name+"s")
	}
	imports := []string{"context", "database/sql", "database/sql/driver", "database/sqlite", "github.com/uptrace/bun/dialect/pgdialect", "github.com/uptrace/bunrouter",
		"github.com/redis/go-redis/v9", "modernc.org/sqlite", "gorm.io/gorm", module + "s/internal/service", "example.com/other/internal/connector"}
	for _, p := range packages {
		imports = append(imports, path.Join(module, p))
	}
	objections := 0
	for _, p := range packages {
		for _, imported := range imports {
			for _, file := range []string{"a.go", "a_test.go"} {
				at := path.Join(p, file)
				findings, err := layers.Check(fstest.MapFS{at: {Data: []byte("package x\n\nimport _ \"" + imported + "\"\n")}}, module)
				require.NoError(t, err)
				assert.Equal(t, len(findings) > 0, denied(t, rules, path.Join("/home/me/a", at), imported), "%s imports %s", at, imported)
				objections += len(findings)
			}
		}
	}
	assert.Greater(t, objections, 400)
}

// denied reads rules as depguard does: those that a file falls under, in which
// the beginning of an import is denied, by more letters than it is allowed.
func denied(t *testing.T, rules []layers.Rule, file, imported string) bool {
	t.Helper()
	longest := func(list []string) int {
		longest := 0
		for _, p := range list {
			exact, isExact := strings.CutSuffix(p, "$")
			if isExact && imported == exact || !isExact && strings.HasPrefix(imported, p) {
				longest = max(longest, len(p))
			}
		}
		return longest
	}
	return slices.ContainsFunc(rules, func(r layers.Rule) bool {
		var wanted, unwanted bool
		for _, glob := range r.Files {
			glob, negated := strings.CutPrefix(glob, "!")
			matches := glob == "$all" || glob == "$test" && strings.HasSuffix(file, "_test.go")
			if folder, ok := strings.CutPrefix(glob, "**/"); ok {
				matches = strings.Contains(file, "/"+strings.TrimSuffix(folder, "**"))
			}
			wanted = wanted || matches && !negated
			unwanted = unwanted || matches && negated
		}
		return wanted && !unwanted && longest(r.Deny) > longest(r.Allow)
	})
}
