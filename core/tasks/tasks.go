// Package tasks is the command by which people look after the tasks of a service's
// queues: what waits, what failed and why, and what becomes of it. What a task is told is
// shown on request only, and tokens never.
package tasks

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/core/cli"
	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/queue"
)

// command is what the commands have in common.
type command struct {
	service  string
	defaults func() [][]byte
	queues   func(*config.Config) map[string]queue.Options
}

// Command is the command tasks with those below it. queues are those of a configuration.
func Command(service string, defaults func() [][]byte, queues func(*config.Config) map[string]queue.Options) *cobra.Command {
	c := command{service, defaults, queues}
	cmd := &cobra.Command{Use: "tasks", Short: "Look after the tasks of the queues, in Redis"}
	cmd.AddCommand(c.list(), c.show(), c.retry(), c.remove(),
		c.switched("pause", "Have no worker take tasks off a queue; those that run go on", "paused", (*queue.Set).Pause),
		c.switched("resume", "Let workers take tasks off a queue again", "resumed", (*queue.Set).Resume),
	)
	return cmd
}

// on gives a command its configuration, and has it run on the queues that it names by its
// first argument; on all that are in Redis, if it names none.
func (c command) on(cmd *cobra.Command, args cobra.PositionalArgs, do func(ctx context.Context, cmd *cobra.Command, s *queue.Set, args []string) error) *cobra.Command {
	flags := cli.ConfigFlags(cmd, c.service)
	cmd.Args = args
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		cfg, err := flags.Load(cmd.Context(), c.defaults())
		if err != nil {
			return err
		}
		queues, err := c.reachable(cmd, c.queues(cfg), args)
		if err != nil {
			return err
		}
		s, err := queue.Open(cmd.Context(), queues)
		if err != nil {
			return err
		}
		if err := s.Away(); err != nil {
			return errors.Join(err, s.Close())
		}
		return errors.Join(do(cmd.Context(), cmd, s, args), s.Close())
	}
	return cmd
}

// reachable are the queues to open. What a process keeps, no other one sees.
func (c command) reachable(cmd *cobra.Command, all map[string]queue.Options, args []string) (map[string]queue.Options, error) {
	names := keys(all)
	if len(args) > 0 {
		if _, ok := all[args[0]]; !ok {
			return nil, cli.Usage(fmt.Errorf("no queue %q; QUEUES has %s", args[0], strings.Join(names, ", ")))
		}
		names = args[:1]
	}
	queues, kept := map[string]queue.Options{}, []string{}
	for _, name := range names {
		local, err := all[name].Local()
		switch {
		case err != nil:
			return nil, fmt.Errorf("queue %s: %w", name, err)
		case local:
			kept = append(kept, name)
		default:
			queues[name] = all[name]
		}
	}
	if len(kept) == 0 {
		return queues, nil
	}
	why := fmt.Sprintf("kept in the process that runs the service, where no other process sees it: name a Redis "+
		"(QUEUES.%s.host) to look after its tasks from here; its numbers are at /metrics of ADMIN_PORT", kept[0])
	if len(queues) == 0 {
		return nil, fmt.Errorf("queue %s is %s", strings.Join(kept, ", "), why)
	}
	cmd.PrintErrf("%s: left out %s, %s\n", cmd.Root().Name(), strings.Join(kept, ", "), why)
	return queues, nil
}

func (c command) retry() *cobra.Command {
	var archived bool
	cmd := c.on(&cobra.Command{
		Use:   "retry QUEUE ID… | QUEUE --all-archived",
		Short: "Have tasks run now that were archived or wait for their time",
		Long: "Have tasks run now that were archived or wait for their time. One that has used up its retries runs once " +
			"more, and is archived again if it fails.",
	}, named(&archived), func(ctx context.Context, cmd *cobra.Command, s *queue.Set, args []string) error {
		return each(ctx, cmd, args, archived, "to be run now", func(ctx context.Context, id string) error { return s.RunNow(ctx, args[0], id) },
			func(ctx context.Context) (int, error) { return s.RunArchived(ctx, args[0]) })
	})
	cmd.Flags().BoolVar(&archived, "all-archived", false, "all tasks of the archive, in place of IDs")
	return cmd
}

func (c command) remove() *cobra.Command {
	var archived bool
	cmd := c.on(&cobra.Command{
		Use:   "delete QUEUE ID… | QUEUE --all-archived",
		Short: "Remove tasks that do not run now; nobody does them then",
	}, named(&archived), func(ctx context.Context, cmd *cobra.Command, s *queue.Set, args []string) error {
		return each(ctx, cmd, args, archived, "deleted", func(ctx context.Context, id string) error { return s.Remove(ctx, args[0], id) },
			func(ctx context.Context) (int, error) { return s.RemoveArchived(ctx, args[0]) })
	})
	cmd.Flags().BoolVar(&archived, "all-archived", false, "all tasks of the archive, in place of IDs")
	return cmd
}

// named asks for a queue and either IDs or --all-archived.
func named(archived *bool) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) == 0:
			return errors.New("name the queue")
		case *archived && len(args) > 1:
			return errors.New("give either IDs or --all-archived")
		case !*archived && len(args) == 1:
			return errors.New("name the tasks by their IDs, or give --all-archived")
		default:
			return nil
		}
	}
}

// each does something to every task that is named, whatever became of those before it.
func each(ctx context.Context, cmd *cobra.Command, args []string, all bool, did string, one func(context.Context, string) error, every func(context.Context) (int, error)) error {
	if all {
		n, err := every(ctx)
		if err == nil {
			cmd.Printf("%d archived tasks of %s: %s\n", n, args[0], did)
		}
		return err
	}
	var failed []error
	for _, id := range args[1:] {
		if err := one(ctx, id); err != nil {
			failed = append(failed, err)
			continue
		}
		cmd.Printf("%s: %s\n", id, did)
	}
	return errors.Join(failed...)
}

func (c command) switched(verb, short, did string, do func(*queue.Set, context.Context, string) (bool, error)) *cobra.Command {
	return c.on(&cobra.Command{Use: verb + " QUEUE", Short: short}, cobra.ExactArgs(1), func(ctx context.Context, cmd *cobra.Command, s *queue.Set, args []string) error {
		changed, err := do(s, ctx, args[0])
		switch {
		case err != nil:
			return err
		case changed:
			cmd.Printf("%s is %s\n", args[0], did)
		default:
			cmd.Printf("%s was %s already\n", args[0], did)
		}
		return nil
	})
}
