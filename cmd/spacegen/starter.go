package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// pluginStarters begin the names of the starters that are plugins.
const pluginStarters = "plugin-"

// starter gives the starter that --plugin or --example asks for. It brings all that a
// repository of its kind begins with.
func (o *newOptions) starter(g *generator.Generator, brought api) (origin, error) {
	flag, what, prefix, name, kind := "--example", "example", "", o.start.example, spec.KindService
	if o.start.plugin != "" {
		flag, what, prefix, name, kind = "--plugin", "plugin", pluginStarters, o.start.plugin, spec.KindPlugin
	}
	if brought != nil {
		return nil, usageError{fmt.Errorf("%s brings an API of its own; leave out --proto", flag)}
	}
	if o.spec.HasKind() && o.spec.Kind() != kind {
		return nil, usageError{fmt.Errorf("%s makes a %s, not a %s; leave out --kind", flag, kind, o.spec.Kind())}
	}
	starter, err := findStarter(g, what, flag, prefix, name)
	return fromStarter{starter, &o.spec}, err
}

func findStarter(g *generator.Generator, what, flag, prefix, name string) (*generator.Starter, error) {
	known, err := startersWith(g, prefix)
	if err != nil {
		return nil, err
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

// startersWith names the starters that begin with a prefix, without it; of an empty one
// the examples.
func startersWith(g *generator.Generator, prefix string) ([]string, error) {
	all, err := g.Starters()
	var known []string
	for _, one := range all {
		if of, ok := strings.CutPrefix(one, prefix); ok && (prefix != "" || isExample(one)) {
			known = append(known, of)
		}
	}
	return known, err
}

// isExample reports whether a starter is one for --example, rather than what a
// kind of repository begins with.
func isExample(name string) bool {
	return !strings.HasPrefix(name, pluginStarters) && name != string(spec.KindSupervisor)
}
