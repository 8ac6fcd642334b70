package generator

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

func TestOlderBinaryAndBrokenLock(t *testing.T) {
	p := newProject(t)
	p.update(change.Options{}, "7", "seven")
	p.version = 1
	_, err := p.generator(toyFiles, toyTable).Update(t.Context(), p.dir, nil, change.Options{})
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
		_, err := p.generator(toyFiles, toyTable).Update(t.Context(), p.dir, nil, change.Options{})
		assert.ErrorContains(t, err, what)
	}
}

// TestMissingLock: nobody could tell any more what people wrote from what was
// rendered, so nothing is done, and what to do is said. What is said works.
func TestMissingLock(t *testing.T) {
	for name, lose := range map[string]string{"the lock": repository.LockPath, "all that spacegen keeps": repository.Folder} {
		t.Run(name, func(t *testing.T) {
			g, err := New(templates.FS, "v1.0.0")
			require.NoError(t, err)
			dir := emitted(t)
			p := &project{t: t, dir: dir}
			p.remove("internal/service/region_test.go")
			edit(t, dir, "internal/service/service.gen.go", "package service", "// mine\npackage service")
			edit(t, dir, "README.md", "# ", "# My ")
			p.commit()
			require.NoError(t, os.RemoveAll(filepath.Join(dir, lose)))
			before := snapshot(t, dir)
			const want = "lock.yaml is missing"
			_, err = g.Update(t.Context(), dir, nil, change.Options{})
			require.ErrorContains(t, err, want)
			require.ErrorContains(t, err, "git checkout HEAD -- .spacegen")
			_, err = g.EditSpec(t.Context(), dir, func(f *spec.File) error { return f.RemoveServer(spec.WorkerServer) }, change.Options{AllowDirty: true})
			require.ErrorContains(t, err, want)
			_, err = report.HandEdits(t.Context(), dir)
			require.ErrorContains(t, err, want)
			_, err = g.List(t.Context(), dir)
			require.ErrorContains(t, err, want)
			require.ErrorContains(t, Move(t.Context(), dir, "Makefile", "makefile.mk"), want)
			findings, err := report.Tree(t.Context(), &g.Release, dir)
			require.NoError(t, err)
			require.Len(t, findings, 1)
			assert.Equal(t, report.RuleBase, findings[0].Rule)
			assert.Equal(t, before, snapshot(t, dir))

			p.git("checkout", "HEAD", "--", ".spacegen")
			r, err := g.Update(t.Context(), dir, nil, change.Options{Merge: merge.Options{Keep: true}})
			require.NoError(t, err)
			assert.Zero(t, r.Conflicts)
			assert.Contains(t, p.read("README.md"), "# My ")

			// Lost for good: what is made anew knows what people wrote.
			require.NoError(t, os.RemoveAll(filepath.Join(dir, repository.Folder)))
			s, err := spec.Parse(spec.FileName, []byte(p.read(spec.FileName)))
			require.NoError(t, err)
			anew := filepath.Join(t.TempDir(), "anew")
			_, err = g.Create(t.Context(), s, render.Input{}, anew)
			require.NoError(t, err)
			require.NoError(t, os.CopyFS(filepath.Join(dir, repository.Folder), os.DirFS(filepath.Join(anew, repository.Folder))))
			edits, err := report.HandEdits(t.Context(), dir)
			require.NoError(t, err)
			var paths []string
			for _, e := range edits {
				paths = append(paths, e.Path)
			}
			assert.Equal(t, []string{"README.md", "internal/service/region.go", "internal/service/region_test.go", "internal/service/service.gen.go"}, paths)
		})
	}
}

// TestNothingRenderedYet: a spacegen.yaml alone, beside what people have, is a
// beginning.
func TestNothingRenderedYet(t *testing.T) {
	p := &project{t: t, dir: t.TempDir(), version: 1}
	p.write(spec.FileName, "name: toy\n")
	p.write("a.txt", "mine\n")
	r := p.update(change.Options{})
	assert.Equal(t, merge.Create, actions(r)["run.sh"])
	assert.Equal(t, merge.Conflict, actions(r)["a.txt"], "of a file that is there nothing is lost")
	assert.Contains(t, p.read("a.txt"), "mine\n")
}

func TestMissingBase(t *testing.T) {
	p := newProject(t)
	p.remove(".spacegen/base/a.txt")
	p.write("a.txt", "mine\n")
	r := p.update(change.Options{}, "7", "seven")
	assert.Equal(t, merge.Conflict, actions(r)["a.txt"])
	assert.Contains(t, p.read("a.txt"), "mine")
	assert.NotEmpty(t, p.read(".spacegen/base/a.txt"), "and there is one again")
}

func TestCheckFindings(t *testing.T) {
	g, err := New(templates.FS, "v1.0.0")
	require.NoError(t, err)
	dir := emitted(t)
	findings, err := report.Tree(t.Context(), &g.Release, dir)
	require.NoError(t, err)
	require.Empty(t, findings)
	edit(t, dir, "internal/service/service.gen.go", "package service", "// mine\npackage service")
	edit(t, dir, "internal/interface/grpc/region.go", "import (", "import (\n\t_ \"github.com/cloudforet-io/inventory/internal/connector\"")
	edit(t, dir, "Makefile", "NAME :=", "<<<<<<< yours\nA\n=======\nB\n>>>>>>> spacegen\nNAME :=")
	require.NoError(t, os.Remove(filepath.Join(dir, ".spacegen/base/README.md")))
	findings, err = report.Tree(t.Context(), &g.Release, dir)
	require.NoError(t, err)
	rules := map[string]string{}
	for _, f := range findings {
		rules[f.Rule] = f.Path
	}
	assert.Equal(t, map[string]string{
		report.RuleEdited: "internal/service/service.gen.go", report.RuleLayer: "internal/interface/grpc/region.go",
		report.RuleConflict: "Makefile", report.RuleBase: "README.md",
	}, rules)
}
