package render

import "strings"

// Toolchain is the Go that an emitted repository is worked on with: its go.mod
// names it, setup-go installs it, its image is built with it. The go directive
// stays at the oldest Go that the code builds with, since that one binds those
// who import the module, too. It is at least what every tool that emitted files
// run asks for, and the newest patch, which has the fixes of the others.
const Toolchain = "go1.26.11"

// GoVersion is the Toolchain as the tag of its image has it: 1.26.11.
func (v *View) GoVersion() string { return strings.TrimPrefix(Toolchain, "go") }
