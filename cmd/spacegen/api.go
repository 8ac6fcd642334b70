package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"github.com/spf13/pflag"

	"github.com/cloudforet-io/spacegen/generator/apis"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// An api is the API that a repository begins with, and what becomes of it.
type api interface {
	// lies says where the API is.
	lies() protoFolders
	// take gives the protos that the repository gets, and writes into the Spec what
	// follows from them.
	take(ctx context.Context, s *spec.Spec, dir string) (protofile.Sources, error)
	// flags are the command line that says the same.
	flags() []string
}

// protoFolders are where an API lies: its folders, those of what it imports, and the
// files of it that were chosen; none are all.
type protoFolders struct{ protos, imports, files []string }

// The apis.
type (
	servedAPI   struct{ protoFolders } // the repository answers it, and gets a copy
	referredAPI struct{ protoFolders } // the repository answers it where it lies
	calledAPI   struct{ protoFolders } // the repository calls plugins that answer it
)

// apiFlags are the flags that say what is an API, and what becomes of it.
type apiFlags struct {
	set   *pflag.FlagSet
	in    protoFolders
	mode  protoMode
	as    role
	every bool
}

func newAPIFlags() *apiFlags {
	f := &apiFlags{set: newFlagSet(), as: asService, mode: copyProtos}
	f.set.StringArrayVar(&f.in.protos, "proto", nil, "`folder` of an API's .proto files, as imports name them: its services are served (may be repeated)")
	f.set.StringArrayVarP(&f.in.imports, "import", "I", nil, "`folder` where imports are looked for, too; what lies in it is not served, and a --proto folder in it has its files called as seen from it (may be repeated)")
	f.set.StringArrayVar(&f.in.files, "proto-file", nil, "`file` of the package that is served, as imports name it; without one, all (may be repeated)")
	f.set.Var(&f.mode, "proto-mode", "`what` becomes of the API's files: copy, into the repository, or reference, which leaves them where they are")
	f.set.Var(&f.as, "as", asUsage)
	f.set.BoolVar(&f.every, "all", false, "make a service of every package of the API, in folders below NAME")
	return f
}

// api gives what the flags say; nil for no API. A flag that has no place in it is refused.
func (f *apiFlags) api() (api, error) {
	switch {
	case len(f.in.protos) == 0:
		if flag := stray(f.set); flag != "" {
			return nil, usageError{fmt.Errorf("--%s needs --proto, the folder of the API", flag)}
		}
		return nil, nil //nolint:nilnil // there is none
	case f.mode == referProtos:
		return referredAPI{f.in}, f.only("--proto-mode reference", "proto-mode", "proto", "import")
	case f.as == asConnector:
		return calledAPI{f.in}, f.only("--as connector", "as", "proto", "import", "proto-file")
	}
	return servedAPI{f.in}, nil
}

// whole gives where the API lies of which every package is made a service.
func (f *apiFlags) whole() (protoFolders, error) {
	if len(f.in.protos) == 0 {
		return protoFolders{}, usageError{errors.New("--all makes the services of an API: spacegen new NAME --proto FOLDER --all")}
	}
	return f.in, f.only("--all", "all", "proto", "import")
}

// only refuses flags beyond those that go with what was asked for.
func (f *apiFlags) only(what string, with ...string) error {
	if flag := stray(f.set, with...); flag != "" {
		return usageError{fmt.Errorf("--%s does not go with %s: leave one of them out", flag, what)}
	}
	return nil
}

// stray gives the first flag of a set that was given another value than it has anyway
// and that is none of those with a place; "" if there is none.
func stray(set *pflag.FlagSet, with ...string) string {
	found := ""
	set.VisitAll(func(flag *pflag.Flag) {
		if found == "" && flag.Changed && flag.Value.String() != flag.DefValue && !slices.Contains(with, flag.Name) {
			found = flag.Name
		}
	})
	return found
}

func (p protoFolders) lies() protoFolders { return p }

func (p protoFolders) flags() []string {
	var line []string
	for _, flag := range []struct {
		name   string
		values []string
	}{{"proto", p.protos}, {"import", p.imports}, {"proto-file", p.files}} {
		for _, value := range flag.values {
			line = append(line, "--"+flag.name, value)
		}
	}
	return line
}

func (a referredAPI) flags() []string {
	return append(a.protoFolders.flags(), "--proto-mode", string(referProtos))
}

func (a calledAPI) flags() []string {
	return append(a.protoFolders.flags(), "--as", string(asConnector))
}

// read gives the protos of a package of the API, and what they import.
func (p protoFolders) read(ctx context.Context, pkg string) (protofile.Sources, error) {
	protos, err := apis.Read(ctx, pkg, p.protos, p.files, p.imports...)
	if errors.Is(err, protofile.ErrNoPackage) {
		return nil, usageError{fmt.Errorf("--package: %w", err)}
	}
	if errors.Is(err, protofile.ErrApart) {
		return nil, usageError{fmt.Errorf("%w; choose from them by --proto-file FILE, or make a service of each by --all", err)}
	}
	return protos, err
}

// answered gives the protos of the package that the repository answers. One that gives
// a plugin nothing to answer is refused.
func (p protoFolders) answered(ctx context.Context, s *spec.Spec) (protofile.Sources, error) {
	protos, err := p.read(ctx, s.Package)
	if err != nil || s.Kind != spec.KindPlugin {
		return protos, err
	}
	has, err := apis.HasService(ctx, protos, s.Package)
	if err == nil && !has {
		err = usageError{fmt.Errorf("--package: %s has no service that a plugin could answer", s.Package)}
	}
	return protos, err
}

// take adds the protos of what the Spec's connectors call, where --proto has them too.
func (a servedAPI) take(ctx context.Context, s *spec.Spec, _ string) (protofile.Sources, error) {
	protos, err := a.answered(ctx, s)
	if err != nil {
		return nil, err
	}
	for _, c := range s.Connectors {
		if c.API == "" {
			continue
		}
		called, err := apis.Read(ctx, c.API, slices.Concat(a.protos, a.imports), nil, a.imports...)
		if err != nil && !errors.Is(err, protofile.ErrNoPackage) {
			return nil, err
		}
		maps.Copy(protos, called)
	}
	return protos, nil
}

// take notes in the Spec where the API lies, as seen from the repository.
func (a referredAPI) take(ctx context.Context, s *spec.Spec, dir string) (protofile.Sources, error) {
	protos, err := a.answered(ctx, s)
	if err != nil {
		return nil, err
	}
	from, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("refer to the API: %w", err)
	}
	for _, folder := range apis.Roots(a.protos, a.imports) {
		to, err := filepath.Abs(folder)
		if err != nil {
			return nil, fmt.Errorf("refer to the API: %w", err)
		}
		seen, err := filepath.Rel(from, to)
		if err != nil {
			return nil, fmt.Errorf("refer to the API: %w", err)
		}
		s.ProtoPaths = append(s.ProtoPaths, filepath.ToSlash(seen))
	}
	return protos, s.Validate()
}

// take gives the Spec the connectors that call the API.
func (a calledAPI) take(ctx context.Context, s *spec.Spec, _ string) (protofile.Sources, error) {
	protos, err := a.answered(ctx, s)
	if err != nil {
		return nil, err
	}
	connectors, err := apis.Connectors(ctx, protos, protos.Paths())
	if err != nil {
		return nil, err
	}
	for _, c := range connectors {
		if c.API == s.Package {
			s.Connectors = append(s.Connectors, c)
		}
	}
	s.Package = "" // it is the plugins' own
	*s = *spec.Defaults(s)
	return protos, s.Validate()
}
