package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

func graphCommand(std stdio) *cobra.Command {
	dir := "."
	var svg bool
	cmd := &cobra.Command{
		Use:   "graph",
		Short: "Draw the layers, the parts and their calls",
		Long: `graph prints what the repository is made of and what calls what, as a Mermaid
flowchart, which GitHub shows in Markdown, or as an SVG. What services and managers
call their code says; the members of a platform are asked where they lie on this
machine.`,
		Example: "  spacegen graph > docs/graph.mmd\n  spacegen graph --svg > docs/graph.svg",
		Args:    exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			g, err := newGenerator(cmd.Context(), std, dir)
			if err != nil {
				return err
			}
			graph, err := g.Draw(cmd.Context(), dir)
			if err != nil {
				return err
			}
			if svg {
				fmt.Fprint(std.out, graph.SVG())
				return nil
			}
			fmt.Fprint(std.out, graph.Mermaid())
			return nil
		},
	}
	cmd.Flags().VarP(filled{&dir}, "dir", "C", "`folder` of the repository, or one in it")
	cmd.Flags().BoolVar(&svg, "svg", false, "print an SVG")
	return cmd
}
