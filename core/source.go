package core

import "embed"

// Source is the framework as it is emitted, tests and this file included.
//
//go:embed all:*
var Source embed.FS
