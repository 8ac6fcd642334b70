package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator/doctor"
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
			g, err := newGenerator("", dir)
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

func doctorCommand(std stdio) *cobra.Command {
	dir := "."
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check the tools that spacegen needs, and the repository",
		Args:  exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			g, err := newGenerator("", dir)
			if err != nil {
				return err
			}
			all := g.Doctor(cmd.Context(), dir)
			healthy := true
			for _, d := range all {
				healthy = healthy && (d.OK || !d.Needed)
			}
			if asJSON {
				if err := printJSON(std.out, all); err != nil {
					return err
				}
			} else {
				printDiagnoses(std, all)
			}
			if !healthy {
				return errors.New("something that is needed is missing or not as it should be")
			}
			return nil
		},
	}
	cmd.Flags().VarP(filled{&dir}, "dir", "C", "`folder` of the repository, or one in it")
	cmd.Flags().BoolVar(&asJSON, "json", false, "report in JSON")
	return cmd
}

func printDiagnoses(std stdio, all []doctor.Diagnosis) {
	for _, d := range all {
		state := "ok"
		switch {
		case !d.OK && d.Needed:
			state = "FAILED"
		case !d.OK:
			state = "absent"
		}
		fmt.Fprintf(std.out, "%-8s %-11s %s\n", state, d.What, d.Detail)
	}
}
