package merge

import (
	"bytes"
	"fmt"
	"go/format"
	"strings"
)

// stands keeps the place of a conflict while the code around it is formatted.
const stands = "//spacegen:conflict "

// aligned formats Go code with conflicts in it: a comment stands for each, and within
// them lines have the columns again that they have on their side.
func aligned(text []byte, s sides) []byte {
	var around strings.Builder
	var conflicts []string
	within := false
	for line := range strings.Lines(string(text)) {
		if !within && strings.HasPrefix(line, markOurs) {
			within = true
			fmt.Fprintf(&around, "%s%d\n", stands, len(conflicts))
			conflicts = append(conflicts, "")
		}
		if !within {
			around.WriteString(line)
			continue
		}
		conflicts[len(conflicts)-1] += line
		within = !strings.HasPrefix(line, markTheirs)
	}
	formatted, err := format.Source([]byte(around.String()))
	if err != nil {
		return text
	}
	columns := columnsOf(s)
	var out strings.Builder
	n := 0
	for line := range strings.Lines(string(formatted)) {
		if strings.TrimSpace(line) != fmt.Sprint(stands, n) {
			out.WriteString(line)
			continue
		}
		for line := range strings.Lines(conflicts[n]) {
			if original, known := columns[line]; known {
				line = original
			}
			out.WriteString(line)
		}
		n++
	}
	if n < len(conflicts) {
		return text // nothing of a conflict may get lost
	}
	return []byte(out.String())
}

// columnsOf gives the lines of three sides as gofmt aligns them, by what they are
// without.
func columnsOf(s sides) map[string]string {
	columns := map[string]string{}
	for _, side := range [][]byte{s.base, s.ours, s.theirs} {
		formatted, err := format.Source(side)
		if err != nil {
			continue
		}
		plain := bytes.SplitAfter(unaligned(formatted), []byte("\n"))
		for i, line := range bytes.SplitAfter(formatted, []byte("\n")) {
			if i < len(plain) {
				columns[string(plain[i])] = string(line)
			}
		}
	}
	return columns
}
