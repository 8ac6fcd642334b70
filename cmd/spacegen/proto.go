package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/repository"
)

func protoCommand() *cobra.Command {
	dir := "."
	cmd := &cobra.Command{
		Use:   "proto",
		Short: "Make gen/ of the protos of a repository",
		Long: `proto compiles the .proto files below proto/ and writes Go, gRPC, gateway and
OpenAPI code of them into gen/, by the official plugins at pinned versions.`,
		Args: exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			root, s, err := repository.ReadSpec(dir)
			if errors.Is(err, repository.ErrNoProject) {
				return fmt.Errorf("%s is no repository of spacegen: %w", dir, err)
			}
			if err != nil {
				return err
			}
			if !s.Kind.Layered() {
				return fmt.Errorf("%s is a %s, and has no protos", s.Name, s.Kind)
			}
			return protocode.Make(cmd.Context(), s, root, newSteps(cmd.ErrOrStderr()).show)
		},
	}
	cmd.Flags().VarP(filled{&dir}, "dir", "C", "`folder` of the repository, or one in it")
	return cmd
}
