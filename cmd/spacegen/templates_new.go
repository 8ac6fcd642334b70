package main

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/generator/trial"
	"github.com/cloudforet-io/spacegen/templates"
)

func templatesNewCommand(std stdio) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "new NAME",
		Short: "Make the repository of an overlay: templates that are laid over those of spacegen",
		Long: `new makes the repository of an overlay, in a folder of its name unless --dir names
another: its manifest with a value that it asks for, blocks that it fills, a
template that it overrides with its base, values and a service to test it with, and
workflows that test it against this spacegen and the newest and release it by tags.`,
		Example: "  spacegen templates new acme",
		Args:    exactArgs("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			name := args[0]
			if err := spec.CheckOverlayName(name); err != nil {
				return usageError{err}
			}
			if dir == "" {
				dir = name
			}
			if err := beginOverlay(cmd.Context(), std, name, dir); err != nil {
				return err
			}
			fmt.Fprintf(std.out, "Made the overlay %s in %s.\n\nNext:\n  cd %s\n  git init\n  spacegen templates test\n", name, dir, spec.ShellQuote(dir))
			return nil
		},
	}
	cmd.Flags().Var(filled{&dir}, "dir", "`folder` of the repository (default: NAME)")
	return cmd
}

// beginOverlay makes the repository of an overlay, with its goldens.
func beginOverlay(ctx context.Context, std stdio, name, dir string) error {
	skeleton, err := fs.Sub(templates.Overlay, "overlay")
	if err != nil {
		return err
	}
	l, err := library(std)
	if err != nil {
		return err
	}
	if err := (trial.Beginning{Name: name, Version: currentVersion(), Skeleton: skeleton, Under: l.FS}).Write(ctx, dir); err != nil {
		return err
	}
	o, err := l.Trial(ctx, dir)
	if err != nil {
		return err
	}
	_, err = trial.Run(ctx, o, trial.Options{Update: true, Cases: []trial.Case{}})
	return err
}
