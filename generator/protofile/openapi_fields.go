package protofile

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// The words beyond OpenAPI's own that the document has for fields. The console reads them.
const (
	immutableWord   = "x-immutable"   // true: create sets it, and nothing changes it
	refWord         = "x-ref"         // the resource whose identifier it holds, as paths have it
	transitionsWord = "x-transitions" // which values may follow which
	defaultWord     = "x-default"     // of what OpenAPI has no default for
	minimumWord     = "x-minimum"     // of what is no number in JSON
	maximumWord     = "x-maximum"
)

// A Fact is what the OpenAPI document says of a field, in the form of its plugin's
// configuration.
type Fact map[string]any

// extend says something by a word of our own.
func (f Fact) extend(word string, value any) {
	extensions, _ := f["extensions"].(map[string]any)
	if extensions == nil {
		extensions = map[string]any{}
		f["extensions"] = extensions
	}
	extensions[word] = value
}

// over gives what both say; what they say alike counts as more says it.
func (f Fact) over(more Fact) Fact {
	for key, value := range more {
		if extensions, ok := value.(map[string]any); ok && key == "extensions" {
			for word, value := range extensions {
				f.extend(word, value)
			}
			continue
		}
		f[key] = value
	}
	return f
}

// Facts are what is said of fields, by their full names.
type Facts map[string]Fact

// FactsOf gives what a Spec says of the fields of its resources that their protos don't.
func FactsOf(s *spec.Spec) Facts {
	facts := Facts{}
	for _, r := range s.Resources {
		name := s.Package + "." + r.Naming().Pascal()
		create, update := s.Package+".Create"+r.Naming().Pascal()+"Request", s.Package+".Update"+r.Naming().Pascal()+"Request"
		for _, f := range r.Fields {
			for _, message := range []string{create, update, name + "Info"} {
				facts.add(message, f, message == create)
			}
			for _, m := range f.Fields {
				facts.add(name+"Info."+f.Message, m.Field(), false)
			}
			if f.HasMoney() {
				facts[s.Package+".Money.amount"] = Fact{"format": string(spec.Decimal)}
				facts[s.Package+".Money.currency"] = Fact{"pattern": "^[A-Z]{3}$"}
			}
		}
	}
	return facts
}

// Lines are the facts as texts, in order: the same facts have the same.
func (facts Facts) Lines() []string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		lines = append(lines, fmt.Sprint(name, " ", facts[name])) // maps are printed in the order of their keys
	}
	return lines
}

func (facts Facts) add(message string, f spec.Field, creates bool) {
	fact := Fact{}
	switch f.Type { //nolint:exhaustive // all others have a type in JSON
	case spec.Decimal, spec.Date, spec.Duration:
		fact["format"] = string(f.Type)
		if f.Min != "" {
			fact.extend(minimumWord, string(f.Min))
		}
		if f.Max != "" {
			fact.extend(maximumWord, string(f.Max))
		}
	case spec.Timestamp:
		fact["format"] = "date-time"
	}
	if f.Ref != "" {
		fact.extend(refWord, f.Refers().Kebab())
	}
	if len(f.Transitions) > 0 {
		next := map[string]any{}
		for _, t := range f.Transitions {
			next[t.From] = t.To
		}
		fact.extend(transitionsWord, next)
	}
	if f.Default != "" && creates {
		fact.defaultOf(f)
	}
	if len(fact) > 0 {
		facts[message+"."+naming.New(f.Name).Snake()] = fact
	}
}

// defaultOf says what a field is if it is left out. The plugin has defaults for texts alone,
// and an enum stands elsewhere in the document, with a default of its own.
func (f Fact) defaultOf(of spec.Field) {
	text := string(of.Default)
	switch of.Type { //nolint:exhaustive // all others are texts in JSON
	case spec.Int32, spec.Double:
		number, _ := strconv.ParseFloat(text, 64) // it was validated
		f.extend(defaultWord, number)
	case spec.Bool:
		f.extend(defaultWord, text == "true")
	case spec.Enum:
		f.extend(defaultWord, text)
	default:
		f["default"] = text
	}
}
