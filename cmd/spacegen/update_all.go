package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/platform"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// An updateSummary is what became of one repository of a platform.
type updateSummary struct {
	Name      string `json:"name"`
	Dir       string `json:"dir"`
	From      string `json:"from"`
	To        string `json:"to"`
	Changed   int    `json:"changed"` // files
	Conflicts int    `json:"conflicts"`
	DryRun    bool   `json:"dry_run"`
	Away      bool   `json:"away,omitempty"` // it is not on this machine
	Failed    string `json:"failed,omitempty"`

	Overlays []string `json:"overlays,omitempty"` // that it was rendered with
}

// runAll updates a platform and all its members on this machine. What goes wrong
// with one does not keep the others from it.
func (c *changeFlags) runAll(ctx context.Context, std stdio) error {
	repositories, err := platform.Repositories(c.dir)
	if err != nil {
		return err
	}
	if err := c.known(repositories); err != nil {
		return err
	}
	fitting, err := c.fitting(ctx, std, repositories)
	if err != nil {
		return err
	}
	var all []updateSummary
	var failed []error
	open := false
	for i, r := range repositories {
		s := updateSummary{Name: r.Name, Dir: r.Dir, DryRun: c.changes.DryRun, Away: r.Away}
		if !r.Away {
			if !c.json {
				fmt.Fprintf(std.err, "  %s\n", r.Name)
			}
			err := c.updateOne(ctx, std, &s, fitting[i])
			if err != nil {
				s.Failed = err.Error()
				failed = append(failed, fmt.Errorf("%s: %w", r.Name, err))
			}
			open = open || s.Conflicts > 0
		}
		all = append(all, s)
		if ctx.Err() != nil {
			break
		}
	}
	if err := c.printUpdates(std.out, all); err != nil {
		return err
	}
	if len(failed) > 0 {
		return errors.Join(failed...)
	}
	if open {
		return errConflicts
	}
	return nil
}

// known refuses to bring an overlay to a version that none of the repositories has.
func (c *changeFlags) known(repositories []platform.Repository) error {
	for _, move := range c.sets {
		name, _, ok := generator.NameVersion(move)
		if !ok {
			return usageError{fmt.Errorf("--all --templates %s: --all brings overlays to another version, NAME@VERSION; lay one over in each repository by itself", move)}
		}
		has := func(r platform.Repository) bool { return !r.Away && hasOverlay(r.Dir, name) }
		if !slices.ContainsFunc(repositories, has) {
			return usageError{fmt.Errorf("--templates %s: none of these repositories has an overlay called %s", move, name)}
		}
	}
	return nil
}

// hasOverlay reports whether a repository has an overlay of a name. Of one that cannot
// be read its update says why.
func hasOverlay(dir, name string) bool {
	overlays, _, err := repository.Overlays(dir)
	return err == nil && slices.ContainsFunc(overlays, func(o spec.Overlay) bool { return o.Name == name })
}

// moves are those of the overlays that a repository has.
func (c *changeFlags) moves(dir string) []string {
	return slices.DeleteFunc(slices.Clone(c.sets), func(move string) bool {
		name, _, _ := generator.NameVersion(move)
		return !hasOverlay(dir, name)
	})
}

// fitting gives each repository its options: of the globs those that mean a file of
// it. One that means nothing in any of them is refused before anything is written.
func (c *changeFlags) fitting(ctx context.Context, std stdio, repositories []platform.Repository) ([]change.Options, error) {
	all := make([]change.Options, len(repositories))
	missed := map[merge.OptionError]int{}
	here := 0
	for i, r := range repositories {
		all[i] = c.changes
		if r.Away || len(c.changes.Merge.Ours)+len(c.changes.Merge.Theirs)+len(c.changes.Merge.Restore) == 0 {
			continue
		}
		here++
		g, err := newGenerator(ctx, std, r.Dir, c.moves(r.Dir)...)
		if err != nil {
			continue // its update says so
		}
		for {
			dry := all[i]
			dry.DryRun = true
			_, err := g.Update(ctx, r.Dir, nil, dry)
			missing := (*merge.OptionError)(nil)
			if !errors.As(err, &missing) {
				break
			}
			missed[*missing]++
			all[i].Merge = all[i].Merge.Without(missing)
		}
	}
	for missing, times := range missed {
		if times == here {
			return nil, &missing
		}
	}
	return all, nil
}

// updateOne updates one repository and does what has to follow.
func (c *changeFlags) updateOne(ctx context.Context, std stdio, s *updateSummary, o change.Options) error {
	g, err := newGenerator(ctx, std, s.Dir, c.moves(s.Dir)...)
	if err != nil {
		return err
	}
	report, err := g.Update(ctx, s.Dir, nil, o)
	if err != nil {
		return err
	}
	for _, pin := range report.Overlays {
		s.Overlays = append(s.Overlays, pin.String())
	}
	s.From, s.To, s.Conflicts = report.From, report.To, report.Conflicts+len(report.Marked)
	s.Changed = merge.Count(report.Changes).Changed()
	if s.Conflicts > 0 {
		return nil
	}
	if err := c.finish(ctx, std, g, report); err != nil {
		return err
	}
	c.hindrances(ctx, std, report.Dir)
	return nil
}

func (c *changeFlags) printUpdates(w io.Writer, all []updateSummary) error {
	if c.json {
		return printJSON(w, all)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "repository\tspacegen\tfiles\tconflicts\toverlays\t")
	for _, s := range all {
		switch {
		case s.Away:
			fmt.Fprintf(table, "%s\t-\t-\t-\t-\tnot on this machine\n", s.Name)
		case s.Failed != "":
			fmt.Fprintf(table, "%s\t-\t-\t-\t-\tfailed\n", s.Name)
		default:
			note := ""
			if s.Conflicts > 0 {
				note = "decide them in " + s.Dir
			}
			overlays := "-"
			if len(s.Overlays) > 0 {
				overlays = strings.Join(s.Overlays, ", ")
			}
			fmt.Fprintf(table, "%s\t%s → %s\t%d\t%d\t%s\t%s\n", s.Name, s.From, s.To, s.Changed, s.Conflicts, overlays, note)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if c.changes.DryRun {
		_, err := fmt.Fprintln(w, "This is what would be. Nothing was written.")
		return err
	}
	return nil
}
