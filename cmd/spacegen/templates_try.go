package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator/trial"
)

// errFaults means that an overlay has faults, which the report names.
var errFaults = errors.New("the overlay has faults")

func tryCommand(std stdio) *cobra.Command {
	var how trial.Options
	var asJSON bool
	var junit string
	cmd := &cobra.Command{
		Use:   "test [DIR]",
		Short: "Test templates that are laid over those of spacegen",
		Long: `test lays the overlay in a folder over the templates of spacegen, and renders it
for many Specs: every kind of repository, and services in which any three choices
of servers, resources, database, cache, chart, CI and framework occur together.
The folder is the current one or, in a repository that keeps an overlay, that one,
unless you name another. Nothing but goldens is written.

Each file that the overlay brings or changes is read: Go parses, is formatted and
type-checks, YAML, JSON and Dockerfiles parse, charts pass 'helm lint' if helm is
there. Each branch of the overlay's templates has to be rendered for some Spec.

Values are the examples and defaults of overlay.yaml, or the sets of values that
testdata/values.yaml holds by name. A folder testdata/golden/NAME holds a
spacegen.yaml and, beside it, the files that the overlay brings or changes there;
--update writes these.

The exit status is 3 if there are faults.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError{fmt.Errorf("unexpected argument %q", args[1])}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := library(std)
			if err != nil {
				return err
			}
			o, err := l.Trial(cmd.Context(), workshop(args).Dir)
			if err != nil {
				return err
			}
			report, err := trial.Run(cmd.Context(), o, how)
			if err != nil {
				return err
			}
			if junit != "" {
				var out bytes.Buffer
				if err := report.JUnit(&out); err != nil {
					return err
				}
				if err := os.WriteFile(junit, out.Bytes(), 0o644); err != nil { //nolint:gosec // a report, for everyone to read
					return fmt.Errorf("write the report: %w", err)
				}
			}
			if asJSON {
				err = printJSON(std.out, report)
			} else {
				printTrial(std.out, report)
			}
			if err == nil && len(report.Failures) > 0 {
				return errFaults
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&how.Update, "update", false, "write what the overlay brings or changes into testdata/golden")
	cmd.Flags().BoolVar(&asJSON, "json", false, "report in JSON")
	cmd.Flags().Var(filled{&junit}, "junit", "write the report as JUnit XML into a `file`, too")
	return cmd
}

func printTrial(w io.Writer, r *trial.Report) {
	for _, f := range r.Failures {
		fmt.Fprintf(w, "%-10s %s\n", f.Check, f)
	}
	for _, why := range r.Skipped {
		fmt.Fprintf(w, "%-10s %s\n", "skipped", why)
	}
	for _, at := range r.Written {
		fmt.Fprintf(w, "%-10s %s\n", "wrote", at)
	}
	fmt.Fprintf(w, "%s: rendered for %s, %s, %s: ", r.Overlay, counted(r.Specs, "Spec"), counted(r.Files, "different file"), counted(r.Goldens, "golden"))
	if len(r.Failures) == 0 {
		fmt.Fprintln(w, "no faults")
		return
	}
	fmt.Fprintln(w, counted(len(r.Failures), "fault"))
}

// counted is a number of things.
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
