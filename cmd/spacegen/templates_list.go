package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
)

// listOptions are the flags of templates list.
type listOptions struct {
	dir    string
	sets   []string // templates laid over
	blocks bool
	json   bool
}

func templatesListCommand(std stdio) *cobra.Command {
	o := new(listOptions)
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the templates, and what overlays change in them",
		Long: `list shows the template sets with their versions, and their files. In a repository
that has overlays, or with --templates, it says of each file which overlay brings or
overrides it, which entries of a files.yaml are laid over spacegen's, which blocks
are filled, and which overrides are behind or have no base. --blocks lists the
blocks that an overlay can fill.`,
		Example: "  spacegen templates list --templates ../acme\n  spacegen templates list --blocks",
		Args:    exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			g, err := o.generator(cmd.Context(), std)
			if err != nil {
				return err
			}
			if o.blocks {
				return o.listBlocks(std.out, g)
			}
			return o.listFiles(std.out, g)
		},
	}
	flags := cmd.Flags()
	flags.VarP(filled{&o.dir}, "dir", "C", "`folder` of a repository, or one in it, whose overlays are shown (default: the working directory)")
	flags.Var(sources{&o.sets}, "templates", "`source` of templates laid over those of spacegen: a folder, git+URL@TAG, MODULE@VERSION or oci://IMAGE:TAG (may be repeated)")
	flags.BoolVar(&o.blocks, "blocks", false, "list the blocks of the templates instead")
	flags.BoolVar(&o.json, "json", false, "report in JSON")
	return cmd
}

// generator has the overlays of the repository, and those that the flags name.
func (o *listOptions) generator(ctx context.Context, std stdio) (*generator.Generator, error) {
	dir := o.dir
	if dir == "" {
		dir = "."
	}
	if _, err := repository.FindRoot(dir); err == nil {
		return newGenerator(ctx, std, dir, o.sets...)
	} else if o.dir != "" {
		return nil, err
	}
	l, err := library(std)
	if err != nil {
		return nil, err
	}
	wanted, err := generator.Named(o.sets)
	if err != nil {
		return nil, misnamed(err)
	}
	return l.With(ctx, ".", wanted)
}

func (o *listOptions) listBlocks(w io.Writer, g *generator.Generator) error {
	blocks, err := g.Templates.Blocks()
	if err != nil {
		return err
	}
	if o.json {
		return printJSON(w, blocks)
	}
	for _, b := range blocks {
		fmt.Fprintln(w, b.Name)
		if b.What != "" {
			fmt.Fprintf(w, "  holds %s\n", b.What)
		}
		if strings.TrimSpace(b.Default) == "" {
			fmt.Fprintln(w, "  empty unless filled")
		} else {
			fmt.Fprintf(w, "  unless filled: %s\n", strings.ReplaceAll(b.Default, "\n", "\n    "))
		}
		for _, at := range b.Templates {
			fmt.Fprintf(w, "  in %s\n", at)
		}
	}
	return nil
}

func (o *listOptions) listFiles(w io.Writer, g *generator.Generator) error {
	files, err := g.Templates.Files()
	if err != nil {
		return err
	}
	if o.json {
		type set struct {
			Name    string `json:"name"`
			Version string `json:"version"`
			Digest  string `json:"digest"`
		}
		type over struct {
			Name     string `json:"name"`
			From     string `json:"from"`
			Revision string `json:"revision,omitempty"`
			Digest   string `json:"digest"`
		}
		out := struct {
			Sets     []set           `json:"sets"`
			Overlays []over          `json:"overlays"`
			Files    []render.Listed `json:"files"`
		}{Overlays: []over{}, Files: files}
		for _, s := range g.Sets() {
			out.Sets = append(out.Sets, set{s.Name, s.Version, s.Digest})
		}
		for _, pin := range g.Overlays {
			out.Overlays = append(out.Overlays, over{pin.Name, string(pin.From), pin.Revision, pin.Digest})
		}
		return printJSON(w, out)
	}
	for _, set := range g.Sets() {
		fmt.Fprintln(w, "#", set.Name, set.Version, set.Digest)
	}
	for _, pin := range g.Overlays {
		fmt.Fprintln(w, "# overlay", pin)
		for _, line := range g.Templates.Said(pin.Name) {
			fmt.Fprintf(w, "#   %s\n", line)
		}
	}
	for _, file := range files {
		fmt.Fprint(w, file.Path)
		if said := file.String(); said != "" {
			fmt.Fprint(w, "  ", said)
		}
		fmt.Fprintln(w)
	}
	return nil
}
