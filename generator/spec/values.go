package spec

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Values are what overlays ask for beyond a Spec: a team, an owner, policies. Their
// schema is the overlays'. They hold what YAML does: text, numbers, bool, lists and maps.
type Values map[string]any

// values decodes a node into whatever it holds.
func (d *decoder) values(path string, n *yaml.Node, v reflect.Value) {
	at := position{n.Line, n.Column}
	if n.Kind != yaml.MappingNode {
		d.add(at, path, "keys and values are wanted here, not "+describe(n), `as in "values: {team: payments}"`)
		return
	}
	all, _ := d.anything(path, n).(map[string]any)
	v.Set(reflect.ValueOf(Values(all)))
}

func (d *decoder) anything(path string, n *yaml.Node) any {
	at := position{n.Line, n.Column}
	d.where[path] = at
	switch n.Kind {
	case yaml.MappingNode:
		all := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			if _, twice := all[key.Value]; twice || key.Kind != yaml.ScalarNode || key.Tag != "!!str" {
				d.add(position{key.Line, key.Column}, path, fmt.Sprintf("%q is no key, or is given twice", shorten(key.Value)), "give each value a name of its own")
				continue
			}
			all[key.Value] = d.anything(join(path, key.Value), n.Content[i+1])
		}
		return all
	case yaml.SequenceNode:
		all := make([]any, len(n.Content))
		for i, item := range n.Content {
			all[i] = d.anything(fmt.Sprintf("%s[%d]", path, i), item)
		}
		return all
	case yaml.ScalarNode:
		var value any
		if err := n.Decode(&value); err != nil {
			d.add(at, path, "this is no value: "+err.Error(), "write text in quotes")
		}
		switch value.(type) {
		case nil, string, bool, int, float64:
			return value
		}
		d.add(at, path, fmt.Sprintf("%s is %s in YAML", shorten(n.Value), describe(n)), fmt.Sprintf("put it in quotes: %q", shorten(n.Value)))
		return nil
	case yaml.AliasNode, yaml.DocumentNode:
	}
	d.add(at, path, "aliases are not followed here", "write the value out")
	return nil
}

// values writes values as YAML.
func (e *emitter) values(values Values) {
	var out bytes.Buffer
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	_ = enc.Encode(map[string]any(values)) // cannot fail: they are of types that YAML has
	e.line(0, "values:")
	e.raw(indent(out.String(), 1))
}

// setValue gives a value at the top of values, a single one, a new text.
func (f *File) setValue(name, value string) error {
	want := f.draft()
	want.Values = maps.Clone(want.Values)
	if want.Values == nil {
		want.Values = Values{}
	}
	switch want.Values[name].(type) {
	case []any, map[string]any:
		return fmt.Errorf("%s: values.%s is more than a single value: change it in the file", f.name, name)
	}
	want.Values[name] = ScalarValue(value)
	return f.edit(want, "set values."+name, func(d *document) error {
		written := value
		if _, isText := want.Values[name].(string); isText {
			written = text(value)
		}
		return d.set("values."+name, written)
	})
}

// ScalarValue is what a command line means by a value: a number, true or false, or text.
func ScalarValue(text string) any {
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		return text
	}
	switch value := value.(type) {
	case bool, int, float64:
		if fmt.Sprint(value) == text {
			return value
		}
	}
	return text
}

// cloneValues gives values of their own.
func cloneValues(values Values) Values {
	if len(values) == 0 {
		return nil
	}
	all, _ := cloneAny(map[string]any(values)).(map[string]any)
	return all
}

func cloneAny(value any) any {
	switch value := value.(type) {
	case map[string]any:
		all := make(map[string]any, len(value))
		for key, v := range value {
			all[key] = cloneAny(v)
		}
		return all
	case []any:
		all := slices.Clone(value)
		for i := range all {
			all[i] = cloneAny(all[i])
		}
		return all
	default:
		return value
	}
}

// valueKey gives the name of a value that a setting is about.
func valueKey(key string) (string, bool) {
	name, ok := strings.CutPrefix(key, "values.")
	return name, ok && name != "" && !strings.Contains(name, ".")
}
