package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

func resolveCommand(std stdio) *cobra.Command {
	c := &changeFlags{asks: true}
	var install bool
	cmd := &cobra.Command{
		Use:   "resolve",
		Short: "Resolve the conflicts of a git merge or rebase that nobody made",
		Long: `resolve is for the middle of a git merge, rebase, cherry-pick or revert that
ended with conflicts. It merges spacegen.yaml by its keys, takes each file as
whoever edited it has it, merges what both branches edited by its parts, and
then updates the repository: what nobody edited is rendered anew. What is
merged is added to git's index. What both branches edited in the same place
stays a conflict, which is yours to decide.

--install sets up this clone so that git itself merges that way from now on: it
writes a merge driver into the clone's configuration, and which files it is for
into .git/info/attributes. 'spacegen update' after such a merge brings the
repository in step.

The exit status is 3 when conflicts are left.`,
		Example: `  git merge feature || spacegen resolve
  spacegen resolve --dry-run
  spacegen resolve --install`,
		Args: exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if install {
				return installDriver(cmd.Context(), std, c)
			}
			return c.resolve(cmd.Context(), std)
		},
	}
	c.register(cmd.Flags())
	cmd.Flags().BoolVar(&install, "install", false, "have git merge by spacegen in this clone")
	cmd.AddCommand(driverCommand(std))
	return cmd
}

func installDriver(ctx context.Context, std stdio, c *changeFlags) error {
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	if c.changes.DryRun {
		fmt.Fprintln(std.out, "Would be: git merges by spacegen in this clone. Nothing was written.")
		return nil
	}
	where, err := repository.InstallDriver(ctx, c.dir, self)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "git merges by %s in this clone from now on; %s says which files. Other clones need it once, too.\n", self, where)
	return nil
}

// resolve joins the branches, updates, and tells git what is merged.
func (c *changeFlags) resolve(ctx context.Context, std stdio) error {
	if c.json && c.changes.DryRun {
		return usageError{errors.New("--dry-run has no report in JSON here: what an update would do is known once the branches are joined")}
	}
	joined, err := change.Join(ctx, c.dir, currentVersion(), c.changes.DryRun)
	if err != nil {
		return err
	}
	if !c.json {
		c.reportJoined(std, joined)
	}
	switch {
	case joined.Spec:
		fmt.Fprintf(std.err, "spacegen: both branches changed the same in %s; decide that in the file, then run 'spacegen resolve' again. Nothing was written.\n", spec.FileName)
		return errConflicts
	case c.changes.DryRun:
		fmt.Fprintln(std.out, "An update would follow. Nothing was written.")
		return nil
	}
	g, err := newGenerator(ctx, std, c.dir)
	if err != nil {
		return err
	}
	options := c.changes
	options.AllowDirty = true // what git merges is not committed
	prepared, err := g.Prepare(ctx, c.dir, change.Request{Options: options})
	if err != nil {
		return fmt.Errorf("the branches are joined, but the update that has to follow failed; mend it and run 'spacegen update --allow-dirty': %w", err)
	}
	report := prepared.Report()
	err = errors.Join(c.apply(ctx, std, g, prepared, c.asker(std)), prepared.Close())
	if err != nil && !errors.Is(err, errConflicts) {
		return err
	}
	if told := change.Conclude(ctx, c.dir, joined, report); told != nil {
		return told
	}
	if !c.json {
		fmt.Fprintln(std.out, next(joined, errors.Is(err, errConflicts)))
	}
	if err == nil && len(joined.Left) > 0 {
		return errConflicts
	}
	return err
}

// next says what is left for people to do.
func next(joined *change.Joined, conflicts bool) string {
	goOn := map[string]string{"merge": "git commit", "rebase": "git rebase --continue", "cherry-pick": "git cherry-pick --continue", "revert": "git revert --continue"}[joined.Doing]
	switch {
	case len(joined.Left) > 0:
		return "Yours to decide, since spacegen did not write them: " + strings.Join(joined.Left, ", ") + ". Then 'git add' them and '" + goOn + "'."
	case conflicts:
		return "Decide the conflicts, then run 'spacegen update --allow-dirty', 'git add' the files and '" + goOn + "'."
	default:
		return "All conflicts are resolved. Look at 'git diff --cached', then '" + goOn + "'."
	}
}

func (c *changeFlags) reportJoined(std stdio, joined *change.Joined) {
	for _, ch := range joined.Changes {
		if ch.Note != "" {
			fmt.Fprintf(std.out, "  %-9s %s  (%s)\n", ch.Action, ch.Path, ch.Note)
		}
	}
	for _, note := range joined.Notes {
		fmt.Fprintf(std.out, "  %-9s %s\n", "note", note)
	}
}

// driverCommand is what git calls for each file, by its configuration.
func driverCommand(std stdio) *cobra.Command {
	return &cobra.Command{
		Use:    "driver BASE OURS THEIRS PATH",
		Short:  "Merge one file for git",
		Hidden: true,
		Args:   exactArgs("BASE", "OURS", "THEIRS", "PATH"),
		RunE: func(cmd *cobra.Command, args []string) error {
			var texts [3][]byte
			for i := range texts {
				var err error
				if texts[i], err = os.ReadFile(args[i]); err != nil {
					return fmt.Errorf("merge %s: %w", args[3], err)
				}
			}
			merged, conflict, err := merge.Texts(cmd.Context(), repository.Driven(args[3]), texts[0], texts[1], texts[2])
			if err != nil {
				return fmt.Errorf("merge %s: %w", args[3], err)
			}
			if err := os.WriteFile(args[1], merged, 0o600); err != nil { // git's own temporary file
				return fmt.Errorf("merge %s: %w", args[3], err)
			}
			if conflict {
				fmt.Fprintf(std.err, "spacegen: %s has a conflict\n", args[3])
				return errConflicts
			}
			return nil
		},
	}
}
