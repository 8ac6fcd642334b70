package spec

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a Spec, where it stands, and what
// to write instead.
type Problem struct {
	File    string // as given to Parse; empty if the Spec was not read from a file
	Line    int    // from 1; 0 if unknown
	Column  int    // from 1, in characters
	Path    string // "resources[0].fields[2].name", or the flag it came from
	Message string // what is wrong
	Fix     string // what to do about it, in words
}

// Error gives "spacegen.yaml:12:7: message; fix".
func (p Problem) Error() string {
	var b strings.Builder
	switch {
	case p.File != "" && p.Line > 0:
		fmt.Fprintf(&b, "%s:%d:%d: ", p.File, p.Line, p.Column)
	case p.File != "":
		fmt.Fprintf(&b, "%s: ", p.File)
	case p.Path != "":
		fmt.Fprintf(&b, "%s: ", p.Path)
	}
	b.WriteString(p.Message)
	if p.Fix != "" {
		b.WriteString("; " + p.Fix)
	}
	return b.String()
}

// Problems is everything that is wrong with a Spec, in the order of the file.
type Problems []Problem

// Error gives one problem a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, problem := range p {
		lines[i] = problem.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find a single Problem.
func (p Problems) Unwrap() []error {
	errs := make([]error, len(p))
	for i, problem := range p {
		errs[i] = problem
	}
	return errs
}

// In gives problems that know no more than their paths their places in the text of a
// file, in its order. Without a text they stay as they are.
func (p Problems) In(file string, text []byte) Problems {
	if len(text) == 0 {
		return p
	}
	_, where, _ := decode(file, text)
	placed := slices.Clone(p)
	for i := range placed {
		if placed[i].File == "" {
			at := where.at(placed[i].Path)
			placed[i].File, placed[i].Line, placed[i].Column = file, at.line, at.column
		}
	}
	return placed.sorted()
}

// sorted puts problems in the order of the file and drops repetitions.
func (p Problems) sorted() Problems {
	slices.SortStableFunc(p, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.Compact(p)
}

// Closest gives the candidate that a misspelt word most likely means, or "".
func Closest(word string, candidates []string) string {
	best, distance := "", max(2, len(word)/3)+1
	if len(word) > 63 {
		return ""
	}
	lowered := strings.ToLower(word)
	for _, c := range candidates {
		d := editDistance(lowered, strings.ToLower(c))
		// "postgres" for postgresql, "resource" for resources
		if len(word) > 2 && (strings.HasPrefix(c, lowered) || strings.HasPrefix(lowered, c)) {
			d = min(d, 1)
		}
		if d < distance && d < len(c) {
			best, distance = c, d
		}
	}
	return best
}

func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// oneOf words a list of choices: "grpc, rest, scheduler or worker".
func oneOf[T ~string](choices []T) string {
	words := texts(choices)
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

func texts[T ~string](in []T) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = string(s)
	}
	return out
}
