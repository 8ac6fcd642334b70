package generator

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/templates"
)

func TestOlderBinaryAndBrokenLock(t *testing.T) {
	p := newProject(t)
	p.update(Changes{}, "7", "seven")
	p.version = 1
	_, err := p.generator(toyFiles, toyTable).Update(t.Context(), p.dir, nil, Changes{})
	require.ErrorContains(t, err, "this is spacegen v1.1.0, but the repository was rendered by v1.2.0")
	lock := p.read(repository.LockPath)
	for what, broken := range map[string]string{
		"no path inside": strings.Replace(lock, "path: a.txt", "path: ../a.txt", 1),
		"out of order":   strings.Replace(lock, "path: a.txt", "path: zzz.txt", 1),
		"owner":          strings.Replace(lock, "owner: managed", "owner: mine", 1),
		"format 9":       strings.Replace(lock, "version: 2", "version: 9", 1),
		"lock.yaml":      "<<<<<<< HEAD\n" + lock,
	} {
		p.write(repository.LockPath, broken)
		_, err := p.generator(toyFiles, toyTable).Update(t.Context(), p.dir, nil, Changes{})
		assert.ErrorContains(t, err, what)
	}
}

func TestMissingBase(t *testing.T) {
	p := newProject(t)
	p.remove(".spacegen/base/a.txt")
	p.write("a.txt", "mine\n")
	r := p.update(Changes{}, "7", "seven")
	assert.Equal(t, merge.Conflict, actions(r)["a.txt"])
	assert.Contains(t, p.read("a.txt"), "mine")
	assert.NotEmpty(t, p.read(".spacegen/base/a.txt"), "and there is one again")
}

func TestCheckFindings(t *testing.T) {
	g, err := New(templates.FS, "v1.0.0")
	require.NoError(t, err)
	dir := emitted(t)
	findings, err := g.Check(t.Context(), dir)
	require.NoError(t, err)
	require.Empty(t, findings)
	edit(t, dir, "internal/service/service.gen.go", "package service", "// mine\npackage service")
	edit(t, dir, "internal/interface/grpc/region.go", "import (", "import (\n\t_ \"github.com/cloudforet-io/inventory/internal/connector\"")
	edit(t, dir, "Makefile", "NAME :=", "<<<<<<< yours\nA\n=======\nB\n>>>>>>> spacegen\nNAME :=")
	require.NoError(t, os.Remove(filepath.Join(dir, ".spacegen/base/README.md")))
	findings, err = g.Check(t.Context(), dir)
	require.NoError(t, err)
	rules := map[string]string{}
	for _, f := range findings {
		rules[f.Rule] = f.Path
	}
	assert.Equal(t, map[string]string{
		RuleEdited: "internal/service/service.gen.go", RuleLayer: "internal/interface/grpc/region.go",
		RuleConflict: "Makefile", RuleBase: "README.md",
	}, rules)
}
