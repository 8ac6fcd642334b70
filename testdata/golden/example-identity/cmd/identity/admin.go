package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/cloudforet-io/spacegen/core/cli"
	"github.com/spf13/cobra"

	"github.com/cloudforet-io/identity/internal/app"
	"github.com/cloudforet-io/identity/internal/service"
)

// adminCommand is for whoever runs the service, not for its callers.
func adminCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "admin",
		Short: "Recover the administrator of a domain",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return cli.Usage(errors.New("name what to do: admin reset DOMAIN USER"))
		},
	}
	cmd.AddCommand(adminResetCommand())
	return cmd
}

func adminResetCommand() *cobra.Command {
	var variable string
	var create, asJSON bool
	cmd := &cobra.Command{
		Use:   "reset DOMAIN USER",
		Short: "Make a user an administrator of a domain again, with a new password",
		Long: "Make a user an enabled administrator of a domain, give a new password, and end the\n" +
			"user's sessions. It is meant for a domain whose administrators can't sign in any more:\n" +
			"it works on the database that is configured, asks for no token, and writes who ran it\n" +
			"to the log. DOMAIN is a name or an ID.",
		Example: "  PASSWORD=… identity admin reset acme admin --password-env PASSWORD",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			password := os.Getenv(variable)
			if password == "" {
				return cli.Usage(fmt.Errorf("the environment variable %s is not set; put the new password into it", variable))
			}
			return withApp(cmd.Context(), func(a *app.App) error {
				done, err := a.ResetAdmin(cmd.Context(), service.AdminResetRequest{Domain: args[0], UserID: args[1], Password: password, Create: create})
				if err != nil {
					return fmt.Errorf("admin reset: %w", err)
				}
				if asJSON {
					return json.NewEncoder(cmd.OutOrStdout()).Encode(done)
				}
				cmd.Printf("%s is an administrator of %s and can sign in with the new password; changed: %s.\n",
					done.UserID, done.DomainID, strings.Join(done.Changed, ", "))
				return nil
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&variable, "password-env", "PASSWORD", "environment `variable` that holds the new password")
	flags.BoolVar(&create, "create", false, "make the user if there is none")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
