package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/prompt"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// answer writes into a Spec what the flags, and whoever is asked, say of the values that
// overlays ask for. command is how a command line says what was asked.
func (o *newOptions) answer(ctx context.Context, std stdio, g *generator.Generator, s *spec.Spec) (command string, err error) {
	if s.Values == nil {
		s.Values = spec.Values{}
	}
	for _, pair := range o.values {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return "", usageError{fmt.Errorf("--value %s: want key=value", pair)}
		}
		s.Values[key] = spec.ScalarValue(value)
		command += " --value " + spec.ShellQuote(pair)
	}
	var asker prompt.Asker
	if !o.yes && !o.json && !o.dryRun {
		asker = std.asker()
	}
	for _, asked := range g.Release.Sets.Asked() {
		if _, known := s.Values[asked.Name]; known || asker == nil || !asked.Required {
			continue
		}
		value, err := prompt.Value(ctx, asker, asked.Name, asked.Description, asked.Choices)
		if err != nil {
			return "", err
		}
		s.Values[asked.Name] = spec.ScalarValue(value)
		command += " --value " + spec.ShellQuote(asked.Name+"="+value)
	}
	if len(s.Values) == 0 {
		s.Values = nil
	}
	problems, err := g.Release.Sets.CheckValues(s)
	if err != nil {
		return "", err
	}
	if len(problems) > 0 {
		for i, p := range problems {
			if name, ok := strings.CutPrefix(p.Path, "values."); ok {
				problems[i].Path = "--value " + name
			} else {
				problems[i].Path = "--value"
			}
		}
		return "", usageError{problems}
	}
	return command, nil
}
