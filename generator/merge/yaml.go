package merge

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A scalar is the value of a key in a document of YAML, as it is written.
type scalar struct {
	text       string
	start, end int // in bytes
}

// settle has three sides of a document of YAML agree on the values that the template
// alone changed, so that these are no conflict wherever their lines stand: among lines
// that people changed, or moved. Anything else stays as it is.
func settle(s sides) sides {
	base, ours, theirs := scalars(s.base), scalars(s.ours), scalars(s.theirs)
	wanted := map[string]string{}
	for key, was := range base {
		have, there := ours[key]
		want, asked := theirs[key]
		if there && asked && have.text == was.text && want.text != was.text {
			wanted[key] = want.text
		}
	}
	return sides{base: write(s.base, base, wanted), ours: write(s.ours, ours, wanted), theirs: s.theirs}
}

// isYAML reports whether a path is that of a document of YAML.
func isYAML(p string) bool { return path.Ext(p) == ".yaml" || path.Ext(p) == ".yml" }

// scalars finds the values of a document that stand in one line, by the keys above
// them. A text that is no single document has none.
func scalars(text []byte) map[string]scalar {
	found := map[string]scalar{}
	var doc yaml.Node
	if yaml.Unmarshal(text, &doc) != nil || len(doc.Content) != 1 {
		return found
	}
	lines := bytes.SplitAfter(text, []byte("\n"))
	starts := make([]int, len(lines))
	for i := 1; i < len(lines); i++ {
		starts[i] = starts[i-1] + len(lines[i-1])
	}
	twice := map[string]bool{}
	var walk func(node *yaml.Node, above string)
	walk = func(node *yaml.Node, above string) {
		if node.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i < len(node.Content); i += 2 {
			key, value := above+"\x00"+node.Content[i].Value, node.Content[i+1]
			if value.Kind != yaml.ScalarNode {
				walk(value, key)
				continue
			}
			line := []rune(string(lines[value.Line-1])) // columns count characters
			column := min(value.Column-1, len(line))
			if raw := written(string(line[column:]), value); raw != "" {
				_, twice[key] = found[key]
				at := starts[value.Line-1] + len(string(line[:column]))
				found[key] = scalar{text: raw, start: at, end: at + len(raw)}
			}
		}
	}
	walk(doc.Content[0], "")
	maps.DeleteFunc(found, func(key string, _ scalar) bool { return twice[key] })
	return found
}

// written gives a value as its line begins with it; nothing if it has none, or goes
// on in the next.
func written(line string, value *yaml.Node) string {
	quote := ""
	switch value.Style &^ yaml.TaggedStyle {
	case yaml.DoubleQuotedStyle:
		quote = `"`
	case yaml.SingleQuotedStyle:
		quote = `'`
	case 0:
		if value.Anchor == "" && strings.HasPrefix(line, value.Value) {
			return value.Value
		}
		return ""
	default:
		return ""
	}
	if !strings.HasPrefix(line, quote) {
		return ""
	}
	for end := 1; end < len(line); end++ {
		raw := line[:end]
		var read string
		if strings.HasSuffix(raw, quote) && end > 1 && yaml.Unmarshal([]byte(raw), &read) == nil && read == value.Value {
			return raw
		}
	}
	return ""
}

// write gives a text with other values for some keys.
func write(text []byte, at map[string]scalar, wanted map[string]string) []byte {
	type edit struct {
		scalar
		with string
	}
	var edits []edit
	for key, with := range wanted {
		edits = append(edits, edit{at[key], with})
	}
	slices.SortFunc(edits, func(a, b edit) int { return a.start - b.start })
	var out []byte
	end := 0
	for _, e := range edits {
		out = append(append(out, text[end:e.start]...), e.with...)
		end = e.end
	}
	return append(out, text[end:]...)
}
