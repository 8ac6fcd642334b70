// The server of the web console: it serves the app and passes its calls on to
// the services.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	defaults "github.com/cloudforet-io/console/config"
	"github.com/cloudforet-io/console/internal/config"
	"github.com/cloudforet-io/console/internal/server"
	"github.com/cloudforet-io/console/internal/site"
)

// version is set when the command is linked.
var version = "dev"

const usage = `Serves the web console and passes its calls on to the services.

Usage:
  %[1]s run [all] [flags]   serve until interrupted
  %[1]s export FOLDER       write the app's files, for another web server to serve
  %[1]s version             print the version

%[1]s run --help lists the flags.
`

// errUsage is a command line that says nothing that can be done.
var errUsage = errors.New("wrong usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args, os.Getenv, os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, errUsage):
		os.Exit(2)
	case err != nil:
		_, _ = fmt.Fprintf(os.Stderr, "%s: %v\n", filepath.Base(os.Args[0]), err)
		os.Exit(1)
	}
}

// run does what the command line asks for.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	name, command := filepath.Base(args[0]), ""
	if len(args) > 1 {
		command = args[1]
	}
	switch command {
	case "run":
		return serve(ctx, name, args[2:], getenv, stderr)
	case "export":
		if len(args) != 3 || args[2] == "" {
			_, _ = fmt.Fprintf(stderr, "%s export takes the folder to write to\n", name)
			return errUsage
		}
		return site.Export(site.Embedded(), args[2])
	case "version":
		if len(args) > 2 {
			_, _ = fmt.Fprintf(stderr, "%s version takes no arguments, not %q\n", name, args[2])
			return errUsage
		}
		_, err := fmt.Fprintln(stdout, version)
		return err
	case "help", "-h", "--help":
		_, err := fmt.Fprintf(stdout, usage, name)
		return err
	case "":
		_, _ = fmt.Fprintf(stderr, usage, name)
		return errUsage
	default:
		_, _ = fmt.Fprintf(stderr, "unknown command %q\n", command)
		_, _ = fmt.Fprintf(stderr, usage, name)
		return errUsage
	}
}

// serve runs the server.
func serve(ctx context.Context, name string, args []string, getenv func(string) string, stderr io.Writer) error {
	if len(args) > 0 && args[0] == "all" { // as the services are started, which run several servers
		args = args[1:]
	}
	type setting struct{ key, value string }
	var settings []setting
	flags := flag.NewFlagSet(name+" run", flag.ContinueOnError)
	flags.SetOutput(stderr)
	file := flags.String("config", getenv(config.FileVariable), "the configuration's `file`, else that named by "+config.FileVariable)
	for key, help := range map[string]string{
		"host":     "the `address` to listen at",
		"port":     "the `port` to listen at; 0 is any that is free",
		"title":    "what the page is called",
		"services": "the services' REST servers, as in `identity=http://127.0.0.1:8000,…`",
	} {
		flags.Func(key, help, func(value string) error {
			settings = append(settings, setting{key, value})
			return new(config.Config).Set(key, value)
		})
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil
		}
		return errUsage
	}
	if flags.NArg() > 0 {
		_, _ = fmt.Fprintf(stderr, "%s run takes flags only, not %q\n", name, flags.Arg(0))
		return errUsage
	}
	c, err := config.Load(defaults.Default, *file, getenv)
	if err != nil {
		return err
	}
	for _, s := range settings {
		if err := c.Set(s.key, s.value); err != nil {
			return err
		}
	}
	log := slog.New(slog.NewJSONHandler(stderr, nil)).With("service", name)
	handler, err := server.NewHandler(c, site.Embedded(), log)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Address())
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	return server.Run(ctx, listener, handler, log)
}
