package main

import "strings"

// A missingError says what a command has to be told, all of it at once.
type missingError []missing

// A missing is something that nobody has said.
type missing struct {
	flag    string // by which it is said; empty: it is an argument
	message string
	fix     string
	valid   []string // the answers that there are; nil: many
}

// Error gives a line for each.
func (e missingError) Error() string {
	lines := make([]string, len(e))
	for i, m := range e {
		lines[i] = m.message
		if m.fix != "" {
			lines[i] += ": " + m.fix
		}
	}
	return strings.Join(lines, "\n")
}

// absent are arguments that were left out.
func absent(names []string) missingError {
	all := make(missingError, len(names))
	for i, name := range names {
		all[i] = missing{message: name + " is missing"}
	}
	return all
}

// needed refuses a new repository without a name, or without what else it needs.
func needed(name string, more ...missing) error {
	var all missingError
	if name == "" {
		all = append(all, missing{message: "NAME is missing", fix: "spacegen new NAME"})
	}
	if all = append(all, more...); len(all) == 0 {
		return nil
	}
	return usageError{all}
}
