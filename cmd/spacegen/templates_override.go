package main

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/overlay"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// workshop is the folder of an overlay: the one that is named or, in a repository, the
// one that it keeps itself; else the working directory.
func workshop(args []string) overlay.Workshop {
	w := overlay.Workshop{Dir: ".", Under: templates.FS, Version: currentVersion()}
	if len(args) == 1 {
		w.Dir = args[0]
		return w
	}
	if root, err := repository.FindRoot("."); err == nil {
		w.Dir = filepath.Join(root, filepath.FromSlash(spec.OverlayFolder))
		if overlays, _, err := repository.Overlays(root); err == nil {
			for _, o := range slices.Backward(overlays) {
				if r, err := o.From.Parse(); err == nil && r.Kind == spec.FolderSource {
					w.Dir = filepath.Join(root, filepath.FromSlash(r.Location))
				}
			}
		}
	}
	return w
}

func overrideCommand(std stdio) *cobra.Command {
	var dir string
	var onlyBase bool
	cmd := &cobra.Command{
		Use:   "override TEMPLATE...",
		Short: "Copy templates of spacegen into an overlay, to be changed there",
		Long: `override copies templates, by the names that 'spacegen templates list' shows, into an
overlay, and beside each its base: what it was made of. When a newer spacegen
changes the template, 'spacegen check' says so, and 'spacegen templates update'
merges. A block of a template can be filled without overriding all of it: see
docs/templates.md.`,
		Example: "  spacegen templates override ci/Dockerfile.tmpl",
		Args:    someArgs("TEMPLATE"),
		RunE: func(_ *cobra.Command, args []string) error {
			var where []string
			if dir != "" {
				where = []string{dir}
			}
			w := workshop(where)
			if err := w.Override(args, onlyBase); err != nil {
				return err
			}
			for _, at := range args {
				if onlyBase {
					fmt.Fprintf(std.out, "Wrote the base of %s.\n", filepath.ToSlash(filepath.Join(w.Dir, at)))
				} else {
					fmt.Fprintf(std.out, "Wrote %s, and its base.\n", filepath.ToSlash(filepath.Join(w.Dir, at)))
				}
			}
			return nil
		},
	}
	cmd.Flags().Var(filled{&dir}, "dir", "`folder` of the overlay (default: that of the repository, else the working directory)")
	cmd.Flags().BoolVar(&onlyBase, "base-only", false, "write the base alone, of templates that the overlay has already")
	return cmd
}

func templatesUpdateCommand(std stdio) *cobra.Command {
	var dryRun bool
	cmd := &cobra.Command{
		Use:   "update [DIR]",
		Short: "Merge what spacegen changed in templates that an overlay overrides",
		Long: `update brings the templates of an overlay together with what spacegen's have become
since: what only spacegen changed is taken, what both changed is merged, and where
that cannot be done a conflict is left in the file. The exit status is 3 then.`,
		Args: oneArg,
		RunE: func(cmd *cobra.Command, args []string) error {
			plan, notes, err := workshop(args).Update(cmd.Context(), dryRun)
			if err != nil {
				return err
			}
			for _, c := range plan.Changes {
				note := ""
				if c.Note != "" {
					note = "  (" + c.Note + ")"
				}
				fmt.Fprintf(std.out, "  %-9s %s%s\n", c.Action, c.Path, note)
			}
			for _, note := range notes {
				fmt.Fprintf(std.out, "  %-9s %s\n", "note", note)
			}
			switch {
			case dryRun:
				fmt.Fprintln(std.out, "Nothing was written.")
			case plan.Conflicts() > 0:
				return errConflicts
			case !slices.ContainsFunc(plan.Changes, func(c merge.FileChange) bool { return c.Write || c.Action == merge.Delete }):
				fmt.Fprintln(std.out, "Up to date.")
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "show what would be done, write nothing")
	return cmd
}

func templatesDiffCommand(std stdio) *cobra.Command {
	return &cobra.Command{
		Use:   "diff [DIR]",
		Short: "Show what an overlay changes in templates of spacegen",
		Args:  oneArg,
		RunE: func(_ *cobra.Command, args []string) error {
			overrides, err := workshop(args).Overrides()
			if err != nil {
				return err
			}
			for _, o := range overrides {
				base, of := o.Base, "base/"
				if base == nil {
					base, of = o.Now, "spacegen/"
				}
				_, _ = std.out.Write(diff.Diff(of+o.Path, base, "overlay/"+o.Path, o.Ours))
			}
			return nil
		},
	}
}
