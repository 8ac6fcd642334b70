// Package config holds the service's own defaults.
package config

import _ "embed"

//go:embed components.gen.yaml
var components []byte

//go:embed config.yaml
var own []byte

// Defaults are the settings that the service starts with when nothing else is
// configured: documents in YAML, of which later ones override earlier ones.
func Defaults() [][]byte { return [][]byte{components, own} }
