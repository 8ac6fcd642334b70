package generator_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	markdown "github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	table "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"go.yaml.in/yaml/v3"

	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// awkward are texts that mean something in one of the languages of the files.
var awkward = []string{
	`Costs $5, $VERSION and ${VERSION:-x} $(id) $$ \$HOME.`,
	`Says "hello", it's 'yes', and a back\slash \n \" at the end \`,
	"Runs `id` and ```sh blocks",
	`# no heading`, `- no list`, `1. no number`, `> no quote`, `=== no line`, `+ 1) plus`, `2) two`,
	`<script>alert(1)</script> <!-- a comment & &amp; &lt; a < b`,
	`*bold* _it_ snake_case __init__ [link](https://example.com) ![image](x) | a | b | ~~gone~~`,
	`{{ .Values.name }} {{ fail "x" }} ${{ github.token }} [[ .Name ]] {% raw %}`,
	`key: value # comment`, `@at %percent &anchor *alias !tag |pipe`, `null`, `true`, `- {a: b}`, `[a, b]`, `? x : y`,
	`/* comment */ // comment "); os.Exit(1); ("`, `%s %d %!x(MISSING) 100%`,
	`Ümläute, 한국어, emoji 🎉 and a‑hyphen ` + "\u200b" + `here.`,
	`; id`, `&& id | id > /tmp/x`, `\u0041 \x41 \101`, `<<EOF`, `--flag`,
}

// described are Specs of every kind with a text wherever one may stand.
func described(text string) map[string]*spec.Spec {
	service := spec.New("demo")
	service.Servers, service.Cache = spec.Servers(), spec.Redis
	service.Resources = []spec.Resource{{Name: "Region", Description: text, Fields: []spec.Field{{Name: "name", Description: text}}}}
	service.Schedulers = []spec.Scheduler{{Name: "tick", Kind: spec.Interval, Interval: 30, Description: text}}
	for _, kind := range spec.ConnectorKinds() {
		service.Connectors = append(service.Connectors, spec.Component{Name: "Way" + string(kind), Kind: kind, Description: text})
	}
	for _, kind := range spec.HandlerKinds() {
		service.Handlers = append(service.Handlers, spec.Component{Name: "Guard" + string(kind), Kind: kind, Description: text})
	}
	service.Managers = []spec.Component{{Name: "Quota", Description: text}}
	service.Services = []spec.Component{{Name: "Report", Description: text}}
	all := map[string]*spec.Spec{"service": service}
	for _, kind := range []spec.Kind{spec.KindPlugin, spec.KindSupervisor, spec.KindFrontend, spec.KindPlatform} {
		all[string(kind)] = spec.New("demo")
		all[string(kind)].Kind = kind
	}
	for name, s := range all {
		s.Description, s.Chart, s.CI = text, true, spec.GitHub
		all[name] = spec.Defaults(s)
	}
	return all
}

// TestTextReadsAsItWasWritten: whatever a description says, each file that has it
// says the same, and nothing else of the file becomes another.
func TestTextReadsAsItWasWritten(t *testing.T) {
	g := newGenerator(t)
	plain := map[string]render.Tree{}
	const mark = "Qx7 "
	for kind, s := range described(mark + "plain") {
		tree, err := rendered(t.Context(), g, s, render.Input{})
		require.NoError(t, err, kind)
		plain[kind] = tree
	}
	for _, says := range awkward {
		for _, said := range []string{says, mark + says} {
			for kind, s := range described(said) {
				require.NoError(t, s.Validate(), said)
				tree, err := rendered(t.Context(), g, s, render.Input{})
				require.NoError(t, err, "%s: %s", kind, said)
				for p, file := range tree {
					if bytes.Contains(plain[kind][p].Body, []byte(mark)) {
						reads(t, kind+"/"+p, string(file.Body), s.Description)
					} else if !strings.HasSuffix(p, ".gen.go") {
						assert.Equal(t, string(plain[kind][p].Body), string(file.Body), "%s/%s: %s", kind, p, said)
					}
				}
			}
		}
	}
}

// reads asserts that a file, read as what it is, has a text.
func reads(t *testing.T, p, body, want string) {
	t.Helper()
	switch {
	case path.Base(p) == spec.FileName || strings.HasSuffix(p, "spec.yaml"):
		s, err := spec.Parse(p, []byte(body))
		require.NoError(t, err, body)
		assert.Equal(t, want, s.Description, p)
	case path.Base(p) == "Chart.yaml":
		var chart struct{ Name, Description string }
		require.NoError(t, yaml.Unmarshal([]byte(body), &chart), body)
		assert.Equal(t, "demo", chart.Name)
		assert.Equal(t, want, chart.Description, p)
	case path.Base(p) == "Dockerfile":
		assert.Equal(t, want, label(t, body, "org.opencontainers.image.description"), p)
	case strings.HasSuffix(p, "docs/service.md"):
		assert.Equal(t, want, paragraph(t, body, "Region"), p)
		assert.Equal(t, strings.TrimSuffix(want, "."), strings.TrimSuffix(cell(t, body, "`name`"), "."), p)
	case path.Ext(p) == ".md":
		assert.Equal(t, want, paragraph(t, body, ""), p)
	case path.Ext(p) == ".go":
		assert.Contains(t, spoken(t, p, body), want, p)
	case path.Ext(p) == ".proto":
		line := body[:strings.Index(body, want)+len(want)]
		assert.Regexp(t, `^ *// `, line[strings.LastIndex(line, "\n")+1:], p)
	default:
		assert.Fail(t, "a text reaches a file that this test cannot read", p)
	}
}

// label gives a label of a Dockerfile as its builder reads the word: a double quote
// ends it, $ is a variable, and \ means itself but for three characters after it.
func label(t *testing.T, body, name string) string {
	t.Helper()
	_, word, found := strings.Cut(body, name+`="`)
	require.True(t, found, body)
	var value strings.Builder
	for i := 0; i < len(word); i++ {
		switch c := word[i]; {
		case c == '"':
			require.Regexp(t, `^ \\\n`, word[i+1:], "the next label follows")
			return value.String()
		case c == '\\' && strings.ContainsRune(`"$\`, rune(word[i+1])):
			i++
			value.WriteByte(word[i])
		case c == '$':
			value.WriteString("(a variable)")
		default:
			value.WriteByte(c)
		}
	}
	require.Fail(t, "the label does not end", body)
	return ""
}

// paragraph gives what the paragraph behind a heading says.
func paragraph(t *testing.T, body, heading string) string {
	t.Helper()
	source := []byte(body)
	for n := goldmark.DefaultParser().Parse(text.NewReader(source)).FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() != markdown.KindHeading || heading != "" && said(t, n, source) != heading {
			continue
		}
		first := n.NextSibling()
		require.Equal(t, markdown.KindParagraph, first.Kind(), body)
		require.Equal(t, 1, first.Lines().Len(), body)
		return said(t, first, source)
	}
	require.Fail(t, "there is no heading "+heading, body)
	return ""
}

// cell gives what the last cell of a row of a table says.
func cell(t *testing.T, body, row string) (says string) {
	t.Helper()
	source := []byte(body)
	tables := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(text.NewReader(source))
	require.NoError(t, markdown.Walk(tables, func(n markdown.Node, entering bool) (markdown.WalkStatus, error) {
		if entering && n.Kind() == table.KindTableRow && string(n.FirstChild().Lines().Value(source)) == row {
			says = said(t, n.LastChild(), source)
		}
		return markdown.WalkContinue, nil
	}))
	return says
}

// said gives what a block says that is nothing but text.
func said(t *testing.T, block markdown.Node, source []byte) string {
	t.Helper()
	var said strings.Builder
	for n := block.FirstChild(); n != nil; n = n.NextSibling() {
		require.Contains(t, []markdown.NodeKind{markdown.KindText, markdown.KindString}, n.Kind(), "%s in %s", n.Kind(), source)
		if segment, plain := n.(*markdown.Text); plain {
			said.WriteString(unescaped(string(segment.Segment.Value(source))))
		}
	}
	return said.String()
}

// unescaped takes the backslashes before punctuation away, as a renderer does.
func unescaped(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && strings.ContainsRune("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", rune(s[i+1])) {
			i++
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// spoken gives the comments and the strings of Go.
func spoken(t *testing.T, p, body string) string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), p, body, parser.ParseComments)
	require.NoError(t, err, body)
	var said strings.Builder
	for _, group := range file.Comments {
		for _, c := range group.List {
			said.WriteString(c.Text + "\n")
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			value, err := strconv.Unquote(literal.Value)
			require.NoError(t, err)
			said.WriteString(value + "\n")
		}
		return true
	})
	return said.String()
}
