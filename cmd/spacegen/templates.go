package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/templates"
)

// ownTemplates is where a repository keeps templates of its own.
const ownTemplates = ".spacegen/templates"

// newGenerator makes a generator of the embedded template sets, with a folder
// of others laid over them: the one that was named, or that of the repository
// which dir lies in.
func newGenerator(named, dir string) (*generator.Generator, error) {
	where, folder := named, named
	if named == "" && dir != "" {
		if root, err := repository.FindRoot(dir); err == nil {
			where, folder = root, ownTemplates
		}
	}
	if where == "" {
		return generator.New(templates.FS, currentVersion())
	}
	over, err := openTemplates(where, folder)
	if named == "" && errors.Is(err, fs.ErrNotExist) {
		return generator.New(templates.FS, currentVersion())
	}
	if err != nil {
		return nil, err
	}
	defer over.Close() //nolint:errcheck // it is only read
	if inside, err := fs.ReadDir(over.FS(), "."); named != "" && err == nil && len(inside) == 0 {
		return nil, usageError{fmt.Errorf("--templates %s is empty; write templates there by 'spacegen templates export', and keep those that you change", named)}
	}
	sets, err := render.Overlay(templates.FS, over.FS())
	if err != nil {
		return nil, fmt.Errorf("templates in %s: %w", over.Name(), err)
	}
	return generator.New(sets, currentVersion())
}

// openTemplates opens a folder of templates, so that no link in it leads out: that of a
// repository may be somebody else's.
func openTemplates(where, folder string) (*os.Root, error) {
	if where == folder {
		if info, err := os.Stat(folder); err != nil || !info.IsDir() {
			return nil, usageError{fmt.Errorf("--templates %s is no folder", folder)}
		}
		return os.OpenRoot(folder)
	}
	root, err := os.OpenRoot(where)
	if err != nil {
		return nil, err
	}
	defer root.Close() //nolint:errcheck // it is only read
	over, err := root.OpenRoot(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("templates in %s: %w", filepath.Join(where, folder), err)
	}
	return over, err
}

const templatesHelp = "`folder` of templates laid over those of spacegen (default .spacegen/templates of the repository)"

func templatesCommand(std stdio) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "templates",
		Short: "Look at the templates, or write them out to be changed",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	cmd.SuggestionsMinimumDistance = 2
	cmd.AddCommand(&cobra.Command{
		Use:   "list",
		Short: "List the template sets with their versions, and their files",
		Args:  exactArgs(),
		RunE: func(*cobra.Command, []string) error {
			g, err := newGenerator("", "")
			if err != nil {
				return err
			}
			for _, set := range g.Sets() {
				fmt.Fprintln(std.out, "#", set.Name, set.Version, set.Digest)
			}
			return fs.WalkDir(templates.FS, ".", func(p string, d fs.DirEntry, err error) error {
				if err == nil && !d.IsDir() {
					fmt.Fprintln(std.out, p)
				}
				return err
			})
		},
	}, &cobra.Command{
		Use:   "export DIR",
		Short: "Write the template sets into a folder",
		Long: `export writes the embedded template sets into a folder. Change what you like,
delete the rest, and name the folder with --templates, or keep it as
.spacegen/templates in a repository: its files are laid over those of spacegen,
so that you get updates of the rest. Entries in a files.yaml are laid over one by
one, by their path and, where several have the same, by their template. A file
that is laid over nothing, and that no entry names, is refused.`,
		Args: exactArgs("DIR"),
		RunE: func(_ *cobra.Command, args []string) error {
			if entries, err := os.ReadDir(args[0]); err == nil && len(entries) > 0 {
				return fmt.Errorf("export to %s: %w", args[0], repository.ErrOccupied)
			} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("export to %s: %w", args[0], err)
			}
			if err := os.CopyFS(args[0], templates.FS); err != nil {
				return fmt.Errorf("export to %s: %w", args[0], err)
			}
			fmt.Fprintf(std.out, "Wrote the templates to %s.\n", args[0])
			return nil
		},
	})
	return cmd
}
