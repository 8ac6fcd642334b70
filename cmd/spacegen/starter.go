package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// pluginStarters begin the names of the starters that are plugins.
const pluginStarters = "plugin-"

// starter gives the starter that the flags ask for; nil for none.
func (o *newOptions) starter(g *generator.Generator) (*generator.Starter, error) {
	kind := o.spec.Kind()
	given := len(o.protos) > 0 || o.from != ""
	switch {
	case o.plugin != "" && o.example != "":
		return nil, usageError{errors.New("--plugin and --example are two things to begin with; choose one")}
	case (o.plugin != "" || o.example != "") && given:
		return nil, usageError{errors.New("--plugin and --example bring an API of their own; leave out --proto and --from")}
	case o.plugin != "" && kind != spec.KindPlugin && o.spec.HasKind():
		return nil, usageError{fmt.Errorf("--plugin makes a plugin, not a %s; leave out --kind", kind)}
	case o.plugin != "":
		return findStarter(g, "plugin", "--plugin", pluginStarters, o.plugin)
	case o.example != "":
		return findStarter(g, "example", "--example", "", o.example)
	case kind == spec.KindPlugin && !given:
		return nil, usageError{errors.New("which API does the plugin answer? say --plugin, or --proto and --package for one of your own")}
	case kind == spec.KindSupervisor && !given:
		return g.Starter(string(kind))
	}
	return nil, nil //nolint:nilnil // a repository needs none
}

func findStarter(g *generator.Generator, what, flag, prefix, name string) (*generator.Starter, error) {
	all, err := g.Starters()
	if err != nil {
		return nil, err
	}
	var known []string
	for _, one := range all {
		if of, ok := strings.CutPrefix(one, prefix); ok && (prefix != "" || isExample(one)) {
			known = append(known, of)
		}
	}
	if slices.Contains(known, name) {
		return g.Starter(prefix + name)
	}
	fix := "there are " + strings.Join(known, ", ")
	if near := spec.Closest(name, known); near != "" {
		fix = fmt.Sprintf("did you mean %q?", near)
	}
	return nil, usageError{fmt.Errorf("%s: there is no %s %q; %s", flag, what, name, fix)}
}

// isExample reports whether a starter is one for --example, rather than what a
// kind of repository begins with.
func isExample(name string) bool {
	return !strings.HasPrefix(name, pluginStarters) && name != string(spec.KindSupervisor)
}

// begin gives the Spec of a starter, over which the flags have their say.
func (o *newOptions) begin(name string, starter *generator.Starter) (*spec.Spec, error) {
	if name == "" {
		return nil, usageError{errors.New("NAME is missing: spacegen new NAME")}
	}
	base, err := starter.Spec(name)
	if err != nil {
		return nil, err
	}
	o.imply(base)
	s, err := o.spec.Over(base)
	if err != nil {
		return nil, usageError{err}
	}
	return s, nil
}
