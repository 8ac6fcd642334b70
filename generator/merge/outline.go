package merge

import "strings"

// A span is where a part of a text stands: lines counted from 1, up to the one that it
// ends before, without the blank lines and comments above it.
type span struct {
	key      string
	from, to int
	within   *outline // nil: it has no parts of its own
}

// An outline is where a list stands in a text.
type outline struct {
	from, to int
	spans    []span
}

// cut cuts a text at an outline. It fails where parts share a line.
func cut(lines []string, o outline) (list, bool) {
	var l list
	at := o.from
	for _, s := range o.spans {
		if s.from < at || s.to <= s.from || s.to > o.to {
			return list{}, false
		}
		p := part{key: s.key, named: true, lead: between(lines, at, s.from)}
		if within, ok := s.cut(lines); ok {
			p.pieces = []piece{{text: between(lines, s.from, s.within.from)}, {list: &within}, {text: between(lines, s.within.to, s.to)}}
		} else {
			p.pieces = []piece{{text: between(lines, s.from, s.to)}}
		}
		l.parts = append(l.parts, p)
		at = s.to
	}
	l.tail = between(lines, at, o.to)
	return l, true
}

func (s span) cut(lines []string) (list, bool) {
	if s.within == nil || s.within.from <= s.from || s.within.from > s.within.to || s.within.to > s.to {
		return list{}, false
	}
	return cut(lines, *s.within)
}

func between(lines []string, from, to int) string { return strings.Join(lines[from-1:to-1], "") }
