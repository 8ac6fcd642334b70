package render_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/render"
)

func folder(files map[string]string) fs.FS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func texts(files map[string]string) map[string][]byte {
	all := map[string][]byte{}
	for name, text := range files {
		all[name] = []byte(text)
	}
	return all
}

const twice = `files:
  - {path: a, template: a.tmpl}
  - {path: b, template: b1.tmpl, when: .REST}
  - {path: b, template: b2.tmpl, when: not .REST}
`

func under() fs.FS {
	return folder(map[string]string{"set/files.yaml": twice, "set/a.tmpl": "a", "set/b1.tmpl": "b1", "set/b2.tmpl": "b2"})
}

func TestOverlay(t *testing.T) {
	for name, test := range map[string]struct {
		over map[string]string
		want string // of the table's entries, in order
	}{
		"a whole set, as it was": {map[string]string{"set/files.yaml": twice}, `files:
    - path: a
      template: a.tmpl
    - path: b
      template: b1.tmpl
      when: .REST
    - path: b
      template: b2.tmpl
      when: not .REST
`},
		"one of several of a path": {map[string]string{"set/files.yaml": "files: [{path: b, template: b2.tmpl, when: false}]"}, `files:
    - path: a
      template: a.tmpl
    - path: b
      template: b1.tmpl
      when: .REST
    - path: b
      template: b2.tmpl
      when: false
`},
		"another template for one of them": {map[string]string{"set/c.tmpl": "c", "set/files.yaml": "files: [{path: b, template: c.tmpl, when: .REST}, {path: a, template: c.tmpl}]"}, `files:
    - path: a
      template: c.tmpl
    - path: b
      template: c.tmpl
      when: .REST
    - path: b
      template: b2.tmpl
      when: not .REST
`},
		"what is no part of a set": {map[string]string{"README.md": "x", "set/files.yaml": ""}, `files:
    - path: a
      template: a.tmpl
    - path: b
      template: b1.tmpl
      when: .REST
    - path: b
      template: b2.tmpl
      when: not .REST
`},
	} {
		t.Run(name, func(t *testing.T) {
			laid, err := render.Overlay(under(), texts(test.over))
			require.NoError(t, err)
			table, err := fs.ReadFile(laid, "set/files.yaml")
			require.NoError(t, err)
			assert.Equal(t, test.want, string(table))
		})
	}
}

func TestOverlayRefused(t *testing.T) {
	for name, test := range map[string]struct {
		over map[string]string
		want string
	}{
		"a key":             {map[string]string{"set/files.yaml": "files:\n  - path: c\n    templat: a.tmpl\n"}, "set/files.yaml: line 3: field templat not found"},
		"a template":        {map[string]string{"set/files.yaml": "files:\n  - {path: c, template: c.tmpl}\n"}, "set/files.yaml:2: open c.tmpl"},
		"no template":       {map[string]string{"set/files.yaml": "files:\n\n  - {path: c}\n"}, "set/files.yaml:3: an entry has a path and"},
		"each":              {map[string]string{"set/files.yaml": "files: [{path: c, template: a.tmpl, each: resource}]"}, "set/files.yaml:1: each \"resource\""},
		"a set":             {map[string]string{"sets/a.tmpl": ""}, "sets/a.tmpl: there is no template set sets"},
		"laid over nothing": {map[string]string{"set/c.tmpl": ""}, "set/c.tmpl: spacegen has no template of this name"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := render.Overlay(under(), texts(test.over))
			require.ErrorContains(t, err, test.want)
			assert.NotContains(t, err.Error(), "render.")
		})
	}
}
