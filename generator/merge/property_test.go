package merge_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/merge"
)

// edited changes a text at random places, with lines that hold a mark which
// stands nowhere else.
func edited(r *rand.Rand, text []string, mark string, goFile bool) (out, added []string) {
	out = append([]string{}, text...)
	for i := range r.IntN(5) {
		line := fmt.Sprintf("%s-%d", mark, i)
		if goFile {
			line = fmt.Sprintf("var %s%d = %d", mark, i, i)
		}
		at := r.IntN(len(out) + 1)
		if goFile {
			at = []int{2, len(out)}[r.IntN(2)]
		}
		switch {
		case at < len(out) && !goFile && r.IntN(3) == 0:
			out[at] = line
		case at < len(out) && !goFile && r.IntN(4) == 0:
			out = append(out[:at], out[at+1:]...)
			continue
		default:
			out = append(out[:at], append([]string{line}, out[at:]...)...)
		}
		added = append(added, line)
	}
	var left []string // a line may have been changed again
	for _, line := range added {
		if strings.Contains(strings.Join(out, "\n")+"\n", line+"\n") {
			left = append(left, line)
		}
	}
	return out, left
}

func text(list []string) string { return strings.Join(list, "\n") + "\n" }

// TestNothingIsLost: after a merge of random edits, every line that people or
// the template added stands in the file, and the same merge again does nothing.
func TestNothingIsLost(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // a test's own randomness
	rounds := 2000
	if testing.Short() {
		rounds = 200
	}
	for i := range rounds {
		path, goFile := "notes.txt", r.IntN(2) == 0
		base := []string{}
		for j := range r.IntN(30) {
			base = append(base, fmt.Sprintf("line %d", j%(1+r.IntN(12)))) // repeated lines are the hard ones
		}
		if goFile {
			path, base = "x.go", []string{"package x", ""}
			for j := range r.IntN(6) {
				base = append(base, fmt.Sprintf("func F%d() {}", j), "")
			}
		}
		mine, myLines := edited(r, base, "Mine", goFile)
		news, newLines := edited(r, base, "Theirs", goFile)
		baseText, myText, newText := text(base), text(mine), text(news)
		in := input(path, sides{&baseText, &myText, &newText, 0o644, 0o644, 0o644})
		plan := run(t, in)
		files := after(in.Ours, plan)
		got := string(files[path].Body)
		for _, line := range append(myLines, newLines...) {
			require.Contains(t, got, line, "seed %d, round %d:\nbase:\n%s\nours:\n%s\ntheirs:\n%s", seed, i, baseText, myText, newText)
		}
		if myText == baseText {
			require.Equal(t, newText, got, "no edit of people: a fresh render")
		}
		if newText == baseText {
			require.Empty(t, plan.Changes, "no change of the template: nothing happens")
		}
		in.Records, in.Ours = plan.Records, files
		require.Empty(t, run(t, in).Changes, "seed %d, round %d: twice is once", seed, i)
	}
}

// FuzzMerge merges anything: it neither fails nor loses a file.
func FuzzMerge(f *testing.F) {
	f.Add("a\n", "b\n", "c\n", "x.go")
	f.Add("package x\n", "package y\n", "package x\n\nfunc A() {}\n", "x.go")
	f.Add("module a\n", "module b\n\ngo 1.26\n", "module a\n\nrequire b.c/d v1.0.0\n", "go.mod")
	f.Add("\ufeffa\r\n", "\x00", "", "x")
	f.Fuzz(func(t *testing.T, base, ours, theirs, path string) {
		if path == "" {
			path = "x"
		}
		in := input(path, sides{&base, &ours, &theirs, 0o644, 0o644, 0o644})
		plan, err := merge.Run(t.Context(), in)
		require.NoError(t, err)
		_, there := after(in.Ours, plan)[path]
		assert.True(t, there)
	})
}
