package merge

import (
	"bytes"
	"maps"
	"path"
	"slices"

	"github.com/cloudforet-io/spacegen/generator/render"
)

// applyMoves finds where files went: those that the templates moved, by their
// table, and those that people moved.
func (m *merger) applyMoves() {
	m.Records, m.Ours, m.Away = maps.Clone(m.Records), maps.Clone(m.Ours), maps.Clone(m.Away)
	for _, from := range slices.Sorted(maps.Keys(m.Moved)) {
		m.moveWithTemplate(from, m.Moved[from])
	}
	var lost []string
	for _, p := range slices.Sorted(maps.Keys(m.Records)) {
		record := m.Records[p]
		if record.At != "" {
			if _, there := m.Ours[record.At]; !there && !m.Away[record.At] {
				record.At = "" // it was moved and then deleted, or moved on
				m.Records[p] = record
			}
		}
		if _, there := m.Ours[p]; !there && record.At == "" && record.Owner == render.Managed && !record.Lost && !m.Away[p] {
			lost = append(lost, p)
		}
	}
	if len(lost) > 0 {
		m.findLost(lost)
	}
}

// moveWithTemplate takes a file along to where the templates have moved it.
func (m *merger) moveWithTemplate(from, to string) {
	record, known := m.Records[from]
	_, rendered := m.Theirs[to]
	_, still := m.Theirs[from]
	_, recorded := m.Records[to]
	if !known || !rendered || still || recorded {
		return
	}
	if m.Away[from] { // it moves when it is there
		m.Away[to] = true
		return
	}
	delete(m.Records, from)
	m.Records[to] = record
	ours, there := m.Ours[from]
	_, taken := m.Ours[to]
	if record.At != "" || !there || taken {
		return
	}
	delete(m.Ours, from)
	m.Ours[to] = ours
	m.add(FileChange{Path: from, Action: Delete, Note: "moved to " + to})
	m.add(FileChange{Path: to, Action: Create, Note: "moved from " + from, Write: true, Body: ours.Body, Mode: ours.Mode})
}

const (
	similar  = 0.75 // share of lines that a moved file has in common with its base, at least
	distinct = 0.2  // by how much it is closer than any other file
)

// findLost pairs files that people moved with their bases: by their exact
// content, or by a likeness that is both high and the only one. The files of a
// service resemble each other, so that a guess is worse than none.
func (m *merger) findLost(lost []string) {
	others := map[string]File{}
	for p, file := range m.Ours {
		if _, known := m.Records[p]; known || file.Dir || file.Link != "" {
			continue
		}
		if _, rendered := m.Theirs[p]; !rendered {
			others[p] = file
		}
	}
	found := map[string]string{} // where → what
	for _, p := range lost {
		at := m.exact(p, others)
		if at == "" {
			at = m.likest(p, lost, others)
		}
		if at == "" {
			continue
		}
		if _, twice := found[at]; twice {
			p = "" // two claim it: neither gets it
		}
		found[at] = p
	}
	for _, at := range slices.Sorted(maps.Keys(found)) {
		if p := found[at]; p != "" {
			record := m.Records[p]
			record.At = at
			m.Records[p] = record
			m.add(FileChange{Path: at, Action: Keep, Note: "taken for " + p + ", which you moved; 'spacegen mv' says otherwise"})
		}
	}
}

func (m *merger) exact(p string, others map[string]File) string {
	at := ""
	for _, other := range slices.Sorted(maps.Keys(others)) {
		if Hash(others[other].Body) == m.Records[p].Hash {
			if at != "" {
				return ""
			}
			at = other
		}
	}
	return at
}

func (m *merger) likest(p string, lost []string, others map[string]File) string {
	best, second, at := 0.0, 0.0, ""
	for _, other := range slices.Sorted(maps.Keys(others)) {
		if path.Ext(other) != path.Ext(p) {
			continue
		}
		switch like := likeness(m.Records[p].Base, others[other].Body); {
		case like > best:
			best, second, at = like, best, other
		case like > second:
			second = like
		}
	}
	if best < similar || best-second < distinct {
		return ""
	}
	for _, rival := range lost { // another base may be just as close to it
		if rival != p && best-likeness(m.Records[rival].Base, others[at].Body) < distinct {
			return ""
		}
	}
	return at
}

// likeness is the share of lines that two texts have in common, from 0 to 1.
func likeness(a, b []byte) float64 {
	counts, total, common := map[string]int{}, 0, 0
	for line := range bytes.Lines(a) {
		counts[string(bytes.TrimSpace(line))]++
		total++
	}
	n := 0
	for line := range bytes.Lines(b) {
		n++
		if key := string(bytes.TrimSpace(line)); counts[key] > 0 {
			counts[key]--
			common++
		}
	}
	if total = max(total, n); total == 0 {
		return 0
	}
	return float64(common) / float64(total)
}
