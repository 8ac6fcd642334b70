package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/pflag"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/doctor"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/prompt"
)

// errConflicts ends a command with exit status 3: it is done, and somebody has
// to decide something.
var errConflicts = errors.New("done, with conflicts")

// changeFlags are the flags of all commands that change a repository.
type changeFlags struct {
	dir     string
	sets    []string // moves of templates laid over
	diff    bool
	json    bool
	yes     bool
	asks    bool // about conflicts, where there is somebody to ask
	changes change.Options
	steps   change.Steps
}

func (c *changeFlags) register(flags *pflag.FlagSet) {
	flags.SortFlags = false
	c.dir = "."
	flags.VarP(filled{&c.dir}, "dir", "C", "`folder` of the repository, or one in it")
	flags.BoolVar(&c.changes.DryRun, "dry-run", false, "show what would be done, write nothing")
	flags.BoolVar(&c.diff, "diff", false, "show the changes line by line")
	flags.BoolVar(&c.json, "json", false, "report in JSON")
	flags.BoolVarP(&c.yes, "yes", "y", false, "ask nothing: leave conflicts in their files, refuse what is missing")
	flags.BoolVar(&c.changes.AllowDirty, "allow-dirty", false, "write to files that have changes which are not committed")
	flags.BoolVar(&c.steps.SkipProto, "skip-proto", false, "don't make code of the protos")
	flags.BoolVar(&c.steps.SkipTidy, "skip-tidy", false, "don't run go mod tidy")
}

// asker asks the person at the terminal; nil if there is none, or none to be asked.
func (c *changeFlags) asker(std stdio) prompt.Asker {
	if c.yes || c.json {
		return nil
	}
	return std.asker()
}

// run changes the repository, reports, and does what has to follow.
func (c *changeFlags) run(ctx context.Context, std stdio, want change.Request) error {
	return c.prepared(ctx, std, want, func(g *generator.Generator, prepared *change.Change) error {
		return c.apply(ctx, std, g, prepared, c.asker(std))
	})
}

// prepared plans a change, and hands it over.
func (c *changeFlags) prepared(ctx context.Context, std stdio, want change.Request, then func(*generator.Generator, *change.Change) error) error {
	g, err := newGenerator(ctx, std, c.dir, c.sets...)
	if err != nil {
		return err
	}
	want.Options = c.changes
	prepared, err := g.Prepare(ctx, c.dir, want)
	if err != nil {
		return err
	}
	return errors.Join(then(g, prepared), prepared.Close())
}

// apply applies a change: what would end as a conflict asker, if not nil, is asked about
// first.
func (c *changeFlags) apply(ctx context.Context, std stdio, g *generator.Generator, prepared *change.Change, asker prompt.Asker) error {
	if asker != nil && c.asks && !c.changes.DryRun {
		if err := decide(ctx, std, asker, prepared, c.changes.Merge); err != nil {
			return err
		}
	}
	report, err := prepared.Apply(ctx)
	if err != nil {
		return err
	}
	if err := c.report(std.out, report); err != nil {
		return err
	}
	if report.Conflicts > 0 || len(report.Marked) > 0 {
		return errConflicts
	}
	if err := c.finish(ctx, std, g, report); err != nil {
		return err
	}
	c.hindrances(ctx, std, report.Dir)
	return nil
}

// hindrances says what keeps the repository from being built where it stands.
func (c *changeFlags) hindrances(ctx context.Context, std stdio, dir string) {
	if c.changes.DryRun {
		return
	}
	for _, h := range doctor.Hindrances(ctx, dir) {
		fmt.Fprintf(std.err, "  %-9s %s\n", "note", h)
	}
}

// finish does what has to follow a change.
func (c *changeFlags) finish(ctx context.Context, std stdio, g *generator.Generator, report *change.Report) error {
	if c.changes.DryRun || !report.Wrote && !report.Decided {
		return nil
	}
	steps := change.Steps{
		SkipProto: c.steps.SkipProto || report.Steps.SkipProto,
		SkipTidy:  c.steps.SkipTidy || report.Steps.SkipTidy,
		SkipGit:   true,
	}
	err := g.Finish(ctx, report.Spec, report.Dir, steps, std.steps().show)
	if step := (*generator.StepError)(nil); errors.As(err, &step) {
		return fmt.Errorf("the files are written, but a step that follows failed; mend it and run '%s': %w", step.Remedy, err)
	}
	return err
}

func (c *changeFlags) report(w io.Writer, r *change.Report) error {
	if c.json {
		return c.reportJSON(w, r)
	}
	if r.Recovered {
		fmt.Fprintln(w, "A change that was cut off before was finished, or taken back, first.")
	}
	for _, change := range r.Changes {
		note := ""
		if change.Note != "" {
			note = "  (" + change.Note + ")"
		}
		fmt.Fprintf(w, "  %-9s %s%s\n", change.Action, change.Path, note)
		if change.Beside != nil {
			fmt.Fprintf(w, "  %-9s %s.spacegen-new\n", "", change.Path)
		}
		if c.diff && change.Write {
			_, _ = w.Write(lineDiff(change))
		}
	}
	for _, place := range r.Marked {
		fmt.Fprintf(w, "  %-9s %s  (left from before)\n", merge.Conflict, place)
	}
	why := "still speaks of what was removed"
	if r.Renamed {
		why = "still has the old name; it was left alone, since nothing says for certain that it means this"
	}
	for _, place := range r.Refers {
		fmt.Fprintf(w, "  %-9s %s  (%s)\n", "refers", place, why)
	}
	for _, note := range r.Notes {
		fmt.Fprintf(w, "  %-9s %s\n", "note", note)
	}
	fmt.Fprintln(w, summary(r, c.changes.DryRun))
	return nil
}

// lineDiff shows what becomes of a file, line by line.
func lineDiff(c merge.FileChange) []byte {
	return diff.Diff("a/"+c.Path, c.Ours, "b/"+c.Path, c.Body)
}

func summary(r *change.Report, dryRun bool) string {
	counts := merge.Count(r.Changes)
	text := fmt.Sprintf("%d written, %d deleted, %d conflicts.", counts.Written(), counts.Deleted, r.Conflicts)
	switch {
	case dryRun && len(r.Changes) == 0 && r.SpecEdited:
		return "Only spacegen.yaml would be updated. Nothing was written."
	case dryRun && len(r.Changes) == 0:
		return "Nothing would be done."
	case dryRun:
		return "Would be: " + text + " Nothing was written."
	case r.Conflicts > 0:
		return text + "\nDecide each conflict in its file, then run 'spacegen update' again; 'spacegen update --abort' takes everything back."
	case len(r.Marked) > 0:
		return "Conflicts are left; decide them first."
	case counts.Changed() == 0 && r.SpecEdited:
		return "Only spacegen.yaml was updated."
	case counts.Changed() == 0:
		return "Up to date."
	default:
		return text
	}
}

func (c *changeFlags) reportJSON(w io.Writer, r *change.Report) error {
	type change struct {
		Path   string       `json:"path"`
		Action merge.Action `json:"action"`
		Note   string       `json:"note,omitempty"`
		Diff   string       `json:"diff,omitempty"` // with --diff
	}
	out := struct {
		Dir       string   `json:"dir"`
		DryRun    bool     `json:"dry_run"`
		From      string   `json:"from"`
		To        string   `json:"to"`
		Conflicts int      `json:"conflicts"`
		Spec      bool     `json:"spec_edited"` // spacegen.yaml is written, too
		Marked    []string `json:"marked"`
		Refers    []string `json:"refers"`
		Notes     []string `json:"notes"`
		Changes   []change `json:"changes"`
	}{Dir: r.Dir, DryRun: c.changes.DryRun, From: r.From, To: r.To, Conflicts: r.Conflicts, Spec: r.SpecEdited, Marked: []string{}, Refers: []string{}, Notes: append([]string{}, r.Notes...), Changes: []change{}}
	for _, ch := range r.Changes {
		one := change{Path: ch.Path, Action: ch.Action, Note: ch.Note}
		if c.diff && ch.Write {
			one.Diff = string(lineDiff(ch))
		}
		out.Changes = append(out.Changes, one)
	}
	for _, place := range r.Marked {
		out.Marked = append(out.Marked, place.String())
	}
	for _, place := range r.Refers {
		out.Refers = append(out.Refers, place.String())
	}
	return printJSON(w, out)
}
