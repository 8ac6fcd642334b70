package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// schema compiles what the overlay asks for; nil if that is nothing. It fetches nothing:
// a reference leads into the schema itself.
func (m Manifest) schema() (*jsonschema.Schema, error) {
	if len(m.Values) == 0 {
		return nil, nil //nolint:nilnil // see above
	}
	asked := map[string]any{"type": "object", "properties": m.Values}
	if len(m.Required) > 0 {
		asked["required"] = m.Required
	}
	text, err := json.Marshal(asked) // YAML's numbers become JSON's
	if err != nil {
		return nil, fmt.Errorf("read %s: values: %w", ManifestName, err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		return nil, fmt.Errorf("read %s: values: %w", ManifestName, err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(noLoader{})
	if err := compiler.AddResource(ManifestName, doc); err != nil {
		return nil, fmt.Errorf("read %s: values: %w", ManifestName, err)
	}
	compiled, err := compiler.Compile(ManifestName)
	if err != nil {
		return nil, fmt.Errorf("read %s: values are no properties of a JSON Schema: %w", ManifestName, err)
	}
	return compiled, nil
}

type noLoader struct{}

func (noLoader) Load(url string) (any, error) {
	return nil, fmt.Errorf("the schema of values fetches nothing, so not %s", url)
}

// lists are the names of the values that are lists: what an entry may be emitted for
// each of.
func (m Manifest) lists() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(m.Values)) {
		if of, ok := m.Values[name].(map[string]any); ok && of["type"] == "array" {
			names = append(names, name)
		}
	}
	return names
}

// overlays are those that lie over the sets.
func (s Sets) overlays() []Overlay {
	for _, set := range s {
		return set.overlays
	}
	return nil
}

// Asked is a value that an overlay asks for.
type Asked struct {
	Name        string
	Description string
	Choices     []string // of an enum
	Required    bool
}

// Asked are the values that overlays ask for, by their names.
func (s Sets) Asked() []Asked {
	var all []Asked
	for _, o := range s.overlays() {
		for _, name := range slices.Sorted(maps.Keys(o.Manifest.Values)) {
			schema, _ := o.Manifest.Values[name].(map[string]any)
			asked := Asked{Name: name, Required: slices.Contains(o.Manifest.Required, name)}
			asked.Description, _ = schema["description"].(string)
			choices, _ := schema["enum"].([]any)
			for _, choice := range choices {
				asked.Choices = append(asked.Choices, fmt.Sprint(choice))
			}
			all = append(all, asked)
		}
	}
	return all
}

// asked are the properties of a schema of all values, and which have to be there.
func (s Sets) asked() (values map[string]any, required []string) {
	values = map[string]any{}
	for _, o := range s.overlays() {
		maps.Copy(values, o.Manifest.Values)
		required = append(required, o.Manifest.Required...)
	}
	return values, required
}

// Preset is what the overlays give as defaults; of two the later one counts.
func (s Sets) Preset() spec.Preset {
	var preset spec.Preset
	for _, o := range s.overlays() {
		preset = o.Manifest.Defaults.Over(preset)
	}
	return preset
}

// Values gives the values of a Spec, with the defaults of the overlays.
func (s Sets) Values(of *spec.Spec) map[string]any {
	all := map[string]any{}
	maps.Copy(all, of.Values)
	for _, o := range s.overlays() {
		for name, schema := range o.Manifest.Values {
			fill(all, name, schema)
		}
	}
	return all
}

// fill adds the default of a value, and those within it. A list that is not there is
// empty.
func fill(values map[string]any, name string, schema any) {
	of, _ := schema.(map[string]any)
	if _, there := values[name]; !there {
		if value, ok := of["default"]; ok {
			values[name] = value
		} else if of["type"] == "array" {
			values[name] = []any{}
		}
	}
	within, _ := of["properties"].(map[string]any)
	if value, ok := values[name].(map[string]any); ok {
		value = maps.Clone(value)
		for key, schema := range within {
			fill(value, key, schema)
		}
		values[name] = value
	}
	items, _ := of["items"].(map[string]any)
	within, _ = items["properties"].(map[string]any)
	if list, ok := values[name].([]any); ok && within != nil {
		list = slices.Clone(list)
		for i := range list {
			if item, ok := list[i].(map[string]any); ok {
				item = maps.Clone(item)
				for key, schema := range within {
					fill(item, key, schema)
				}
				list[i] = item
			}
		}
		values[name] = list
	}
}

// CheckValues gives what is wrong with the values of a Spec, by the schemas of the
// overlays. Problems have a path, and no line.
func (s Sets) CheckValues(of *spec.Spec) (spec.Problems, error) {
	var problems spec.Problems
	known := map[string]string{}
	for _, o := range s.overlays() {
		for name := range o.Manifest.Values {
			if other, twice := known[name]; twice {
				problems = append(problems, spec.Problem{Path: "templates", Message: fmt.Sprintf("the overlays %s and %s both ask for the value %s", other, o.Name, name), Fix: "one of them has to call it otherwise"})
			}
			known[name] = o.Name
		}
	}
	for _, name := range slices.Sorted(maps.Keys(of.Values)) {
		if _, ok := known[name]; !ok {
			fix := "take it out; no overlay asks for any"
			if names := slices.Sorted(maps.Keys(known)); len(names) > 0 {
				fix = "known: " + strings.Join(names, ", ")
			}
			problems = append(problems, spec.Problem{Path: "values." + name, Message: fmt.Sprintf("no overlay asks for a value %s", name), Fix: fix})
		}
	}
	values := s.Values(of)
	for _, asked := range s.Asked() {
		if _, there := values[asked.Name]; !there && asked.Required {
			problems = append(problems, spec.Problem{Path: "values." + asked.Name, Message: fmt.Sprintf("the overlay %s needs a value %s%s", known[asked.Name], asked.Name, inBrackets(asked.Description)), Fix: fmt.Sprintf("write it under values in %s, or say --value %s=… where it is made", spec.FileName, asked.Name)})
		}
	}
	for _, o := range s.overlays() {
		schema, err := o.Manifest.schema()
		if err != nil || schema == nil {
			if err != nil {
				return nil, fmt.Errorf("the overlay %s: %w", o.Name, err)
			}
			continue
		}
		text, err := json.Marshal(values)
		if err != nil {
			return nil, err
		}
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
		if err != nil {
			return nil, err
		}
		var invalid *jsonschema.ValidationError
		if err := schema.Validate(doc); errors.As(err, &invalid) {
			problems = append(problems, causes(invalid, o.Name)...)
		} else if err != nil {
			return nil, err
		}
	}
	return problems, nil
}

func inBrackets(text string) string {
	if text = strings.TrimSuffix(strings.TrimSpace(text), "."); text == "" {
		return ""
	}
	return " (" + text + ")"
}

// causes are the problems that an error of a schema comes from.
func causes(e *jsonschema.ValidationError, overlay string) spec.Problems {
	if len(e.Causes) > 0 {
		var all spec.Problems
		for _, cause := range e.Causes {
			all = append(all, causes(cause, overlay)...)
		}
		return all
	}
	if _, missing := e.ErrorKind.(*kind.Required); missing && len(e.InstanceLocation) == 0 {
		return nil // said with more words
	}
	at := "values"
	for _, part := range e.InstanceLocation {
		if i, err := strconv.Atoi(part); err == nil {
			at += fmt.Sprintf("[%d]", i)
		} else {
			at += "." + part
		}
	}
	said := e.ErrorKind.LocalizedString(message.NewPrinter(language.English))
	return spec.Problems{{Path: at, Message: said, Fix: fmt.Sprintf("the overlay %s says so; see %s there", overlay, ManifestName)}}
}
