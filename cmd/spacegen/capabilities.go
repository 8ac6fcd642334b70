package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// capabilities are what a program has to know to use this spacegen.
type capabilities struct {
	Spacegen   string       `json:"spacegen"`
	JSONSchema int          `json:"json_schema"` // the version of what --json prints
	Commands   []capability `json:"commands"`
	Kinds      []spec.Kind  `json:"kinds"` // of repositories
	Parts      []partKind   `json:"parts"` // that add and remove know
	FieldTypes []string     `json:"field_types"`
	Exits      []exit       `json:"exit_statuses"`
	Codes      []string     `json:"error_codes"`
	Rules      []string     `json:"check_rules"`
}

// A capability is a command that does something.
type capability struct {
	Command string       `json:"command"` // with its arguments
	Short   string       `json:"short"`
	JSON    bool         `json:"json"` // it has --json
	Flags   []flagDetail `json:"flags"`
}

type flagDetail struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	Default string `json:"default,omitempty"`
	Usage   string `json:"usage"`
}

type partKind struct {
	Kind    string `json:"kind"`
	Short   string `json:"short"`
	Args    string `json:"args"`
	Example string `json:"example"`
}

type exit struct {
	Status  int    `json:"status"`
	Meaning string `json:"meaning"`
}

func capabilitiesCommand(std stdio) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "capabilities",
		Short: "List what this spacegen can do, for programs",
		Long: `capabilities lists the commands and their flags, the kinds of repositories and
parts, the types of fields, and what exit statuses and error codes mean.`,
		Args: exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			all := describe(cmd.Root())
			if asJSON {
				return printJSON(std.out, all)
			}
			table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
			for _, c := range all.Commands {
				fmt.Fprintf(table, "%s\t%s\n", c.Command, c.Short)
			}
			for _, p := range all.Parts {
				fmt.Fprintf(table, "part %s\t%s\n", p.Kind, p.Short)
			}
			fmt.Fprintf(table, "field types\t%s\n", strings.Join(all.FieldTypes, ", "))
			for _, e := range all.Exits {
				fmt.Fprintf(table, "exit status %d\t%s\n", e.Status, e.Meaning)
			}
			fmt.Fprintf(table, "error codes\t%s\n", strings.Join(all.Codes, ", "))
			return table.Flush()
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "report in JSON")
	return cmd
}

// describe reads the capabilities from the commands themselves.
func describe(root *cobra.Command) capabilities {
	all := capabilities{
		Spacegen: currentVersion(), JSONSchema: answerSchema, Kinds: spec.Kinds(),
		Codes: []string{codeFailed, codeSpec}, Rules: report.Rules(),
		Exits: []exit{
			{exitDone, "done"}, {exitFailed, "failed; nothing was written, unless the message says otherwise"},
			{exitUsage, "wrong usage; nothing was written"}, {exitOpen, "done, and conflicts, drift or faults are left"},
		},
	}
	for _, known := range coded() {
		all.Codes = append(all.Codes, known.code)
	}
	slices.Sort(all.Codes)
	for _, t := range spec.FieldTypes() {
		all.FieldTypes = append(all.FieldTypes, string(t))
	}
	for _, p := range parts() {
		all.Parts = append(all.Parts, partKind{p.kind, p.short, p.args, p.example})
	}
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		if c.Name() == "help" || c.Hidden {
			return
		}
		if c != root && c.Runnable() {
			all.Commands = append(all.Commands, capabilityOf(c))
		}
		for _, child := range c.Commands() {
			walk(child)
		}
	}
	walk(root)
	return all
}

func capabilityOf(c *cobra.Command) capability {
	one := capability{Command: strings.TrimSuffix(c.UseLine(), " [flags]"), Short: c.Short, Flags: []flagDetail{}}
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" || f.Hidden {
			return
		}
		one.JSON = one.JSON || f.Name == "json"
		one.Flags = append(one.Flags, flagDetail{Name: f.Name, Type: f.Value.Type(), Default: f.DefValue, Usage: strings.ReplaceAll(f.Usage, "`", "")})
	})
	return one
}
