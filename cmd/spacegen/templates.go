package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

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
	if named == "" && dir != "" {
		if root, err := repository.FindRoot(dir); err == nil {
			return ownGenerator(root)
		}
	}
	if named == "" {
		return generator.New(templates.FS, currentVersion())
	}
	if info, err := os.Stat(named); err != nil || !info.IsDir() {
		return nil, usageError{fmt.Errorf("--templates %s is no folder", named)}
	}
	sets, err := render.Overlay(templates.FS, os.DirFS(named))
	if err != nil {
		return nil, fmt.Errorf("templates in %s: %w", named, err)
	}
	return generator.New(sets, currentVersion())
}

// ownGenerator is newGenerator with the templates of the repository at root, if it
// has some. They may come from anybody: no link in them leads out of it.
func ownGenerator(dir string) (g *generator.Generator, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", dir, err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	switch info, err := root.Stat(ownTemplates); {
	case errors.Is(err, fs.ErrNotExist):
		return generator.New(templates.FS, currentVersion())
	case err != nil:
		return nil, fmt.Errorf("templates in %s: %w", ownTemplates, err)
	case !info.IsDir():
		return nil, fmt.Errorf("templates in %s: it is no folder", ownTemplates)
	}
	own, err := fs.Sub(root.FS(), ownTemplates)
	if err != nil {
		return nil, fmt.Errorf("templates in %s: %w", ownTemplates, err)
	}
	sets, err := render.Overlay(templates.FS, own)
	if err != nil {
		return nil, fmt.Errorf("templates in %s: %w", ownTemplates, err)
	}
	return generator.New(sets, currentVersion())
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
