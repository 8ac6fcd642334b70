// Package templates holds the embedded template sets of spacegen: service
// (the Go service), helm (its chart) and ci (what builds, tests and ships it).
// Each set's files.yaml says what it emits, where, when and for whom to own.
// Beside them stand the starters: code that a repository begins with beyond
// what is rendered.
package templates

import "embed"

// FS holds the template sets, one folder each, and the starters.
//
//go:embed all:service all:helm all:ci all:platform all:supervisor all:starter
var FS embed.FS
