package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

func renameCommand(std stdio) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rename KIND ...",
		Short: "Give a field or a resource another name, and have code and table follow",
		Long: `rename gives a part another name in spacegen.yaml, and has all else follow: the
proto, with its numbers; the table, by a migration that keeps what is in it; what is
rendered; and the Go code that you wrote, where it compiles. What cannot be told for
certain, such as the name in a string, is listed and left alone.

git takes it back.`,
		Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{errors.New("KIND is missing: spacegen rename field RESOURCE FIELD NAME, or spacegen rename resource RESOURCE NAME")}
			}
			return usageError{fmt.Errorf("unknown kind %q: a field can be renamed, as in 'spacegen rename field Order price_cents price', or a resource, as in 'spacegen rename resource Order Purchase'", args[0])}
		},
	}
	cmd.FParseErrWhitelist.UnknownFlags = true // they are those of a kind, and the kind is what is wrong
	cmd.AddCommand(renameFieldCommand(std), renameResourceCommand(std))
	return cmd
}

func renameFieldCommand(std stdio) *cobra.Command {
	c := new(changeFlags)
	var alias bool
	cmd := &cobra.Command{
		Use:   "field RESOURCE FIELD NAME",
		Short: "Give a field of a resource another name",
		Long: `rename field gives a field of a resource another name. Its number stays, so that
clients of gRPC go on working as they are; whoever calls by REST or JSON sends, and
gets, another key. The column is renamed by a migration, with all that is in it.`,
		Example: `  spacegen rename field Order price_cents price
  spacegen rename field Order price_cents price --alias`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := exactly("field", args, "RESOURCE", "FIELD", "NAME"); err != nil {
				return err
			}
			return renameField(cmd.Context(), std, c, args[0], args[1], args[2], alias)
		},
	}
	c.register(cmd.Flags())
	cmd.Flags().BoolVar(&alias, "alias", false, "have queries know the field by its old name, too")
	return cmd
}

// exactly refuses arguments of which there are too few, or too many.
func exactly(kind string, args []string, wanted ...string) error {
	switch {
	case len(args) < len(wanted):
		return usageError{fmt.Errorf("%s is missing: spacegen rename %s %s", wanted[len(args)], kind, strings.Join(wanted, " "))}
	case len(args) > len(wanted):
		return usageError{fmt.Errorf("one %s at a time: leave out %s", kind, strings.Join(args[len(wanted):], " "))}
	}
	return nil
}

func renameResourceCommand(std stdio) *cobra.Command {
	c := new(changeFlags)
	var alias bool
	cmd := &cobra.Command{
		Use:   "resource RESOURCE NAME",
		Short: "Give a resource another name",
		Long: `rename resource gives a resource another name: its service and messages, its
identifier, its table, which keeps what is in it, its files, and the code that refers to
any of them. The numbers of its fields stay, but clients call another service: they have
to follow, unless --alias has the server answer the old one as well. Callers of REST have
to follow in any case.`,
		Example: `  spacegen rename resource Order Purchase
  spacegen rename resource Order Purchase --alias`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := exactly("resource", args, "RESOURCE", "NAME"); err != nil {
				return err
			}
			if err := naming.CheckResource(args[1]); err != nil {
				return usageError{err}
			}
			return c.run(cmd.Context(), std, change.Request{
				Edit:   spec.All(spec.NeedLayers("resource"), spec.RenameResource(args[0], args[1], alias)),
				Rename: &change.Rename{Resource: args[0], To: args[1], Alias: alias},
				Parts:  true,
			})
		},
	}
	c.register(cmd.Flags())
	cmd.Flags().BoolVar(&alias, "alias", false, "have clients of gRPC know the resource by its old name, too")
	return cmd
}

func renameField(ctx context.Context, std stdio, c *changeFlags, resource, from, to string, alias bool) error {
	if err := naming.CheckField(to); err != nil {
		return usageError{err}
	}
	return c.run(ctx, std, change.Request{
		Edit:   spec.All(spec.NeedLayers("field"), spec.RenameField(resource, from, to, alias)),
		Rename: &change.Rename{Resource: resource, Field: from, To: to, Alias: alias},
		Parts:  true,
	})
}
