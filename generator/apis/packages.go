// Package apis finds the APIs that lie in folders, and says what becomes of their
// packages: services that answer them, or connectors that call what does.
package apis

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// An Package is what becomes one service of a platform: a package or, if its
// files can't live in one program, a file of one.
type Package struct {
	Name    string // of the service
	Package string
	Protos  protofile.Sources // with what they import
}

// Packages gives the packages with services that lie below folders, each as a
// service of its own; imports are folders where else imports are looked for.
// Packages of which a folder name says that they are core have what all others
// use, and are none.
func Packages(ctx context.Context, folders []string, imports ...string) ([]Package, error) {
	sources, imported, err := readAPI(folders, imports)
	if err != nil {
		return nil, err
	}
	groups, err := protofile.Groups(ctx, sources, imported)
	if err != nil {
		return nil, err
	}
	out := make([]Package, len(groups))
	names := map[string]int{}
	for _, g := range groups {
		names[serviceName(g.Package, false)]++
	}
	taken := map[string]bool{}
	name := func(i int, name string) {
		taken[name] = true
		out[i] = Package{name, groups[i].Package, groups[i].Protos}
	}
	// What a package is called comes before names that are only made up.
	var nameless []int
	for i, g := range groups {
		own := serviceName(g.Package, names[serviceName(g.Package, false)] > 1)
		if !g.Whole || taken[own] {
			nameless = append(nameless, i)
			continue
		}
		name(i, own)
	}
	for _, i := range nameless {
		g := groups[i]
		// The same package in another folder, or a file of one.
		other := naming.New(path.Base(path.Dir(path.Dir(g.Files[0])))).Kebab()
		if !g.Whole {
			file := naming.New(strings.TrimSuffix(path.Base(g.Files[0]), ".proto")).Kebab()
			other = serviceName(g.Package, names[serviceName(g.Package, false)] > 1) + "-" + file
		}
		for taken[other] {
			other += "-2"
		}
		name(i, other)
	}
	return out, nil
}

// Connectors gives the connectors to plugins that speak the packages of files,
// one each. Files are as imports name them.
func Connectors(ctx context.Context, protos protofile.Sources, files []string) ([]spec.Component, error) {
	groups, err := protofile.Groups(ctx, protos, nil)
	if err != nil {
		return nil, err
	}
	var out []spec.Component
	for _, group := range groups {
		known := func(c spec.Component) bool { return c.API == group.Package }
		served := func(file string) bool { return slices.Contains(group.Files, file) }
		if slices.ContainsFunc(files, served) && !slices.ContainsFunc(out, known) {
			out = append(out, spec.Component{Name: naming.New(serviceName(group.Package, false)).Snake(), Kind: spec.PluginConnector, API: group.Package})
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: none of %s has a service", protofile.ErrNoPackage, strings.Join(files, ", "))
	}
	return out, nil
}

// Served gives the edit that refuses to bring files to a service that would not answer
// them. Files are as imports name them.
func Served(ctx context.Context, protos protofile.Sources, files []string) (spec.Edit, error) {
	groups, err := protofile.Groups(ctx, protos, nil)
	if err != nil {
		return nil, err
	}
	type served struct{ file, pkg string }
	var all []served
	for _, group := range groups {
		for _, file := range group.Files {
			if slices.Contains(files, file) {
				all = append(all, served{file, group.Package})
			}
		}
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w: none of %s has a service", protofile.ErrNoPackage, strings.Join(files, ", "))
	}
	return func(f *spec.File) error {
		for _, one := range all {
			if pkg := f.Spec().Package; one.pkg != pkg {
				return fmt.Errorf("%s is of package %s, and this service answers %s; make a service of it ('spacegen new NAME --proto DIR --package %s'), or bring it with --as connector to call it",
					one.file, one.pkg, pkg, one.pkg)
			}
		}
		return nil
	}, nil
}

// serviceName names the service of a package: by its last word that is no
// version, and by the version as well if need be.
func serviceName(pkg string, versioned bool) string {
	words := strings.Split(pkg, ".")
	version := ""
	if n := len(words) - 1; n > 0 && protofile.IsVersion(words[n]) {
		version, words = words[n], words[:n]
	}
	name := words[len(words)-1]
	if name == "plugin" && len(words) > 1 {
		name = words[len(words)-2] + "_plugin"
	}
	if versioned && version != "" && version != "v1" {
		name += "_" + version
	}
	return naming.New(name).Kebab()
}
