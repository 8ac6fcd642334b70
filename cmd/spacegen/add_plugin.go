package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/generator/apis"
	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/naming"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// pluginPart is the caller's side of a plugin's API: a connector.
func pluginPart() part {
	return part{
		kind: "plugin", short: "calls to plugins of one kind, which do what the service leaves to others", args: "NAME",
		example: "asset", command: addPluginCommand,
		remove: func(_, arg string) spec.Edit { return spec.RemovePlugin(arg) },
	}
}

// addPlugin is one 'spacegen add plugin'.
type addPlugin struct {
	change  changeFlags
	kind    string // of plugin
	protos  []string
	folders []string
}

func addPluginCommand(std stdio, p part) *cobra.Command {
	o := new(addPlugin)
	cmd := &cobra.Command{
		Use:   p.kind + " " + p.args,
		Short: "Add " + p.short,
		Long: `add plugin brings the API of a kind of plugin into proto/ and makes a connector
that calls it. At run time a plugin is found where the configuration says
(ENDPOINTS), as a program that the service runs itself (PLUGINS), or by asking the
service plugin of the platform.`,
		Example: `  spacegen add plugin asset
  spacegen add plugin prices --plugin cost
  spacegen add plugin carrier --proto api/shop/carrier.proto -I api`,
		RunE: func(cmd *cobra.Command, args []string) error {
			args, err := p.complete(cmd.Context(), std, &o.change, "add", args)
			if err != nil {
				return err
			}
			if len(args) > 1 {
				return usageError{fmt.Errorf("one plugin at a time: leave out %s", strings.Join(args[1:], " "))}
			}
			if err := needsProto(cmd.Flags(), o.protos); err != nil {
				return err
			}
			return o.run(cmd.Context(), std, p, args[0])
		},
	}
	o.change.register(cmd.Flags())
	cmd.Flags().Var(filled{&o.kind}, "plugin", "`kind` of plugin: asset, metric, log, webhook, cost, notification or auth (default NAME)")
	cmd.Flags().StringArrayVar(&o.protos, "proto", nil, "take the API from a .proto `file` instead (may be repeated)")
	cmd.Flags().StringArrayVarP(&o.folders, "import", "I", []string{"."}, "`folder` that imports are relative to")
	return cmd
}

func (o *addPlugin) run(ctx context.Context, std stdio, p part, name string) error {
	protos, api, err := o.api(ctx, std, name)
	if err != nil {
		return err
	}
	o.change.changes.Bring = protos
	edit := spec.All(spec.NeedLayers(p.kind), spec.AddComponent("connectors", spec.Component{Name: name, Kind: spec.PluginConnector, API: api}))
	return o.change.run(ctx, std, change.Request{Edit: edit, Parts: true})
}

// api gives the files of the plugin's API, and its package.
func (o *addPlugin) api(ctx context.Context, std stdio, name string) (protofile.Sources, string, error) {
	if len(o.protos) == 0 {
		return o.known(ctx, std, name)
	}
	if o.kind != "" {
		return nil, "", usageError{errors.New("--plugin and --proto both bring an API; choose one")}
	}
	protos, paths, err := apis.Closure(ctx, o.protos, o.folders)
	if err != nil {
		return nil, "", err
	}
	connectors, err := apis.Connectors(ctx, protos, paths)
	if err != nil {
		return nil, "", err
	}
	if len(connectors) > 1 {
		return nil, "", usageError{fmt.Errorf("--proto: the files are of %d packages, and a connector calls one; name the files of one", len(connectors))}
	}
	return protos, connectors[0].API, nil
}

// known gives the API of a kind of plugin that spacegen knows.
func (o *addPlugin) known(ctx context.Context, std stdio, name string) (protofile.Sources, string, error) {
	g, err := newGenerator(ctx, std, o.change.dir)
	if err != nil {
		return nil, "", err
	}
	flag, kind := "--plugin", o.kind
	if kind == "" {
		flag, kind = "without --plugin or --proto the name says which API is called", naming.New(name).Kebab()
	}
	starter, err := findStarter(g, "plugin", flag, pluginStarters, kind)
	if err != nil {
		return nil, "", err
	}
	s, err := starter.Spec(name)
	if err != nil {
		return nil, "", err
	}
	return starter.Own.Protos, s.Package, nil
}
