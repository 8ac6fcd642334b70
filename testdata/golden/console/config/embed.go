// Package config holds the configuration that is compiled in.
package config

import _ "embed"

// Default is config.yaml.
//
//go:embed config.yaml
var Default []byte
