package render

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

func folder(files map[string]string) fs.FS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// acme is an overlay of these files.
func acme(t *testing.T, files map[string]string) Overlay {
	t.Helper()
	o := Overlay{Name: "acme", Files: map[string][]byte{}}
	for name, text := range files {
		o.Files[name] = []byte(text)
	}
	var err error
	o.Manifest, err = ReadManifest(o.Files[ManifestName])
	require.NoError(t, err)
	return o
}

const twice = `files:
  - {path: a, template: a.tmpl}
  - {path: b, template: b1.tmpl, when: .REST}
  - {path: b, template: b2.tmpl, when: not .REST}
`

func under() fs.FS {
	return folder(map[string]string{
		"set/files.yaml": twice,
		"set/a.tmpl":     `a[[ block "a.end" . ]] of spacegen[[ end ]]`,
		"set/b1.tmpl":    "b1",
		"set/b2.tmpl":    "b2",
	})
}

// TestTables lays tables over one another: of each entry what it is rendered from, its
// owner, and when.
func TestTables(t *testing.T) {
	for name, test := range map[string]struct{ over, want string }{
		"a whole set, as it was":           {twice, "a a.tmpl; b b1.tmpl if .REST; b b2.tmpl if not .REST"},
		"nothing":                          {"", "a a.tmpl; b b1.tmpl if .REST; b b2.tmpl if not .REST"},
		"a key":                            {"files: [{path: a, owner: once}]", "a a.tmpl once; b b1.tmpl if .REST; b b2.tmpl if not .REST"},
		"a condition goes":                 {`files: [{path: b, template: b1.tmpl, when: ""}]`, "a a.tmpl; b b1.tmpl; b b2.tmpl if not .REST"},
		"a copy instead of a template":     {"files: [{path: a, copy: b1.tmpl}]", "a =b1.tmpl; b b1.tmpl if .REST; b b2.tmpl if not .REST"},
		"one of several of a path":         {`files: [{path: b, template: b2.tmpl, when: "false"}]`, "a a.tmpl; b b1.tmpl if .REST; b b2.tmpl if false"},
		"another template for one of them": {"files: [{path: b, template: a.tmpl, when: .REST}, {path: a, template: b1.tmpl}]", "a b1.tmpl; b a.tmpl if .REST; b b2.tmpl if not .REST"},
		"several for one":                  {"files: [{path: a, template: b1.tmpl, when: .Chart}, {path: a, template: b2.tmpl, when: not .Chart}]", "a b1.tmpl if .Chart; b b1.tmpl if .REST; b b2.tmpl if not .REST; a b2.tmpl if not .Chart"},
		"one more":                         {"files: [{path: c, template: a.tmpl, when: .Chart}]", "a a.tmpl; b b1.tmpl if .REST; b b2.tmpl if not .REST; c a.tmpl if .Chart"},
	} {
		t.Run(name, func(t *testing.T) {
			laid, err := Lay(under(), acme(t, map[string]string{"set/files.yaml": test.over}))
			require.NoError(t, err)
			doc, err := laid.table("set")
			require.NoError(t, err)
			var entries []string
			for _, e := range doc.Files {
				text := e.Path + " " + e.Template
				if e.Copy != "" {
					text += "=" + e.Copy
				}
				if e.Owner != "" {
					text += " " + string(e.Owner)
				}
				if e.When != "" {
					text += " if " + e.When
				}
				entries = append(entries, text)
			}
			assert.Equal(t, test.want, strings.Join(entries, "; "))
		})
	}
}

func TestOverlayRefused(t *testing.T) {
	for name, test := range map[string]struct {
		over map[string]string
		want string
	}{
		"a key":             {map[string]string{"set/files.yaml": "files:\n  - path: c\n    templat: a.tmpl\n"}, "acme:set/files.yaml: line 3: field templat not found"},
		"a template":        {map[string]string{"set/files.yaml": "files:\n  - {path: c, template: c.tmpl}\n"}, "acme:set/files.yaml:2: open c.tmpl"},
		"no template":       {map[string]string{"set/files.yaml": "files:\n\n  - {path: c}\n"}, "acme:set/files.yaml:3: an entry has a path and"},
		"each":              {map[string]string{"set/files.yaml": "files: [{path: c, template: a.tmpl, each: resource}]"}, "acme:set/files.yaml:1: each \"resource\""},
		"a version":         {map[string]string{"set/files.yaml": "version: v9.0.0\nfiles: []\n"}, "acme:set/files.yaml: version, kinds and framework are those of spacegen's set, set; take them out"},
		"a set":             {map[string]string{"sets/a.tmpl": ""}, "acme:sets/a.tmpl: there is no template set sets"},
		"laid over nothing": {map[string]string{"set/b3.tmpl": ""}, "acme:set/b3.tmpl: spacegen has no template of this name, and no entry of set/files.yaml names it; call it as 'spacegen templates list' does, or delete it; did you mean set/b1.tmpl?"},
		"renamed":           {map[string]string{"set/old.tmpl": "mine", ".base/set/old.tmpl": "b2"}, "acme:set/old.tmpl: spacegen has no template of this name any more; it is set/b2.tmpl now"},
		"dropped":           {map[string]string{"set/old.tmpl": "mine", ".base/set/old.tmpl": "zzz"}, "acme:set/old.tmpl: spacegen has no template of this name any more, and none that is like it"},
		"a template's text": {map[string]string{"set/a.tmpl": "\n[[ if ]]"}, "template: acme:set/a.tmpl:2: missing value for if"},
		"a partial's text":  {map[string]string{"set/partials/x.tmpl": "\n[[ define \"a.end\" ]][[ nope ]][[ end ]]"}, "template: acme:set/partials/x.tmpl:2: function \"nope\" not defined"},
		"no block":          {map[string]string{"set/partials/x.tmpl": `[[ define "a.ends" ]]x[[ end ]]`}, `acme:set/partials/x.tmpl: no template of set has a block "a.ends", and none calls it; did you mean a.end?`},
		"when":              {map[string]string{"set/files.yaml": "files: [{path: a, when: .REST )}]"}, "acme:set/files.yaml:1: template: when:1: unexpected right paren"},
	} {
		t.Run(name, func(t *testing.T) {
			laid, err := Lay(under(), acme(t, test.over))
			if err == nil {
				_, err = laid.Load("set")
			}
			assert.ErrorContains(t, err, test.want)
		})
	}
}

// rendered renders the set with overlays over it.
func rendered(t *testing.T, values spec.Values, overlays ...Overlay) (map[string]string, error) {
	t.Helper()
	laid, err := Lay(under(), overlays...)
	require.NoError(t, err)
	sets, err := laid.Load("set")
	require.NoError(t, err)
	s := spec.New("demo")
	s.Values = values
	r, err := New(t.Context(), spec.Defaults(s), Input{}, sets...)
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for at, file := range r.Tree {
		if at == "a" || strings.HasSuffix(at, ".txt") || strings.HasSuffix(at, ".go") {
			all[at] = string(file.Body)
		}
	}
	return all, nil
}

// TestPartials fills a block, and has a template of its own called by it; of two overlays
// that fill one the last counts.
func TestPartials(t *testing.T) {
	first := acme(t, map[string]string{
		"set/partials/x.tmpl": `[[ define "a.end" ]] of [[ template "acme.name" . ]][[ end ]][[ define "acme.name" ]][[ upper .Name.Kebab ]][[ end ]]`,
	})
	got, err := rendered(t, nil, first)
	require.NoError(t, err)
	assert.Equal(t, "a of DEMO", got["a"])

	second := acme(t, map[string]string{"set/partials/x.tmpl": `[[ define "acme.name" ]]the team[[ end ]]`})
	second.Name = "team"
	got, err = rendered(t, nil, first, second)
	require.NoError(t, err)
	assert.Equal(t, "a of the team", got["a"])
}

// TestSharedPartials: one at the root counts for each set, unless the set has its own.
func TestSharedPartials(t *testing.T) {
	files := map[string]string{"partials/x.tmpl": `[[ define "a.end" ]] of all[[ end ]]`}
	got, err := rendered(t, nil, acme(t, files))
	require.NoError(t, err)
	assert.Equal(t, "a of all", got["a"])
	laid, err := Lay(under(), acme(t, files))
	require.NoError(t, err)
	list, err := laid.Files()
	require.NoError(t, err)
	assert.Equal(t, Listed{Path: "partials/x.tmpl", From: "acme", Defines: []string{"a.end"}, Notes: []string{"defines a.end"}}, list[0])
	assert.Equal(t, []ListedPartial{{"a.end", "acme:partials/x.tmpl"}}, list[1].Blocks)

	files["set/partials/x.tmpl"] = `[[ define "a.end" ]] of the set[[ end ]]`
	got, err = rendered(t, nil, acme(t, files))
	require.NoError(t, err)
	assert.Equal(t, "a of the set", got["a"])
}

// TestEmptyPartials: a block that an overlay leaves empty is empty.
func TestEmptyPartials(t *testing.T) {
	got, err := rendered(t, nil, acme(t, map[string]string{"set/partials/x.tmpl": `[[ define "a.end" ]][[ end ]]`}))
	require.NoError(t, err)
	assert.Equal(t, "a", got["a"])
}

// TestHeader begins each Go file with a comment that is none of its package.
func TestHeader(t *testing.T) {
	got, err := rendered(t, nil, acme(t, map[string]string{
		"overlay.yaml":   "header: |\n  Copyright [[ .Values.owner ]].\n\n  // All rights reserved.\nvalues: {owner: {type: string, default: Acme}}\n",
		"set/files.yaml": "files: [{path: x/x.go, template: x.tmpl}, {path: y.go, copy: y.go}, {path: z.txt, copy: z.txt}]",
		"set/x.tmpl":     "// Package x is.\npackage x",
		"set/y.go":       "package y\n",
		"set/z.txt":      "z",
	}))
	require.NoError(t, err)
	const header = "// Copyright Acme.\n//\n// All rights reserved.\n\n"
	assert.Equal(t, map[string]string{"a": "a of spacegen", "x/x.go": header + "// Package x is.\npackage x\n", "y.go": header + "package y\n", "z.txt": "z"}, got)
}

const policies = `
values:
  team: {type: string, pattern: "^[a-z]+$"}
  tier: {type: integer, minimum: 1, default: 3}
  policies:
    type: array
    items: {type: object, required: [name], additionalProperties: false, properties: {name: {type: string}, days: {type: integer, default: 30}}}
required: [team]
`

// TestValues has what an overlay asks for in its templates, with defaults, and a file for
// each of a list.
func TestValues(t *testing.T) {
	over := acme(t, map[string]string{
		"overlay.yaml":    policies,
		"set/files.yaml":  `files: [{path: team.txt, template: team.tmpl}, {path: "policy/[[ .Item.name ]].txt", template: policy.tmpl, each: policies}]`,
		"set/team.tmpl":   "[[ .Values.team ]] [[ .Values.tier ]] [[ len .Values.policies ]]",
		"set/policy.tmpl": "[[ .Item.name ]] for [[ .Item.days ]] days",
	})
	got, err := rendered(t, spec.Values{"team": "payments", "policies": []any{map[string]any{"name": "logs"}, map[string]any{"name": "traces", "days": 7}}}, over)
	require.NoError(t, err)
	delete(got, "a")
	assert.Equal(t, map[string]string{"team.txt": "payments 3 2", "policy/logs.txt": "logs for 30 days", "policy/traces.txt": "traces for 7 days"}, got)

	for name, test := range map[string]struct {
		values spec.Values
		want   string
	}{
		"missing":    {nil, "values.team: the overlay acme needs a value team; write it under values"},
		"a type":     {spec.Values{"team": 7}, "values.team: got number, want string"},
		"a pattern":  {spec.Values{"team": "A"}, "values.team: 'A' does not match pattern"},
		"unknown":    {spec.Values{"team": "a", "teem": "b"}, "values.teem: no overlay asks for a value teem; known: policies, team, tier"},
		"in a list":  {spec.Values{"team": "a", "policies": []any{map[string]any{"name": "x", "days": "y"}}}, "values.policies[0].days: got string, want integer"},
		"in an item": {spec.Values{"team": "a", "policies": []any{map[string]any{"day": 1, "name": "x"}}}, "values.policies[0]: additional properties 'day' not allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := rendered(t, test.values, over)
			require.ErrorContains(t, err, test.want)
		})
	}
	_, err = rendered(t, spec.Values{"x": 1})
	require.ErrorContains(t, err, "values.x: no overlay asks for a value x; take it out")
}

func TestManifestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"nme: x":                                "field nme not found",
		"values: {x: {type: strin}}":            "values are no properties of a JSON Schema",
		`values: {x: {$ref: "http://e.com/x"}}`: "the schema of values fetches nothing",
		"required: [x]":                         "there is no value x among values",
		"modules: {example.com/log: latest}":    "example.com/log@latest is no version of a Go module",
	} {
		_, err := ReadManifest([]byte(text))
		assert.ErrorContains(t, err, want, text)
	}
}

// TestConditions has two entries for one path: that is fine unless both hold.
func TestConditions(t *testing.T) {
	files := map[string]string{"set/files.yaml": "files:\n  - {path: x.txt, copy: x1.txt, when: .GRPC}\n  - {path: x.txt, copy: x2.txt, when: not .GRPC}\n", "set/x1.txt": "1", "set/x2.txt": "2"}
	got, err := rendered(t, nil, acme(t, files))
	require.NoError(t, err)
	assert.Equal(t, "1", got["x.txt"])

	files["set/files.yaml"] = strings.Replace(files["set/files.yaml"], "not .GRPC", ".GRPC", 1)
	_, err = rendered(t, nil, acme(t, files))
	require.ErrorContains(t, err, "render x.txt: two entries emit this path, and the condition of both holds; the second stands at acme:set/files.yaml:3")
}
