package render

import (
	"flag"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	syntax "text/template/parse"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/templates"
)

const guidePath = "../../docs/templates.md"

// part is a part of the guide that is made from the code.
var part = regexp.MustCompile(`(?s)(<!-- from the code: ([a-z.-]+) -->\n).*?(<!-- end -->)`)

// TestGuide: docs/templates.md says what the code does. -update writes it.
func TestGuide(t *testing.T) {
	t.Parallel()
	code := readSource(t)
	blocks, err := Blocks(templates.FS)
	require.NoError(t, err)
	parts := map[string]string{
		"overlay.yaml": code.keys(t, "render", "Manifest"),
		"defaults":     code.keys(t, "spec", "Preset"),
		"files.yaml":   code.keys(t, "render", "tableFile"),
		"entry":        code.keys(t, "render", "entry"),
		"moved":        code.keys(t, "render", "move"),
		"owners":       code.constants(t, "render", "Owner", "owner"),
		"each":         eachTable(),
		"view":         code.view(t),
		"functions":    functionTable(t, code),
		"blocks":       blockTable(t, blocks),
	}
	old, err := os.ReadFile(guidePath)
	require.NoError(t, err)
	made := map[string]bool{}
	text := part.ReplaceAllStringFunc(string(old), func(found string) string {
		match := part.FindStringSubmatch(found)
		body, known := parts[match[2]]
		if !known {
			t.Errorf("%s wants a part %s, which nothing makes", guidePath, match[2])
		}
		made[match[2]] = true
		return match[1] + "\n" + strings.TrimSpace(body) + "\n\n" + match[3]
	})
	assert.ElementsMatch(t, slices.Collect(maps.Keys(parts)), slices.Collect(maps.Keys(made)))
	if flag.Lookup("update").Value.String() == "true" {
		require.NoError(t, os.WriteFile(guidePath, []byte(text), 0o600))
		return
	}
	if text != string(old) {
		t.Errorf("docs/templates.md is behind the code; 'go test ./generator/render -run TestGuide -update' brings it up to date:\n%s", diff.Diff("docs/templates.md", old, "the code", []byte(text)))
	}
}

func eachTable() string {
	var rows [][]string
	for _, each := range Eaches() {
		rows = append(rows, []string{"`" + each.Name + "`", "`." + strings.ReplaceAll(each.Sets, " ", "`, `.") + "`", each.What})
	}
	rows = append(rows, []string{"the name of a list among the overlay's `values`", "`.Item`", "items of that list in spacegen.yaml"})
	return tabular([]string{"each", "the view has", "once for each of the"}, rows)
}

func functionTable(t *testing.T, code *sourceCode) string {
	t.Helper()
	own := texts()
	var rows [][]string
	for _, name := range slices.Sorted(maps.Keys(own)) {
		what := code.comments["render."+name]
		require.NotEmpty(t, what, "the function %s", name)
		rows = append(rows, []string{"`" + name + "`", what})
	}
	list := func(names []string) string { return "`" + strings.Join(names, "` `") + "`" }
	others := slices.DeleteFunc(slices.Sorted(maps.Keys(functions())), func(name string) bool { _, ours := own[name]; return ours })
	unpredictable := slices.Sorted(slices.Values(unpredictable))
	return tabular([]string{"function", "what it does"}, rows) +
		"Those of [text/template](https://pkg.go.dev/text/template#hdr-Functions): `and` `call` `eq` `ge` `gt` `html` `index` `js` `le` `len` `lt` `ne` `not` `or` `print` `printf` `println` `slice` `urlquery`\n\n" +
		"Those of [sprig](https://masterminds.github.io/sprig/) whose results follow from their arguments alone: " + list(slices.DeleteFunc(others, func(name string) bool { return slices.Contains(builtins, name) })) + "\n\n" +
		"Of sprig's, these are missing on purpose, since two runs would give two results or one takes a second: " + list(unpredictable) + "; so are those that read the environment, the network or the clock."
}

// builtins are functions of text/template that are metered, and so among ours.
var builtins = strings.Fields("print println printf html js urlquery")

func blockTable(t *testing.T, blocks []Block) string {
	t.Helper()
	var rows [][]string
	purposeful := map[string]bool{}
	for _, b := range blocks {
		assert.NotEmpty(t, b.What, "the block %s has no purpose", b.Name)
		purposeful[b.Name] = true
		holds := "nothing"
		if text := strings.TrimSpace(b.Default); text != "" {
			holds = "`" + text + "`"
		}
		rows = append(rows, []string{"`" + b.Name + "`", b.What, holds, "`" + strings.Join(b.Templates, "` `") + "`"})
	}
	for name := range purposes {
		assert.True(t, purposeful[name], "no template has the block %s", name)
	}
	return tabular([]string{"block", "what it is for", "what it holds unless filled", "templates"}, rows)
}

// TestBlockDefaults: a block holds the same in all templates that have it, so that one
// default can be told.
func TestBlockDefaults(t *testing.T) {
	t.Parallel()
	blocks, err := Blocks(templates.FS)
	require.NoError(t, err)
	require.NotEmpty(t, blocks)
	for _, b := range blocks {
		for _, at := range b.Templates {
			text, err := templates.FS.ReadFile(at)
			require.NoError(t, err)
			tree, trees := syntax.New(at), map[string]*syntax.Tree{}
			tree.Mode = syntax.SkipFuncCheck
			_, err = tree.Parse(string(text), "[[", "]]", trees)
			require.NoError(t, err)
			assert.Equal(t, b.Default, source(trees[b.Name].Root), "%s in %s", b.Name, at)
		}
	}
}
