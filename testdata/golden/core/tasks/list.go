package tasks

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/core/cli"
	"github.com/cloudforet-io/spacegen/core/queue"
)

// shortError is how much of an error stands in a table, in characters.
const shortError = 80

func (c command) list() *cobra.Command {
	var states []string
	var limit, page int
	var asJSON bool
	cmd := c.on(&cobra.Command{
		Use:   "list [QUEUE]",
		Short: "List the queues, or the tasks of one of them",
		Long: "List the queues and how many tasks they hold; of one queue, its tasks: those that wait, run, failed or were " +
			"archived. The last error stands in full in show, and in --json.",
	}, cobra.MaximumNArgs(1), func(ctx context.Context, cmd *cobra.Command, s *queue.Set, args []string) error {
		if len(args) == 0 {
			return overview(ctx, cmd.OutOrStdout(), s, asJSON)
		}
		phases, err := phases(states)
		if err != nil {
			return err
		}
		if limit < 1 || page < 1 {
			return cli.Usage(fmt.Errorf("--limit %d and --page %d: give numbers above 0", limit, page))
		}
		return contents(ctx, cmd.OutOrStdout(), s, args[0], phases, limit, page, asJSON)
	})
	cmd.Flags().StringSliceVar(&states, "state", nil, "only tasks of these `STATES`: waiting, running, scheduled, retry, archived, done; "+
		"all but done without it")
	cmd.Flags().IntVar(&limit, "limit", 50, "tasks of each state at most")
	cmd.Flags().IntVar(&page, "page", 1, "which so many tasks of each state")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON in place of a table")
	return cmd
}

func phases(named []string) ([]queue.Phase, error) {
	known := queue.Phases()
	if len(named) == 0 {
		return slices.DeleteFunc(known, func(p queue.Phase) bool { return p == queue.PhaseDone }), nil
	}
	var phases []queue.Phase
	for _, name := range named {
		if !slices.Contains(known, queue.Phase(name)) {
			return nil, cli.Usage(fmt.Errorf("--state %q is none of %v", name, known))
		}
		phases = append(phases, queue.Phase(name))
	}
	return phases, nil
}

// overview tells how all queues stand.
func overview(ctx context.Context, to io.Writer, s *queue.Set, asJSON bool) error {
	all := []queue.Status{}
	for _, name := range s.Names() {
		status, err := s.Status(ctx, name)
		if err != nil {
			return err
		}
		all = append(all, status)
	}
	if asJSON {
		return cli.PrintJSON(to, map[string]any{"queues": all})
	}
	rows := []string{"QUEUE\tWAITING\tRUNNING\tSCHEDULED\tRETRY\tARCHIVED\tFAILED TODAY\tOLDEST\tSTATE"}
	for _, q := range all {
		waiting, oldest, state := fmt.Sprint(q.Waiting), "-", "open"
		if q.MaxWaiting > 0 {
			waiting = fmt.Sprintf("%d of %d", q.Waiting, q.MaxWaiting)
		}
		if q.Oldest > 0 {
			oldest = short(time.Duration(q.Oldest * float64(time.Second)))
		}
		if q.Paused {
			state = "paused"
		}
		rows = append(rows, fmt.Sprintf("%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\t%s",
			q.Queue, waiting, q.Running, q.Scheduled, q.Retry, q.Archived, q.Failures, oldest, state))
	}
	return cli.PrintTable(to, rows)
}

// contents lists the tasks of a queue.
func contents(ctx context.Context, to io.Writer, s *queue.Set, name string, phases []queue.Phase, limit, page int, asJSON bool) error {
	all := []queue.Info{}
	cut := false
	for _, phase := range phases {
		found, err := s.Tasks(ctx, name, phase, limit, page)
		if err != nil {
			return err
		}
		cut = cut || len(found) == limit
		all = append(all, found...)
	}
	if asJSON {
		return cli.PrintJSON(to, map[string]any{"queue": name, "tasks": all})
	}
	if len(all) == 0 {
		_, err := fmt.Fprintf(to, "no tasks of this kind in %s\n", name)
		return err
	}
	rows := []string{"ID\tKIND\tSTATE\tAGE\tFAILURES\tLAST ERROR"}
	for _, t := range all {
		rows = append(rows, fmt.Sprintf("%s\t%s\t%s\t%s\t%d\t%s", t.ID, t.Kind, t.Phase, age(t.Since), t.Failures, cutOff(t.LastError)))
	}
	if cut {
		rows = append(rows, fmt.Sprintf("there may be more: --page %d, or another --limit", page+1))
	}
	return cli.PrintTable(to, rows)
}

// age is for how long something has been as it is.
func age(since time.Time) string {
	if since.IsZero() || since.Unix() == 0 {
		return "-"
	}
	return short(time.Since(since))
}

// short writes a duration as people read it: 45s, 12m, 3h20m, 5d.
func short(d time.Duration) string {
	d = max(d, 0)
	switch {
	case d < time.Minute:
		return d.Round(time.Second).String()
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh%02dm", int(d.Hours()), int(d.Minutes())%60)
	default:
		return fmt.Sprintf("%dd", int(d.Hours())/24)
	}
}

func cutOff(text string) string {
	runes := []rune(strings.Join(strings.Fields(text), " "))
	if len(runes) > shortError {
		return string(runes[:shortError-1]) + "…"
	}
	return string(runes)
}

func keys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
