package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/cloudforet-io/spacegen/generator/apis"
	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/prompt"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A part is a kind of thing that add and remove know.
type part struct {
	kind    string
	short   string
	args    string
	example string
	parent  bool // the first argument is what the others belong to
	single  bool // there is one of it at most
	add     func(parent, arg string) (spec.Edit, error)
	remove  func(parent, arg string) spec.Edit
	command func(std stdio, p part) *cobra.Command // adds it, where that takes more than add

	removeCommand func(std stdio, p part) *cobra.Command // removes it, likewise
}

// parsed gives the edit that adds what an argument says; one that cannot be read is the
// caller's mistake.
func parsed[T any](parse func(string) (T, error), arg string, add func(T) spec.Edit) (spec.Edit, error) {
	one, err := parse(arg)
	if err != nil {
		return nil, usageError{err}
	}
	return add(one), nil
}

func parts() []part {
	all := []part{
		{
			kind: "resource", short: "an API, its table and the layers between", args: "RESOURCE...",
			example: "'Region:name!,region_code!:unique,tags:struct'",
			add:     func(_, arg string) (spec.Edit, error) { return parsed(spec.ParseResource, arg, spec.AddResource) },
			remove:  func(_, arg string) spec.Edit { return spec.RemoveResource(arg) },
		},
		{
			kind: "field", short: "a field of a resource", args: "RESOURCE FIELD...", parent: true,
			example: "Region 'state:enum(ACTIVE|DELETED)'",
			add: func(parent, arg string) (spec.Edit, error) {
				return parsed(spec.ParseField, arg, func(f spec.Field) spec.Edit { return spec.AddField(parent, f) })
			},
			remove: spec.RemoveField,
		},
		{
			kind: "scheduler", short: "a source of tasks: hourly, at an interval, or by cron", args: "SCHEDULER...",
			example: "'nightly_scheduler:cron:0 3 * * *' --task Order.expire",
			add:     func(_, arg string) (spec.Edit, error) { return parsed(spec.ParseScheduler, arg, spec.AddScheduler) },
			remove:  func(_, arg string) spec.Edit { return spec.RemoveScheduler(arg) },
		},
		{
			kind: "server", short: "a server type: grpc, rest, scheduler, worker", args: "SERVER...",
			example: "worker",
			add: func(_, arg string) (spec.Edit, error) {
				return spec.AddServer(spec.Server(arg)), oneOf("server", spec.Server(arg), spec.Servers())
			},
			remove: func(_, arg string) spec.Edit { return spec.RemoveServer(spec.Server(arg)) },
		},
		{
			kind: "cache", short: "a cache before the managers: redis or local", args: "CACHE", single: true,
			example: "redis",
			add: func(_, arg string) (spec.Edit, error) {
				return spec.SetCache(spec.Cache(arg)), oneOf("cache to add", spec.Cache(arg), []spec.Cache{spec.Redis, spec.LocalCache})
			},
			remove: func(_, arg string) spec.Edit { return spec.RemoveCache(spec.Cache(arg)) },
		},
	}
	return append(all,
		methodPart(),
		componentPart("service", "services", "business logic that belongs to no resource; at a platform, a whole repository that joins it; at a frontend, NAME or NAME=URL that it leads to", "Report"),
		componentPart("task", "services", "a service that tasks call: a worker runs it", "Cleanup"),
		componentPart("manager", "managers", "a unit of work that belongs to no resource", "Quota"),
		componentPart("connector", "connectors", "a way out: NAME:service, :http, :database, :plugin, :local or :queue", "Prices:http"),
		pluginPart(),
		componentPart("worker", "workers", "a worker with a queue of its own, so that its tasks wait for no others", "bulk"),
		componentPart("handler", "handlers", "what happens around every call: NAME:authentication, :authorization, :mutation or :event", "Audit:event"),
	)
}

// oneOf refuses a word that stands for nothing.
func oneOf[T ~string](what string, word T, known []T) error {
	if slices.Contains(known, word) {
		return nil
	}
	words := make([]string, len(known))
	for i, one := range known {
		words[i] = string(one)
	}
	if near := spec.Closest(string(word), words); near != "" {
		return usageError{fmt.Errorf("there is no %s %q; did you mean %q?", what, word, near)}
	}
	return usageError{fmt.Errorf("there is no %s %q; write one of %s", what, word, strings.Join(words, ", "))}
}

// componentPart is a part of one layer that belongs to no resource.
func componentPart(kind, layer, short, example string) part {
	return part{
		kind: kind, short: short, args: strings.ToUpper(kind) + "...", example: example,
		add: func(_, arg string) (spec.Edit, error) {
			if layer == "handlers" && !strings.Contains(arg, ":") {
				return nil, usageError{fmt.Errorf("a handler needs its kind, as in %s:event, :authentication, :authorization or :mutation", arg)}
			}
			c := spec.ParseComponent(arg)
			kinds := map[string][]spec.ComponentKind{"connectors": spec.ConnectorKinds(), "handlers": spec.HandlerKinds()}[layer]
			if err := oneOf("kind of "+kind, c.Kind, kinds); c.Kind != "" && len(kinds) > 0 && err != nil {
				return nil, err
			}
			if kind == "task" || kind == "worker" {
				return spec.All(spec.NeedWorker(kind), spec.AddComponent(layer, c)), nil
			}
			return spec.AddComponent(layer, c), nil
		},
		remove: func(_, arg string) spec.Edit {
			if kind == "service" {
				return spec.RemoveService(arg)
			}
			return spec.RemoveComponent(layer, arg)
		},
	}
}

// edits gives what a command does with its arguments.
func (p part) edits(command, parent string, args []string) (spec.Edit, error) {
	var all []spec.Edit
	if p.kind != "service" {
		all = append(all, spec.NeedLayers(p.kind))
	}
	for _, arg := range args {
		if command == "remove" {
			all = append(all, p.remove(parent, arg))
			continue
		}
		edit, err := p.add(parent, arg)
		if err != nil {
			return nil, err
		}
		all = append(all, edit)
	}
	return spec.All(all...), nil
}

// complete asks for the arguments that are missing, if there is somebody to ask.
func (p part) complete(ctx context.Context, std stdio, c *changeFlags, command string, args []string) ([]string, error) {
	wanted := []string{p.kind}
	if p.parent {
		wanted = []string{"resource", p.kind}
	}
	asker := c.asker(std)
	for len(args) < len(wanted) {
		if asker == nil {
			what := "NAME"
			if p.parent {
				what = strings.ToUpper(wanted[len(args)])
			}
			return nil, usageError{fmt.Errorf("%s is missing: spacegen %s %s %s", what, command, p.kind, p.args)}
		}
		what := wanted[len(args)]
		name, err := prompt.Name(ctx, asker, strings.ToUpper(what[:1])+what[1:], p.example, func(answer string) error {
			if strings.TrimSpace(answer) == "" {
				return errors.New("it needs a name")
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		args = append(args, strings.TrimSpace(name))
	}
	if p.single && len(args) > 1 {
		return nil, usageError{fmt.Errorf("a service has one %s: leave out %s", p.kind, strings.Join(args[1:], " "))}
	}
	return args, nil
}

func addCommand(std stdio) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add KIND NAME...",
		Short: "Add a part to the service",
		Long: `add writes a part into spacegen.yaml and makes its files. No file in which
people write is touched, but for go.mod and go.sum, where what the part needs
is added. Only a field or a method changes what is there, and is merged as by
'spacegen update'.`,
	}
	return withParts(cmd, std, "Add")
}

func removeCommand(std stdio) *cobra.Command {
	cmd := &cobra.Command{
		Use:     "remove KIND NAME...",
		Aliases: []string{"rm"},
		Short:   "Remove a part of the service",
		Long: `remove takes a part out of spacegen.yaml and deletes its files. A file that is
not as it was rendered, since it was edited or came with an example, stays as a
conflict to decide; --force deletes it.`,
	}
	return withParts(cmd, std, "Remove")
}

// withParts gives a command one below it for each kind of part.
func withParts(cmd *cobra.Command, std stdio, verb string) *cobra.Command {
	var kinds []string
	for _, p := range parts() {
		switch {
		case cmd.Name() == "add" && p.command != nil:
			cmd.AddCommand(p.command(std, p))
		case cmd.Name() == "remove" && p.removeCommand != nil:
			cmd.AddCommand(p.removeCommand(std, p))
		default:
			cmd.AddCommand(partCommand(std, verb, cmd.Name(), p))
		}
		kinds = append(kinds, p.kind)
	}
	cmd.Args = cobra.ArbitraryArgs
	cmd.FParseErrWhitelist.UnknownFlags = true // they are those of a kind, and the kind is what is wrong
	cmd.SuggestionsMinimumDistance = 2
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usageError{fmt.Errorf("KIND is missing: one of %s", strings.Join(kinds, ", "))}
		}
		err := fmt.Errorf("unknown kind %q: one of %s", args[0], strings.Join(kinds, ", "))
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			err = fmt.Errorf("unknown kind %q; did you mean %q?", args[0], near[0])
		}
		return usageError{err}
	}
	return cmd
}

func partCommand(std stdio, verb, name string, p part) *cobra.Command {
	c := new(changeFlags)
	var protos, folders []string
	var task string
	as := asService
	join := new(joining)
	cmd := &cobra.Command{
		Use:   p.kind + " " + p.args,
		Short: verb + " " + p.short,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := needsProto(cmd.Flags(), protos); err != nil {
				return err
			}
			if len(protos) > 0 {
				return c.bring(cmd.Context(), std, args, protos, folders, as)
			}
			args, err := p.complete(cmd.Context(), std, c, name, args)
			if err != nil {
				return err
			}
			if p.kind == "service" {
				if done, err := c.elsewhere(cmd.Context(), std, join, name, args); done || err != nil {
					return err
				}
			}
			parent := ""
			if p.parent {
				parent, args = args[0], args[1:]
			}
			if cmd.Flags().Changed("task") {
				args = withTask(args, task)
			}
			edit, err := p.edits(name, parent, args)
			if err != nil {
				return err
			}
			return c.run(cmd.Context(), std, change.Request{Edit: edit, Parts: true})
		},
	}
	c.register(cmd.Flags())
	if name == "remove" {
		cmd.Flags().BoolVar(&c.changes.Merge.Drop, "force", false, "delete its files even where they are not as they were rendered")
	} else {
		if p.kind == "service" {
			join.register(cmd.Flags())
		}
		if p.kind == "scheduler" {
			cmd.Flags().StringVar(&task, "task", "", "`task` that it makes, such as Order.expire: a method of the API, or one that only tasks call")
		}
		if p.kind == "resource" {
			cmd.Flags().StringArrayVar(&protos, "proto", nil, "take the API from a .proto `file` instead (may be repeated)")
			cmd.Flags().Var(&as, "as", asUsage)
			cmd.Flags().StringArrayVarP(&folders, "import", "I", []string{"."}, "`folder` that imports are relative to")
		}
		cmd.Example = "  spacegen add " + p.kind + " " + p.example
	}
	return cmd
}

// withTask has schedulers make a task.
func withTask(schedulers []string, task string) []string {
	with := make([]string, len(schedulers))
	for i, one := range schedulers {
		with[i] = one + ":task=" + task
	}
	return with
}

// needsProto refuses flags that say something of an API where there is none.
func needsProto(flags *pflag.FlagSet, protos []string) error {
	for _, name := range []string{"as", "import"} {
		if flags.Changed(name) && len(protos) == 0 {
			return usageError{fmt.Errorf("--%s needs --proto, the file that the API comes from", name)}
		}
	}
	return nil
}

// elsewhere adds or removes services where they are no part of the layers: members of a
// platform that join it, or what a frontend leads to. In any other repository nothing is
// done.
func (c *changeFlags) elsewhere(ctx context.Context, std stdio, join *joining, command string, args []string) (done bool, err error) {
	_, s, err := repository.ReadSpec(c.dir)
	if err != nil {
		return false, err
	}
	switch {
	case command == "add" && s.Kind != spec.KindPlatform && join.given():
		return false, usageError{fmt.Errorf("%s is a %s: only at a platform a whole repository is made, and has flags that say how", s.Name, s.Kind)}
	case s.Kind == spec.KindFrontend:
		edit, err := addressEdit(command, args)
		if err != nil {
			return false, err
		}
		return true, c.run(ctx, std, change.Request{Addresses: edit, Parts: true})
	case s.Kind == spec.KindPlatform && command == "add":
		return true, join.run(ctx, std, c, args)
	default:
		return false, nil
	}
}

// bring takes .proto files, and what they import, into the repository.
func (c *changeFlags) bring(ctx context.Context, std stdio, args, protos, folders []string, as role) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("--proto brings the resources of a file: leave out %s", strings.Join(args, " "))}
	}
	brought, paths, err := apis.Closure(ctx, protos, folders)
	if err != nil {
		return err
	}
	c.changes.Bring = brought
	if as == asService {
		served, err := apis.Served(ctx, brought, paths)
		if err != nil {
			return err
		}
		return c.run(ctx, std, change.Request{Edit: served, Parts: true})
	}
	connectors, err := apis.Connectors(ctx, brought, paths)
	if err != nil {
		return err
	}
	edits := make([]spec.Edit, len(connectors))
	for i, connector := range connectors {
		edits[i] = spec.AddComponent("connectors", connector)
	}
	return c.run(ctx, std, change.Request{Edit: spec.All(edits...), Parts: true})
}
