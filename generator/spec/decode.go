package spec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// MaxSize is the size in bytes beyond which a file is not read as a Spec:
// some thousand resources fit in.
const MaxSize = 8 << 20

// position is a place in the file, both from 1.
type position struct{ line, column int }

// positions holds where each value of the file stands, by its path
// ("resources[0].name"; "" is the whole document).
type positions map[string]position

// at gives the place of a value, or of the nearest one around it if the file
// does not have it.
func (p positions) at(path string) position {
	for {
		if at, ok := p[path]; ok || path == "" {
			return at
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
}

// decoder turns YAML nodes into Go values, strictly, and goes on after a
// problem to find the next.
type decoder struct {
	file     string
	where    positions
	problems Problems
}

// decode reads a file into a Spec as it stands, without defaults.
func decode(file string, data []byte) (*Spec, positions, Problems) {
	d := &decoder{file: file, where: positions{}}
	s := New("")
	if root := d.parse(data); root != nil {
		d.value("", root, reflect.ValueOf(s).Elem())
	}
	return s, d.where, d.problems.sorted()
}

// parse gives the document's top mapping, or nil after noting what is wrong.
func (d *decoder) parse(data []byte) *yaml.Node {
	if len(data) > MaxSize {
		d.add(position{}, "", fmt.Sprintf("the file has %d bytes", len(data)), fmt.Sprintf("at most %d are read", MaxSize))
		return nil
	}
	if at, ok := invalidUTF8(data); ok {
		d.add(at, "", "the text is not UTF-8", "save the file as UTF-8")
		return nil
	}
	if at := conflictMark.FindIndex(data); at != nil {
		d.add(position{bytes.Count(data[:at[0]], []byte("\n")) + 1, 1}, "", "git left a conflict in the file",
			"'spacegen resolve' merges what both branches did; or keep what both sides mean, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>")
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document, second yaml.Node
	err := decoder.Decode(&document)
	switch {
	case errors.Is(err, io.EOF):
		d.add(position{1, 1}, "", "the file is empty", "give at least a name, as in \"name: inventory\"")
		return nil
	case err != nil:
		d.syntax(err)
		return nil
	}
	if err := decoder.Decode(&second); err == nil {
		d.add(position{second.Line, second.Column}, "", "a second YAML document begins here", "keep one document in the file")
		return nil
	} else if !errors.Is(err, io.EOF) {
		d.syntax(err)
		return nil
	}
	root := document.Content[0]
	if root.Kind != yaml.MappingNode {
		d.add(position{root.Line, root.Column}, "", "the file must hold keys and values, not "+describe(root),
			"give at least a name, as in \"name: inventory\"")
		return nil
	}
	return root
}

// conflictMark begins what git could not merge.
var conflictMark = regexp.MustCompile(`(?m)^<{7} `)

var syntaxLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?`)

func (d *decoder) syntax(err error) {
	text := err.Error()
	match := syntaxLine.FindStringSubmatch(text)
	line, convErr := strconv.Atoi(match[1])
	if convErr != nil {
		line = 1
	}
	d.add(position{line, 1}, "", "this is not YAML: "+text[len(match[0]):],
		"check indentation, quotes and brackets here and on the line before")
}

// invalidUTF8 finds the first byte that is no part of UTF-8 text.
func invalidUTF8(data []byte) (position, bool) {
	if utf8.Valid(data) {
		return position{}, false
	}
	at := position{1, 1}
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		if r == utf8.RuneError && n == 1 {
			break
		}
		at.column++
		if r == '\n' {
			at = position{at.line + 1, 1}
		}
		data = data[n:]
	}
	return at, true
}

func (d *decoder) add(at position, path, message, fix string) {
	d.problems = append(d.problems, Problem{
		File: d.file, Line: at.line, Column: at.column, Path: path, Message: message, Fix: fix,
	})
}

// value decodes a node into v. A value that is left empty counts as absent.
func (d *decoder) value(path string, n *yaml.Node, v reflect.Value) {
	at := position{n.Line, n.Column}
	d.where[path] = at
	if n.Kind == yaml.AliasNode {
		d.add(at, path, "aliases are not followed here", "write the value out")
		return
	}
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.mapping(path, n, v)
	case reflect.Map:
		if v.Type() == reflect.TypeFor[Methods]() {
			d.methods(path, n, v)
		} else {
			d.values(path, n, v)
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[Transitions]() {
			v.Set(reflect.ValueOf(d.transitions(path, n)))
			return
		}
		if n.Kind != yaml.SequenceNode {
			d.add(at, path, "a list is wanted here, not "+describe(n), `begin each item with "- "`)
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
		for i, item := range n.Content {
			d.value(fmt.Sprintf("%s[%d]", path, i), item, v.Index(i))
		}
	default:
		d.scalar(path, n, v)
	}
}

func (d *decoder) mapping(path string, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.add(position{n.Line, n.Column}, path, "keys and values are wanted here, not "+describe(n),
			"known keys: "+strings.Join(keys(v.Type()), ", "))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := position{key.Line, key.Column}
		index := -1
		if key.Kind == yaml.ScalarNode {
			index = keyIndex(v.Type(), key.Value)
		}
		switch {
		case v.Type() == reflect.TypeFor[Field]() && key.Value == sinceKey:
		case index < 0:
			fix := "known keys: " + strings.Join(keys(v.Type()), ", ")
			if near := Closest(key.Value, keys(v.Type())); near != "" {
				fix = fmt.Sprintf("did you mean %q?", near)
			}
			message := fmt.Sprintf("unknown key %q", shorten(key.Value))
			if v.Type() == reflect.TypeFor[SubField]() {
				if why, cure := beyondMessages(key.Value); why != "" {
					message, fix = why, cure
				}
			}
			d.add(at, path, message, fix)
		case seen[key.Value]:
			d.add(at, path, fmt.Sprintf("key %q is given twice", key.Value), "keep one of the two")
		default:
			seen[key.Value] = true
			d.value(join(path, key.Value), value, v.Field(index))
		}
	}
}

func (d *decoder) scalar(path string, n *yaml.Node, v reflect.Value) {
	at := position{n.Line, n.Column}
	if n.Kind != yaml.ScalarNode {
		d.add(at, path, "a single value is wanted here, not "+describe(n), "")
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		if n.Tag != "!!bool" {
			d.add(at, path, fmt.Sprintf("%q is neither true nor false", shorten(n.Value)), "write true or false")
			return
		}
		v.SetBool(strings.EqualFold(n.Value, "true"))
	case reflect.Int:
		i, err := strconv.ParseInt(n.Value, 10, 32)
		if n.Tag != "!!int" || err != nil {
			d.add(at, path, fmt.Sprintf("%q is no whole number", shorten(n.Value)), "write it in digits, without quotes")
			return
		}
		v.SetInt(i)
	default:
		if n.Tag != "!!str" && v.Type() != reflect.TypeFor[Literal]() {
			d.add(at, path, fmt.Sprintf("%s is %s in YAML, not text", shorten(n.Value), describe(n)),
				fmt.Sprintf("put it in quotes: %q", shorten(n.Value)))
			return
		}
		v.SetString(n.Value)
	}
}

func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		return "a list"
	case yaml.MappingNode:
		return "keys and values"
	case yaml.AliasNode:
		return "an alias"
	}
	switch n.Tag {
	case "!!int", "!!float":
		return "a number"
	case "!!bool":
		return "true or false"
	case "!!null":
		return "nothing"
	case "!!timestamp":
		return "a date"
	case "!!str":
		return "text"
	}
	return "a value of the type " + shorten(n.Tag)
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// shorten keeps hostile input from filling the screen.
func shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// keys gives the keys of a type's mapping, in order.
func keys(t reflect.Type) []string {
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = t.Field(i).Tag.Get("yaml")
	}
	return names
}

func keyIndex(t reflect.Type, key string) int {
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("yaml") == key {
			return i
		}
	}
	return -1
}
