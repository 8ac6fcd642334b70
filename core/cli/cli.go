// Package cli runs a command line and reports by its exit status how it ended, which is
// all that the pod or script that started it reads.
package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// The exit statuses.
const (
	Done   = 0
	Failed = 1
	Misled = 2 // called in a way that means nothing; nothing was done
)

// A usageError is a mistake of the caller.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// Usage makes an error the caller's: the command ends with status 2.
func Usage(err error) error { return usageError{err} }

// Execute runs the command that the arguments name, and gives the exit status.
// What fails before that command begins is wrong usage: an unknown command or
// flag, an argument too many, a required flag that is missing.
func Execute(ctx context.Context, root *cobra.Command) int {
	root.SilenceErrors, root.SilenceUsage = true, true
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	begun := false
	prepare(root, &begun)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return Done
	}
	cmd.PrintErrf("%s: %v\n", root.Name(), err)
	if begun && !errors.As(err, new(usageError)) {
		return Failed
	}
	cmd.PrintErrf("See '%s --help'.\n", cmd.CommandPath())
	return Misled
}

// prepare has each command say when it begins, and gives those that do nothing
// by themselves an error to end with.
func prepare(cmd *cobra.Command, begun *bool) {
	for _, sub := range cmd.Commands() {
		prepare(sub, begun)
	}
	if cmd.Name() == "help" {
		cmd.Run, cmd.RunE = nil, help
	}
	run, runE := cmd.Run, cmd.RunE
	switch {
	case run == nil && runE == nil || cmd.Name() == "completion":
		cmd.Args, cmd.RunE = cobra.ArbitraryArgs, group
	case runE != nil:
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			*begun = true
			return runE(cmd, args)
		}
	default:
		cmd.Run = func(cmd *cobra.Command, args []string) {
			*begun = true
			run(cmd, args)
		}
	}
}

// group is a command that has others below it.
func group(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return unknown(cmd, args[0])
	}
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return Usage(fmt.Errorf("the command is missing: %s takes one of %s", cmd.CommandPath(), strings.Join(names, ", ")))
}

func unknown(cmd *cobra.Command, name string) error {
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		return Usage(fmt.Errorf("unknown command %q of %s; did you mean %q?", name, cmd.CommandPath(), near[0]))
	}
	return Usage(fmt.Errorf("unknown command %q of %s", name, cmd.CommandPath()))
}

// help prints the help of the command that its arguments name.
func help(cmd *cobra.Command, args []string) error {
	topic, rest, err := cmd.Root().Find(args)
	if err != nil || len(rest) > 0 {
		return Usage(fmt.Errorf("unknown help topic %q", strings.Join(args, " ")))
	}
	topic.InitDefaultHelpFlag()
	return topic.Help()
}
