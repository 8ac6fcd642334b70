package main

import (
	"github.com/spf13/cobra"

	"github.com/cloudforet-io/plugin/internal/app"
)

func migrateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database's tables up to date",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withApp(cmd.Context(), func(a *app.App) error {
				applied, err := a.Migrate(cmd.Context())
				for _, name := range applied {
					cmd.Println("applied", name)
				}
				if err == nil && len(applied) == 0 {
					cmd.Println("up to date")
				}
				return err
			})
		},
	}
}
