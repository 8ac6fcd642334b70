package main

import (
	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of spacegen.yaml",
		Args:  exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			schema, err := spec.Schema(nil, nil)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(schema)
			return err
		},
	}
}
