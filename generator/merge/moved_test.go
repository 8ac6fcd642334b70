package merge_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
)

func TestMovedByTheTemplate(t *testing.T) {
	base, ours, theirs := "a\nb\nc\nd\ne\n", "mine\nb\nc\nd\ne\n", "a\nb\nc\nd\nnew\n"
	in := input("old.txt", sides{&base, &ours, nil, 0o644, 0o644, 0})
	in.Theirs["new.txt"] = render.File{Body: []byte(theirs), Mode: 0o644, Owner: render.Managed}
	in.Moved = map[string]string{"old.txt": "new.txt"}
	plan := run(t, in)
	files := after(in.Ours, plan)
	assert.NotContains(t, files, "old.txt")
	assert.Equal(t, "mine\nb\nc\nd\nnew\n", string(files["new.txt"].Body))
	assert.Zero(t, plan.Conflicts())
}

func TestMovedByPeople(t *testing.T) {
	base := lines("a", "b", "c", "d", "e", "f", "g", "h")
	theirs := strings.Replace(base, "h", "new", 1)
	edited := strings.Replace(base, "a", "mine", 1)
	for name, moved := range map[string]string{"as it was": base, "and edited": edited} {
		in := input("a/x.txt", sides{&base, nil, &theirs, 0o644, 0, 0o644})
		in.Ours["b/y.txt"] = merge.File{Body: []byte(moved), Mode: 0o644}
		plan := run(t, in)
		files := after(in.Ours, plan)
		assert.Equal(t, strings.Replace(moved, "h", "new", 1), string(files["b/y.txt"].Body), name)
		assert.NotContains(t, files, "a/x.txt", name)
		assert.Equal(t, "b/y.txt", plan.Records["a/x.txt"].At, name)
	}
}

// TestLookAlikes: the files of a service resemble each other, so that none is
// taken for another.
func TestLookAlikes(t *testing.T) {
	of := func(name string) string {
		return strings.ReplaceAll(lines("package x", "// NAME is kept.", "type NAME struct{}", "", "func NewNAME() *NAME { return nil }", "", "// end", "var _ = 1"), "NAME", name)
	}
	alpha, gamma := of("Alpha"), of("Gamma")
	edited := alpha + "// your line\n"
	in := input("alpha.go", sides{&alpha, &edited, nil, 0o644, 0o644, 0})
	in.Theirs["gamma.go"] = render.File{Body: []byte(gamma), Mode: 0o644, Owner: render.Managed}
	plan := run(t, in)
	files := after(in.Ours, plan)
	assert.Equal(t, gamma, string(files["gamma.go"].Body), "nothing of alpha lands in gamma")
	assert.Equal(t, edited, string(files["alpha.go"].Body), "and nothing of alpha is lost")
	assert.Equal(t, 1, plan.Conflicts())

	// Deleted here, something like it there: two that are alike are no move.
	in = input("alpha.go", sides{&alpha, nil, &alpha, 0o644, 0, 0o644})
	for _, name := range []string{"Beta", "Delta"} {
		in.Ours[name+".go"] = merge.File{Body: []byte(of(name)), Mode: 0o644}
	}
	assert.Empty(t, run(t, in).Records["alpha.go"].At)
}
