package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/cloudforet-io/spacegen/core/cli"
	"github.com/spf13/cobra"

	"github.com/cloudforet-io/identity/internal/app"
	"github.com/cloudforet-io/identity/internal/core/clustersecret"
	"github.com/cloudforet-io/identity/internal/service"
)

// bootstrapCommand makes what a platform begins with. What is there already
// stays as it is, so that it can be run at every installation and upgrade. The first
// user is made with the first domain, and never again.
func bootstrapCommand() *cobra.Command {
	var (
		first    service.First
		variable string
		secrets  []string
		noToken  bool
		asJSON   bool
	)
	cmd := &cobra.Command{
		Use:   "bootstrap",
		Short: "Make the platform's first domain and its administrator, and print the system token",
		Long: "Make the platform's first domain and its administrator, unless the domain is there,\n" +
			"and print the token by which the services of the platform call each other, or keep\n" +
			"it in Secrets of the cluster. Once the domain is there, no password is needed, and no\n" +
			"user is made: an administrator who was deleted since does not come back.",
		Example: "  PASSWORD=… identity bootstrap --domain acme --user admin --password-env PASSWORD --json\n" +
			"  identity bootstrap --domain acme --user admin",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if first.Password = os.Getenv(variable); first.Password == "" && variable != "" {
				return cli.Usage(fmt.Errorf("the environment variable %s is not set; put the administrator's password into it", variable))
			}
			if first.Domain == "" || first.UserID == "" {
				return cli.Usage(errors.New("--domain and --user must not be empty"))
			}
			if first.SystemToken <= 0 {
				return cli.Usage(errors.New("--system-token-holds must be a time that lies ahead, such as 8760h"))
			}
			return withApp(cmd.Context(), func(a *app.App) error {
				begun, err := bootstrapInto(cmd.Context(), a, first, secrets)
				if err != nil {
					return fmt.Errorf("bootstrap: %w", err)
				}
				if noToken || len(secrets) > 0 {
					begun.SystemToken = ""
				}
				if begun.UserID == "" {
					cmd.PrintErrf("%s is no administrator of the domain %s, which is there already, and is not made one; User.create makes users\n",
						first.UserID, first.Domain)
				}
				if asJSON {
					return json.NewEncoder(cmd.OutOrStdout()).Encode(begun)
				}
				cmd.Printf("domain_id    %s\n", begun.DomainID)
				if begun.UserID != "" {
					cmd.Printf("user_id      %s\n", begun.UserID)
				}
				if begun.SystemToken != "" {
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
	flags.StringSliceVar(&secrets, "secret", nil, "put the system token into this `Secret` ([NAMESPACE/]NAME) of the cluster, unless one that holds is there")
	flags.BoolVar(&noToken, "no-token", false, "leave the system token out, as where logs are kept")
	flags.BoolVar(&asJSON, "json", false, "print JSON")
	for _, name := range []string{"domain", "user"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flag is not declared above
		}
	}
	return cmd
}

// tokenKey is the key of a Secret under which the system token stands.
const tokenKey = "token"

// bootstrapInto has Secrets of the cluster keep the system token, if any are
// named. One that is there already is kept while it holds.
func bootstrapInto(ctx context.Context, a *app.App, first service.First, secrets []string) (*service.Begun, error) {
	if len(secrets) == 0 {
		return a.Bootstrap(ctx, first)
	}
	cluster, err := clustersecret.InCluster()
	if err != nil {
		return nil, err
	}
	kept := make([]string, len(secrets))
	for i, secret := range secrets {
		if kept[i], err = cluster.Get(ctx, secret, tokenKey); err != nil {
			return nil, err
		}
	}
	first.Token = kept[0]
	begun, err := a.Bootstrap(ctx, first)
	if err != nil {
		return nil, err
	}
	for i, secret := range secrets {
		if kept[i] == begun.SystemToken {
			continue
		}
		if err := cluster.Set(ctx, secret, tokenKey, begun.SystemToken); err != nil {
			return nil, err
		}
	}
	return begun, nil
}
