// Package progress is how whoever works at something says so to whoever waits.
package progress

// A Func is told of a step as it begins, and gives what is to be called when the step has
// ended. Steps may run side by side.
type Func func(step string) (ended func())

// Quiet tells nobody.
func Quiet(string) (ended func()) { return func() {} }
