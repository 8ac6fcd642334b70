package merge

import (
	"bytes"
	"context"
	"strings"

	"github.com/tailscale/hujson"
)

// mergeJSON merges documents of JSON by their keys, and their lists by their items. Lines
// alone can't: a comma changes the line above whatever is added last. So all sides are
// merged with a comma after each part; the last one goes again, unless ours had it. ok is
// false where a side is no JSON.
func mergeJSON(ctx context.Context, s sides, l labels) (merged []byte, conflict, ok bool, err error) {
	kept := false
	for _, side := range []*[]byte{&s.base, &s.ours, &s.theirs} {
		doc, err := hujson.Parse(*side)
		if err != nil {
			return nil, false, false, nil //nolint:nilerr // it is left to lines
		}
		had := addCommas(&doc)
		kept = kept || had && side == &s.ours
		*side = doc.Pack()
	}
	merged, conflict, ok, err = mergeParts(ctx, s, l, jsonParts, brackets{"[", "]", ", "})
	if err != nil || !ok || kept {
		return merged, conflict, ok, err
	}
	merged, ok = dropCommas(merged)
	return merged, conflict, ok, nil
}

// isJSON reports whether a text is JSON, perhaps with comments.
func isJSON(text []byte) bool {
	_, err := hujson.Parse(text)
	return err == nil
}

// jsonParts cuts a document of JSON at its keys, and its lists at their items.
func jsonParts(lines []string) (list, bool) {
	text := []byte(strings.Join(lines, ""))
	doc, err := hujson.Parse(text)
	if err != nil {
		return list{}, false
	}
	c := jsonCutter{text}
	within := c.outline(doc)
	if within == nil {
		return list{}, false
	}
	end := len(lines) + 1
	return cut(lines, outline{from: 1, to: end, spans: []span{{from: c.line(doc.StartOffset), to: end, within: within}}})
}

type jsonCutter struct{ text []byte }

func (c jsonCutter) line(offset int) int { return bytes.Count(c.text[:offset], []byte("\n")) + 1 }

// outline is that of an object or an array whose parts stand in lines of their own.
func (c jsonCutter) outline(value hujson.Value) *outline {
	o := &outline{from: c.line(value.StartOffset) + 1, to: c.line(value.EndOffset)}
	add := func(key string, start int, v hujson.Value) {
		o.spans = append(o.spans, span{key: key, from: c.line(start), to: c.line(v.EndOffset) + 1, within: c.outline(v)})
	}
	switch v := value.Value.(type) {
	case *hujson.Object:
		for _, m := range v.Members {
			add(jsonText(m.Name), m.Name.StartOffset, m.Value)
		}
	case *hujson.Array:
		for _, e := range v.Elements {
			add(jsonItemKey(e), e.StartOffset, e)
		}
	}
	if len(o.spans) == 0 {
		return nil
	}
	at := o.from
	for _, s := range o.spans {
		if s.from < at || s.to > o.to {
			return nil // parts share a line
		}
		at = s.to
	}
	return o
}

// jsonItemKey names an item of a list.
func jsonItemKey(item hujson.Value) string {
	if object, ok := item.Value.(*hujson.Object); ok {
		for _, by := range []string{"name", "id", "key", "path"} {
			for _, m := range object.Members {
				if jsonText(m.Name) == `"`+by+`"` {
					return by + " " + jsonText(m.Value)
				}
			}
		}
	}
	return jsonText(item)
}

// jsonText is a value without blanks and comments.
func jsonText(value hujson.Value) string {
	value = value.Clone()
	value.Minimize()
	return value.String()
}

// addCommas puts a comma after the last part of each list and object that ends in a line
// of its own, and reports whether some had one.
func addCommas(doc *hujson.Value) (had bool) {
	for v := range doc.All() {
		last, after := lastOf(v)
		switch {
		case last == nil:
		case last.AfterExtra != nil: // so hujson says that a comma follows
			had = true
		case bytes.Contains(after, []byte("\n")):
			last.AfterExtra = hujson.Extra{}
		}
	}
	return had
}

// dropCommas takes the comma after the last part of each list and object away. Where
// conflicts are, it is one that is the last whichever side is taken.
func dropCommas(text []byte) ([]byte, bool) {
	last := map[int]bool{} // by the offset of a comma
	for _, side := range sidesOf(text) {
		doc, err := hujson.Parse(side.text)
		if err != nil {
			return nil, false
		}
		commas := map[int]bool{}
		for v := range doc.All() {
			if value, _ := lastOf(v); value != nil && value.AfterExtra != nil {
				commas[side.at[value.EndOffset+len(value.AfterExtra)]] = true
			}
		}
		for i, at := range side.at {
			if side.text[i] == ',' {
				known, seen := last[at]
				last[at] = commas[at] && (known || !seen)
			}
		}
	}
	out := make([]byte, 0, len(text))
	for i, c := range text {
		if !last[i] {
			out = append(out, c)
		}
	}
	return out, true
}

// lastOf is the last value of an object or an array, and what stands behind it.
func lastOf(v *hujson.Value) (last *hujson.Value, after hujson.Extra) {
	switch v := v.Value.(type) {
	case *hujson.Object:
		if n := len(v.Members); n > 0 {
			return &v.Members[n-1].Value, v.AfterExtra
		}
	case *hujson.Array:
		if n := len(v.Elements); n > 0 {
			return &v.Elements[n-1], v.AfterExtra
		}
	}
	return nil, nil
}

// A resolution is what a text with conflicts is if one side of them is taken, and where
// each of its bytes stands.
type resolution struct {
	text []byte
	at   []int
}

// sidesOf gives the resolutions of a text: ours, base and theirs.
func sidesOf(text []byte) [3]resolution {
	var sides [3]resolution
	const everyone = -1
	side, at := everyone, 0
	for line := range bytes.Lines(text) {
		switch {
		case bytes.HasPrefix(line, []byte(markOurs)):
			side = 0
		case side == 0 && bytes.HasPrefix(line, []byte(markBase)):
			side = 1
		case side == 1 && string(line) == "=======\n":
			side = 2
		case side == 2 && bytes.HasPrefix(line, []byte(markTheirs)):
			side = everyone
		default:
			for i := range sides {
				if side != everyone && side != i {
					continue
				}
				sides[i].text = append(sides[i].text, line...)
				for n := range line {
					sides[i].at = append(sides[i].at, at+n)
				}
			}
		}
		at += len(line)
	}
	return sides
}
