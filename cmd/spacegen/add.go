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
	"github.com/cloudforet-io/spacegen/generator/prompt"
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
	add     func(f *spec.File, parent, arg string) error
	remove  func(f *spec.File, parent, arg string) error
	command func(std stdio, p part) *cobra.Command // adds it, where that takes more than add
}

func parts() []part {
	all := []part{
		{
			kind: "resource", short: "an API, its table and the layers between", args: "RESOURCE...",
			example: "'Region:name!,region_code!:unique,tags:struct'",
			add: func(f *spec.File, _, arg string) error {
				r, err := spec.ParseResource(arg)
				if err != nil {
					return usageError{err}
				}
				return f.AddResource(r)
			},
			remove: func(f *spec.File, _, arg string) error { return f.RemoveResource(arg) },
		},
		{
			kind: "field", short: "a field of a resource", args: "RESOURCE FIELD...", parent: true,
			example: "Region 'state:enum(ACTIVE|DELETED)'",
			add: func(f *spec.File, parent, arg string) error {
				field, err := spec.ParseField(arg)
				if err != nil {
					return usageError{err}
				}
				return f.AddField(parent, field)
			},
			remove: func(f *spec.File, parent, arg string) error { return f.RemoveField(parent, arg) },
		},
		{
			kind: "scheduler", short: "a source of tasks: hourly, at an interval, or by cron", args: "SCHEDULER...",
			example: "'nightly_scheduler:cron:0 3 * * *'",
			add: func(f *spec.File, _, arg string) error {
				s, err := spec.ParseScheduler(arg)
				if err != nil {
					return usageError{err}
				}
				return f.AddScheduler(s)
			},
			remove: func(f *spec.File, _, arg string) error { return f.RemoveScheduler(arg) },
		},
		{
			kind: "server", short: "a server type: grpc, rest, scheduler, worker", args: "SERVER...",
			example: "worker",
			add: func(f *spec.File, _, arg string) error {
				if err := oneOf("server", spec.Server(arg), spec.Servers()); err != nil {
					return err
				}
				return f.AddServer(spec.Server(arg))
			},
			remove: func(f *spec.File, _, arg string) error { return f.RemoveServer(spec.Server(arg)) },
		},
		{
			kind: "cache", short: "a cache before the managers: redis or local", args: "CACHE", single: true,
			example: "redis",
			add: func(f *spec.File, _, arg string) error {
				if err := oneOf("cache to add", spec.Cache(arg), []spec.Cache{spec.Redis, spec.LocalCache}); err != nil {
					return err
				}
				return f.Set("cache", arg)
			},
			remove: func(f *spec.File, _, arg string) error {
				if now := string(f.Spec().Cache); now != arg {
					return fmt.Errorf("the cache is %s, not %s", now, arg)
				}
				return f.Set("cache", string(spec.NoCache))
			},
		},
	}
	return append(all,
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
		add: func(f *spec.File, _, arg string) error {
			if (kind == "task" || kind == "worker") && !f.Spec().Has(spec.WorkerServer) {
				return fmt.Errorf("a %s needs the server that runs it: run 'spacegen add server worker' first", kind)
			}
			if layer == "handlers" && !strings.Contains(arg, ":") {
				return usageError{fmt.Errorf("a handler needs its kind, as in %s:event, :authentication, :authorization or :mutation", arg)}
			}
			c := spec.ParseComponent(arg)
			kinds := map[string][]spec.ComponentKind{"connectors": spec.ConnectorKinds(), "handlers": spec.HandlerKinds()}[layer]
			if err := oneOf("kind of "+kind, c.Kind, kinds); c.Kind != "" && len(kinds) > 0 && err != nil {
				return err
			}
			return f.AddComponent(layer, c)
		},
		remove: func(f *spec.File, _, arg string) error {
			if kind == "service" && f.Spec().Kind == spec.KindPlatform {
				return f.RemoveMember(arg)
			}
			return f.RemoveComponent(layer, arg)
		},
	}
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
is added. Only a field changes what is there, and is merged as by
'spacegen update'.`,
	}
	return withParts(cmd, std, "Add", func(p part) func(*spec.File, string, string) error { return p.add })
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
	return withParts(cmd, std, "Remove", func(p part) func(*spec.File, string, string) error { return p.remove })
}

// withParts gives a command one below it for each kind of part.
func withParts(cmd *cobra.Command, std stdio, verb string, of func(part) func(*spec.File, string, string) error) *cobra.Command {
	var kinds []string
	for _, p := range parts() {
		if one := of(p); one != nil {
			cmd.AddCommand(partCommand(std, verb, cmd.Name(), p, one))
		} else {
			cmd.AddCommand(p.command(std, p))
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

func partCommand(std stdio, verb, name string, p part, edit func(*spec.File, string, string) error) *cobra.Command {
	c := new(changeFlags)
	var protos, folders []string
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
			edit := edit
			if join.flags != nil {
				joined, err := join.run(cmd.Context(), std, c, args)
				if err != nil {
					return err
				}
				if joined != nil {
					edit = joined
				}
			}
			if p.kind == "service" {
				do, err := pointing(c.dir, name, args)
				if err != nil {
					return err
				}
				if do != nil {
					return c.run(cmd.Context(), std, do)
				}
			}
			parent := ""
			if p.parent {
				parent, args = args[0], args[1:]
			}
			return c.run(cmd.Context(), std, editing(func(f *spec.File) error {
				if err := takes(f.Spec(), p); err != nil {
					return err
				}
				for _, arg := range args {
					if err := edit(f, parent, arg); err != nil {
						return err
					}
				}
				return nil
			}))
		},
	}
	c.register(cmd.Flags())
	if name == "remove" {
		cmd.Flags().BoolVar(&c.changes.Merge.Drop, "force", false, "delete its files even where they are not as they were rendered")
	} else {
		if p.kind == "service" {
			join.register(cmd.Flags())
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

// needsProto refuses flags that say something of an API where there is none.
func needsProto(flags *pflag.FlagSet, protos []string) error {
	for _, name := range []string{"as", "import"} {
		if flags.Changed(name) && len(protos) == 0 {
			return usageError{fmt.Errorf("--%s needs --proto, the file that the API comes from", name)}
		}
	}
	return nil
}

// takes refuses parts of layers where there are none.
func takes(s *spec.Spec, p part) error {
	if s.Kind.Layered() || p.kind == "service" {
		return nil
	}
	return fmt.Errorf("%s is a %s, and a %s has no %ss: what it has are services, as 'spacegen add service --help' says", s.Name, s.Kind, s.Kind, p.kind)
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
		return c.run(ctx, std, editing(func(f *spec.File) error {
			return apis.Serves(ctx, f.Spec().Package, brought, paths)
		}))
	}
	connectors, err := apis.Connectors(ctx, brought, paths)
	if err != nil {
		return err
	}
	return c.run(ctx, std, editing(func(f *spec.File) error {
		for _, connector := range connectors {
			if err := f.AddComponent("connectors", connector); err != nil {
				return err
			}
		}
		return nil
	}))
}
