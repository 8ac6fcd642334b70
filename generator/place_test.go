package generator

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
)

// TestPlaces updates repositories that stand in a submodule and in a folder
// with spaces, quotes and umlauts.
func TestPlaces(t *testing.T) {
	module := newProject(t)
	module.commit()
	outer := &project{t: t, dir: t.TempDir()}
	outer.write("README.md", "outer\n")
	outer.commit()
	outer.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", module.dir, "services/toy")
	outer.commit()
	odd := filepath.Join(t.TempDir(), `Größe "x" 大`)
	require.NoError(t, os.CopyFS(odd, os.DirFS(module.dir)))
	for _, dir := range []string{filepath.Join(outer.dir, "services", "toy"), odd} {
		p := &project{t: t, dir: dir, version: 1}
		p.write("a.txt", strings.Replace(p.read("a.txt"), "7", "mine", 1))
		p.git("commit", "-q", "-a", "-m", "x")
		r := p.update(change.Options{}, "7", "seven", "b1", "B1")
		assert.Equal(t, 1, r.Conflicts, dir)
		assert.Contains(t, p.read("sub/b.txt"), "B1", dir)
		assert.Contains(t, p.git("status", "--porcelain", "a.txt"), "UU", dir)
	}
}

// TestInterrupted ends the context, as Ctrl-C does, at every step of an update:
// it is done, or nothing is.
func TestInterrupted(t *testing.T) {
	p := newProject(t)
	g := p.generator(strings.NewReplacer("7", "seven", "b1", "B1").Replace(toyFiles), toyTable)
	before := snapshot(t, p.dir)
	steps := 0
	g.Intercept = func(string, string) error { steps++; return nil }
	whole := copied(t, p.dir)
	_, err := g.Update(t.Context(), whole, nil, change.Options{})
	require.NoError(t, err)
	after := snapshot(t, whole)
	for at := range steps + 1 {
		dir := copied(t, p.dir)
		ctx, cancel := context.WithCancel(t.Context())
		step := 0
		g.Intercept = func(string, string) error {
			if step++; step == at {
				cancel()
			}
			return nil
		}
		if at == 0 {
			cancel()
		}
		_, err := g.Update(ctx, dir, nil, change.Options{})
		cancel()
		if err != nil {
			assert.Empty(t, differing(before, snapshot(t, dir)), "step %d", at)
		} else {
			assert.Empty(t, differing(after, snapshot(t, dir)), "step %d", at)
		}
	}
}
