// Package templates holds the embedded template sets of spacegen: service
// (the Go service), helm (its chart) and ci (what builds, tests and ships it).
// Each set's files.yaml says what it emits, where, when and for whom to own.
package templates

import "embed"

// FS holds the template sets, one folder each.
//
//go:embed all:service all:helm all:ci
var FS embed.FS
