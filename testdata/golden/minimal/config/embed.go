// Package config holds the service's own defaults.
package config

import _ "embed"

// Defaults are the settings that the service starts with when nothing else is
// configured, in YAML.
//
//go:embed config.yaml
var Defaults []byte
