package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/cloudforet-io/spacegen/generator/prompt"
	"github.com/cloudforet-io/spacegen/generator/running"
)

func runCommand(std stdio) *cobra.Command {
	o := running.Options{Out: std.out, Dir: "."}
	var status, asJSON bool
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Run all members of a platform on this machine",
		Long: `run builds the members of a platform that lie on this machine and starts them,
each on ports of its own and on what is built in, so that nothing else has to
run. What they say comes in one stream; one that dies is started again. Plugins
are registered at the service plugin, which has a supervisor run those that are
asked for; without these two, the services that call a plugin run it.

With identity among them the first domain and its first user are made, and the
services ask identity who calls. The user's password is that in
SPACEGEN_ADMIN_PASSWORD, or is made up; it is kept, as all that the members keep,
in .spacegen/run. Deleting that folder begins anew.

A page in the browser shows the members and how they do, what they say and the last
traces; run says where it is. Members send their traces there unless
OTEL_EXPORTER_OTLP_ENDPOINT names a collector.

The app of a console is built where that has not been done; after a change of it
run 'make app' there.

When all are up, run says where each is and how it does. On a terminal, Enter shows
that again; from elsewhere 'spacegen run --status' does, with exit status 3 if a member
does not work.

Ctrl-C ends all; a second one does so at once.`,
		Example: `  spacegen run
  spacegen run --only identity,inventory --quiet
  spacegen run --status`,
		Args: exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if status {
				return printRunning(std, o.Dir, asJSON)
			}
			if asJSON {
				return usageError{errors.New("--json belongs to --status")}
			}
			ctx, kill, stop := orders(cmd.Context())
			defer stop()
			o.Kill = kill
			o.Colour, o.Again = colourful(std.out), enters(std.in)
			o.Password = os.Getenv(running.PasswordVariable)
			return running.Run(ctx, o)
		},
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	flags.VarP(filled{&o.Dir}, "dir", "C", "`folder` of the platform, or one in it")
	flags.StringSliceVar(&o.Only, "only", nil, "`members` to run (default all)")
	flags.BoolVarP(&o.Quiet, "quiet", "q", false, "show only warnings, errors and crashes of the members; the page has all")
	flags.BoolVar(&status, "status", false, "show how the platform does that runs already, and end")
	flags.BoolVar(&asJSON, "json", false, "with --status: report in JSON")
	flags.BoolVar(&o.NoPage, "no-page", false, "serve no page")
	return cmd
}

// printRunning shows how the platform does that somebody else runs.
func printRunning(std stdio, dir string, asJSON bool) error {
	s, err := running.Status(dir)
	if err != nil {
		return err
	}
	if asJSON {
		err = printJSON(std.out, s)
	} else {
		err = s.Print(std.out)
	}
	if err == nil && len(s.Down()) > 0 {
		return errDrift
	}
	return err
}

// enters gets a value for each line that somebody enters at a terminal; nil if there is
// none.
func enters(in io.Reader) <-chan struct{} {
	file, ok := in.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) { //nolint:gosec // descriptors are small
		return nil
	}
	lines := make(chan struct{})
	go func() {
		for scanner := bufio.NewScanner(file); scanner.Scan(); {
			lines <- struct{}{}
		}
	}()
	return lines
}

// orders turns signals into orders: the first to stop, which ends the context,
// the second to do so at once, which closes the channel.
func orders(ctx context.Context) (_ context.Context, kill <-chan struct{}, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	signals, now := make(chan os.Signal, 2), make(chan struct{})
	// Whoever reads along may leave, as in 'spacegen run | head'; without an order
	// that would kill us, and nobody would stop the members.
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	done := make(chan struct{})
	go func() {
		for asked := false; ; {
			select {
			case s := <-signals:
				switch {
				case !asked:
					asked = true
					cancel()
				case s != syscall.SIGPIPE: // that is of one more line, and nobody is in a hurry
					close(now)
					return
				}
			case <-done:
				return
			}
		}
	}()
	return ctx, now, func() {
		signal.Stop(signals)
		close(done)
		cancel()
	}
}

// colourful reports whether what is written may have colours.
func colourful(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && os.Getenv("NO_COLOR") == "" && prompt.IsTerminal(file, file)
}
