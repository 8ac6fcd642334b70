package merge_test

import (
	"fmt"
	"go/format"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/merge"
)

// A pair is an element of a literal: a key and its value.
type pair struct{ key, value string }

// literal writes elements as gofmt aligns them, some in a literal within.
func literal(t *testing.T, elements []pair, nested bool) string {
	t.Helper()
	var out strings.Builder
	out.WriteString("package x\n\nvar all = T{\n")
	if nested {
		out.WriteString("Inner: T{\n")
	}
	for _, e := range elements {
		fmt.Fprintf(&out, "%s: %s,\n", e.key, e.value)
	}
	if nested {
		out.WriteString("},\n")
	}
	out.WriteString("}\n")
	text, err := format.Source([]byte(out.String()))
	require.NoError(t, err)
	return string(text)
}

// changed changes elements at random: some go, some get another value, some come.
func changed(r *rand.Rand, elements []pair, mark string) []pair {
	out := slices.Clone(elements)
	for i := range r.IntN(4) {
		at := r.IntN(len(out) + 1)
		switch kind := r.IntN(4); {
		case kind == 0 && at < len(out):
			out = slices.Delete(out, at, at+1)
		case kind == 1 && at < len(out):
			out[at].value = fmt.Sprintf("%q", fmt.Sprint(mark, i))
		default:
			key := fmt.Sprint(strings.ToUpper(mark), strings.Repeat("Long", r.IntN(4)), i)
			if r.IntN(5) == 0 {
				key = "Both" // the other side may add it, too
			}
			if !slices.ContainsFunc(out, func(p pair) bool { return p.key == key }) {
				out = slices.Insert(out, at, pair{key, fmt.Sprintf("%q", fmt.Sprint(mark, i))})
			}
		}
	}
	return out
}

// TestElementsAreNotLost: a merge of literals that were changed at random is exactly what
// three ways say of each element, or a conflict.
func TestElementsAreNotLost(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // a test's own randomness
	rounds := 500
	if testing.Short() {
		rounds = 100
	}
	merged := 0
	for range rounds {
		var base []pair
		for i := range r.IntN(8) {
			base = append(base, pair{fmt.Sprint("K", strings.Repeat("k", r.IntN(5)), i), fmt.Sprint(i)})
		}
		nested := r.IntN(2) == 0
		mine, yours := changed(r, base, "m"), changed(r, base, "y")
		was, ours, theirs := literal(t, base, nested), literal(t, mine, nested), literal(t, yours, nested)
		in := input("x.go", sides{&was, &ours, &theirs, 0o644, 0o644, 0o644})
		plan := run(t, in)
		if plan.Conflicts() > 0 {
			continue
		}
		merged++
		got := string(after(in.Ours, plan)["x.go"].Body)
		formatted, err := format.Source([]byte(got))
		require.NoError(t, err, got)
		require.Equal(t, string(formatted), got, "it is formatted")
		have := map[string]string{}
		for line := range strings.Lines(got) {
			if key, value, found := strings.Cut(strings.TrimSpace(line), ":"); found && key != "Inner" {
				require.NotContains(t, have, key, "twice in\n%s", got)
				have[key] = strings.TrimSuffix(strings.TrimSpace(value), ",")
			}
		}
		want := map[string]string{}
		b, o, y := byPair(base), byPair(mine), byPair(yours)
		for _, side := range []map[string]string{b, o, y} {
			for key := range side {
				value := o[key]
				if value == b[key] {
					value = y[key]
				}
				if value != "" {
					want[key] = value
				}
			}
		}
		require.Equal(t, want, have, "base\n%s\nours\n%s\ntheirs\n%s\nmerged\n%s", was, ours, theirs, got)
	}
	require.Greater(t, merged, rounds/4, "most merge")
}

func byPair(elements []pair) map[string]string {
	return maps.Collect(func(yield func(string, string) bool) {
		for _, e := range elements {
			if !yield(e.key, e.value) {
				return
			}
		}
	})
}

// TestDriverTexts: what git calls for one file says whether it has a conflict.
func TestDriverTexts(t *testing.T) {
	base, ours, theirs := "a: 1\nb: 1\n", "a: 2\nb: 1\n", "a: 1\nb: 2\n"
	merged, conflict, err := merge.Texts(t.Context(), "x.yaml", []byte(base), []byte(ours), []byte(theirs))
	require.NoError(t, err)
	require.False(t, conflict)
	require.Equal(t, "a: 2\nb: 2\n", string(merged))
	merged, conflict, err = merge.Texts(t.Context(), "x.png", []byte("\x00a"), []byte("\x00b"), []byte("\x00c"))
	require.NoError(t, err)
	require.True(t, conflict)
	require.Equal(t, "\x00b", string(merged), "this branch's stays")
}
