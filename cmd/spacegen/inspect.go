package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator/overlay"
	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/report"
)

func diffCommand(std stdio) *cobra.Command {
	dir := "."
	var names, asJSON bool
	cmd := &cobra.Command{
		Use:   "diff",
		Short: "Show what was changed by hand since spacegen wrote it",
		Args:  exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			edits, err := report.HandEdits(cmd.Context(), dir)
			if err != nil {
				return err
			}
			if asJSON {
				return printEditsJSON(std.out, edits)
			}
			for _, e := range edits {
				printEdit(std.out, e, names)
			}
			return nil
		},
	}
	cmd.Flags().VarP(filled{&dir}, "dir", "C", "`folder` of the repository, or one in it")
	cmd.Flags().BoolVar(&names, "name-only", false, "show the names of the files alone")
	cmd.Flags().BoolVar(&asJSON, "json", false, "report in JSON, the names of the files alone")
	return cmd
}

func printEditsJSON(w io.Writer, edits []report.HandEdit) error {
	type edit struct {
		Path  string `json:"path"`
		State string `json:"state"`
		Moved string `json:"moved_to,omitempty"`
	}
	out := []edit{}
	for _, e := range edits {
		out = append(out, edit{e.Path, state(e), e.Moved})
	}
	return printJSON(w, out)
}

// state is what became of a file, in a word.
func state(e report.HandEdit) string {
	switch {
	case e.Deleted:
		return "deleted"
	case e.Lost:
		return "base missing"
	case e.Moved != "":
		return "moved"
	default:
		return "edited"
	}
}

func printEdit(w io.Writer, e report.HandEdit, names bool) {
	where := e.Path
	if e.Moved != "" {
		where = e.Moved
	}
	switch {
	case e.Deleted:
		fmt.Fprintf(w, "deleted: %s\n", e.Path)
	case e.Lost:
		fmt.Fprintf(w, "base missing: %s\n", where)
	case e.Moved != "":
		fmt.Fprintf(w, "moved: %s to %s\n", e.Path, where)
	case names || e.Base == nil:
		fmt.Fprintf(w, "edited: %s\n", where)
	}
	if !names && !e.Deleted && e.Base != nil {
		_, _ = w.Write(diff.Diff("spacegen/"+e.Path, e.Base, "yours/"+where, e.Ours))
	}
}

func checkCommand(std stdio) *cobra.Command {
	dir := "."
	var asJSON, asSARIF, full bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Check that the repository is in step with its Spec, for CI",
		Long: `check finds files that an update would change, generated files that were
edited, conflicts that are left, imports that break the rule of layers, code in
gen/ that is not what the protos become, and what looks like a secret in
configuration that becomes part of the image or of a ConfigMap; a line that ends
with "# not a secret" has none. The exit status is 3 if there are any. Of a platform it
also notes the members that are not on this machine.

gen/ is made anew and compared, unless .spacegen/gen.sum says that it is in step.
A commit can change both: --full compares in any case, and is meant for CI.`,
		Args: exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON && asSARIF {
				return usageError{errors.New("--json and --sarif are two forms of the report; choose one")}
			}
			g, err := newGenerator(cmd.Context(), std, dir)
			if err != nil {
				return err
			}
			findings, err := g.Check(cmd.Context(), dir, protocode.Options{
				Full:     full,
				Progress: std.steps().show,
				Note:     func(text string) { fmt.Fprintf(std.err, "note: %s\n", text) },
			})
			if err != nil {
				return err
			}
			if err := printFindings(std.out, findings, g.Overlays, asJSON, asSARIF); err != nil {
				return err
			}
			if slices.ContainsFunc(findings, func(f report.Finding) bool { return !f.Note }) {
				return errDrift
			}
			return nil
		},
	}
	cmd.Flags().VarP(filled{&dir}, "dir", "C", "`folder` of the repository, or one in it")
	cmd.Flags().BoolVar(&full, "full", false, "make gen/ anew and compare it, whatever .spacegen/gen.sum says")
	cmd.Flags().BoolVar(&asJSON, "json", false, "report in JSON")
	cmd.Flags().BoolVar(&asSARIF, "sarif", false, "report in SARIF 2.1.0, which GitHub shows at the line")
	return cmd
}

func printFindings(w io.Writer, findings []report.Finding, overlays []overlay.Pin, asJSON, asSARIF bool) error {
	switch {
	case asSARIF:
		return printJSON(w, report.SARIF(findings, currentVersion()))
	case asJSON:
		if findings == nil {
			findings = []report.Finding{}
		}
		return printJSON(w, findings)
	}
	for _, f := range findings {
		place := f.Path
		if f.Line > 0 {
			place = fmt.Sprintf("%s:%d", f.Path, f.Line)
		}
		fmt.Fprintf(w, "%s: %s: %s\n", place, f.Rule, f.Message)
	}
	for _, pin := range overlays {
		fmt.Fprintf(w, "overlay: %s\n", pin)
	}
	if !slices.ContainsFunc(findings, func(f report.Finding) bool { return !f.Note }) {
		fmt.Fprintln(w, "In step.")
	}
	return nil
}

func listCommand(std stdio) *cobra.Command {
	dir := "."
	var asJSON, explain, stubs bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the parts of the service",
		Long: `list shows the parts of the service. --explain shows, for each method of an API
that people brought themselves, what it was recognised as, and why; --stubs
shows the methods whose code still answers ERROR_NOT_IMPLEMENTED, be it for some
fields of their requests only, and where.`,
		Args: exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			g, err := newGenerator(cmd.Context(), std, dir)
			if err != nil {
				return err
			}
			if explain || stubs {
				all, err := g.Explain(cmd.Context(), dir)
				if err != nil {
					return err
				}
				return printExplained(std.out, all, stubs, asJSON)
			}
			parts, err := g.List(cmd.Context(), dir)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(std.out, parts)
			}
			if len(parts) == 0 {
				fmt.Fprintln(std.out, "There are no parts as yet.")
			}
			for _, p := range parts {
				fmt.Fprintf(std.out, "%-10s %-30s %s\n", p.Kind, p.Name, p.Detail)
			}
			return nil
		},
	}
	cmd.Flags().VarP(filled{&dir}, "dir", "C", "`folder` of the repository, or one in it")
	cmd.Flags().BoolVar(&asJSON, "json", false, "report in JSON")
	cmd.Flags().BoolVar(&explain, "explain", false, "show what the methods of the API were recognised as, and why")
	cmd.Flags().BoolVar(&stubs, "stubs", false, "show the methods that are still to be written")
	return cmd
}

func printExplained(w io.Writer, all []report.Explained, stubs, asJSON bool) error {
	if stubs {
		all = slices.DeleteFunc(all, func(e report.Explained) bool { return !e.Stub && len(e.Unwritten) == 0 })
	}
	if asJSON {
		return printJSON(w, all)
	}
	for _, e := range all {
		what := "written by hand"
		switch {
		case stubs:
			what = e.At
		case e.Stub:
			what = "to be written"
		case e.Verb != "":
			what = e.Verb + " " + e.Resource
		}
		why := e.Why
		if len(e.Unwritten) > 0 {
			refused := "refuses " + strings.Join(e.Unwritten, ", ")
			if stubs {
				why = refused
			} else {
				why = strings.TrimPrefix(why+"; "+refused, "; ")
			}
		}
		if e.Unrouted != "" && !stubs {
			why += "; not by REST: " + e.Unrouted
		}
		if len(e.Roles) > 0 && !stubs {
			why += "; roles: " + strings.Join(e.Roles, ", ")
		}
		if e.Permission != "" && !stubs {
			why += "; permission: " + e.Permission
		}
		fmt.Fprintf(w, "%-40s %-28s %s\n", e.Service+"."+e.Method, what, strings.TrimPrefix(why, "; "))
	}
	if len(all) == 0 {
		fmt.Fprintln(w, nothingExplained(stubs))
	}
	return nil
}

func nothingExplained(stubs bool) string {
	if stubs {
		return "Nothing is left to be written."
	}
	return "There is no API that people brought themselves."
}
