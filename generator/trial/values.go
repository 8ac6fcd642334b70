package trial

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Where an overlay keeps what it is tried with.
const (
	ValuesFile   = "testdata/values.yaml" // named sets of values
	GoldenFolder = "testdata/golden"
)

// A valueSet is what spacegen.yaml may say under values.
type valueSet struct {
	name   string // "" if there is one only
	values spec.Values
}

// valueSets are the values that an overlay is tried with: those of its file, else what
// its schema says. The first set is tried with every Spec.
func valueSets(dir string, m render.Manifest) ([]valueSet, error) {
	text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(ValuesFile))) //nolint:gosec // of the overlay
	if errors.Is(err, fs.ErrNotExist) {
		return exampleSets(m)
	}
	if err != nil {
		return nil, fmt.Errorf("read the values to try: %w", err)
	}
	var file yaml.Node
	if err := yaml.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("read %s: %w", ValuesFile, err)
	}
	const fix = "name each set of values, as in \"usual: {team: payments}\""
	if len(file.Content) == 0 || file.Content[0].Kind != yaml.MappingNode || len(file.Content[0].Content) == 0 {
		return nil, fmt.Errorf("read %s: it holds no set of values; %s", ValuesFile, fix)
	}
	var sets []valueSet
	nodes := file.Content[0].Content
	for i := 0; i+1 < len(nodes); i += 2 {
		name, node := nodes[i], nodes[i+1]
		var values map[string]any
		if err := node.Decode(&values); err != nil {
			return nil, fmt.Errorf("%s:%d: %s is no set of values; %s", ValuesFile, name.Line, name.Value, fix)
		}
		sets = append(sets, valueSet{"values " + name.Value, values})
	}
	return sets, nil
}

// exampleSets makes values of what a schema has as examples: the least that it asks for,
// all, and all with each further example of one value.
func exampleSets(m render.Manifest) ([]valueSet, error) {
	least, all := spec.Values{}, spec.Values{}
	var more []valueSet
	var open []string
	for _, name := range slices.Sorted(maps.Keys(m.Values)) {
		examples := examplesOf(m.Values[name])
		required := slices.Contains(m.Required, name)
		if len(examples) == 0 {
			if required {
				open = append(open, name)
			}
			continue
		}
		all[name] = examples[0]
		schema, _ := m.Values[name].(map[string]any)
		if _, usual := schema["default"]; required && !usual {
			least[name] = examples[0]
		}
	}
	if len(open) > 0 {
		return nil, fmt.Errorf("no values are known to try the overlay with: %s is required, and has neither a default nor an example; write one into %s, as in \"%s: {type: string, examples: [something]}\", or sets of values into %s, as in \"usual: {%s: something}\"",
			strings.Join(open, ", "), render.ManifestName, open[0], ValuesFile, open[0])
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for _, example := range examplesOf(m.Values[name])[1:] {
			values := maps.Clone(all)
			values[name] = example
			more = append(more, valueSet{fmt.Sprintf("values %s: %v", name, example), values})
		}
	}
	if len(all) == 0 {
		return []valueSet{{}}, nil
	}
	sets := []valueSet{{"values of the examples", all}}
	if len(least) < len(all) {
		sets = append(sets, valueSet{"values required", least})
	}
	return append(sets, more...), nil
}

// examplesOf are values that a schema takes, as far as it says so itself: its examples,
// its default, its choices, and those of what it holds.
func examplesOf(schema any) []any {
	of, _ := schema.(map[string]any)
	if list, _ := of["examples"].([]any); len(list) > 0 {
		return list
	}
	if value, ok := of["const"]; ok {
		return []any{value}
	}
	if choices, _ := of["enum"].([]any); len(choices) > 0 {
		return choices
	}
	if of["type"] == "boolean" {
		return []any{true, false}
	}
	if value, ok := of["default"]; ok {
		return []any{value}
	}
	switch of["type"] {
	case "object":
		within, _ := of["properties"].(map[string]any)
		value := map[string]any{}
		for name, schema := range within {
			if examples := examplesOf(schema); len(examples) > 0 {
				value[name] = examples[0]
			}
		}
		required, _ := of["required"].([]any)
		for _, name := range required {
			if _, ok := value[fmt.Sprint(name)]; !ok {
				return nil
			}
		}
		if len(value) > 0 {
			return []any{value}
		}
	case "array":
		if items := examplesOf(of["items"]); len(items) > 0 {
			return []any{[]any{items[0]}, items}
		}
	}
	return nil
}

// A golden is a repository of which the overlay keeps what it should bring.
type golden struct {
	name  string
	spec  *spec.Spec
	files map[string][]byte // beside the Spec
}

func readGoldens(dir string, of spec.Overlay) ([]golden, error) {
	root := os.DirFS(dir)
	entries, err := fs.ReadDir(root, GoldenFolder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the goldens: %w", err)
	}
	var all []golden
	for _, e := range entries {
		at := path.Join(GoldenFolder, e.Name())
		if !e.IsDir() {
			return nil, fmt.Errorf("%s is no folder; a golden is a folder with a %s", at, spec.FileName)
		}
		g := golden{name: e.Name()}
		if g.files, err = readFolder(root, at); err != nil {
			return nil, fmt.Errorf("read the goldens: %w", err)
		}
		text, ok := g.files[spec.FileName]
		if !ok {
			return nil, fmt.Errorf("%s has no %s; write the Spec there that is to be rendered", at, spec.FileName)
		}
		if g.spec, err = spec.Parse(path.Join(at, spec.FileName), text); err != nil {
			return nil, err
		}
		if folder := g.spec.Framework.Folder(); folder != "" {
			return nil, fmt.Errorf("%s: framework: a golden stands alone, without the folder %s; write vendored or own", path.Join(at, spec.FileName), folder)
		}
		delete(g.files, spec.FileName)
		g.spec.Templates = []spec.Overlay{of}
		all = append(all, g)
	}
	return all, nil
}
