package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/identity/internal/app"
	"github.com/cloudforet-io/identity/internal/service"
)

// bootstrapCommand makes what a platform begins with. What is there already
// stays as it is, so that it can be run at every installation and upgrade.
func bootstrapCommand() *cobra.Command {
	var (
		first    service.First
		variable string
		noToken  bool
		asJSON   bool
	)
	cmd := &cobra.Command{
		Use:   "bootstrap",
		Short: "Make the platform's first domain and its administrator, and print the system token",
		Long: "Make the platform's first domain and its administrator, where they are not there yet,\n" +
			"and print the token by which the services of the platform call each other.\n" +
			"Once the administrator is there, no password is needed.",
		Example: "  PASSWORD=… identity bootstrap --domain acme --user admin --password-env PASSWORD --json\n" +
			"  identity bootstrap --domain acme --user admin",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if first.Password = os.Getenv(variable); first.Password == "" && variable != "" {
				return fmt.Errorf("the environment variable %s is not set; put the administrator's password into it", variable)
			}
			if first.Domain == "" || first.UserID == "" {
				return errors.New("--domain and --user must not be empty")
			}
			if first.SystemToken <= 0 {
				return errors.New("--system-token-holds must be a time that lies ahead, such as 8760h")
			}
			return withApp(cmd.Context(), func(a *app.App) error {
				begun, err := a.Bootstrap(cmd.Context(), first)
				if err != nil {
					return fmt.Errorf("bootstrap: %w", err)
				}
				if noToken {
					begun.SystemToken = ""
				}
				if asJSON {
					return json.NewEncoder(cmd.OutOrStdout()).Encode(begun)
				}
				cmd.Printf("domain_id    %s\nuser_id      %s\n", begun.DomainID, begun.UserID)
				if !noToken {
					cmd.Printf("system_token %s\n", begun.SystemToken)
				}
				return nil
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&first.Domain, "domain", "", "`name` of the first domain")
	flags.StringVar(&first.UserID, "user", "", "`ID` of its administrator")
	flags.StringVar(&variable, "password-env", "", "environment `variable` that holds the administrator's password")
	flags.DurationVar(&first.SystemToken, "system-token-holds", 365*24*time.Hour, "how long the system token holds")
	flags.BoolVar(&noToken, "no-token", false, "leave the system token out, as where logs are kept")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	for _, name := range []string{"domain", "user"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flag is not declared above
		}
	}
	return cmd
}
