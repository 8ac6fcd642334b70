package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/apis"
	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/doctor"
	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/platform"
	"github.com/cloudforet-io/spacegen/generator/prompt"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// newOptions are the flags of new, beside those that say what the Spec holds.
type newOptions struct {
	protos, files []string // folders and files of an API
	imports       []string // folders of what it imports
	mode          protoMode
	as            role // what the service is to it
	all           bool // every package of it
	plugin        string
	example       string
	spec          spec.Flags
	dir           string
	within        *spec.Spec // the platform that it joins
	scan          string     // for members of a platform
	from          string
	sets          string // templates laid over
	yes           bool
	dryRun        bool
	json          bool
	steps         change.Steps
}

func newCommand(std stdio) *cobra.Command {
	o := &newOptions{as: asService, mode: copyProtos}
	cmd := &cobra.Command{
		Use:   "new NAME",
		Short: "Make a new microservice repository",
		Long: `new makes a repository that builds, tests, runs and deploys as it stands, in a
folder called NAME. On a terminal it asks for what the flags leave open; with
--yes, or without a terminal, the defaults are taken.`,
		Example: `  spacegen new inventory
  spacegen new inventory --yes --module github.com/acme/inventory \
    --servers grpc,rest,scheduler,worker --cache redis \
    --resource 'Region:name!,region_code!:unique,provider,tags:struct'
  spacegen new inventory --from spacegen.yaml`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError{fmt.Errorf("unexpected argument %q: new takes one name", args[1])}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			name := ""
			if len(args) == 1 {
				name = args[0]
			}
			return o.run(cmd.Context(), std, name)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	o.spec.Register(flags)
	flags.Var(filled{&o.dir}, "dir", "`folder` to make the repository in (default NAME)")
	flags.StringArrayVar(&o.protos, "proto", nil, "`folder` of an API's .proto files, as imports name them: its services are served (may be repeated)")
	flags.StringArrayVarP(&o.imports, "import", "I", nil, "`folder` where imports are looked for, too; what lies in it is not served, and a --proto folder in it has its files called as seen from it (may be repeated)")
	flags.StringArrayVar(&o.files, "proto-file", nil, "`file` of the package that is served, as imports name it; without one, all (may be repeated)")
	flags.Var(&o.mode, "proto-mode", "`what` becomes of the API's files: copy, into the repository, or reference, which leaves them where they are")
	flags.Var(&o.as, "as", asUsage)
	flags.BoolVar(&o.all, "all", false, "make a service of every package of the API, in folders below NAME")
	flags.Var(filled{&o.plugin}, "plugin", "`kind` of plugin to begin with: asset, metric, log, webhook, cost, notification or auth")
	flags.Var(filled{&o.example}, "example", "`name` of an example to begin with")
	flags.Var(filled{&o.scan}, "scan", "`folder` below which a platform's members lie")
	flags.Var(filled{&o.from}, "from", "take the Spec from a `file` instead of flags and prompts")
	flags.Var(filled{&o.sets}, "templates", "`folder` of templates laid over those of spacegen")
	flags.BoolVarP(&o.yes, "yes", "y", false, "ask nothing: take the defaults")
	flags.BoolVar(&o.dryRun, "dry-run", false, "show what would be written, write nothing")
	flags.BoolVar(&o.json, "json", false, "report in JSON")
	flags.BoolVar(&o.steps.SkipProto, "skip-proto", false, "don't make code of the protos")
	flags.BoolVar(&o.steps.SkipTidy, "skip-tidy", false, "don't run go mod tidy")
	flags.BoolVar(&o.steps.SkipGit, "skip-git", false, "don't run git init")
	return cmd
}

func (o *newOptions) run(ctx context.Context, std stdio, name string) error {
	if o.all {
		return o.runAll(ctx, std, name)
	}
	g, err := newGenerator(o.sets, "")
	if err != nil {
		return err
	}
	starter, err := o.starter(g)
	if err != nil {
		return err
	}
	s, asked, err := o.read(ctx, std, name, starter)
	if err != nil {
		return err
	}
	dir := o.folder(s)
	own, err := o.own(ctx, s, starter, dir)
	if err != nil {
		return err
	}
	if o.dryRun {
		created, err := g.Preview(ctx, s, own, dir)
		if err != nil {
			return err
		}
		return o.report(std.out, newReport(s, dir, created, true, nil))
	}
	created, err := g.Create(ctx, s, own, dir)
	if err != nil {
		return err
	}
	failed := g.Finish(ctx, s, dir, o.steps, func(step string) { fmt.Fprintf(std.err, "  %s\n", step) })
	report := newReport(s, dir, created, false, failed)
	if asked {
		report.Command = o.commandLine(s)
	}
	for _, h := range doctor.Hindrances(ctx, dir) {
		report.Notes = append(report.Notes, h.What)
		if h.Type != "" {
			report.Next = slices.Insert(report.Next, 1, h.Type)
		}
	}
	return errors.Join(o.report(std.out, report), failed)
}

// own is what the repository begins with that is people's own.
func (o *newOptions) own(ctx context.Context, s *spec.Spec, starter *generator.Starter, dir string) (render.Own, error) {
	if starter != nil {
		return starter.Own, nil
	}
	protos, err := o.readProtos(ctx, s, dir)
	return render.Own{Protos: protos}, err
}

// read gives the Spec: of a starter, from a file, from prompts, or from flags
// alone.
func (o *newOptions) read(ctx context.Context, std stdio, name string, starter *generator.Starter) (s *spec.Spec, asked bool, err error) {
	if starter != nil {
		s, err := o.begin(name, starter)
		return s, false, err
	}
	if o.from != "" {
		s, err := o.readFile(name)
		return s, false, err
	}
	var asker prompt.Asker
	if o.spec.Kind().Layered() && !o.yes && !o.json && !o.dryRun {
		asker = std.asker()
	}
	if err := o.choosePackage(ctx, asker, name); err != nil {
		return nil, false, err
	}
	if asker != nil {
		s, err := o.ask(ctx, asker, name)
		return s, true, err
	}
	if name == "" {
		return nil, false, usageError{errors.New("NAME is missing: spacegen new NAME")}
	}
	base := spec.New(name)
	o.imply(base)
	if base.Platform.Members, err = o.scanned(name); err != nil {
		return nil, false, err
	}
	s, err = o.spec.Over(base)
	if err != nil {
		return nil, false, usageError{err}
	}
	return s, false, platform.Settle(o.folder(s), s.Platform.Members)
}

// imply has a repository that joins a platform lie beside it, and be built as it is,
// where nothing says otherwise.
func (o *newOptions) imply(base *spec.Spec) {
	if o.within == nil {
		return
	}
	base.Module = path.Join(path.Dir(o.within.Module), base.ServiceName().Kebab())
	base.Image.Registry, base.CI = o.within.Image.Registry, o.within.CI
}

// folder is where the repository is made.
func (o *newOptions) folder(s *spec.Spec) string {
	if o.dir != "" {
		return o.dir
	}
	return s.ServiceName().Kebab()
}

// scanned gives the members of a platform that --scan finds.
func (o *newOptions) scanned(name string) ([]spec.Member, error) {
	if o.scan == "" {
		return nil, nil
	}
	if o.spec.Kind() != spec.KindPlatform {
		return nil, usageError{errors.New("--scan finds the members of a platform; say --kind platform")}
	}
	return platform.Scan(o.folder(spec.New(name)), o.scan)
}

// readProtos gives the protos of the API that --proto names. If it is one that
// the service calls, the Spec gets the connector.
func (o *newOptions) readProtos(ctx context.Context, s *spec.Spec, dir string) (protofile.Sources, error) {
	if o.mode == referProtos && (len(o.protos) == 0 || len(o.files) > 0 || o.as == asConnector) {
		return nil, usageError{errors.New("--proto-mode reference needs --proto, and refers to a whole package that is served: leave out --proto-file and --as")}
	}
	if len(o.protos) == 0 {
		if o.as == asConnector {
			return nil, usageError{errors.New("--as connector needs --proto and --package, the API that plugins answer")}
		}
		if len(o.files) > 0 {
			return nil, usageError{errors.New("--proto-file needs --proto, the folder that the file lies in")}
		}
		if len(o.imports) > 0 {
			return nil, usageError{errors.New("--import needs --proto, the folder of the API that is served")}
		}
		return nil, nil
	}
	protos, err := o.packageProtos(ctx, s.Package)
	if err == nil && s.Kind == spec.KindPlugin {
		err = answered(ctx, protos, s.Package)
	}
	if err == nil && o.mode == referProtos {
		return protos, o.refer(s, dir)
	}
	if err != nil {
		return nil, err
	}
	if o.as == asService {
		return protos, o.readConnected(ctx, s, protos)
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

// answered refuses a package that gives a plugin nothing to answer.
func answered(ctx context.Context, protos protofile.Sources, pkg string) error {
	has, err := apis.HasService(ctx, protos, pkg)
	if err == nil && !has {
		err = usageError{fmt.Errorf("--package: %s has no service that a plugin could answer", pkg)}
	}
	return err
}

// readConnected adds the protos of what the Spec's connectors call, where
// --proto has them too.
func (o *newOptions) readConnected(ctx context.Context, s *spec.Spec, protos protofile.Sources) error {
	for _, c := range s.Connectors {
		if c.API == "" {
			continue
		}
		called, err := apis.Read(ctx, c.API, slices.Concat(o.protos, o.imports), nil, o.imports...)
		if err != nil && !errors.Is(err, protofile.ErrNoPackage) {
			return err
		}
		maps.Copy(protos, called)
	}
	return nil
}

// refer notes in the Spec where the API lies, as seen from the repository.
func (o *newOptions) refer(s *spec.Spec, dir string) error {
	from, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("refer to the API: %w", err)
	}
	for _, folder := range apis.Roots(o.protos, o.imports) {
		to, err := filepath.Abs(folder)
		if err != nil {
			return fmt.Errorf("refer to the API: %w", err)
		}
		seen, err := filepath.Rel(from, to)
		if err != nil {
			return fmt.Errorf("refer to the API: %w", err)
		}
		s.ProtoPaths = append(s.ProtoPaths, filepath.ToSlash(seen))
	}
	return s.Validate()
}

// ask prompts for what the name and the flags leave open.
func (o *newOptions) ask(ctx context.Context, asker prompt.Asker, name string) (*spec.Spec, error) {
	partial, err := o.spec.Partial(name)
	if err != nil {
		return nil, usageError{err}
	}
	if name != "" {
		if err := naming.CheckService(name); err != nil {
			return nil, usageError{err}
		}
	}
	return prompt.Spec(ctx, asker, partial)
}

func (o *newOptions) readFile(name string) (*spec.Spec, error) {
	if o.spec.Given() {
		return nil, usageError{errors.New("--from says all that the other flags could; leave them out")}
	}
	data, err := os.ReadFile(o.from)
	if err != nil {
		return nil, fmt.Errorf("read the Spec: %w", err)
	}
	s, err := spec.Parse(o.from, data)
	if err != nil {
		return nil, err
	}
	if name != "" && name != s.Name {
		return nil, usageError{fmt.Errorf("%s is about %q, not %q", o.from, s.Name, name)}
	}
	return s, nil
}

// A newSummary is what new did, or would do.
type newSummary struct {
	Name    string   `json:"name"`
	Dir     string   `json:"dir"`
	DryRun  bool     `json:"dry_run"`
	Package string   `json:"package,omitempty"` // of people's own API
	Methods int      `json:"methods,omitempty"` // that it has
	Working int      `json:"working,omitempty"` // that are answered as a whole
	InPart  int      `json:"in_part,omitempty"` // that refuse some fields of their requests
	Files   []string `json:"files"`
	Failed  string   `json:"failed,omitempty"` // the step that failed
	Remedy  string   `json:"remedy,omitempty"`
	Notes   []string `json:"notes,omitempty"`   // what was left out of the API, and what keeps it from being built where it stands
	Command string   `json:"command,omitempty"` // that does the same without asking
	Next    []string `json:"next"`
}

func newReport(s *spec.Spec, dir string, created *generator.Created, dryRun bool, failed error) newSummary {
	r := newSummary{Name: s.Name, Dir: dir, DryRun: dryRun, Files: created.Tree.Paths(), Notes: created.Notes}
	if methods := len(created.Methods); methods > 0 {
		count := report.CountMethods(created.Methods)
		r.Package, r.Methods, r.Working, r.InPart = s.Package, methods, count.Whole, count.InPart
	}
	r.Next = []string{"cd " + filepath.ToSlash(dir), "make test", "make run"}
	if s.Kind == spec.KindPlatform {
		r.Next = []string{"cd " + filepath.ToSlash(dir), "spacegen add service NAME", "spacegen run"}
	}
	if step := (*generator.StepError)(nil); errors.As(failed, &step) {
		r.Failed, r.Remedy = step.Step, step.Remedy
		r.Next = []string{"cd " + filepath.ToSlash(dir), step.Remedy, "make test"}
	}
	return r
}

func (o *newOptions) report(w io.Writer, r newSummary) error {
	if o.json {
		return printJSON(w, r)
	}
	if r.DryRun {
		for _, p := range r.Files {
			fmt.Fprintln(w, filepath.ToSlash(filepath.Join(r.Dir, p)))
		}
		fmt.Fprintf(w, "\n%d files would be written; nothing was.\n", len(r.Files))
		r.reportAPI(w)
		r.reportNotes(w)
		return nil
	}
	fmt.Fprintf(w, "Made %s in %s: %d files.\n", r.Name, r.Dir, len(r.Files))
	r.reportAPI(w)
	r.reportNotes(w)
	if r.Command != "" {
		fmt.Fprintf(w, "\nThe same without questions:\n  %s\n", r.Command)
	}
	fmt.Fprintln(w, "\nNext:")
	for _, line := range r.Next {
		fmt.Fprintf(w, "  %s\n", line)
	}
	return nil
}

func (r newSummary) reportNotes(w io.Writer) {
	for _, note := range r.Notes {
		fmt.Fprintf(w, "Note: %s.\n", strings.TrimSuffix(note, "."))
	}
}

// reportAPI says how much of people's own API is answered.
func (r newSummary) reportAPI(w io.Writer) {
	if r.Methods == 0 {
		return
	}
	answered := fmt.Sprintf("%d of %d methods are answered", r.Working, r.Methods)
	if r.Working == r.Methods {
		answered = fmt.Sprintf("all %d methods are answered", r.Methods)
	}
	var left []string
	if stubs := r.Methods - r.Working - r.InPart; stubs > 0 {
		left = append(left, fmt.Sprintf("the %d that you have to write", stubs))
	}
	if r.InPart > 0 {
		answered += fmt.Sprintf(", %d in part", r.InPart)
		left = append(left, "the fields that those in part refuse")
	}
	if len(left) > 0 {
		answered += "; 'spacegen list --stubs' names " + strings.Join(left, " and ")
	}
	fmt.Fprintf(w, "Of %s %s.\n", r.Package, answered)
}
