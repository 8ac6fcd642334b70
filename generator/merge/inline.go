package merge

import (
	"slices"
	"strings"
)

// inline merges lines that differ in one list between brackets, such as
// []string{"id", "name"}, or in words, such as .PHONY: build test.
func inline(base, ours, theirs, open, end, separator string) (string, bool) {
	b, ok := inlineParts(base, open, end, separator)
	o, too := inlineParts(ours, open, end, separator)
	t, all := inlineParts(theirs, open, end, separator)
	if !ok || !too || !all || b.before != o.before || o.before != t.before || b.after != o.after || o.after != t.after {
		return "", false
	}
	order, ok := orderOf(b.list, t.list, o.list) // what ours adds comes first: by its place it may be known already
	if !ok {
		return "", false
	}
	was, have, want := byKey(b.list), byKey(o.list), byKey(t.list)
	order = slices.DeleteFunc(order, func(key string) bool { return was[key] != nil && (have[key] == nil || want[key] == nil) })
	return o.before + strings.Join(order, separator) + o.after, true
}

// An inlineList is a line with a list in it.
type inlineList struct {
	before, after string
	list          list
}

func inlineParts(line, open, end, separator string) (inlineList, bool) {
	if strings.Count(line, "\n") != 1 || strings.Count(line, open) != 1 {
		return inlineList{}, false
	}
	before, rest, _ := strings.Cut(line, open)
	at := strings.LastIndex(rest, end)
	if at < 0 {
		return inlineList{}, false
	}
	l := inlineList{before: before + open, after: rest[at:]}
	seen := map[string]bool{}
	for element := range strings.SplitSeq(rest[:at], separator) {
		if element == "" || seen[element] || strings.ContainsAny(element, "(){}[]") || strings.Count(element, `"`)%2 != 0 {
			return inlineList{}, false
		}
		seen[element] = true
		l.list.parts = append(l.list.parts, part{key: element})
	}
	return l, true
}
