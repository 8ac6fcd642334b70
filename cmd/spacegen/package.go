package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/apis"
	"github.com/cloudforet-io/spacegen/generator/prompt"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// choosePackage settles which package of the API that --proto names is answered,
// before anything else is asked: the one that --package says or that is called
// after the service, or else the only one with services. asker, if not nil, asks
// where there are several.
func (o *newOptions) choosePackage(ctx context.Context, asker prompt.Asker, name string) error {
	if len(o.protos) == 0 || o.from != "" || !o.spec.Kind().Layered() {
		return nil
	}
	partial, err := o.spec.Partial(name)
	if err != nil {
		return usageError{err}
	}
	if pkg := spec.Defaults(partial).Package; pkg != "" {
		_, err = o.packageProtos(ctx, pkg)
		if partial.Package != "" || !errors.Is(err, protofile.ErrNoPackage) {
			return err
		}
	}
	packages, err := o.packages(ctx)
	switch {
	case err != nil:
		return err
	case len(packages) == 0:
		return usageError{fmt.Errorf("--proto: there is no .proto file with a service below %s", strings.Join(o.protos, ", "))}
	case len(packages) == 1:
		return o.spec.SetPackage(packages[0])
	case asker == nil:
		return usageError{fmt.Errorf("the API has several packages with services: %s; choose one by --package, or make a service of each by --all", strings.Join(packages, ", "))}
	}
	pkg, err := prompt.Package(ctx, asker, packages)
	if err != nil {
		return err
	}
	return o.spec.SetPackage(pkg)
}

// packages are those with services, of the whole API or of the files that were
// chosen from it.
func (o *newOptions) packages(ctx context.Context) ([]string, error) {
	all, err := apis.Packages(ctx, o.protos, o.imports...)
	var packages []string
	for _, p := range all {
		chosen := len(o.files) == 0 || slices.ContainsFunc(o.files, func(file string) bool {
			of, err := p.Protos.PackageOf(file)
			return err == nil && of == p.Package
		})
		if chosen && !slices.Contains(packages, p.Package) {
			packages = append(packages, p.Package)
		}
	}
	return packages, err
}

// packageProtos gives the protos of a package of the API, and what they import.
func (o *newOptions) packageProtos(ctx context.Context, pkg string) (protofile.Sources, error) {
	protos, err := apis.Read(ctx, pkg, o.protos, o.files, o.imports...)
	if errors.Is(err, protofile.ErrNoPackage) {
		return nil, usageError{fmt.Errorf("--package: %w", err)}
	}
	if errors.Is(err, protofile.ErrApart) {
		return nil, usageError{fmt.Errorf("%w; choose from them by --proto-file FILE, or make a service of each by --all", err)}
	}
	return protos, err
}

// commandLine is the command that makes the same without asking.
func (o *newOptions) commandLine(s *spec.Spec) string {
	line, _ := spec.CommandLine(s)
	add := func(flag string, values ...string) {
		for _, value := range values {
			line += " --" + flag + " " + spec.ShellQuote(value)
		}
	}
	add("proto", o.protos...)
	add("import", o.imports...)
	add("proto-file", o.files...)
	if o.mode != copyProtos {
		add("proto-mode", string(o.mode))
	}
	if o.as != asService {
		add("as", string(o.as))
	}
	return line
}
