package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/doctor"
	"github.com/cloudforet-io/spacegen/generator/overlay"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

func newCommand(std stdio) *cobra.Command {
	o := new(newOptions)
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
	o.register(cmd.Flags())
	cmd.SetUsageFunc(o.usage)
	return cmd
}

func (o *newOptions) run(ctx context.Context, std stdio, name string) error {
	if o.diff {
		switch {
		case !o.dryRun:
			return usageError{errors.New("--diff shows what would be written: say --dry-run, too")}
		case o.api != nil && o.api.every:
			return usageError{errors.New("--diff shows one repository: name one package of the API instead of all of them")}
		}
	}
	if o.api != nil && o.api.every {
		return o.runAll(ctx, std, name)
	}
	g, err := o.generator(ctx, std)
	if err != nil {
		return err
	}
	o.preset = g.Release.Sets.Preset()
	o.spec.Preset(o.preset)
	from, err := o.origin(g, name)
	if err != nil {
		return err
	}
	s, command, err := from.read(ctx, std, name)
	if err != nil {
		return err
	}
	for _, source := range o.sets {
		if command != "" {
			command += " --templates " + spec.ShellQuote(source)
		}
	}
	dir := o.folder(s)
	if len(s.Templates) > 0 { // only its file says where it will stand
		of, err := generator.Beside(dir, s.Templates)
		if err != nil {
			return err
		}
		if g, err = o.generator(ctx, std, of...); err != nil {
			return err
		}
	}
	if g, err = g.In(dir, s); err != nil {
		return err
	}
	answers, err := o.answer(ctx, std, g, s)
	if err != nil {
		return err
	}
	if command != "" {
		command += answers
	}
	own, err := from.own(ctx, s, dir)
	if err != nil {
		return err
	}
	if o.joins {
		if own.Core, err = o.share(ctx, std, g, s, dir); err != nil {
			return err
		}
	}
	if o.dryRun {
		created, err := g.Preview(ctx, s, own, dir)
		if err != nil {
			return err
		}
		report := newReport(s, dir, created, true, nil)
		if o.diff {
			var contents bytes.Buffer
			showContents(&contents, dir, created.Tree)
			report.Diff = contents.String()
		}
		return o.report(std.out, report)
	}
	created, err := g.Create(ctx, s, own, dir)
	if err != nil {
		return err
	}
	failed := g.Finish(ctx, s, dir, o.steps, std.steps().show)
	report := newReport(s, dir, created, false, failed)
	if report.OnDisk, err = filesIn(dir); err != nil {
		return errors.Join(err, failed)
	}
	report.Command = command
	for _, h := range doctor.Hindrances(ctx, dir) {
		report.Notes = append(report.Notes, h.What)
		if h.Type != "" {
			report.Next = slices.Insert(report.Next, 1, h.Type)
		}
	}
	return errors.Join(o.report(std.out, report), failed)
}

// filesIn counts the files below a folder, but for those of git.
func filesIn(dir string) (n int, err error) {
	err = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == ".git":
			return fs.SkipDir
		case !d.IsDir():
			n++
		}
		return nil
	})
	return n, err
}

// showContents shows files as a diff against nothing.
func showContents(w io.Writer, dir string, files render.Tree) {
	for _, at := range files.Paths() {
		to := filepath.ToSlash(filepath.Join(dir, at))
		if body := files[at].Body; bytes.IndexByte(body, 0) >= 0 {
			fmt.Fprintf(w, "binary file b/%s, %d bytes\n", to, len(body))
		} else if len(body) > 0 {
			_, _ = w.Write(diff.Diff("/dev/null", nil, "b/"+to, body))
		}
	}
}

// generator makes a generator with the templates that the flags lay over those of
// spacegen, and others before them.
func (o *newOptions) generator(ctx context.Context, std stdio, of ...overlay.Wanted) (*generator.Generator, error) {
	l, err := library(std)
	if err != nil {
		return nil, err
	}
	wanted, err := generator.Named(o.sets)
	if err != nil {
		return nil, misnamed(err)
	}
	return l.With(ctx, ".", slices.Concat(o.beside, of, wanted))
}

// folder is where the repository is made.
func (o *newOptions) folder(s *spec.Spec) string {
	if o.dir != "" {
		return o.dir
	}
	return s.ServiceName().Kebab()
}

// A newSummary is what new did, or would do.
type newSummary struct {
	Name    string   `json:"name"`
	Dir     string   `json:"dir"`
	DryRun  bool     `json:"dry_run"`
	Package string   `json:"package,omitempty"` // of the user's API
	Methods int      `json:"methods,omitempty"` // that it has
	Working int      `json:"working,omitempty"` // that are answered as a whole
	InPart  int      `json:"in_part,omitempty"` // that refuse some fields of their requests
	Files   []string `json:"files"`
	OnDisk  int      `json:"files_on_disk"`    // with those of .spacegen/ and gen/, without git's
	Failed  string   `json:"failed,omitempty"` // the step that failed
	Remedy  string   `json:"remedy,omitempty"`
	Notes   []string `json:"notes,omitempty"`   // what was left out of the API, and what keeps it from being built where it stands
	Command string   `json:"command,omitempty"` // that does the same without asking
	Next    []string `json:"next"`
	Diff    string   `json:"diff,omitempty"` // with --diff
}

func newReport(s *spec.Spec, dir string, created *generator.Created, dryRun bool, failed error) newSummary {
	r := newSummary{Name: s.Name, Dir: dir, DryRun: dryRun, Files: created.Tree.Paths(), Notes: created.Notes}
	if methods := len(created.Methods); methods > 0 {
		count := report.CountMethods(created.Methods)
		r.Package, r.Methods, r.Working, r.InPart = s.Package, methods, count.Answered, count.InPart
	}
	r.Next = []string{"cd " + filepath.ToSlash(dir), "make test", "make run"}
	if s.Kind == spec.KindPlatform {
		r.Next = []string{"cd " + filepath.ToSlash(dir), "spacegen add service NAME", "spacegen run"}
	}
	if s.Kind == spec.KindFramework {
		r.Next = []string{"cd " + filepath.ToSlash(dir), "make test"}
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
		fmt.Fprint(w, r.Diff)
		for _, p := range r.Files {
			fmt.Fprintln(w, filepath.ToSlash(filepath.Join(r.Dir, p)))
		}
		fmt.Fprintf(w, "\n%d files would be written; nothing was.\n", len(r.Files))
		r.reportAPI(w)
		r.reportNotes(w)
		return nil
	}
	fmt.Fprintf(w, "Made %s in %s: %d files", r.Name, r.Dir, r.OnDisk)
	if more := r.OnDisk - len(r.Files); more > 0 {
		fmt.Fprintf(w, ", %d of them in .spacegen/ and gen/", more)
	}
	fmt.Fprintln(w, ".")
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

// reportAPI says how much of the user's API is answered.
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
