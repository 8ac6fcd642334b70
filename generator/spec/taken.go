package spec

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// A TakenNumber is one that two branches each gave to a new field.
type TakenNumber struct {
	Resource, Field string // of the branch that gives way
	Was, Number     int    // what its number was, and what it is
	By              string // the field that keeps it
}

// Taken compares what two branches were rendered from, with all numbers written down. A
// field that only theirs has, with a number that ours gives to another, gets the next one
// that neither uses. base is what both come from, nil if nobody knows: a field that has its
// number there is none of the new ones, whatever a branch calls it since.
func Taken(base, ours, theirs *Spec) []TakenNumber {
	var taken []TakenNumber
	for _, r := range theirs.Resources {
		have := ours.Resource(r.Name)
		if have == nil {
			continue
		}
		next := 1
		holder := map[int]string{}
		for _, f := range have.Fields {
			holder[f.Number] = f.Name
		}
		for _, gone := range have.Reserved {
			holder[gone.Number] = "a field that was removed"
		}
		for _, f := range slices.Concat(have.Fields, r.Fields) {
			next = max(next, f.Number+1)
		}
		for _, gone := range slices.Concat(have.Reserved, r.Reserved) {
			next = gone.after(next)
		}
		for _, f := range r.Fields {
			by := holder[f.Number]
			if have.Field(f.Name) != nil || by == "" || base.numbers(r.Name, f.Number) {
				continue
			}
			number := afterReserved(next)
			taken = append(taken, TakenNumber{Resource: r.Name, Field: f.Name, Was: f.Number, Number: number, By: by})
			next = number + 1
		}
	}
	return taken
}

// numbers reports whether a field of a resource has a number.
func (s *Spec) numbers(resource string, number int) bool {
	if s == nil {
		return false
	}
	r := s.Resource(resource)
	return r != nil && slices.ContainsFunc(r.Fields, func(f Field) bool { return f.Number == number })
}

// Renumber writes other numbers for fields into a text that says their numbers.
func Renumber(text []byte, taken []TakenNumber) ([]byte, error) {
	lines := bytes.SplitAfter(slices.Clone(text), []byte("\n"))
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil || len(doc.Content) == 0 {
		return nil, fmt.Errorf("read %s: %w", FileName, err)
	}
	for _, t := range taken {
		field := named(lookup(named(lookup(doc.Content[0], "resources"), t.Resource), "fields"), t.Field)
		number := lookup(field, "number")
		if number == nil || number.Value != strconv.Itoa(t.Was) {
			continue // it has one by its place, and gets the next free one
		}
		line := lines[number.Line-1]
		at := number.Column - 1 // of characters: names and numbers are ASCII, remarks stand behind them
		if at+len(number.Value) > len(line) || string(line[at:at+len(number.Value)]) != number.Value {
			return nil, fmt.Errorf("%s:%d: write the number %d for %s: both branches gave %d to a new field", FileName, number.Line, t.Number, t.Field, t.Was)
		}
		lines[number.Line-1] = slices.Concat(line[:at], []byte(strconv.Itoa(t.Number)), line[at+len(number.Value):])
	}
	return bytes.Join(lines, nil), nil
}

func lookup(node *yaml.Node, key string) *yaml.Node {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

// named gives the item of a list that has a name.
func named(node *yaml.Node, name string) *yaml.Node {
	if node == nil || node.Kind != yaml.SequenceNode {
		return nil
	}
	for _, item := range node.Content {
		if of := lookup(item, "name"); of != nil && of.Value == name {
			return item
		}
	}
	return nil
}
