package render

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// titled is a file that the guide shows.
var titled = regexp.MustCompile("(?s)```[a-z]+ title=acme/([^\\s]+)\n(.*?)```")

// TestGuideExample: the example of docs/templates.md does what the guide says.
func TestGuideExample(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(guidePath)
	require.NoError(t, err)
	files := map[string]string{}
	for _, match := range titled.FindAllStringSubmatch(string(text), -1) {
		files[match[1]] = match[2]
	}
	require.Len(t, files, 6)
	laid, err := Lay(templates.FS, acme(t, files))
	require.NoError(t, err)
	sets, err := laid.Load("service", "ci")
	require.NoError(t, err)
	s := spec.New("shop")
	s.Resources = []spec.Resource{{Name: "Region", Fields: []spec.Field{{Name: "name"}}}}
	s.Values = spec.Values{"team": "payments", "policies": []any{map[string]any{"name": "quota"}}}
	s = spec.Defaults(sets.Preset().Filled(s))
	require.NoError(t, s.Validate())
	made, err := New(t.Context(), s, Input{}, sets...)
	require.NoError(t, err)
	for at, want := range map[string]string{
		"Dockerfile":                "FROM registry.acme.example/base:1\n",
		".github/workflows/ci.yaml": "  scan:\n    name: scan\n    runs-on: [self-hosted, acme]\n",
		"internal/app/app.go":       "// Copyright Acme, payments.\n",
		"docs/slo/region.yaml":      "resource: Region\nowner: payments\n",
		"docs/policies/quota.yaml":  "name: quota\nlimit: 10\n",
		"go.mod":                    "module git.acme.example/shop\n",
	} {
		assert.Contains(t, string(made.Tree[at].Body), want, at)
	}
	assert.Contains(t, string(made.Tree["internal/app/app.go"].Body), `a.telemetry.Log.With("team", "payments")`)
}
