// Package templates holds the embedded template sets of spacegen: service
// (the Go service), helm (its chart) and ci (what builds, tests and ships it).
// Each set's files.yaml says what it emits, where, when and for whom to own.
// Beside them stand the starters: code that a repository begins with beyond
// what is rendered.
package templates

import "embed"

// FS holds the template sets, one folder each, and the starters. Of frontend it
// names what is source: where its app is tested, much else lies beside it.
//
//go:embed all:service all:helm all:ci all:platform all:supervisor all:starter all:framework
//go:embed frontend/*.* all:frontend/github all:frontend/helm frontend/cmd frontend/config
//go:embed frontend/internal/*/*.go frontend/internal/site/dist/placeholder.html
//go:embed frontend/app/*.* frontend/app/.oxlintrc.json frontend/app/src frontend/app/public frontend/app/e2e
var FS embed.FS

// Overlay is what a repository of templates that are laid over these begins with.
//
//go:embed all:overlay
var Overlay embed.FS
