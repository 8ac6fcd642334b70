package spec

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Transitions say which values of an enum may follow each of its values. A value that
// none is said of is final.
type Transitions []Transition

// A Transition is what may follow one value.
type Transition struct {
	From string
	To   []string
}

// From gives what may follow a value.
func (t Transitions) From(value string) []string {
	for _, one := range t {
		if one.From == value {
			return one.To
		}
	}
	return nil
}

// transitions checks the state machine of a field.
func (v *validator) transitions(path string, f Field) {
	if len(f.Transitions) == 0 {
		return
	}
	switch {
	case f.Type != Enum || f.Repeated:
		v.add(path, fmt.Sprintf("only an enum has transitions, and %s is of the type %s", f.Name, f.describe()), "remove transitions")
		return
	case f.Default == "":
		v.add(path, fmt.Sprintf("nothing says in which state %s begins", f.Name), "name it under default, as in default: "+f.Transitions[0].From)
	case f.Immutable:
		v.add(path, fmt.Sprintf("%s is immutable, so it never goes on to another state", f.Name), "remove immutable or transitions")
	}
	known := func(at, value string) {
		if slices.Contains(f.Values, value) {
			return
		}
		fix := "known: " + strings.Join(f.Values, ", ")
		if near := Closest(value, f.Values); near != "" {
			fix = fmt.Sprintf("did you mean %q?", near)
		}
		v.add(at, fmt.Sprintf("%s is no value of the enum %s", shorten(value), f.Name), fix)
	}
	for _, t := range f.Transitions {
		at := path + "." + t.From
		known(at, t.From)
		for i, to := range t.To {
			known(fmt.Sprintf("%s[%d]", at, i), to)
			if to == t.From {
				v.add(fmt.Sprintf("%s[%d]", at, i), fmt.Sprintf("%s needs no transition to itself: to set the state that it has changes nothing", to), "remove it")
			}
		}
	}
}

// transitions decodes a mapping from a value to those that may follow it.
func (d *decoder) transitions(path string, n *yaml.Node) Transitions {
	if n.Kind != yaml.MappingNode {
		d.add(position{n.Line, n.Column}, path, "states, each with a list of those that may follow it, are wanted here, not "+describe(n),
			"write them as in {PENDING: [PAID, CANCELLED]}")
		return nil
	}
	var all Transitions
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := position{key.Line, key.Column}
		d.where[path+"."+key.Value] = at
		switch {
		case slices.ContainsFunc(all, func(t Transition) bool { return t.From == key.Value }):
			d.add(at, path, fmt.Sprintf("key %q is given twice", shorten(key.Value)), "keep one of the two")
			continue
		case value.Kind != yaml.SequenceNode:
			d.add(position{value.Line, value.Column}, path, "a list of states is wanted here, not "+describe(value), "write it as in [PAID, CANCELLED]")
			continue
		}
		t := Transition{From: key.Value}
		for j, item := range value.Content {
			at := position{item.Line, item.Column}
			d.where[fmt.Sprintf("%s.%s[%d]", path, key.Value, j)] = at
			if item.Kind != yaml.ScalarNode || item.Tag != "!!str" {
				d.add(at, path, "the name of a state is wanted here, not "+describe(item), "")
				continue
			}
			t.To = append(t.To, item.Value)
		}
		all = append(all, t)
	}
	return all
}

// flow gives the transitions as a mapping on one line.
func (t Transitions) flow() string {
	parts := make([]string, len(t))
	for i, one := range t {
		parts[i] = flowText(one.From) + ": " + flow(one.To)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// form gives the transitions as they are written in a flag: PENDING>PAID|CANCELLED;PAID>SHIPPED.
func (t Transitions) form() string {
	parts := make([]string, len(t))
	for i, one := range t {
		parts[i] = one.From + ">" + strings.Join(one.To, "|")
	}
	return strings.Join(parts, ";")
}

// parseTransitions reads the form of a flag.
func parseTransitions(text string) (Transitions, error) {
	var all Transitions
	for part := range strings.SplitSeq(text, ";") {
		from, to, ok := strings.Cut(part, ">")
		if !ok || strings.TrimSpace(from) == "" || strings.TrimSpace(to) == "" {
			return nil, fmt.Errorf("%q is no transition; write it as in PENDING>PAID|CANCELLED", shorten(part))
		}
		t := Transition{From: strings.TrimSpace(from)}
		for state := range strings.SplitSeq(to, "|") {
			t.To = append(t.To, strings.TrimSpace(state))
		}
		all = append(all, t)
	}
	return all, nil
}
