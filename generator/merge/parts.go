package merge

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// A list is a text in parts that can be told from each other: the fields of a struct,
// the keys of a document, the targets of a Makefile.
type list struct {
	parts  []part
	tail   string // what follows the last part, such as a comment
	strict bool   // the order says what the parts are: two that both sides add at one place cannot be told apart
}

// A part is one of a list, in whole lines.
type part struct {
	key    string
	lead   string // blank lines and comments above it
	pieces []piece
	named  bool // no other of the list may have its key
	last   bool // nothing that follows it takes effect: a return
}

// A piece is the text of a part, or a list within it.
type piece struct {
	text string
	list *list // nil: it is text
}

func (l list) String() string {
	var out strings.Builder
	for _, p := range l.parts {
		out.WriteString(p.String())
	}
	return out.String() + l.tail
}

func (p part) String() string {
	var out strings.Builder
	out.WriteString(p.lead)
	for _, piece := range p.pieces {
		out.WriteString(piece.String())
	}
	return out.String()
}

func (p piece) String() string {
	if p.list != nil {
		return p.list.String()
	}
	return p.text
}

// count counts the names of a list, and of those within it.
func (l list) count(above string, n map[string]int) {
	for _, p := range l.parts {
		key := above + "\x00" + p.key
		if p.named {
			n[key]++
		}
		for i, piece := range p.pieces {
			if piece.list != nil {
				piece.list.count(key+"\x00"+strconv.Itoa(i), n)
			}
		}
	}
}

// A partMerge merges lists part by part: whoever alone changed a part has his way.
// What both changed is merged by lines.
type partMerge struct {
	ctx      context.Context
	labels   labels
	inline   []brackets // what lists within one line look like
	conflict bool
	err      error
}

// brackets are what stands around a list in one line, and between its parts.
type brackets struct{ open, end, separator string }

// mergeParts merges texts by their parts; ok says that all three could be cut.
func mergeParts(ctx context.Context, s sides, l labels, cut func(lines []string) (list, bool), lists ...brackets) (merged []byte, conflict, ok bool, err error) {
	var cuts [3]list
	for i, side := range [][]byte{s.base, s.ours, s.theirs} {
		if cuts[i], ok = cut(slices.Collect(strings.Lines(string(side)))); !ok {
			return nil, false, false, nil
		}
	}
	m := &partMerge{ctx: ctx, labels: l, inline: lists}
	text := m.list(cuts[0], cuts[1], cuts[2])
	return []byte(text), m.conflict, true, m.err
}

// list merges what one list became on both sides.
func (m *partMerge) list(base, ours, theirs list) string {
	qualify(&base, &ours, &theirs)
	ours.keepTail(base)
	theirs.keepTail(base)
	order, ok := orderOf(base, ours, theirs)
	if !ok {
		return m.text(base.String(), ours.String(), theirs.String())
	}
	was, have, want := byKey(base), byKey(ours), byKey(theirs)
	var out strings.Builder
	for _, key := range order {
		out.WriteString(m.part(was[key], have[key], want[key]))
	}
	return out.String() + m.text(base.tail, ours.tail, theirs.tail)
}

// keepTail has what ended the list end it still, where a part was added behind it.
func (l *list) keepTail(base list) {
	tail := strings.TrimSpace(base.tail)
	if tail == "" || strings.Contains(l.tail, tail) {
		return
	}
	for i, p := range l.parts {
		before, lead, found := strings.Cut(p.lead, tail+"\n")
		if found && strings.TrimSpace(before) == "" && !holds(base.parts, p) {
			l.parts[i].lead, l.tail = lead, base.tail+l.tail
			return
		}
	}
}

// part merges one part; nil is one that is not there.
func (m *partMerge) part(base, ours, theirs *part) string {
	if ours != nil && theirs != nil && !alike(base, ours) && framed(ours, theirs) {
		base = nil // both made a list where there was none: x: [] became one
	}
	if ours == nil || theirs == nil || !alike(base, ours) || !alike(ours, theirs) {
		return m.text(full(base), full(ours), full(theirs))
	}
	if base == nil {
		base = &part{pieces: make([]piece, len(ours.pieces))}
	}
	out := m.text(base.lead, ours.lead, theirs.lead)
	for i := range ours.pieces {
		b, o, t := base.pieces[i], ours.pieces[i], theirs.pieces[i]
		if o.list == nil {
			out += m.text(b.text, o.text, t.text)
			continue
		}
		if b.list == nil {
			b.list = &list{}
		}
		out += m.list(*b.list, *o.list, *t.list)
	}
	return out
}

// text merges lines.
func (m *partMerge) text(base, ours, theirs string) string {
	switch {
	case ours == theirs, theirs == base:
		return ours
	case ours == base:
		return theirs
	case m.err != nil:
		return ours
	}
	for _, way := range m.inline {
		if merged, ok := inline(base, ours, theirs, way.open, way.end, way.separator); ok {
			return merged
		}
	}
	merged, conflict, err := mergeLines(m.ctx, sides{base: []byte(base), ours: []byte(ours), theirs: []byte(theirs)}, m.labels)
	m.conflict, m.err = m.conflict || conflict, err
	return string(merged)
}

// alike reports whether two parts have lists in the same places; what is not there is
// like anything.
func alike(a, b *part) bool {
	if a == nil || b == nil {
		return true
	}
	return slices.EqualFunc(a.pieces, b.pieces, func(a, b piece) bool { return (a.list == nil) == (b.list == nil) })
}

// framed reports whether two parts differ in nothing but their lists.
func framed(a, b *part) bool {
	return slices.EqualFunc(a.pieces, b.pieces, func(a, b piece) bool {
		return (a.list == nil) == (b.list == nil) && (a.list != nil || a.text == b.text)
	})
}

func full(p *part) string {
	if p == nil {
		return ""
	}
	return p.String()
}

func byKey(l list) map[string]*part {
	all := make(map[string]*part, len(l.parts))
	for i := range l.parts {
		all[l.parts[i].key] = &l.parts[i]
	}
	return all
}

// qualify gives each part of a list a key that is its alone: of those that share one, as
// assignments to one variable do, by what they say; if that is the same, as of each
// "if err != nil", by what stands before them.
func qualify(lists ...*list) {
	for _, l := range lists {
		l.parts = slices.Clone(l.parts)
	}
	shared := sharedKeys(lists)
	for _, l := range lists {
		for i := range l.parts {
			if p := &l.parts[i]; shared[p.key] {
				said := part{pieces: p.pieces}
				p.key += "\x00" + said.String()
			}
		}
	}
	shared = sharedKeys(lists)
	for _, l := range lists {
		before, seen := "", map[string]int{}
		for i := range l.parts {
			key := l.parts[i].key
			if shared[key] {
				key += "\x00after " + before
			}
			if seen[key]++; seen[key] > 1 {
				key += "\x00" + strconv.Itoa(seen[key])
			}
			before, l.parts[i].key = l.parts[i].key, key
		}
	}
}

// sharedKeys are those that stand more than once in one of the lists.
func sharedKeys(lists []*list) map[string]bool {
	shared := map[string]bool{}
	for _, l := range lists {
		seen := map[string]bool{}
		for _, p := range l.parts {
			shared[p.key] = shared[p.key] || seen[p.key]
			seen[p.key] = true
		}
	}
	return shared
}

// orderOf gives the keys of three lists in the order of the merged one: that of the side
// that moved some, and what the other side adds behind what it stands behind there. It
// fails where both moved some, where both replaced the same, and where both add to one
// place of a strict list.
func orderOf(base, ours, theirs list) (order []string, ok bool) {
	b, o, t := keysOf(base), keysOf(ours), keysOf(theirs)
	first, second := o, t
	if moved(b, t) {
		if moved(b, o) {
			return nil, false
		}
		first, second = t, o
	}
	if clash(base, ours, theirs) {
		return nil, false
	}
	order = slices.Clone(first)
	for i, key := range second {
		if slices.Contains(order, key) {
			continue
		}
		at := 0
		for _, before := range slices.Backward(second[:i]) {
			if k := slices.Index(order, before); k >= 0 {
				at = k + 1
				break
			}
		}
		order = slices.Insert(order, at, key)
	}
	return order, true
}

func keysOf(l list) []string {
	keys := make([]string, len(l.parts))
	for i, p := range l.parts {
		keys[i] = p.key
	}
	return keys
}

// moved reports whether those keys that stayed have another order.
func moved(base, side []string) bool {
	stayed := func(keys, of []string) []string {
		return slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return !slices.Contains(of, key) })
	}
	return !slices.Equal(stayed(base, side), stayed(side, base))
}

// clash reports whether, between two parts that all sides have, both sides replaced a
// part by others, or both added some where their order cannot be told.
func clash(base, ours, theirs list) bool {
	b, o, t := gaps(base, ours, theirs), gaps(ours, base, theirs), gaps(theirs, base, ours)
	for i := range min(len(b), len(o), len(t)) {
		mine, yours := added(o[i], b[i]), added(t[i], b[i])
		mine, yours = added(mine, yours), added(yours, mine)
		if len(mine) == 0 || len(yours) == 0 {
			continue
		}
		replaced := slices.ContainsFunc(b[i], func(p part) bool { return !holds(o[i], p) && !holds(t[i], p) })
		ends := slices.ContainsFunc(slices.Concat(mine, yours), func(p part) bool { return p.last })
		if ours.strict || replaced || ends {
			return true
		}
	}
	return false
}

func holds(parts []part, one part) bool {
	return slices.ContainsFunc(parts, func(p part) bool { return p.key == one.key })
}

// added are the parts that others have not.
func added(parts, others []part) []part {
	return slices.DeleteFunc(slices.Clone(parts), func(p part) bool { return holds(others, p) })
}

// gaps cuts a list at the parts that two others have as well.
func gaps(l, one, two list) [][]part {
	gaps := [][]part{nil}
	for _, p := range l.parts {
		if holds(one.parts, p) && holds(two.parts, p) {
			gaps = append(gaps, nil)
			continue
		}
		gaps[len(gaps)-1] = append(gaps[len(gaps)-1], p)
	}
	return gaps
}
