package tasks

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/cloudforet-io/spacegen/core/cli"
	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/queue"
)

// shown is a task in full.
type shown struct {
	queue.Info
	Queue   string  `json:"queue"`
	Timeout float64 `json:"timeout_seconds"`
	Stages  []stage `json:"stages"`
}

// stage is a call of a task.
type stage struct {
	Calls string `json:"calls"`
	// Token says of the caller's token all that is said of it.
	Token       string         `json:"token"`
	DomainID    string         `json:"domain_id,omitempty"`
	WorkspaceID string         `json:"workspace_id,omitempty"`
	Traceparent string         `json:"traceparent,omitempty"`
	Parameters  []string       `json:"parameters"` // their names
	Params      map[string]any `json:"params,omitempty"`
}

func (c command) show() *cobra.Command {
	var params, asJSON bool
	cmd := c.on(&cobra.Command{
		Use:   "show QUEUE ID",
		Short: "Show a task: what it calls, how it stands, and its last error",
		Long: "Show a task: what it calls, for whom, how it stands, and its last error in full. Of its token only the time is " +
			"shown at which it expires. Parameters are named, and shown by --params, values hidden whose names say that they are secret.",
	}, cobra.ExactArgs(2), func(ctx context.Context, cmd *cobra.Command, s *queue.Set, args []string) error {
		info, err := s.Task(ctx, args[0], args[1])
		if err != nil {
			return err
		}
		task := shown{Info: info, Queue: args[0], Timeout: info.Timeout.Seconds(), Stages: []stage{}}
		for _, called := range info.Task.Stages {
			task.Stages = append(task.Stages, describe(called, params))
		}
		if asJSON {
			return cli.PrintJSON(cmd.OutOrStdout(), task)
		}
		return task.print(cmd.OutOrStdout(), params)
	})
	cmd.Flags().BoolVar(&params, "params", false, "show what the task is told")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func describe(s queue.Stage, params bool) stage {
	d := stage{
		Calls: s.String(), Token: token(s.Metadata["token"]), DomainID: s.Metadata["x_domain_id"],
		WorkspaceID: s.Metadata["x_workspace_id"], Traceparent: s.Metadata["traceparent"], Parameters: keys(s.Params),
	}
	if params {
		d.Params, _ = config.Mask(s.Params).(map[string]any)
	}
	return d
}

// token says when a token expires, by its own account, and nothing else of it.
func token(text string) string {
	if text == "" {
		return "none"
	}
	var claims struct {
		Expires float64 `json:"exp"`
	}
	if parts := strings.Split(text, "."); len(parts) == 3 {
		if body, err := base64.RawURLEncoding.DecodeString(parts[1]); err == nil && json.Unmarshal(body, &claims) == nil && claims.Expires > 0 {
			end := time.Unix(int64(claims.Expires), 0).UTC()
			if end.Before(time.Now()) {
				return "expired at " + end.Format(time.RFC3339)
			}
			return "expires at " + end.Format(time.RFC3339)
		}
	}
	return "there is one, which says no time at which it expires"
}

func (t shown) print(to io.Writer, params bool) error {
	rows := []string{
		"id\t" + t.ID, "queue\t" + t.Queue, "kind\t" + t.Kind, "state\t" + t.state(),
		fmt.Sprintf("failures\t%d (it may be retried %d times)", t.Failures, t.Retries),
		"timeout\t" + t.Info.Timeout.String(),
	}
	if !t.NextRun.IsZero() {
		rows = append(rows, "next run\t"+t.NextRun.Format(time.RFC3339))
	}
	for i, s := range t.Stages {
		rows = append(rows, fmt.Sprintf("stage %d\t%s", i+1, s.Calls), "  token\t"+s.Token)
		for _, row := range [][2]string{{"domain", s.DomainID}, {"workspace", s.WorkspaceID}, {"traceparent", s.Traceparent}} {
			if row[1] != "" {
				rows = append(rows, "  "+row[0]+"\t"+row[1])
			}
		}
		if len(s.Parameters) == 0 {
			continue
		}
		told := strings.Join(s.Parameters, ", ") + " (values by --params)"
		if params {
			text, err := json.Marshal(s.Params)
			if err != nil {
				return err
			}
			told = string(text)
		}
		rows = append(rows, "  params\t"+told)
	}
	if t.LastError != "" {
		rows = append(rows, "last error\t"+strings.Join(strings.Fields(t.LastError), " "))
	}
	return cli.PrintTable(to, rows)
}

func (t shown) state() string {
	state := string(t.Phase)
	if t.Orphaned {
		state += ", its worker has gone: another one takes it over"
	}
	if !t.Since.IsZero() && t.Since.Unix() != 0 {
		state += ", since " + t.Since.Format(time.RFC3339)
	}
	return state
}
