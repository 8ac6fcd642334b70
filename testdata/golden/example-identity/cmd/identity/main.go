// The domains, users and apps of the platform, and the tokens by which they call it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/cloudforet-io/spacegen/core/cli"
	core "github.com/cloudforet-io/spacegen/core/config"
	"github.com/spf13/cobra"

	"github.com/cloudforet-io/identity/config"
	"github.com/cloudforet-io/identity/internal/app"
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
		Use:   "identity",
		Short: "The domains, users and apps of the platform, and the tokens by which they call it.",
		Long:  "The domains, users and apps of the platform, and the tokens by which they call it." + "\n\nSPACEONE_CONFIG_FILE names the configuration; without it the built-in defaults hold.",
	}
	run := &cobra.Command{Use: "run", Short: "Run servers until they are told to stop"}
	for _, server := range app.Servers() {
		run.AddCommand(runCommand(server.Command, server.Summary, server.Name))
	}
	run.AddCommand(runCommand("all", "Run every server in this process", app.Names()...))
	root.AddCommand(run, cli.ShowConfig("identity", config.Defaults), versionCommand(), bootstrapCommand(), adminCommand())
	root.AddCommand(componentCommands()...)
	root.SetOut(os.Stdout)
	return root
}

func runCommand(use, short string, servers ...string) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short}
	var ports []string
	for _, server := range servers {
		switch server {
		case "grpc":
			ports = append(ports, "PORT")
		case "rest":
			ports = append(ports, "REST_PORT")
		}
	}
	flags := cli.ServerFlags(cmd, "identity", ports...)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := flags.Load(cmd.Context(), config.Defaults())
		if err != nil {
			return err
		}
		return withConfig(cmd.Context(), cfg, func(a *app.App) error { return a.Run(cmd.Context(), servers...) })
	}
	return cmd
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		Run:   func(cmd *cobra.Command, _ []string) { cmd.Println(version) },
	}
}

// withConfig builds the service for one command and closes it afterwards.
func withConfig(ctx context.Context, cfg *core.Config, do func(*app.App) error) error {
	a, err := app.New(ctx, cfg, version)
	if err != nil {
		return err
	}
	defer a.Close(context.WithoutCancel(ctx))
	return do(a)
}
