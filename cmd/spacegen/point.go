package main

import (
	"context"
	"strings"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// pointing is 'add service' and 'remove service' at a frontend, whose services are
// those that it leads to. At any other repository it gives nil.
func pointing(dir, verb string, args []string) (action, error) {
	_, s, err := repository.ReadSpec(dir)
	if err != nil || s.Kind != spec.KindFrontend {
		return nil, err
	}
	one := pointAt
	if verb == "remove" {
		one = func(a *spec.Addresses, name string) (string, error) { return "without " + name, a.Remove(name) }
	}
	return func(ctx context.Context, g *generator.Generator, dir string, o change.Options) (*change.Report, error) {
		return g.Point(ctx, dir, func(a *spec.Addresses) (string, error) {
			did := make([]string, len(args))
			for i, arg := range args {
				word, err := one(a, arg)
				if err != nil {
					return "", err
				}
				did[i] = word
			}
			return strings.Join(did, ", "), nil
		}, o)
	}, nil
}

func pointAt(a *spec.Addresses, arg string) (string, error) {
	name, address, err := spec.ParseAddress(arg)
	if err != nil {
		return "", usageError{err}
	}
	address, err = a.Add(name, address)
	return name + " at " + address, err
}
