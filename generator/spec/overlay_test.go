package spec_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestSources takes sources apart, and puts them together again.
func TestSources(t *testing.T) {
	for source, want := range map[string]struct {
		spec.Reference

		name string
	}{
		"../templates":        {spec.Reference{Kind: spec.FolderSource, Location: "../templates"}, "templates"},
		".spacegen/templates": {spec.Reference{Kind: spec.FolderSource, Location: ".spacegen/templates"}, "templates"},
		"git+https://example.com/acme/golden@v1.3.0":                       {spec.Reference{Kind: spec.GitSource, Location: "https://example.com/acme/golden", Version: "v1.3.0"}, "golden"},
		"git+ssh://git@example.com/acme/golden.git//over/lay@release/2026": {spec.Reference{Kind: spec.GitSource, Location: "ssh://git@example.com/acme/golden.git", Inside: "over/lay", Version: "release/2026"}, "lay"},
		"git+file:///srv/golden@0123456789abcdef0123456789abcdef01234567":  {spec.Reference{Kind: spec.GitSource, Location: "file:///srv/golden", Version: "0123456789abcdef0123456789abcdef01234567"}, "golden"},
		"example.com/golden/v2@v2.1.0":                                     {spec.Reference{Kind: spec.ModuleSource, Location: "example.com/golden/v2", Version: "v2.1.0"}, "golden"},
		"oci://example.com:5000/acme/golden:v1":                            {spec.Reference{Kind: spec.OCISource, Location: "example.com:5000/acme/golden", Version: "v1"}, "golden"},
	} {
		got, err := spec.Source(source).Parse()
		require.NoError(t, err, source)
		assert.Equal(t, want.Reference, got, source)
		assert.Equal(t, spec.Source(source), got.Source())
		assert.Equal(t, want.name, got.Name(), source)
	}
	for source, want := range map[string]string{
		"":                               "is no source of templates; write a folder",
		"templates":                      "is no source of templates; write a folder",
		"git+https://example.com/x":      "names no tag or commit",
		"git+https://user@example.com/x": "is no URL of a git repository",
		"git+https://example.com/x@":     "names no tag or commit",
		"git+https://example.com/x@--upload-pack=evil": "names no tag or commit",
		"git+https://example.com/x@a..b":               "names no tag or commit",
		"git+git@example.com:x@v1":                     "has none of the schemes",
		"git+ext::sh -c evil@v1":                       "has a character that no source of templates has",
		"git+ext::evil@v1":                             "has none of the schemes",
		"git+ssh://-oProxyCommand=evil/x@v1":           "is no URL of a git repository",
		"git+https://a:b@example.com/x@v1":             "has a password in it",
		"git+https://example.com/x//../y@v1":           "is no folder of the git repository",
		"example.com/golden@latest":                    "is no version of the module example.com/golden",
		"example.com/golden@v2.0.0":                    "is no version of the module example.com/golden",
		"oci://example.com/golden":                     "names no version",
		"oci://golden:v1":                              "names no artifact",
		"oci://example.com/golden@sha256:1":            "is no digest",
	} {
		_, err := spec.Source(source).Parse()
		assert.ErrorContains(t, err, want, source)
	}
}

// TestSetOverlays edits the overlays of a file and keeps what stands around them.
func TestSetOverlays(t *testing.T) {
	file, err := spec.Open(spec.FileName, []byte("name: demo # mine\n# the end\n"))
	require.NoError(t, err)
	one, two := spec.Overlay{Name: "one", From: "../one"}, spec.Overlay{Name: "two", From: "example.com/two@v1.0.0"}
	require.NoError(t, file.SetOverlays([]spec.Overlay{one, two}))
	assert.Equal(t, []spec.Overlay{one, two}, file.Spec().Templates)
	two.From = "example.com/two@v1.1.0"
	require.NoError(t, file.SetOverlays([]spec.Overlay{one, two}))
	assert.Contains(t, string(file.Bytes()), "name: demo # mine\n")
	assert.Contains(t, string(file.Bytes()), "{name: two, from: \"example.com/two@v1.1.0\"}")
	require.NoError(t, file.SetOverlays([]spec.Overlay{two}))
	require.NoError(t, file.SetOverlays([]spec.Overlay{two}))
	assert.Equal(t, []spec.Overlay{two}, file.Spec().Templates)
	require.NoError(t, file.SetOverlays(nil))
	unnamed, err := spec.Open(spec.FileName, []byte("name: demo\ntemplates: [{from: ../one}]\n"))
	require.NoError(t, err)
	require.NoError(t, unnamed.SetOverlays([]spec.Overlay{one}))
	assert.Equal(t, "name: demo\ntemplates: [{from: ../one}]\n", string(unnamed.Bytes()), "a name that is implied is not written")
	assert.Empty(t, file.Spec().Templates)

	_, err = spec.Open(spec.FileName, []byte("name: demo\ntemplates:\n  - {name: A, from: /srv/x}\n  - {from: .}\n"))
	require.ErrorContains(t, err, `spacegen.yaml:3:12: "A" is no name of templates`)
	require.ErrorContains(t, err, "spacegen.yaml:3:21: the folder /srv/x is on one machine alone")
	require.ErrorContains(t, err, "spacegen.yaml:4:12: the repository can't be its own templates")
}

// TestSpecValues reads, writes and sets values.
func TestSpecValues(t *testing.T) {
	const text = "name: demo\nvalues:\n  team: payments # who answers\n  tier: 3\n  policies:\n    - {name: logs, on: true}\n"
	file, err := spec.Open(spec.FileName, []byte(text))
	require.NoError(t, err)
	want := spec.Values{"team": "payments", "tier": 3, "policies": []any{map[string]any{"name": "logs", "on": true}}}
	assert.Equal(t, want, file.Spec().Values)
	again, err := spec.Parse(spec.FileName, spec.Emit(file.Spec()))
	require.NoError(t, err)
	assert.Equal(t, want, again.Values)

	require.NoError(t, file.Set("values.team", "billing"))
	require.NoError(t, file.Set("values.owner", "true"))
	assert.Contains(t, string(file.Bytes()), "team: billing # who answers\n")
	assert.Equal(t, true, file.Spec().Values["owner"])
	require.ErrorContains(t, file.Set("values.policies", "x"), "values.policies is more than a single value")

	for text, want := range map[string]string{
		"values: [a]":              "spacegen.yaml:2:9: keys and values are wanted here, not a list",
		"values: {a: 2026-11-30}":  "spacegen.yaml:2:13: 2026-11-30 is a date in YAML",
		"values: {a: &x 1, b: *x}": "aliases are not followed here",
		"values: {1: x}":           `"1" is no key`,
	} {
		_, err := spec.Parse(spec.FileName, []byte("name: demo\n"+text+"\n"))
		assert.ErrorContains(t, err, want, text)
	}
}

// FuzzSource: whatever is taken for a source is written as it was read, and leads git to
// no option.
func FuzzSource(f *testing.F) {
	for _, seed := range []string{"../x", "git+https://example.com/a//b@v1", "git+ssh://git@example.com/a@x/y", "example.com/a/v2@v2.0.0", "oci://example.com:5000/a/b:v1", "oci://e.com/a@sha256:0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := spec.Source(text).Parse()
		if err != nil {
			return
		}
		again, err := r.Source().Parse()
		require.NoError(t, err)
		require.Equal(t, r, again)
		require.NotEmpty(t, r.Name())
		if r.Kind != spec.FolderSource {
			require.NotEqual(t, byte('-'), r.Location[0])
			require.NotEqual(t, byte('-'), r.Version[0])
		}
	})
}
