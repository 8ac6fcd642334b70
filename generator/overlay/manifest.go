package overlay

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
)

// ManifestName is the file in which an overlay says what it is.
const ManifestName = "overlay.yaml"

// BaseFolder is where an overlay keeps the templates of spacegen that its own were made
// of.
const BaseFolder = ".base"

// A Manifest is what an overlay says of itself.
type Manifest struct {
	Name string `yaml:"name"` // what repositories call it, unless they call it otherwise
}

// readManifest reads the manifest of an overlay, which may have none.
func readManifest(files map[string][]byte) (Manifest, error) {
	var m Manifest
	dec := yaml.NewDecoder(bytes.NewReader(files[ManifestName]))
	dec.KnownFields(true)
	if err := dec.Decode(&m); err != nil && !errors.Is(err, io.EOF) {
		return m, fmt.Errorf("read %s: %w", ManifestName, err)
	}
	return m, nil
}
