package render

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// hostile renders one template, in a set with a table of one entry.
func hostile(ctx context.Context, body string, files ...string) (Tree, error) {
	fsys := fstest.MapFS{
		"demo/files.yaml": {Data: []byte("files:\n  - {path: out.txt, template: out.tmpl}\n" + strings.Join(files, ""))},
		"demo/out.tmpl":   {Data: []byte(body)},
	}
	sets, err := LoadSets(fsys, "demo")
	if err != nil {
		return nil, err
	}
	r, err := New(ctx, spec.Defaults(spec.New("demo")), Input{}, sets...)
	if err != nil {
		return nil, err
	}
	return r.Tree, nil
}

// TestTemplatesThatDoNotEnd are stopped, by what they do and not by the clock, and
// the error says where.
func TestTemplatesThatDoNotEnd(t *testing.T) {
	const doubles = "[[ $x := \"x\" ]]\n[[ range until 64 ]]\n[[ $x = %s ]]\n[[ end ]]"
	nested := strings.Repeat("[[ range until 1000 ]]", 5) + "\n" + strings.Repeat("[[ end ]]", 5)
	for name, c := range map[string]struct {
		body string
		line int
	}{
		"a number":           {"[[ range 9223372036854775807 ]][[ end ]]", 1},
		"writes":             {"\n[[ range 9223372036854775807 ]]\nwrites on and on\n[[ end ]]", 2},
		"until":              {"\n\n[[ range until 2000000000 ]][[ end ]]", 3},
		"untilStep":          {"[[ range untilStep 0 2000000000 1 ]][[ end ]]", 1},
		"seq":                {"[[ seq 0 2000000000 ]]", 1},
		"loops in loops":     {nested, 1},
		"recursion":          {"[[ define \"a\" ]]\n[[ template \"a\" . ]][[ template \"a\" . ]][[ end ]][[ template \"a\" . ]]", 2},
		"recursion by width": {"[[ define \"a\" ]][[ if lt (len .) 40 ]][[ template \"a\" (print . \"x\") ]][[ template \"a\" (print . \"y\") ]][[ end ]][[ end ]][[ template \"a\" \"\" ]]", 1},
		"repeat":             {"\n[[ repeat 2000000000 \"x\" ]]", 2},
		"indent":             {"[[ indent 2000000000 \"x\" ]]", 1},
		"nindent":            {"[[ nindent 2000000000 \"x\" ]]", 1},
		"indent of lines":    {"[[ repeat 100000 \"x\\n\" | indent 100000 ]]", 1},
		"print":              {fmt.Sprintf(doubles, "print $x $x"), 3},
		"printf":             {fmt.Sprintf(doubles, "printf \"%s%s\" $x $x"), 3},
		"printf again":       {"[[ printf (repeat 100000 \"%[1]s\") (repeat 1000000 \"x\") ]]", 1},
		"printf wide":        {"[[ printf \"%999999d%999999d%999999d%999999d%999999d\" 1 2 3 4 5 ]]", 1},
		"printf starred":     {"[[ printf (repeat 10000 \"%*d\") 999999 1 ]]", 1},
		"cat":                {fmt.Sprintf(doubles, "cat $x $x"), 3},
		"list":               {fmt.Sprintf(doubles, "list $x $x"), 3},
		"dict":               {fmt.Sprintf(doubles, "dict \"a\" $x \"b\" $x"), 3},
		"toJson":             {fmt.Sprintf(doubles, "list $x $x | toJson"), 3},
		"replace":            {"[[ $x := repeat 1000000 \"x\" ]][[ replace \"\" $x $x ]]", 1},
		"regexReplaceAll":    {"[[ $x := repeat 1000000 \"x\" ]][[ regexReplaceAll \"\" $x $x ]]", 1},
		"join":               {"[[ $x := repeat 1000000 \"x\" ]][[ splitList \"\" $x | join $x ]]", 1},
		"wrapWith":           {"[[ $x := repeat 1000000 \"x\" ]][[ wrapWith 1 $x $x ]]", 1},
		"html":               {"[[ $x := repeat 1000000 \"&\" ]][[ range until 10 ]][[ $x = html $x ]][[ end ]]", 1},
		"text":               {strings.Repeat("x", maxFile) + "\n" + strings.Repeat("x", maxFile), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := hostile(t.Context(), c.body)
			want := "out.tmpl: the template does not end, or grows without end: "
			if c.line > 0 {
				want = fmt.Sprintf("out.tmpl:%d: the template does not end, or grows without end: ", c.line)
			}
			if name == "recursion" && err != nil && strings.Contains(err.Error(), "exceeded maximum template depth") {
				want = fmt.Sprintf("out.tmpl:%d", c.line)
			}
			require.ErrorContains(t, err, want)
			assert.Less(t, len(err.Error()), 500)
		})
	}
}

// So are paths and conditions of tables.
func TestTablesThatDoNotEnd(t *testing.T) {
	for row, want := range map[string]string{
		"  - {path: '[[ range 9223372036854775807 ]][[ end ]]x', template: out.tmpl}\n":   "does not end",
		"  - {path: x, template: out.tmpl, when: 'eq 1 (len (until 2000000000))'}\n":      "does not end",
		"  - {path: x, template: out.tmpl, when: 'eq \"\" (repeat 2000000000 \"x\")'}\n":  "does not end",
		"  - {path: .git/hooks/post-checkout, template: out.tmpl}\n":                      "no template writes into .git",
		"  - {path: .GIT/hooks/post-checkout, template: out.tmpl}\n":                      "no template writes into .git",
		"  - {path: sub/.git/config, template: out.tmpl}\n":                               "no template writes into .git",
		"  - {path: .spacegen/journal, template: out.tmpl}\n":                             "no template writes into .spacegen",
		"  - {path: ../out.txt, template: out.tmpl}\n":                                    "leads out of the repository",
		"  - {path: /etc/passwd, template: out.tmpl}\n":                                   "leads out of the repository",
		"  - {path: x, template: out.tmpl, mode: 0o4755}\n":                               "mode",
		"  - {path: '[[ repeat 3000 \"x\" ]]', template: out.tmpl, each: \"nobody's\"}\n": "each",
	} {
		_, err := hostile(t.Context(), "x", row)
		assert.ErrorContains(t, err, want, row)
	}
	var rows strings.Builder
	for i := range maxFiles {
		fmt.Fprintf(&rows, "  - {path: f%d, template: out.tmpl}\n", i)
	}
	_, err := hostile(t.Context(), "x", rows.String())
	assert.ErrorContains(t, err, "more than 20000 files")
}

// What takes long ends with its caller.
func TestRenderingEndsWithItsContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	_, err := hostile(ctx, "[[ range until 10 ]][[ end ]]")
	assert.ErrorIs(t, err, context.Canceled)
}

// Templates have no way to commands, files, the network, the clock or chance.
func TestFunctionsAreHermetic(t *testing.T) {
	for _, name := range strings.Fields(`env expandenv getHostByName now date dateInZone htmlDate ago randAlpha randAlphaNum randNumeric randAscii
		randInt randBytes uuidv4 shuffle genPrivateKey genCA genSelfSignedCert genSignedCert derivePassword htpasswd bcrypt
		include tpl lookup exec readFile glob turn call_me`) {
		_, err := hostile(t.Context(), "[["+name+"]]")
		assert.ErrorContains(t, err, fmt.Sprintf("function %q not defined", name))
	}
}

// What templates do for a living is far from any bound.
func TestBoundsAreWide(t *testing.T) {
	tree, err := hostile(t.Context(), `[[ range $i, $x := until 20000 ]][[ printf "%05d %s" $x (repeat 20 "x") | upper | indent 2 ]][[ end ]]`)
	require.NoError(t, err)
	assert.Len(t, tree["out.txt"].Body, 20000*28)
}
