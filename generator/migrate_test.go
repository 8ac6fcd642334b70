package generator

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestMigrations: what a new version of a set asks for is done once, to the
// Spec, to what was rendered and to what people wrote, and is no edit of theirs.
func TestMigrations(t *testing.T) {
	p := newProject(t)
	p.write("a.txt", "toy\n1\n2\n3 old\n4\n5\n6\n7\n")
	p.write("own/mine.txt", "old and dear\n")
	p.write("own/other.txt", "dear\n")
	renamed := func(_ string, body []byte) []byte { return []byte(strings.ReplaceAll(string(body), "old", "new")) }
	later := func(version string) *Generator {
		p.version++
		g := p.generator(strings.ReplaceAll(toyFiles, "b1", "b1 new"), "version: "+version+"\n"+toyTable)
		g.Upgrades = []change.Upgrade{
			{Set: "service", Before: "v1.1.0", What: "old became new", File: renamed},
			{Set: "service", Before: "v1.2.0", What: "it has a worker", Spec: func(f *spec.File) error { return f.AddServer(spec.WorkerServer) }},
			{Set: "service", Before: "v2.0.0", What: "not as yet", File: func(string, []byte) []byte { return []byte("too early") }},
		}
		return g
	}
	g := later("v1.2.0")
	dry, err := g.Update(t.Context(), p.dir, nil, change.Options{DryRun: true})
	require.NoError(t, err)
	assert.NotEmpty(t, dry.Changes)
	assert.Equal(t, "old and dear\n", p.read("own/mine.txt"), "a dry run writes nothing")
	r, err := g.Update(t.Context(), p.dir, nil, change.Options{})
	require.NoError(t, err)
	assert.Zero(t, r.Conflicts)
	assert.Equal(t, "toy\n1\n2\n3 new\n4\n5\n6\n7\n", p.read("a.txt"))
	assert.Equal(t, "new and dear\n", p.read("own/mine.txt"))
	assert.Equal(t, "dear\n", p.read("own/other.txt"))
	assert.Equal(t, "b1 new\nb2\nb3\nb4\nb5\n", p.read("sub/b.txt"))
	assert.Equal(t, "b1 new\nb2\nb3\nb4\nb5\n", p.read("worker.txt"), "the Spec has a worker now")
	notes := map[string]string{}
	for _, c := range r.Changes {
		notes[c.Path] = c.Note
	}
	assert.Contains(t, notes["a.txt"], "old became new")
	assert.Contains(t, notes["own/mine.txt"], "old became new")

	p.write("own/mine.txt", "old again\n")
	again, err := g.Update(t.Context(), p.dir, nil, change.Options{})
	require.NoError(t, err)
	assert.False(t, again.Wrote, "a migration runs once")
	r, err = later("v2.0.0").Update(t.Context(), p.dir, nil, change.Options{})
	require.NoError(t, err)
	assert.True(t, r.Wrote)
	assert.Equal(t, "too early", p.read("own/mine.txt"), "now it is due")
}
