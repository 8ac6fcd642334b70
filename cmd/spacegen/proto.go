package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

func protoCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "proto",
		Short: "Make gen/ of the protos of a repository",
		Long: `proto compiles the .proto files below proto/ and writes Go, gRPC, gateway and
OpenAPI code of them into gen/, by the official plugins at pinned versions.`,
		Args: exactArgs(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := readSpec(dir)
			if err != nil {
				return err
			}
			return generator.Proto(cmd.Context(), s, dir, func(step string) {
				fmt.Fprintln(cmd.ErrOrStderr(), "  "+step)
			})
		},
	}
	cmd.Flags().StringVar(&dir, "dir", ".", "`folder` of the repository")
	return cmd
}

// readSpec reads the Spec of the repository at dir.
func readSpec(dir string) (*spec.Spec, error) {
	file := filepath.Join(dir, spec.FileName)
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s is no repository of spacegen: %w", dir, err)
	}
	return spec.Parse(file, data)
}
