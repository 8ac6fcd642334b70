package merge

import "strings"

// markdownParts cuts a text at its headings, and sections at their paragraphs.
func markdownParts(lines []string) (list, bool) {
	o := outline{from: 1, to: len(lines) + 1}
	at := 1
	for _, heading := range append(headings(lines), len(lines)+1) {
		if heading > at {
			key := "before the first heading"
			if len(o.spans) > 0 || strings.HasPrefix(lines[at-1], "#") {
				key = strings.TrimSpace(lines[at-1])
			}
			end := heading
			for end > at+1 && strings.TrimSpace(lines[end-2]) == "" {
				end-- // blank lines go with what they set apart
			}
			s := span{key: key, from: at, to: end, within: &outline{from: at + 1, to: end}}
			s.within.spans = paragraphs(lines, at+1, end)
			o.spans = append(o.spans, s)
		}
		at = heading
	}
	return cut(lines, o)
}

// headings are the lines that begin sections, outside of code.
func headings(lines []string) []int {
	var at []int
	fence := ""
	for i, line := range lines {
		text := strings.TrimSpace(line)
		switch mark := text[:min(3, len(text))]; {
		case fence == "" && (mark == "```" || mark == "~~~"):
			fence = mark
		case fence != "":
			if mark == fence {
				fence = ""
			}
		case strings.HasPrefix(line, "#") && strings.HasPrefix(strings.TrimLeft(line, "#"), " "):
			at = append(at, i+1)
		}
	}
	return at
}

// paragraphs are what blank lines set apart, outside of code; a row of a table, or an item
// of a list in one line, is one of its own.
func paragraphs(lines []string, from, to int) []span {
	var spans []span
	fence := ""
	open := false
	for i := from; i < to; i++ {
		text := strings.TrimSpace(lines[i-1])
		mark := text[:min(3, len(text))]
		fenced := fence != ""
		switch {
		case fence == "" && (mark == "```" || mark == "~~~"):
			fence = mark
		case fence != "" && mark == fence:
			fence = ""
		}
		switch alone := strings.HasPrefix(text, "|") || strings.HasPrefix(text, "- "); {
		case text == "" && !fenced:
			open = false
		case open && (fenced || !alone):
			spans[len(spans)-1].to = i + 1
		default:
			spans = append(spans, span{key: rowKey(text), from: i, to: i + 1})
			open = true
		}
	}
	return spans
}

// rowKey names a paragraph by its first line, and a row of a table by its first cell.
func rowKey(text string) string {
	if row, found := strings.CutPrefix(text, "|"); found {
		cell, _, _ := strings.Cut(row, "|")
		return "|" + strings.TrimSpace(cell)
	}
	return text
}
