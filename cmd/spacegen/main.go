// Command spacegen turns a spacegen.yaml into a Go microservice repository and
// keeps it up to date.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/prompt"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// version is set by the linker when a release is built.
var version = ""

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], stdio{os.Stdin, os.Stdout, os.Stderr})
	stop()
	os.Exit(status)
}

// stdio is what a command reads from and writes to.
type stdio struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

// asker asks the person at the terminal; nil if there is none.
func (s stdio) asker() prompt.Asker {
	in, fromFile := s.in.(*os.File)
	out, toFile := s.out.(*os.File)
	if !fromFile || !toFile || !prompt.IsTerminal(in, out) {
		return nil
	}
	return prompt.New(in, out, s.err, os.Getenv("TERM"))
}

// The exit statuses of spacegen.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
	exitOpen   = 3 // done, but conflicts, drift or faults are left
)

// A usageError is the caller's mistake: it ends with exit status 2.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// run is spacegen: arguments in, exit status out.
func run(ctx context.Context, args []string, std stdio) int {
	a := answering(args, &std)
	root := newRoot(std)
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	status := exitStatus(err)
	if a != nil {
		if failed := a.end(status, err); failed != nil {
			fmt.Fprintf(std.err, "spacegen: write the report: %v\n", failed)
			return exitFailed
		}
	}
	if status == exitFailed || status == exitUsage {
		complain(ctx, std.err, cmd, err)
	}
	return status
}

// isUsage reports whether an error is the caller's mistake.
func isUsage(err error) bool {
	return as[usageError](err) || as[*merge.OptionError](err) || as[*spec.SettingError](err)
}

// exitStatus is that of an error; nil for none.
func exitStatus(err error) int {
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errConflicts), errors.Is(err, errDrift), errors.Is(err, errFaults):
		return exitOpen // the report said it all
	case isUsage(err):
		return exitUsage
	default:
		return exitFailed
	}
}

// complain says on w what went wrong with a command.
func complain(ctx context.Context, w io.Writer, cmd *cobra.Command, err error) {
	switch {
	case ctx.Err() == nil, errors.Is(err, prompt.ErrInterrupted):
		fmt.Fprintf(w, "spacegen: %v\n", err)
	case err.Error() == ctx.Err().Error():
		fmt.Fprintln(w, "spacegen: interrupted")
	default:
		fmt.Fprintf(w, "spacegen: interrupted: %v\n", err)
	}
	if exitStatus(err) == exitUsage {
		fmt.Fprintf(w, "See '%s --help'.\n", cmd.CommandPath())
	}
}

func newRoot(std stdio) *cobra.Command {
	root := &cobra.Command{
		Use:   "spacegen",
		Short: "Generate Go microservices and keep them up to date",
		Long: `spacegen turns one small file, spacegen.yaml, into a complete Go microservice
repository: interface, handler, service, manager and connector layers, its
Helm chart and its workflows.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE:          group,
		Version:       currentVersion(),
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SuggestionsMinimumDistance = 2
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if err.Error() == "unknown flag: --templates" {
			err = fmt.Errorf("%s has no --templates: spacegen.yaml names the overlays; 'spacegen update --templates' changes which", cmd.Name())
		}
		return usageError{err}
	})
	root.AddCommand(newCommand(std), addCommand(std), removeCommand(std), renameCommand(std), updateCommand(std), resolveCommand(std), mvCommand(std),
		diffCommand(std), checkCommand(std), statusCommand(std), listCommand(std), graphCommand(std), doctorCommand(std), templatesCommand(std), protoCommand(), runCommand(std), schemaCommand(), capabilitiesCommand(std), mcpCommand(), versionCommand())
	topics(root)
	return root
}

// topics makes help and completion refuse what they don't know, as every other
// command does.
func topics(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.RunE = func(_ *cobra.Command, args []string) error {
				topic, rest, err := root.Find(args)
				if err != nil {
					return usageError{err}
				}
				if len(rest) > 0 {
					return unknownCommand(topic, rest[0])
				}
				topic.InitDefaultHelpFlag()
				return topic.Help()
			}
			cmd.Run = nil
		case "completion":
			cmd.Args, cmd.RunE = cobra.ArbitraryArgs, group
		}
	}
}

// group is a command that has others below it, and does nothing by itself.
func group(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return unknownCommand(cmd, args[0])
	}
	return cmd.Help()
}

func unknownCommand(cmd *cobra.Command, name string) error {
	err := fmt.Errorf("unknown command %q", name)
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		err = fmt.Errorf("unknown command %q; did you mean %q?", name, near[0])
	}
	return usageError{err}
}

// exactArgs is cobra.ExactArgs with a message that names what is wanted.
func exactArgs(names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return usageError{absent(names[len(args):])}
		case len(args) > len(names):
			return usageError{fmt.Errorf("unexpected argument %q", args[len(names)])}
		}
		return nil
	}
}

// oneArg takes an argument, or none.
func oneArg(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usageError{fmt.Errorf("unexpected argument %q", args[1])}
	}
	return nil
}

// someArgs takes one argument or more.
func someArgs(name string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usageError{absent([]string{name})}
		}
		return nil
	}
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  exactArgs(),
		Run:   func(cmd *cobra.Command, _ []string) { cmd.Println(currentVersion()) },
	}
}

// currentVersion is that of the release, else that of the module, as go
// install records it.
func currentVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}
