package generator

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/doctor"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestSparseCheckout: what is not checked out is not deleted. Its change waits for
// an update that finds it, and nothing is written where it would lie.
func TestSparseCheckout(t *testing.T) {
	table := toyTable +
		"  - {path: sub/gen.txt, template: b.txt, owner: generated}\n" +
		"  - {path: sub/goes.txt, template: b.txt}\n" +
		"  - {path: sub/old.txt, template: b.txt}\n" +
		"  - {path: sub/once.txt, template: b.txt, owner: once}\n"
	later := strings.NewReplacer(
		"  - {path: sub/goes.txt, template: b.txt}\n", "", "sub/old.txt", "sub/new.txt",
	).Replace(table) + "  - {path: sub/fresh.txt, template: b.txt}\n  - {path: r/fresh.txt, template: b.txt}\nmoved:\n  - {from: sub/old.txt, to: sub/new.txt}\n"
	laterFiles := strings.NewReplacer("b1", "B1", "7", "seven").Replace(toyFiles)

	for name, patterns := range map[string][]string{
		"a cone":   {"--cone", "r", ".spacegen"},
		"patterns": {"--no-cone", "/*", "!/sub/"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProject(t)
			p.version++
			_, err := p.generator(toyFiles, table).Update(t.Context(), p.dir, nil, change.Options{})
			require.NoError(t, err)
			p.write("sub/b.txt", p.read("sub/b.txt")+"mine\n")
			p.write("sub/old.txt", p.read("sub/old.txt")+"mine\n")
			p.commit()
			p.git(append([]string{"sparse-checkout", "set"}, patterns...)...)
			require.NoDirExists(t, filepath.Join(p.dir, "sub"))

			p.version++
			g := p.generator(laterFiles, later)
			edits, err := report.HandEdits(t.Context(), p.dir)
			require.NoError(t, err)
			assert.Empty(t, edits, "nobody deleted anything")
			r, err := g.Update(t.Context(), p.dir, nil, change.Options{})
			if name == "patterns" && err != nil {
				require.ErrorContains(t, err, "git 2.41 or newer can say")
				t.Skip("this git does not tell what patterns mean")
			}
			require.NoError(t, err)
			got := actions(r)
			assert.Equal(t, merge.Update, got["a.txt"])
			assert.Equal(t, merge.Create, got["r/fresh.txt"])
			for _, at := range []string{"sub/b.txt", "sub/a.txt", "sub/gen.txt", "sub/goes.txt", "sub/old.txt", "sub/new.txt", "sub/fresh.txt"} {
				assert.Equal(t, merge.Away, got[at], at)
			}
			assert.NotContains(t, got, "sub/once.txt")
			assert.NoDirExists(t, filepath.Join(p.dir, "sub"))
			assert.Empty(t, p.git("status", "--porcelain", "sub"))

			p.commit()
			p.git("sparse-checkout", "disable")
			findings, err := report.Tree(t.Context(), &g.Release, p.dir)
			require.NoError(t, err)
			assert.NotEmpty(t, findings, "the change has still to come")
			_, err = g.Update(t.Context(), p.dir, nil, change.Options{})
			require.NoError(t, err)
			assert.Equal(t, "B1\nb2\nb3\nb4\nb5\nmine\n", p.read("sub/b.txt"))
			assert.Equal(t, "B1\nb2\nb3\nb4\nb5\nmine\n", p.read("sub/new.txt"))
			assert.Equal(t, "B1\nb2\nb3\nb4\nb5\n", p.read("sub/gen.txt"))
			assert.Equal(t, "B1\nb2\nb3\nb4\nb5\n", p.read("sub/fresh.txt"))
			assert.Contains(t, p.read("sub/a.txt"), "seven")
			assert.NoFileExists(t, filepath.Join(p.dir, "sub/goes.txt"))
			assert.NoFileExists(t, filepath.Join(p.dir, "sub/old.txt"))
			findings, err = report.Tree(t.Context(), &g.Release, p.dir)
			require.NoError(t, err)
			assert.Empty(t, findings)
		})
	}
}

// TestSparseWithoutWhatIsNeeded: an update does not begin without what all else
// follows from.
func TestSparseWithoutWhatIsNeeded(t *testing.T) {
	for name, c := range map[string]struct {
		cone []string
		says string
	}{
		"the lock":   {[]string{"sub"}, "git sparse-checkout add .spacegen"},
		"the protos": {[]string{"sub", ".spacegen"}, "git sparse-checkout add proto"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProject(t)
			p.write("proto/mine/v1/mine.proto", "syntax = \"proto3\";\npackage mine.v1;\n")
			p.commit()
			p.git(append([]string{"sparse-checkout", "set", "--cone"}, c.cone...)...)
			before := snapshot(t, p.dir)
			g := p.generator(toyFiles, toyTable)
			_, err := g.Update(t.Context(), p.dir, nil, change.Options{})
			require.ErrorContains(t, err, c.says)
			_, err = g.EditSpec(t.Context(), p.dir, func(f *spec.File) error { return f.AddResource(spec.Resource{Name: "Zone"}) }, change.Options{AllowDirty: true})
			require.ErrorContains(t, err, c.says)
			_, err = report.Tree(t.Context(), &g.Release, p.dir)
			require.ErrorContains(t, err, c.says)
			_, err = report.HandEdits(t.Context(), p.dir)
			require.ErrorContains(t, err, c.says)
			require.ErrorContains(t, protocode.Make(t.Context(), spec.New("toy"), p.dir, progress.Quiet), c.says)
			assert.Contains(t, diagnosis(g.Doctor(t.Context(), p.dir), "sparse checkout").Detail, c.says)
			assert.Equal(t, before, snapshot(t, p.dir))
		})
	}
}

func diagnosis(all []doctor.Diagnosis, what string) doctor.Diagnosis {
	for _, d := range all {
		if d.What == what {
			return d
		}
	}
	return doctor.Diagnosis{}
}

// TestAwayWithoutGit: where git does not answer, nobody knows why a file is gone.
func TestAwayWithoutGit(t *testing.T) {
	p := newProject(t)
	p.write(".git", "gitdir: /nowhere\n")
	_, err := report.HandEdits(t.Context(), p.dir)
	require.NoError(t, err, "all is there")
	p.remove("a.txt")
	_, err = report.HandEdits(t.Context(), p.dir)
	silent := (*repository.NoAnswerError)(nil)
	require.ErrorAs(t, err, &silent)
	assert.ErrorContains(t, err, "a.txt is not there, and only git knows")
}
