package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/overlay"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/templates"
)

// library has the templates of this spacegen, and keeps those of others in the user's
// cache.
func library(std stdio) (generator.Library, error) {
	store, err := overlay.UserStore(std.steps().show)
	return generator.Library{FS: templates.FS, Version: currentVersion(), Store: store}, err
}

// newGenerator makes a generator for the repository that dir lies in; see
// generator.Library.For.
func newGenerator(ctx context.Context, std stdio, dir string, moves ...string) (*generator.Generator, error) {
	l, err := library(std)
	if err != nil {
		return nil, err
	}
	g, err := l.For(ctx, dir, moves...)
	return g, misnamed(err)
}

// misnamed makes a usage error of a source of templates that cannot be.
func misnamed(err error) error {
	if wrong := (*generator.SourceError)(nil); errors.As(err, &wrong) {
		return usageError{fmt.Errorf("--templates: %w", err)}
	}
	return err
}

func templatesCommand(std stdio) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "templates",
		Short: "Look at the templates, or write them out to be changed",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	cmd.SuggestionsMinimumDistance = 2
	cmd.AddCommand(overrideCommand(std), templatesUpdateCommand(std), templatesDiffCommand(std), templatesNewCommand(std), tryCommand(std))
	cmd.AddCommand(templatesListCommand(std), &cobra.Command{
		Use:   "export DIR",
		Short: "Write the template sets into a folder",
		Long: `export writes the embedded template sets into a folder, with their bases: a file
that is not changed there overrides nothing, and one that is can be brought up to
date by 'spacegen templates update'. Change what you like,
delete the rest, and name the folder by 'new --templates' or 'update --templates',
which write it into spacegen.yaml: its files are laid over those of spacegen, so
that you get updates of the rest. Entries in a files.yaml are laid over one by
one, by their path and, where several have the same, by their template. A file
that is laid over nothing, and that no entry names, is refused.`,
		Args: exactArgs("DIR"),
		RunE: func(_ *cobra.Command, args []string) error {
			if entries, err := os.ReadDir(args[0]); err == nil && len(entries) > 0 {
				return fmt.Errorf("export to %s: %w", args[0], repository.ErrOccupied)
			} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("export to %s: %w", args[0], err)
			}
			for _, to := range []string{args[0], filepath.Join(args[0], render.BaseFolder)} {
				if err := os.CopyFS(to, templates.FS); err != nil {
					return fmt.Errorf("export to %s: %w", args[0], err)
				}
			}
			fmt.Fprintf(std.out, "Wrote the templates to %s.\n", args[0])
			return nil
		},
	})
	return cmd
}
