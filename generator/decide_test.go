package generator

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/merge"
)

// TestDecide: a plan's conflicts are decided while the plan stands; what is edited in the
// meantime is not written over.
func TestDecide(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(p *project)
		says      string
	}{
		"nothing else happens": {func(*project) {}, ""},
		"another file":         {func(p *project) { p.write("mine.txt", "mine\n") }, ""},
		"a file of the plan":   {func(p *project) { p.write("a.txt", "toy\nmeanwhile\n") }, "a.txt was edited while this command ran"},
		"the Spec":             {func(p *project) { p.write("spacegen.yaml", p.read("spacegen.yaml")+"# more\n") }, "spacegen.yaml was edited while this command ran"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProject(t)
			p.write("a.txt", strings.Replace(p.read("a.txt"), "7", "mine", 1))
			p.commit()
			g := p.generator(strings.NewReplacer("7", "seven", "b1", "B1").Replace(toyFiles), toyTable)
			prepared, err := g.Prepare(t.Context(), p.dir, change.Request{})
			require.NoError(t, err)
			defer func() { require.NoError(t, prepared.Close()) }()
			require.Equal(t, merge.Conflict, actions(prepared.Report())["a.txt"])

			require.NoError(t, prepared.Decide(t.Context(), merge.Options{Ours: []string{"a.txt"}}))
			assert.Zero(t, prepared.Report().Conflicts)
			c.meanwhile(p)
			before := snapshot(t, p.dir)
			_, err = prepared.Apply(t.Context())
			if c.says != "" {
				require.ErrorContains(t, err, c.says)
				assert.Empty(t, differing(before, snapshot(t, p.dir)))
				return
			}
			require.NoError(t, err)
			assert.Contains(t, p.read("a.txt"), "mine")
			assert.Contains(t, p.read("sub/b.txt"), "B1")
		})
	}
}
