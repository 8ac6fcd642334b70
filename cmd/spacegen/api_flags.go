package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A role is what a service is to an API.
type role string

const (
	asService   role = "service"   // it answers the API
	asConnector role = "connector" // it calls plugins that do

	asUsage = "`what` the service is to the API: service, which answers it, or connector, which calls plugins that do"
)

func (r *role) String() string { return string(*r) }

// Type names the flag's values in help.
func (r *role) Type() string { return "role" }

// Set reads the flag.
func (r *role) Set(s string) error { return choose(r, s, asService, asConnector) }

// A protoMode is what becomes of the files of an API.
type protoMode string

const (
	copyProtos  protoMode = "copy"      // they come into the repository
	referProtos protoMode = "reference" // they stay where they are
)

func (m *protoMode) String() string { return string(*m) }

// Type names the flag's values in help.
func (m *protoMode) Type() string { return "mode" }

// Set reads the flag.
func (m *protoMode) Set(s string) error { return choose(m, s, copyProtos, referProtos) }

// choose reads a flag that has one of a few values.
func choose[T ~string](to *T, s string, values ...T) error {
	if !slices.Contains(values, T(s)) {
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = string(v)
		}
		return fmt.Errorf("%q is none of %s", s, strings.Join(texts, ", "))
	}
	*to = T(s)
	return nil
}

// A filled is the value of a flag that says something: an empty one, as a variable
// of the shell that is not set leaves it, is a mistake rather than no flag at all.
type filled struct{ to *string }

func (f filled) String() string {
	if f.to == nil {
		return ""
	}
	return *f.to
}

// Type names the flag's values in help.
func (f filled) Type() string { return "string" }

// Set reads the flag.
func (f filled) Set(s string) error {
	if strings.TrimSpace(s) == "" {
		return errors.New("it is empty; say something, or leave the flag out")
	}
	*f.to = s
	return nil
}
