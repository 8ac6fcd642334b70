package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator/report"
)

func statusCommand(std stdio) *cobra.Command {
	var asJSON, asMarkdown bool
	cmd := &cobra.Command{
		Use:   "status [DIR...]",
		Short: "Show the state of many repositories, and what an update would do to each",
		Long: `status looks at every repository in the folders (default: the working directory) and
up to five folders below, and at the members of platforms among them. It shows which
spacegen rendered each, whether an update would change it, and how. Nothing is written.

State       Meaning
up to date  an update would do nothing
drifted     an update would change files, though the templates are the same
behind      other templates than those of this spacegen rendered it
conflicts   conflicts of an update are left in its files
not here    a member of a platform that is not on this machine
failed      its state could not be found out; the reason is below the table

The exit status is 0 if all are up to date, 3 if some are not, 1 if some failed.`,
		Example: `  spacegen status
  spacegen status ~/src/services ~/src/plugins
  spacegen status --markdown . >>"$GITHUB_STEP_SUMMARY"`,
		RunE: func(cmd *cobra.Command, dirs []string) error {
			if asJSON && asMarkdown {
				return usageError{errors.New("--json and --markdown are two forms of the report; choose one")}
			}
			if len(dirs) == 0 {
				dirs = []string{"."}
			}
			l, err := library(std)
			if err != nil {
				return err
			}
			all, err := l.Status(cmd.Context(), dirs)
			if err != nil {
				return err
			}
			if err := printStatus(std.out, all, asJSON, asMarkdown); err != nil {
				return err
			}
			return open(all)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "report in JSON")
	cmd.Flags().BoolVar(&asMarkdown, "markdown", false, "report as a table in Markdown")
	return cmd
}

// open is the error that a command ends with which found repositories in these states.
func open(all []report.Status) error {
	failed := 0
	for _, s := range all {
		if s.State == report.Failed {
			failed++
		}
	}
	switch {
	case failed > 0:
		return fmt.Errorf("the state of %d of %d repositories could not be found out", failed, len(all))
	case slices.ContainsFunc(all, func(s report.Status) bool { return s.State != report.InStep && s.State != report.Missing }):
		return errDrift
	default:
		return nil
	}
}

func printStatus(w io.Writer, all []report.Status, asJSON, asMarkdown bool) error {
	heads := []string{"repository", "kind", "spacegen", "state", "an update would", "folder"}
	switch {
	case asJSON:
		return printJSON(w, all)
	case asMarkdown:
		printMarkdown(w, heads, all)
		return nil
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, strings.Join(heads, "\t"))
	for _, s := range all {
		fmt.Fprintln(table, strings.Join(cells(s), "\t"))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, s := range all {
		if s.Failed != "" {
			fmt.Fprintf(w, "%s: %s\n", s.Name, s.Failed)
		}
	}
	return nil
}

func printMarkdown(w io.Writer, heads []string, all []report.Status) {
	escape := strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;")
	row := func(cells []string) {
		for i := range cells {
			cells[i] = escape.Replace(cells[i])
		}
		fmt.Fprintf(w, "| %s |\n", strings.Join(cells, " | "))
	}
	row(heads)
	row(slices.Repeat([]string{"---"}, len(heads)))
	for _, s := range all {
		row(cells(s))
	}
	for _, s := range all {
		if s.Failed != "" {
			fmt.Fprintf(w, "\n- **%s**: %s\n", escape.Replace(s.Name), escape.Replace(s.Failed))
		}
	}
}

// cells are what a table says of a repository.
func cells(s report.Status) []string {
	known := func(text string) string {
		if text == "" {
			return "-"
		}
		return text
	}
	return []string{s.Name, known(string(s.Kind)), known(s.Spacegen), string(s.State), would(s), known(s.Dir)}
}

// would says what an update would do.
func would(s report.Status) string {
	if s.State == report.Failed || s.State == report.Missing {
		return "-"
	}
	var parts []string
	u := s.Update
	for _, part := range []struct {
		n    int
		what string
	}{{u.Written(), "write %d"}, {u.Deleted, "delete %d"}, {u.Conflicts, "leave %d conflicts"}, {u.Loses, "overwrite %d that were edited"}, {u.Waiting, "leave %d that are not checked out"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf(part.what, part.n))
		}
	}
	if s.Left > 0 {
		parts = append(parts, fmt.Sprintf("wait for %d decisions", s.Left))
	}
	if len(parts) == 0 {
		return "do nothing"
	}
	return strings.Join(parts, ", ")
}
