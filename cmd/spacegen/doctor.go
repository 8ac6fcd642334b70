package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator/doctor"
)

func doctorCommand(std stdio) *cobra.Command {
	dir := "."
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check the tools that spacegen needs, and the repository",
		Args:  exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			l, err := library(std)
			if err != nil {
				return err
			}
			all := l.Doctor(cmd.Context(), dir)
			failed := 0
			for _, d := range all {
				if !d.OK && d.Needed {
					failed++
				}
			}
			if asJSON {
				if err := printJSON(std.out, all); err != nil {
					return err
				}
			} else {
				printDiagnoses(std, all)
			}
			if failed > 0 {
				return fmt.Errorf("%d required checks failed; see above", failed)
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
