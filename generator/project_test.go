package generator

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// toy are small template sets, in which a test can change what it likes.
func toy(files, table string) fstest.MapFS {
	fsys := fstest.MapFS{
		"helm/files.yaml": {Data: []byte("files: []\n")}, "ci/files.yaml": {Data: []byte("files: []\n")},
		"service/files.yaml": {Data: []byte(table)},
	}
	name := ""
	for line := range strings.Lines(files) {
		if rest, ok := strings.CutPrefix(line, "-- "); ok {
			name = "service/" + strings.TrimSuffix(strings.TrimSpace(rest), " --")
			fsys[name] = &fstest.MapFile{}
			continue
		}
		fsys[name].Data = append(fsys[name].Data, line...)
	}
	return fsys
}

const (
	toyTable = "files:\n  - {path: a.txt, template: a.txt}\n  - {path: sub/b.txt, template: b.txt}\n  - {path: sub/a.txt, template: a.txt}\n  - {path: run.sh, template: run.sh, mode: 0o755}\n  - {path: 'r/[[ .Resource.Snake ]].txt', template: r.txt, each: resources}\n  - {path: worker.txt, template: b.txt, when: .Worker}\n"
	toyFiles = "-- a.txt --\n[[ .Name.Kebab ]]\n1\n2\n3\n4\n5\n6\n7\n-- b.txt --\nb1\nb2\nb3\nb4\nb5\n-- run.sh --\n#!/bin/sh\necho 1\n-- r.txt --\nresource [[ .Resource.Pascal ]]\n"
)

// project is a toy repository, and the templates that it was made of.
type project struct {
	t       *testing.T
	dir     string
	version int
}

func newProject(t *testing.T, resources ...string) *project {
	t.Helper()
	p := &project{t: t, dir: filepath.Join(t.TempDir(), "toy"), version: 1}
	s := spec.New("toy")
	for _, r := range resources {
		s.Resources = append(s.Resources, spec.Resource{Name: r})
	}
	_, err := p.generator(toyFiles, toyTable).Create(t.Context(), spec.Defaults(s), render.Input{}, p.dir)
	require.NoError(t, err)
	return p
}

func (p *project) generator(files, table string) *Generator {
	p.t.Helper()
	g, err := New(toy(files, table), "v1."+string(rune('0'+p.version))+".0")
	require.NoError(p.t, err)
	return g
}

// update brings templates with the replacements in, as the next version.
func (p *project) update(o change.Options, replacements ...string) *change.Report {
	p.t.Helper()
	p.version++
	var ofTable []string // what says something of a table
	for i := 0; i < len(replacements); i += 2 {
		if strings.ContainsAny(replacements[i], "{:,") {
			ofTable = append(ofTable, replacements[i], replacements[i+1])
		}
	}
	files, table := strings.NewReplacer(replacements...), strings.NewReplacer(ofTable...)
	report, err := p.generator(files.Replace(toyFiles), table.Replace(toyTable)).Update(p.t.Context(), p.dir, nil, o)
	require.NoError(p.t, err)
	return report
}

func (p *project) write(at, text string) {
	p.t.Helper()
	full := filepath.Join(p.dir, filepath.FromSlash(at))
	require.NoError(p.t, os.MkdirAll(filepath.Dir(full), 0o755))  //nolint:gosec // a test's folder
	require.NoError(p.t, os.WriteFile(full, []byte(text), 0o644)) //nolint:gosec // likewise
}

func (p *project) read(at string) string {
	p.t.Helper()
	body, err := os.ReadFile(filepath.Join(p.dir, filepath.FromSlash(at)))
	if os.IsNotExist(err) {
		return ""
	}
	require.NoError(p.t, err)
	return string(body)
}

func (p *project) remove(at string) {
	p.t.Helper()
	require.NoError(p.t, os.Remove(filepath.Join(p.dir, at)))
}

func (p *project) git(args ...string) string {
	p.t.Helper()
	cmd := exec.CommandContext(p.t.Context(), "git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)...) //nolint:gosec // a test's own
	cmd.Dir = p.dir
	out, err := cmd.CombinedOutput()
	require.NoError(p.t, err, "%s", out)
	return string(out)
}

func (p *project) run(name string, args ...string) {
	p.t.Helper()
	cmd := exec.CommandContext(p.t.Context(), name, args...) //nolint:gosec // a test's own
	cmd.Dir = p.dir
	out, err := cmd.CombinedOutput()
	require.NoError(p.t, err, "%s %s: %s", name, args, out)
}

func (p *project) commit() {
	p.t.Helper()
	if _, err := os.Stat(filepath.Join(p.dir, ".git")); os.IsNotExist(err) {
		p.git("init", "-q")
	}
	p.git("add", "-A")
	p.git("commit", "-q", "--allow-empty", "-m", "x")
}

func actions(r *change.Report) map[string]merge.Action {
	all := map[string]merge.Action{}
	for _, c := range r.Changes {
		all[c.Path] = c.Action
	}
	return all
}
