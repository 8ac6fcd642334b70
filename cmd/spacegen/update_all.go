package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/merge"
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
}

// runAll updates a platform and all its members on this machine. What goes wrong
// with one does not keep the others from it.
func (c *changeFlags) runAll(ctx context.Context, std stdio) error {
	repositories, err := generator.Repositories(c.dir)
	if err != nil {
		return err
	}
	var all []updateSummary
	var failed []error
	open := false
	for _, r := range repositories {
		s := updateSummary{Name: r.Name, Dir: r.Dir, DryRun: c.changes.DryRun, Away: r.Away}
		if !r.Away {
			if !c.json {
				fmt.Fprintf(std.err, "  %s\n", r.Name)
			}
			err := c.updateOne(ctx, std, &s)
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

// updateOne updates one repository and does what has to follow.
func (c *changeFlags) updateOne(ctx context.Context, std stdio, s *updateSummary) error {
	g, err := newGenerator(c.sets, s.Dir)
	if err != nil {
		return err
	}
	report, err := g.Update(ctx, s.Dir, nil, c.changes)
	if err != nil {
		return err
	}
	s.From, s.To, s.Conflicts = report.From, report.To, report.Conflicts+len(report.Marked)
	for _, change := range report.Changes {
		switch change.Action {
		case merge.Create, merge.Update, merge.Merge, merge.Delete:
			s.Changed++
		case merge.Keep, merge.Absent, merge.Away, merge.Conflict:
		}
	}
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
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(all)
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "repository\tspacegen\tfiles\tconflicts\t")
	for _, s := range all {
		switch {
		case s.Away:
			fmt.Fprintf(table, "%s\t-\t-\t-\tnot on this machine\n", s.Name)
		case s.Failed != "":
			fmt.Fprintf(table, "%s\t-\t-\t-\tfailed\n", s.Name)
		default:
			note := ""
			if s.Conflicts > 0 {
				note = "decide them in " + s.Dir
			}
			fmt.Fprintf(table, "%s\t%s → %s\t%d\t%d\t%s\n", s.Name, s.From, s.To, s.Changed, s.Conflicts, note)
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
