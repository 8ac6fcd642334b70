package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/apis"
	"github.com/cloudforet-io/spacegen/generator/doctor"
	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A serviceSummary is what became of one package of an API.
type serviceSummary struct {
	Service string `json:"service"`
	Package string `json:"package"`
	Dir     string `json:"dir"`
	Methods int    `json:"methods"`
	Working int    `json:"working"` // as a whole
	InPart  int    `json:"in_part"` // but for some fields of their requests
	Failed  string `json:"failed,omitempty"`

	Notes []string `json:"notes,omitempty"`
}

// runAll makes a service of every package, one on each processor.
func (o *newOptions) runAll(ctx context.Context, std stdio, name string) error {
	in, err := o.everyPackage(name)
	if err != nil {
		return err
	}
	dir := o.dir
	if dir == "" {
		dir = name
	}
	if err := repository.Vacant(dir); err != nil {
		return err
	}
	g, err := o.generator(ctx, std)
	if err != nil {
		return err
	}
	o.preset = g.Release.Sets.Preset()
	packages, err := apis.Packages(ctx, in.protos, in.imports...)
	if err != nil {
		return err
	}
	if len(packages) == 0 {
		return usageError{fmt.Errorf("--proto: there is no .proto file with a service below %s", strings.Join(in.protos, ", "))}
	}
	specs := make([]*spec.Spec, len(packages))
	for i, p := range packages {
		if specs[i], err = o.specOf(p); err != nil {
			return err
		}
	}
	if err := apart(specs); err != nil {
		return err
	}
	core, err := o.share(ctx, std, g, specs[0], filepath.Join(dir, packages[0].Name))
	if err != nil {
		return err
	}
	var tools *protocode.Tools
	if !o.steps.SkipProto && !o.dryRun {
		if tools, err = protocode.NewTools(ctx, std.steps().show); err != nil {
			return err
		}
		defer tools.Close() //nolint:errcheck // a temporary folder, at most
	}
	summaries := make([]serviceSummary, len(packages))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range packages {
		group.Go(func() (err error) {
			summaries[i], err = o.makeOne(ctx, std, g, tools, specs[i], render.Input{Protos: p.Protos, Core: core}, p, filepath.Join(dir, p.Name))
			return err
		})
	}
	err = group.Wait()
	return errors.Join(printSummaries(std.out, summaries, o.json), err)
}

// everyPackage gives where the API of --all lies, and refuses flags of what is no service.
func (o *newOptions) everyPackage(name string) (protoFolders, error) {
	in, err := o.api.whole()
	if err != nil {
		return in, err
	}
	if err := needed(name); err != nil {
		return in, err
	}
	for _, start := range []struct{ flag, value string }{{"--from", o.start.from}, {"--plugin", o.start.plugin}, {"--example", o.start.example}} {
		if start.value != "" {
			return in, usageError{fmt.Errorf("--all makes services of an API, and %s something else; leave one of them out", start.flag)}
		}
	}
	if kind := o.spec.Kind(); kind != spec.KindService {
		return in, usageError{fmt.Errorf("--all makes services, not a %s; leave out --kind", kind)}
	}
	if problems := o.spec.Misplaced(spec.KindService); len(problems) > 0 {
		return in, usageError{problems}
	}
	return in, nil
}

// specOf gives the Spec of the service of a package: what flags say of one
// holds for each.
func (o *newOptions) specOf(p apis.Package) (*spec.Spec, error) {
	s, err := o.spec.Partial(p.Name)
	if err != nil {
		return nil, usageError{err}
	}
	s.Package = p.Package
	if s.Module != "" {
		s.Module = path.Join(s.Module, p.Name)
	}
	if s.Framework == "" {
		s.Framework = beside
	}
	o.preset.Fill(s)
	s = spec.Defaults(s)
	if err := s.Validate(); err != nil {
		return nil, fmt.Errorf("the package %s as the service %s: %w", p.Package, p.Name, err)
	}
	return s, nil
}

// apart refuses a service that would be made where the framework of all is.
func apart(specs []*spec.Spec) error {
	for _, s := range specs {
		if folder := path.Clean(s.Framework.Folder()); folder == "../"+s.ServiceName().Kebab() {
			return usageError{fmt.Errorf("the service %s goes where the framework would: say another folder, as in --framework ../framework, or --framework vendored", s.Name)}
		}
	}
	return nil
}

func (o *newOptions) makeOne(ctx context.Context, std stdio, g *generator.Generator, tools *protocode.Tools, s *spec.Spec, own render.Input, p apis.Package, dir string) (serviceSummary, error) {
	summary := serviceSummary{Service: p.Name, Package: p.Package, Dir: dir}
	g, err := g.In(dir, s)
	if err != nil {
		return summary, err
	}
	create := g.Create
	if o.dryRun {
		create = g.Preview
	}
	created, err := create(ctx, s, own, dir)
	if err != nil {
		return summary, fmt.Errorf("%s: %w", p.Name, err)
	}
	summary.Notes = created.Notes
	count := report.CountMethods(created.Methods)
	summary.Methods, summary.Working, summary.InPart = len(created.Methods), count.Answered, count.InPart
	if o.dryRun {
		return summary, nil
	}
	fmt.Fprintf(std.err, "  %s\n", p.Name)
	if tools != nil {
		if err := tools.Make(ctx, s, dir, progress.Quiet); err != nil {
			summary.Failed = err.Error()
			return summary, fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	steps := o.steps
	steps.SkipProto = true
	if _, published := s.Framework.Published(); !published {
		steps.SkipTidy = true // go.mod is exact as it was rendered
	}
	if err := g.Finish(ctx, s, dir, steps, progress.Quiet); err != nil {
		summary.Failed = err.Error()
		return summary, fmt.Errorf("%s: %w", p.Name, err)
	}
	for _, h := range doctor.Hindrances(ctx, dir) {
		fmt.Fprintf(std.err, "  note: in %s %s\n", dir, h)
	}
	return summary, nil
}

func printSummaries(w io.Writer, all []serviceSummary, asJSON bool) error {
	if asJSON {
		return printJSON(w, all)
	}
	service, pkg := len("service"), len("package")
	for _, s := range all {
		service, pkg = max(service, len(s.Service)), max(pkg, len(s.Package))
	}
	line := func(name, of string, methods, working, part, stubs any) {
		fmt.Fprintf(w, "%-*s  %-*s %8v %8v %8v %8v\n", service, name, pkg, of, methods, working, part, stubs)
	}
	line("service", "package", "methods", "working", "in part", "stubs")
	methods, working, part := 0, 0, 0
	for _, s := range all {
		line(s.Service, s.Package, s.Methods, s.Working, s.InPart, s.Methods-s.Working-s.InPart)
		methods, working, part = methods+s.Methods, working+s.Working, part+s.InPart
	}
	total := fmt.Sprintf("%d services", len(all))
	if len(all) == 1 {
		total = "1 service"
	}
	line(total, "", methods, working, part, methods-working-part)
	for _, s := range all {
		for _, note := range s.Notes {
			fmt.Fprintf(w, "note: %s: %s\n", s.Service, note)
		}
	}
	return nil
}
