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

// choosePackage settles which package of the API is answered, before anything else is
// asked: the one that --package says or that is called after the service, or else the
// only one with services. asker, if not nil, asks where there are several.
func choosePackage(ctx context.Context, asker prompt.Asker, flags *spec.Flags, in protoFolders, name string) error {
	partial, err := flags.Partial(name)
	if err != nil {
		return usageError{err}
	}
	if pkg := spec.Defaults(partial).Package; pkg != "" {
		_, err = in.read(ctx, pkg)
		if partial.Package != "" || !errors.Is(err, protofile.ErrNoPackage) {
			return err
		}
	}
	packages, err := in.packages(ctx)
	switch {
	case err != nil:
		return err
	case len(packages) == 0:
		return usageError{fmt.Errorf("--proto: there is no .proto file with a service below %s", strings.Join(in.protos, ", "))}
	case len(packages) == 1:
		return flags.SetPackage(packages[0])
	case asker == nil:
		return needed(name, missing{
			flag: "--package", message: "the API has several packages with services", valid: packages,
			fix: strings.Join(packages, ", ") + "; choose one by --package, or make a service of each by --all",
		})
	}
	pkg, err := prompt.Package(ctx, asker, packages)
	if err != nil {
		return err
	}
	return flags.SetPackage(pkg)
}

// packages are those with services, of the whole API or of the files that were
// chosen from it.
func (p protoFolders) packages(ctx context.Context) ([]string, error) {
	all, err := apis.Packages(ctx, p.protos, p.imports...)
	var packages []string
	for _, one := range all {
		chosen := len(p.files) == 0 || slices.ContainsFunc(p.files, func(file string) bool {
			of, err := one.Protos.PackageOf(file)
			return err == nil && of == one.Package
		})
		if chosen && !slices.Contains(packages, one.Package) {
			packages = append(packages, one.Package)
		}
	}
	return packages, err
}
