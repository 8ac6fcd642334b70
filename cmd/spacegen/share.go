package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/input"
	"github.com/cloudforet-io/spacegen/generator/platform"
	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// beside is the framework that services have which are made together.
const beside = spec.Framework("../" + spec.CoreFolder)

// share makes the framework that a service at dir has in a folder elsewhere, unless it is
// there, and gives its module; "" if the service has it from anywhere else.
func (o *newOptions) share(ctx context.Context, std stdio, g *generator.Generator, s *spec.Spec, dir string) (module string, err error) {
	folder := s.Framework.Folder()
	if folder == "" {
		return "", nil
	}
	at := filepath.Join(dir, filepath.FromSlash(folder))
	if _, err := os.Stat(filepath.Join(at, "go.mod")); !errors.Is(err, fs.ErrNotExist) {
		return input.Framework(dir, s)
	}
	core := spec.New(path.Base(path.Clean(folder)))
	core.Kind, core.CI = spec.KindFramework, s.CI
	core = spec.Defaults(core)
	if err := core.Validate(); err != nil {
		return "", fmt.Errorf("make the framework in %s: %w", at, err)
	}
	if g, err = g.In(at, core); err != nil {
		return "", err
	}
	create := g.Create
	if o.dryRun {
		create = g.Preview
	}
	if _, err := create(ctx, core, render.Input{}, at); err != nil {
		return "", fmt.Errorf("make the framework: %w", err)
	}
	if o.dryRun {
		return core.Module, nil
	}
	fmt.Fprintf(std.err, "  %s, the framework\n", at)
	steps := change.Steps{SkipProto: true, SkipTidy: true, SkipGit: o.steps.SkipGit} // go.mod is exact as it was rendered
	return core.Module, g.Finish(ctx, core, at, steps, progress.Quiet)
}

// sharedBy gives the framework of a new service of a platform, as seen from dir: the one
// that all services on this machine share. The first one begins to share where the platform
// and what lies beside it are one git repository, so that whoever checks out a service has
// the framework, too. "" is no framework in particular.
func sharedBy(ctx context.Context, root, dir string) (spec.Framework, error) {
	repositories, err := platform.Repositories(root)
	if err != nil {
		return "", err
	}
	shared, first := "", true
	for _, r := range repositories {
		if r.Away {
			continue
		}
		file := filepath.Join(r.Dir, spec.FileName)
		text, err := os.ReadFile(file) //nolint:gosec // a member of the platform
		if err != nil {
			return "", err
		}
		s, err := spec.Parse(file, text)
		if err != nil {
			return "", err
		}
		if !s.Kind.Layered() {
			continue
		}
		first = false
		folder := s.Framework.Folder()
		at := filepath.Join(r.Dir, filepath.FromSlash(folder))
		if folder == "" || shared != "" && shared != at {
			return "", nil
		}
		shared = at
	}
	if first {
		above := filepath.Dir(root)
		if together, err := repository.InGit(ctx, above); err != nil || !together {
			return "", err
		}
		shared = filepath.Join(above, spec.CoreFolder)
	}
	if shared == "" {
		return "", nil
	}
	seen, err := filepath.Rel(dir, shared)
	return spec.Framework(filepath.ToSlash(seen)), err
}
