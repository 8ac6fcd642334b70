package main

import (
	"context"
	"fmt"
	"os"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/platform"
	"github.com/cloudforet-io/spacegen/generator/prompt"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// An origin is where a repository comes from. Each kind of origin holds what it can be
// told, and nothing else.
type origin interface {
	// read gives the Spec of the repository called name. If somebody was asked, command
	// is the command line that gives the same without asking.
	read(ctx context.Context, std stdio, name string) (s *spec.Spec, command string, err error)
	// own gives the files of the user that the repository begins with.
	own(ctx context.Context, s *spec.Spec, dir string) (render.Input, error)
}

// origin gives the one origin that the flags choose, for a repository called name. Flags
// that it has no use for are refused.
func (o *newOptions) origin(g *generator.Generator, name string) (origin, error) {
	if err := o.oneStart(); err != nil {
		return nil, err
	}
	kind := o.spec.Kind()
	if problems := o.spec.Misplaced(kind); len(problems) > 0 && o.start == (startFlags{}) {
		return nil, usageError{problems}
	}
	var brought api
	if o.api != nil {
		var err error
		if brought, err = o.api.api(); err != nil {
			return nil, err
		}
	}
	switch {
	case o.start.from != "":
		if given := o.spec.Given(); len(given) > 0 {
			return nil, usageError{fmt.Errorf("--from says all that --%s could; leave it out", given[0])}
		}
		return fromFile{apiOrigin{brought}, o.start.from}, nil
	case o.start.plugin != "" || o.start.example != "":
		return o.starter(g, brought)
	case kind == spec.KindPlugin && brought == nil:
		plugins, err := startersWith(g, pluginStarters)
		if err != nil {
			return nil, err
		}
		return nil, needed(name, missing{
			flag: "--plugin", message: "the API that the plugin answers is missing",
			fix: "say --plugin, or --proto and --package for one of your own", valid: plugins,
		})
	case kind == spec.KindSupervisor && brought == nil:
		starter, err := g.Starter(string(kind))
		return fromStarter{starter, &o.spec}, err
	}
	if kind == spec.KindPlatform {
		return fromMembers{flags: &o.spec, scan: o.scan, folder: o.folder}, nil
	}
	return fromFlags{apiOrigin{brought}, &o.spec, kind.Layered() && !o.yes && !o.json && !o.dryRun}, nil
}

// oneStart refuses two things to begin with.
func (o *newOptions) oneStart() error {
	chosen := ""
	for _, start := range []struct{ flag, value string }{{"--from", o.start.from}, {"--plugin", o.start.plugin}, {"--example", o.start.example}} {
		switch {
		case start.value == "":
		case chosen != "":
			return usageError{fmt.Errorf("%s and %s are two things to begin with; choose one", chosen, start.flag)}
		default:
			chosen = start.flag
		}
	}
	return nil
}

// apiOrigin is the part of an origin that is an API; nil for none.
type apiOrigin struct{ api api }

func (a apiOrigin) own(ctx context.Context, s *spec.Spec, dir string) (render.Input, error) {
	if a.api == nil {
		return render.Input{}, nil
	}
	protos, err := a.api.take(ctx, s, dir)
	return render.Input{Protos: protos}, err
}

// fromFlags is a repository as flags say, and prompts where they leave something open.
type fromFlags struct {
	apiOrigin
	flags *spec.Flags
	asks  bool // if somebody is there
}

func (f fromFlags) read(ctx context.Context, std stdio, name string) (*spec.Spec, string, error) {
	var asker prompt.Asker
	if f.asks {
		asker = std.asker()
	}
	if f.api != nil {
		if err := choosePackage(ctx, asker, f.flags, f.api.lies(), name); err != nil {
			return nil, "", err
		}
	}
	if asker != nil {
		return f.ask(ctx, asker, name)
	}
	if err := needed(name); err != nil {
		return nil, "", err
	}
	base := spec.New(name)
	s, err := over(f.flags, base)
	return s, "", err
}

// ask prompts for what the name and the flags leave open.
func (f fromFlags) ask(ctx context.Context, asker prompt.Asker, name string) (*spec.Spec, string, error) {
	partial, err := f.flags.Partial(name)
	if err != nil {
		return nil, "", usageError{err}
	}
	if name != "" {
		if err := naming.CheckService(name); err != nil {
			return nil, "", usageError{err}
		}
	}
	s, err := prompt.Spec(ctx, asker, partial, f.flags.Presets())
	if err != nil {
		return nil, "", err
	}
	command, _ := spec.CommandLine(s)
	if f.api != nil {
		for _, word := range f.api.flags() {
			command += " " + spec.ShellQuote(word)
		}
	}
	return s, command, nil
}

// fromMembers is a platform, of members that flags name or that lie below a folder.
type fromMembers struct {
	noFiles
	flags  *spec.Flags
	scan   string // empty: nowhere
	folder func(*spec.Spec) string
}

func (f fromMembers) read(_ context.Context, _ stdio, name string) (*spec.Spec, string, error) {
	if err := needed(name); err != nil {
		return nil, "", err
	}
	base := spec.New(name)
	if f.scan != "" {
		var err error
		if base.Platform.Members, err = platform.Scan(f.folder(base), f.scan); err != nil {
			return nil, "", err
		}
	}
	s, err := over(f.flags, base)
	if err != nil {
		return nil, "", err
	}
	return s, "", platform.Describe(f.folder(s), s.Platform.Members)
}

// fromFile is a repository whose Spec is written already.
type fromFile struct {
	apiOrigin
	file string
}

func (f fromFile) read(_ context.Context, _ stdio, name string) (*spec.Spec, string, error) {
	data, err := os.ReadFile(f.file)
	if err != nil {
		return nil, "", fmt.Errorf("read the Spec: %w", err)
	}
	s, err := spec.Parse(f.file, data)
	if err != nil {
		return nil, "", err
	}
	if name != "" && name != s.Name {
		return nil, "", usageError{fmt.Errorf("%s is about %q, not %q", f.file, s.Name, name)}
	}
	return s, "", nil
}

// fromStarter is a repository that begins as one of those that spacegen brings.
type fromStarter struct {
	starter *generator.Starter
	flags   *spec.Flags
}

func (f fromStarter) read(_ context.Context, _ stdio, name string) (*spec.Spec, string, error) {
	if err := needed(name); err != nil {
		return nil, "", err
	}
	base, err := f.starter.Spec(name)
	if err != nil {
		return nil, "", err
	}
	s, err := over(f.flags, base)
	return s, "", err
}

func (f fromStarter) own(context.Context, *spec.Spec, string) (render.Input, error) {
	return f.starter.Own, nil
}

// over lets the flags have their say over a Spec.
func over(flags *spec.Flags, base *spec.Spec) (*spec.Spec, error) {
	s, err := flags.Over(base)
	if err != nil {
		return nil, usageError{err}
	}
	return s, nil
}

// noFiles is the part of an origin that brings none.
type noFiles struct{}

func (noFiles) own(context.Context, *spec.Spec, string) (render.Input, error) {
	return render.Input{}, nil
}
