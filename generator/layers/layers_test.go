package layers_test

import (
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
	}, "example.com/a")
	require.NoError(t, err)
	assert.Equal(t, []layers.Finding{
		{Path: "internal/manager/a.go", Line: 6, Message: "manager imports service; it may import connector, model, core"},
		{Path: "internal/manager/b.go", Line: 5, Message: "manager imports app; it may import connector, model, core"},
	}, findings)

	findings, err = layers.Check(fstest.MapFS{}, "example.com/a")
	require.NoError(t, err)
	assert.Empty(t, findings)
}
