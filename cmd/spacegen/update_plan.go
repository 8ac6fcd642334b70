package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/change"
)

// besidePlan are the flags of update that go with --plan and --apply; those of ofPlan
// are recorded in the plan, so that --apply takes none of them.
var (
	besidePlan = []string{"dir", "json", "yes", "allow-dirty", "skip-proto", "skip-tidy"}
	ofPlan     = []string{"templates", "set", "ours", "theirs", "restore", "keep", "drop-api"}
)

// planned writes the plan of an update to a file, or carries out that of another.
func (c *changeFlags) planned(cmd *cobra.Command, std stdio, set []string, to, from string) error {
	if to != "" && from != "" {
		return usageError{errors.New("--plan writes a plan, and --apply carries one out; choose one")}
	}
	if to != "" {
		if err := alone(cmd.Flags(), "plan", slices.Concat(ofPlan, []string{"diff", "dry-run"}), ""); err != nil {
			return err
		}
		return c.writePlan(cmd, std, set, to)
	}
	if err := alone(cmd.Flags(), "apply", []string{"dry-run", "diff"}, "; what was asked of the update stands in the plan"); err != nil {
		return err
	}
	return c.applyPlan(cmd, std, from)
}

// alone refuses flags that don't go with another one.
func alone(flags *pflag.FlagSet, with string, allowed []string, why string) (err error) {
	flags.Visit(func(f *pflag.Flag) {
		if f.Name != with && !slices.Contains(besidePlan, f.Name) && !slices.Contains(allowed, f.Name) && err == nil {
			err = usageError{fmt.Errorf("--%s does not go with --%s%s", f.Name, with, why)}
		}
	})
	return err
}

func (c *changeFlags) writePlan(cmd *cobra.Command, std stdio, set []string, to string) error {
	edit, err := settings(set)
	if err != nil {
		return err
	}
	if to == "-" && c.json {
		return usageError{errors.New("--plan - and --json both write to stdout; name a file for the plan")}
	}
	c.changes.DryRun = true
	m := c.changes.Merge
	asked := change.Asked{Set: set, Templates: c.sets, Ours: m.Ours, Theirs: m.Theirs, Restore: m.Restore, Keep: m.Keep, DropAPI: c.changes.DropAPI}
	return c.prepared(cmd.Context(), std, change.Request{Edit: edit}, func(g *generator.Generator, prepared *change.Change) error {
		var text bytes.Buffer
		if err := printJSON(&text, prepared.PlanFile(asked)); err != nil {
			return err
		}
		if to == "-" {
			_, err := std.out.Write(text.Bytes())
			return err
		}
		if err := os.WriteFile(to, text.Bytes(), 0o600); err != nil {
			return fmt.Errorf("write the plan: %w", err)
		}
		err := c.apply(cmd.Context(), std, g, prepared, nil)
		if (err == nil || errors.Is(err, errConflicts)) && !c.json {
			fmt.Fprintf(std.out, "The plan is in %s; 'spacegen update --apply %[1]s' carries it out.\n", to)
		}
		return err
	})
}

func (c *changeFlags) applyPlan(cmd *cobra.Command, std stdio, from string) error {
	text, err := os.ReadFile(from) //nolint:gosec // a file that the caller names
	if err != nil {
		return fmt.Errorf("read the plan: %w", err)
	}
	planned, err := change.ReadPlanFile(text)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	edit, err := settings(planned.Asked.Set)
	if err != nil {
		return fmt.Errorf("%s: %w", from, err)
	}
	for _, globs := range [][]string{planned.Asked.Ours, planned.Asked.Theirs, planned.Asked.Restore} {
		if slices.ContainsFunc(globs, func(g string) bool { return strings.TrimSpace(g) == "" }) {
			return fmt.Errorf("%s: a glob in asked is empty; plan the update again", from)
		}
	}
	c.sets = planned.Asked.Templates
	c.changes.Merge.Ours, c.changes.Merge.Theirs, c.changes.Merge.Restore = planned.Asked.Ours, planned.Asked.Theirs, planned.Asked.Restore
	c.changes.Merge.Keep, c.changes.DropAPI = planned.Asked.Keep, planned.Asked.DropAPI
	return c.prepared(cmd.Context(), std, change.Request{Edit: edit, Planned: planned}, func(g *generator.Generator, prepared *change.Change) error {
		return c.apply(cmd.Context(), std, g, prepared, nil)
	})
}
