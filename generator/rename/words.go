// Package rename has what people wrote follow a name that changes. What is called otherwise
// is the difference of two renderings, of before and after: word by word in files that were
// rendered, and by Go's types in code that refers to what they declare.
package rename

import (
	"bytes"
	"regexp"
	"slices"
)

// An Edit puts a word in the place of another.
type Edit struct {
	At      int // in bytes
	Old, To string
	Sure    bool // the line that it stands in is as it was rendered
}

// Apply gives a text after edits.
func Apply(text []byte, edits []Edit) []byte {
	edits = slices.Clone(edits)
	slices.SortFunc(edits, func(a, b Edit) int { return a.At - b.At })
	var out []byte
	at := 0
	for _, e := range edits {
		if e.At < at || !bytes.HasPrefix(text[e.At:], []byte(e.Old)) {
			continue
		}
		out = append(append(out, text[at:e.At]...), e.To...)
		at = e.At + len(e.Old)
	}
	return append(out, text[at:]...)
}

// Words gives the edits by which a text that people may have edited follows: before is what
// it was rendered as, and after what it is rendered as now. A word that people took out has
// no edit.
func (n Names) Words(before, after, text []byte) []Edit {
	was, is := words(before), words(after)
	to := map[int]string{} // words of before
	for i, j := range common(was, is, func(a, b word) bool { return a.text == b.text || n.becomes(a.text, b.text) }) {
		if j >= 0 && was[i].text != is[j].text {
			to[i] = is[j].text
		}
	}
	if len(to) == 0 {
		return nil
	}
	var edits []Edit
	now := words(text)
	for i, at := range follow(before, text, was, now) {
		if w, changed := to[i]; changed && at.word >= 0 {
			edits = append(edits, Edit{now[at.word].at, was[i].text, w, at.sure})
		}
	}
	return edits
}

// A word is a word of a text, or one character between words. Spaces are none: how things
// are aligned follows from them.
type word struct {
	at, line int
	text     string
}

func (w word) same(other word) bool { return w.text == other.text }

// pieces are words, and single characters between them.
var pieces = regexp.MustCompile(`[\pL\pN_]+|[^\s]`)

func words(text []byte) []word {
	var all []word
	line, seen := 0, 0
	for _, at := range pieces.FindAllIndex(text, -1) {
		line += bytes.Count(text[seen:at[0]], []byte("\n"))
		seen = at[0]
		all = append(all, word{at[0], line, string(text[at[0]:at[1]])})
	}
	return all
}

// A place is where a word stands in another text.
type place struct {
	word int // -1: nowhere
	sure bool
}

// follow finds the words of a text in another: line by line, and within lines that differ
// word by word.
func follow(from, to []byte, was, now []word) []place {
	places := make([]place, len(was))
	for i := range places {
		places[i] = place{word: -1}
	}
	a, b := lines(was), lines(now)
	match := common(a, b, func(x, y []word) bool { return slices.EqualFunc(x, y, word.same) })
	starts := func(all [][]word) []int { // of each line's words
		at, n := make([]int, len(all)+1), 0
		for i, line := range all {
			at[i], n = n, n+len(line)
		}
		at[len(all)] = n
		return at
	}
	fromAt, toAt := starts(a), starts(b)
	beginA, beginB := 0, 0
	hunk := func(endA, endB int) {
		x, y := was[fromAt[beginA]:fromAt[endA]], now[toAt[beginB]:toAt[endB]]
		for i, j := range common(x, y, word.same) {
			if j >= 0 {
				places[fromAt[beginA]+i].word = toAt[beginB] + j
			}
		}
	}
	for i, j := range match {
		if j < 0 {
			continue
		}
		hunk(i, j)
		for k := range a[i] {
			places[fromAt[i]+k] = place{toAt[j] + k, true}
		}
		beginA, beginB = i+1, j+1
	}
	hunk(len(a), len(b))
	return places
}

func lines(all []word) [][]word {
	var out [][]word
	for i := 0; i < len(all); {
		j := i
		for j < len(all) && all[j].line == all[i].line {
			j++
		}
		out = append(out, all[i:j])
		i = j
	}
	return out
}

// common gives, for each item of a, the one of b that it is matched with, or -1: the longest
// sequence that both have in common.
func common[T any](a, b []T, same func(T, T) bool) []int {
	match := make([]int, len(a))
	for i := range match {
		match[i] = -1
	}
	from, endA, endB := 0, len(a), len(b)
	for from < endA && from < endB && same(a[from], b[from]) {
		match[from] = from
		from++
	}
	for endA > from && endB > from && same(a[endA-1], b[endB-1]) {
		endA, endB = endA-1, endB-1
		match[endA] = endB
	}
	n, m := endA-from, endB-from
	if n == 0 || m == 0 || n*m > mostCells {
		return match
	}
	length := make([]int32, (n+1)*(m+1))
	at := func(i, j int) int { return i*(m+1) + j }
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			length[at(i, j)] = max(length[at(i+1, j)], length[at(i, j+1)])
			if same(a[from+i], b[from+j]) {
				length[at(i, j)] = max(length[at(i, j)], length[at(i+1, j+1)]+1)
			}
		}
	}
	for i, j := 0, 0; i < n && j < m; {
		switch {
		case same(a[from+i], b[from+j]) && length[at(i, j)] == length[at(i+1, j+1)]+1:
			match[from+i] = from + j
			i, j = i+1, j+1
		case length[at(i+1, j)] >= length[at(i, j+1)]:
			i++
		default:
			j++
		}
	}
	return match
}

// mostCells is how much two texts may differ to be compared: 64 MiB.
const mostCells = 16 << 20
