package render

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// ManifestName is the file in which an overlay says what it is.
const ManifestName = "overlay.yaml"

// BaseFolder is where an overlay keeps the templates of spacegen that its own were made
// of.
const BaseFolder = ".base"

// A Manifest is what an overlay says of itself.
type Manifest struct {
	Name        string            `yaml:"name"`        // what repositories call it, unless they call it otherwise
	Description string            `yaml:"description"` // one sentence, for whoever reads the file
	Header      string            `yaml:"header"`      // a template: the comment that each Go file begins with
	Defaults    spec.Preset       `yaml:"defaults"`    // answers that a new repository is made with, unless somebody gives others
	Values      map[string]any    `yaml:"values"`      // the properties of a JSON Schema: what spacegen.yaml says under values
	Required    []string          `yaml:"required"`    // those of values that a repository has to give
	Modules     map[string]string `yaml:"modules"`     // Go modules that its files import beyond those of spacegen's: path → version
}

// ReadManifest reads the manifest of an overlay, which may have none.
func ReadManifest(text []byte) (Manifest, error) {
	var m Manifest
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&m); err != nil && !errors.Is(err, io.EOF) {
		return m, fmt.Errorf("read %s: %w", ManifestName, withoutTypes(err))
	}
	for _, at := range slices.Sorted(maps.Keys(m.Modules)) {
		version := m.Modules[at]
		if err := module.Check(at, version); err != nil || semver.Canonical(version) != version {
			return m, fmt.Errorf("read %s: modules: %s@%s is no version of a Go module; write it whole, as in example.com/log: v1.2.0", ManifestName, at, version)
		}
	}
	for _, name := range m.Required {
		if _, ok := m.Values[name]; !ok {
			return m, fmt.Errorf("read %s: required: there is no value %s among values", ManifestName, name)
		}
	}
	if err := m.Defaults.Check(); err != nil {
		return m, fmt.Errorf("read %s: defaults: %w", ManifestName, err)
	}
	_, err := m.schema()
	return m, err
}
