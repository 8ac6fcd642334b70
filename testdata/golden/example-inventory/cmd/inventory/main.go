// Keeps what runs in the clouds of a domain, as plugins find it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/cloudforet-io/spacegen/core/cli"
	core "github.com/cloudforet-io/spacegen/core/config"
	"github.com/spf13/cobra"

	"github.com/cloudforet-io/inventory/config"
	"github.com/cloudforet-io/inventory/internal/app"
)

// version is set by the linker when a release is built.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := cli.Execute(ctx, command())
	stop()
	os.Exit(status)
}

func command() *cobra.Command {
	root := &cobra.Command{
		Use:   "inventory",
		Short: "Keeps what runs in the clouds of a domain, as plugins find it.",
		Long:  "Keeps what runs in the clouds of a domain, as plugins find it." + "\n\nSPACEONE_CONFIG_FILE names the configuration; without it the built-in defaults hold.",
	}
	run := &cobra.Command{Use: "run", Short: "Run servers until they are told to stop"}
	for _, server := range app.Servers() {
		run.AddCommand(runCommand(server.Command, server.Summary, server.Name))
	}
	run.AddCommand(runCommand("all", "Run every server in this process", app.Names()...))
	root.AddCommand(run, showConfigCommand(), versionCommand())
	root.AddCommand(componentCommands()...)
	root.SetOut(os.Stdout)
	return root
}

func runCommand(use, short string, servers ...string) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd.Context(), func(a *app.App) error { return a.Run(cmd.Context(), servers...) })
		},
	}
}

func showConfigCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show-config",
		Short: "Print the configuration as it is in force, secrets masked",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load(cmd.Context())
			if err != nil {
				return err
			}
			text, err := cfg.Masked()
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		},
	}
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		Run:   func(cmd *cobra.Command, _ []string) { cmd.Println(version) },
	}
}

func load(ctx context.Context) (*core.Config, error) {
	return core.Load(ctx, config.Defaults(), os.Getenv("SPACEONE_CONFIG_FILE"))
}

// withApp builds the service for one command and closes it afterwards.
func withApp(ctx context.Context, do func(*app.App) error) error {
	cfg, err := load(ctx)
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, version)
	if err != nil {
		return err
	}
	defer a.Close(context.WithoutCancel(ctx))
	return do(a)
}
