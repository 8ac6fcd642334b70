package merge

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// yamlParts cuts a document of YAML at its keys, and its lists at their items: by the
// name that these have, else by what they are.
func yamlParts(lines []string) (list, bool) {
	text := strings.Join(lines, "")
	var doc yaml.Node
	dec := yaml.NewDecoder(strings.NewReader(text))
	if dec.Decode(&doc) != nil || len(doc.Content) != 1 || dec.Decode(new(yaml.Node)) == nil {
		return list{}, false // nothing, no YAML, or several documents
	}
	c := yamlCutter{lines}
	o := c.outline(doc.Content[0], 1, len(lines)+1)
	if o == nil {
		return list{}, false
	}
	o.from = 1
	return cut(lines, *o)
}

type yamlCutter struct{ lines []string }

// outline is that of a mapping or a list in block style, within some lines.
func (c yamlCutter) outline(node *yaml.Node, from, to int) *outline {
	if len(node.Content) == 0 || node.Style&yaml.FlowStyle != 0 || node.Anchor != "" {
		return nil
	}
	var keys []string
	var starts []*yaml.Node
	var values []*yaml.Node
	switch node.Kind {
	case yaml.MappingNode:
		for i := 0; i < len(node.Content); i += 2 {
			keys = append(keys, node.Content[i].Value)
			starts, values = append(starts, node.Content[i]), append(values, node.Content[i+1])
		}
	case yaml.SequenceNode:
		for _, item := range node.Content {
			keys = append(keys, itemKey(item))
			starts, values = append(starts, item), append(values, item)
		}
	default:
		return nil
	}
	first := c.above(from, starts[0].Line)
	o := &outline{from: first, to: to}
	for i, start := range starts {
		end := to
		if i+1 < len(starts) {
			end = starts[i+1].Line
		}
		end = c.trimmed(start.Line, end)
		s := span{key: keys[i], from: start.Line, to: end}
		inner := values[i]
		if node.Kind == yaml.SequenceNode && inner.Kind == yaml.MappingNode && len(inner.Content) > 2 {
			rest := *inner // the first key stands in the line of the dash
			rest.Content = inner.Content[2:]
			inner = &rest
		}
		if within := c.outline(inner, start.Line+1, end); within != nil && within.spans[0].from > start.Line {
			s.within = within
		}
		o.spans = append(o.spans, s)
	}
	last := o.spans[len(o.spans)-1].to
	o.to = max(last, c.indented(last, to, starts[0].Column))
	return o
}

// above is where the comments begin that stand above a line.
func (c yamlCutter) above(from, line int) int {
	for line > from && c.blank(line-1) {
		line--
	}
	return line
}

// trimmed leaves comments and blank lines out that stand at the end of some lines.
func (c yamlCutter) trimmed(from, to int) int {
	for to > from+1 && c.blank(to-1) {
		to--
	}
	return to
}

// indented takes comments in that stand below the last key, as deep as keys do.
func (c yamlCutter) indented(from, to, column int) int {
	end := from
	for i := from; i < to && c.blank(i); i++ {
		line := c.lines[i-1]
		if depth := len(line) - len(strings.TrimLeft(line, " ")); strings.TrimSpace(line) != "" && depth >= column-1 && column > 1 {
			end = i + 1
		}
	}
	return end
}

func (c yamlCutter) blank(line int) bool {
	text := strings.TrimSpace(c.lines[line-1])
	return text == "" || text[0] == '#'
}

// itemKey names an item of a list.
func itemKey(item *yaml.Node) string {
	if item.Kind == yaml.MappingNode {
		for _, by := range []string{"name", "id", "uses", "key", "path"} {
			for i := 0; i+1 < len(item.Content); i += 2 {
				if key, value := item.Content[i], item.Content[i+1]; key.Value == by && value.Kind == yaml.ScalarNode {
					what, _, _ := strings.Cut(value.Value, "@")
					return by + " " + what
				}
			}
		}
	}
	text, err := yaml.Marshal(item)
	if err != nil {
		return item.Value
	}
	return strings.Join(slices.Collect(strings.FieldsSeq(string(text))), " ")
}
