package spec

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

var errLayout = errors.New("the layout of the file is not understood")

// document is YAML text with a map of where its values stand. Each change
// rewrites the text and reads it anew.
type document struct {
	data []byte
	root *yaml.Node
	eol  string // the line end that the file uses
}

func newDocument(data []byte) (*document, error) {
	d := &document{data: data, eol: "\n"}
	if strings.Contains(string(data), "\r\n") {
		d.eol = "\r\n"
	}
	return d, d.read()
}

func (d *document) read() error {
	reader := &decoder{where: positions{}}
	d.root = reader.parse(d.data)
	if d.root == nil {
		return reader.problems
	}
	if d.root.Style&yaml.FlowStyle != 0 {
		return errors.New("the whole file stands in brackets")
	}
	return nil
}

// replace puts text in the place of the bytes from start to end.
func (d *document) replace(start, end int, text string) error {
	text = strings.ReplaceAll(text, "\n", d.eol)
	d.data = []byte(string(d.data[:start]) + text + string(d.data[end:]))
	return d.read()
}

// find gives the key and the value at a path, nil where there is none.
func (d *document) find(path string) (key, value *yaml.Node) {
	value = d.root
	for _, part := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		if i, err := strconv.Atoi(part); err == nil {
			if value.Kind != yaml.SequenceNode || i >= len(value.Content) {
				return nil, nil
			}
			key, value = nil, value.Content[i]
			continue
		}
		found := false
		for i := 0; i+1 < len(value.Content) && value.Kind == yaml.MappingNode; i += 2 {
			if value.Content[i].Value == part {
				key, value, found = value.Content[i], value.Content[i+1], true
				break
			}
		}
		if !found {
			return nil, nil
		}
	}
	return key, value
}

// length gives the number of items of the list at a path.
func (d *document) length(path string) int {
	_, list := d.find(path)
	if list == nil || list.Kind != yaml.SequenceNode {
		return 0
	}
	return len(list.Content)
}

// set gives the single value at a path a new text, and adds the key if it is
// not there.
func (d *document) set(path, text string) error {
	parent, key := "", path
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		parent, key = path[:i], path[i+1:]
	}
	if _, mapping := d.find(parent); parent != "" && (mapping == nil || mapping.Tag == "!!null") {
		return d.addTop(parent, "\n  "+key+": "+text)
	}
	return d.setKey(parent, key, text)
}

// setKey sets a key of the mapping at a path.
func (d *document) setKey(path, key, text string) error {
	_, mapping := d.find(path)
	if mapping == nil || mapping.Kind != yaml.MappingNode {
		return errLayout
	}
	if keyNode, value := d.find(join(path, key)); value != nil {
		if value.Tag == "!!null" && value.Value == "" {
			end := d.offset(keyNode) + len(keyNode.Value)
			colon := strings.IndexByte(string(d.data[end:]), ':')
			if colon < 0 {
				return errLayout
			}
			return d.replace(end+colon+1, end+colon+1, " "+text)
		}
		start := d.offset(value)
		end, err := d.end(value)
		if err != nil {
			return err
		}
		return d.replace(start, end, text)
	}
	if path == "" {
		return d.addTop(key, " "+text)
	}
	if len(mapping.Content) == 0 { // "{}"
		end, err := d.end(mapping)
		if err != nil {
			return err
		}
		return d.replace(d.offset(mapping), end, "{"+key+": "+text+"}")
	}
	if mapping.Style&yaml.FlowStyle != 0 {
		end, err := d.end(mapping.Content[len(mapping.Content)-1])
		if err != nil {
			return err
		}
		return d.replace(end, end, ", "+key+": "+text)
	}
	// A new line right behind the first key's.
	first := mapping.Content[1]
	if first.Kind != yaml.ScalarNode {
		return errLayout
	}
	end, err := d.end(first)
	if err != nil {
		return err
	}
	at := d.lineEnd(end)
	return d.insertLines(at, strings.Repeat(" ", mapping.Column-1)+key+": "+text+"\n")
}

// removeKey removes a key of the mapping at a path, and its value.
func (d *document) removeKey(path, key string) error {
	_, mapping := d.find(path)
	if mapping == nil || mapping.Kind != yaml.MappingNode {
		return errLayout
	}
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		switch k := mapping.Content[i]; {
		case k.Value != key:
		case mapping.Style&yaml.FlowStyle != 0:
			return d.removeFlowEntry(mapping, i)
		case i == 0 && len(mapping.Content) > 2: // "- since: 2": what comes next stands behind the dash
			return d.replace(d.offset(k), d.offset(mapping.Content[2]), "")
		case i == 0:
			return errLayout
		default:
			return d.replace(d.lineStart(d.offset(k)), d.lineEnd(d.offset(k)), "")
		}
	}
	return errLayout
}

// addTop adds a key at the end of the file, and its value as given.
func (d *document) addTop(key, value string) error {
	if keyNode, old := d.find(key); old != nil { // the key without a value
		end := d.offset(keyNode) + len(key)
		if !strings.HasPrefix(string(d.data[end:]), ":") {
			return errLayout
		}
		return d.replace(end+1, end+1, value)
	}
	return d.insertLines(len(d.data), key+":"+value+"\n")
}

// appendItem adds an item, given as text of an unindented list, to the list
// at a path. spaced asks for a blank line before it where the list itself
// does not show what it wants.
func (d *document) appendItem(path, item string, spaced bool) error {
	key, list := d.find(path)
	switch {
	case list == nil:
		return d.addList(path, item)
	case list.Kind == yaml.ScalarNode && list.Value == "" && key != nil: // "resources:"
		end := d.offset(key) + len(key.Value)
		if !strings.HasPrefix(string(d.data[end:]), ":") {
			return errLayout
		}
		return d.insertLines(d.lineEnd(end), indentBy(item, strings.Repeat(" ", key.Column+1)))
	case list.Kind != yaml.SequenceNode:
		return errLayout
	case len(list.Content) == 0: // "resources: []"
		start := d.offset(list)
		end, err := d.end(list)
		if err != nil || key == nil {
			return errLayout
		}
		for start > 0 && d.data[start-1] == ' ' {
			start--
		}
		at := d.lineEnd(end) - (end - start)
		if err := d.replace(start, end, ""); err != nil {
			return err
		}
		return d.insertLines(at, indentBy(item, strings.Repeat(" ", key.Column+1)))
	case list.Style&yaml.FlowStyle != 0: // "servers: [grpc]"
		value := inBrackets(item)
		end, err := d.end(list.Content[len(list.Content)-1])
		if err != nil {
			return err
		}
		return d.replace(end, end, ", "+value)
	}
	_, end := d.itemLines(list, len(list.Content)-1)
	item = indentBy(item, strings.Repeat(" ", list.Column-1))
	if len(list.Content) > 1 {
		last, _ := d.itemLines(list, len(list.Content)-1)
		_, before := d.itemLines(list, len(list.Content)-2)
		spaced = strings.TrimSpace(d.lineAt(before)) == "" && before < last
	}
	if spaced {
		item = "\n" + item
	}
	return d.insertLines(end, item)
}

// inBrackets gives an item of an unindented list as it stands in a list in
// brackets. What this cannot express is found when the result is read.
func inBrackets(item string) string {
	lines := strings.Split(strings.TrimSuffix(strings.TrimPrefix(item, "- "), "\n"), "\n")
	if len(lines) == 1 {
		return lines[0]
	}
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return "{" + strings.Join(lines, ", ") + "}"
}

// addList adds a list of one item where its key is missing.
func (d *document) addList(path, item string) error {
	i := strings.LastIndexByte(path, '.')
	if i < 0 {
		return d.addTop(path, "\n"+strings.TrimSuffix(indent(item, 1), "\n"))
	}
	_, mapping := d.find(path[:i])
	if mapping == nil || mapping.Kind != yaml.MappingNode || mapping.Style&yaml.FlowStyle != 0 {
		return errLayout
	}
	at := d.blockEnd(d.lineStart(d.offset(mapping)), mapping.Column-1)
	prefix := strings.Repeat(" ", mapping.Column-1)
	return d.insertLines(at, prefix+path[i+1:]+":\n"+indentBy(item, prefix+"  "))
}

// insertLines puts whole lines at the beginning of a line.
func (d *document) insertLines(at int, lines string) error {
	if at > 0 && d.data[at-1] != '\n' { // the last line has no end
		lines = "\n" + strings.TrimSuffix(lines, "\n")
	}
	return d.replace(at, at, lines)
}

// removeItem removes an item of the list at a path, the comment right above
// it, and the blank line that kept it apart. A comment above the first item
// stays, since it may be about the list.
func (d *document) removeItem(path string, i int) error {
	key, list := d.find(path)
	if list == nil || list.Kind != yaml.SequenceNode || i >= len(list.Content) {
		return fmt.Errorf("%s is not in the file, but there by default", path)
	}
	if list.Style&yaml.FlowStyle != 0 {
		return d.removeFlowItem(list, i)
	}
	start, end := d.itemLines(list, i)
	switch last := len(list.Content) - 1; {
	case last == 0:
		if key == nil {
			return errLayout
		}
		at := d.offset(key) + len(key.Value) + 1
		if err := d.replace(start, end, ""); err != nil {
			return err
		}
		return d.replace(at, at, " []")
	case i == last:
		if before := d.lineBefore(start); strings.TrimSpace(d.lineAt(before)) == "" {
			start = before
		}
	case strings.TrimSpace(d.lineAt(end)) == "":
		end = d.lineEnd(end)
	}
	// A file that ends without a line end goes on doing so.
	if end == len(d.data) && end > start && d.data[end-1] != '\n' {
		start -= len(d.eol)
	}
	return d.replace(start, end, "")
}

// removeList removes the list at a path with its key, the last of a mapping.
func (d *document) removeList(path string) error {
	key, list := d.find(path)
	if key == nil || list == nil || list.Kind != yaml.SequenceNode || len(list.Content) == 0 {
		return errLayout
	}
	start := d.lineStart(d.offset(key))
	if strings.TrimSpace(string(d.data[start:d.offset(key)])) != "" { // something else stands before it
		return errLayout
	}
	_, end := d.itemLines(list, len(list.Content)-1)
	if list.Style&yaml.FlowStyle != 0 {
		last, err := d.end(list)
		if err != nil {
			return err
		}
		end = d.lineEnd(last)
	}
	if end == len(d.data) && end > start && d.data[end-1] != '\n' {
		start -= len(d.eol)
	}
	return d.replace(start, end, "")
}

func (d *document) removeFlowItem(list *yaml.Node, i int) error {
	start := d.offset(list.Content[i])
	end, err := d.end(list.Content[i])
	if err != nil {
		return err
	}
	switch {
	case i > 0:
		if start, err = d.end(list.Content[i-1]); err != nil {
			return err
		}
	case len(list.Content) > 1:
		end = d.offset(list.Content[1])
	}
	return d.replace(start, end, "")
}
