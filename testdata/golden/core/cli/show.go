package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

// ShowConfig is the command that prints the configuration of a service in force, with
// secrets masked.
func ShowConfig(service string, defaults func() [][]byte) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show-config",
		Short: "Print the configuration as it is in force, secrets masked",
	}
	flags := ConfigFlags(cmd, service)
	output := cmd.Flags().StringP("output", "o", "yaml", "`FORMAT`: yaml or json")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if *output != "yaml" && *output != "json" {
			return Usage(fmt.Errorf("--output %q is neither yaml nor json", *output))
		}
		cfg, err := flags.Load(cmd.Context(), defaults())
		if err != nil {
			return err
		}
		show := cfg.Masked
		if *output == "json" {
			show = cfg.MaskedJSON
		}
		text, err := show()
		if err != nil {
			return err
		}
		_, err = cmd.OutOrStdout().Write(text)
		return err
	}
	return cmd
}
