package tasks

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/cli"
	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/queue"
	"github.com/cloudforet-io/spacegen/core/redistest"
)

// service is a command line whose configuration names a Redis, and its queues.
type service struct {
	file   string
	queues *queue.Set
}

func optionsOf(cfg *config.Config) map[string]queue.Options {
	all := map[string]queue.Options{}
	for name, q := range cfg.Queues {
		all[name] = queue.Options{Backend: q.Backend, Host: q.Host, Port: q.Port, Channel: q.Channel, MaxWaiting: q.MaxWaiting}
	}
	return all
}

func newService(t *testing.T) *service {
	t.Helper()
	host, port := redistest.Server(t)
	s := &service{file: filepath.Join(t.TempDir(), "config.yaml")}
	require.NoError(t, os.WriteFile(s.file, fmt.Appendf(nil, "GLOBAL: {QUEUES: {q: {host: %s, port: %d, channel: %s, max_waiting: 50}, near: {}, gone: {host: 127.0.0.1, port: 1}}}\n",
		host, port, t.Name()+strconv.FormatInt(time.Now().UnixNano(), 36)), 0o600))
	cfg, err := config.Load(t.Context(), nil, s.file)
	require.NoError(t, err)
	all := optionsOf(cfg)
	delete(all, "gone")
	s.queues, err = queue.Open(t.Context(), all)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.queues.Close()) })
	return s
}

func (s *service) run(t *testing.T, line string) (out, errs string, status int) {
	t.Helper()
	var o, e bytes.Buffer
	root := &cobra.Command{Use: "inventory"}
	root.AddCommand(Command("inventory", func() [][]byte { return nil }, optionsOf))
	root.SetOut(&o)
	root.SetErr(&e)
	root.SetArgs(append(strings.Fields(line), "-c", s.file))
	status = cli.Execute(t.Context(), root)
	assert.NotContains(t, o.String()+e.String(), "s3cret")
	return o.String(), e.String(), status
}

// done runs a command that has to succeed, and gives what it says with spaces made one.
func (s *service) done(t *testing.T, line string) string {
	t.Helper()
	out, errs, status := s.run(t, line)
	require.Equal(t, cli.Done, status, errs)
	return strings.Join(strings.Fields(out), " ")
}

func (s *service) put(t *testing.T, id string) {
	t.Helper()
	claims := base64.RawURLEncoding.EncodeToString([]byte(`{"exp": 1700000000}`))
	require.NoError(t, s.queues.Put(t.Context(), "q", queue.Task{Name: "collect", Stages: []queue.Stage{{
		Locator: queue.LocatorService, Name: "Collection", Method: "collect",
		Metadata: queue.Metadata{"token": "s3cret." + claims + ".s3cret", "x_domain_id": "domain-1"},
		Params:   map[string]any{"job_id": "job-1", "secret_data": map[string]any{"key": "s3cret"}},
	}}}, queue.WithID(id)))
}

// poison has a worker fail all that waits, for good.
func (s *service) poison(t *testing.T, archived int) {
	t.Helper()
	c, err := s.queues.Consume("q", queue.ConsumeOptions{Poll: 20 * time.Millisecond}, func(context.Context, *queue.Delivery) error {
		return queue.Permanent(errors.New("stages[0] SERVICE Collection.collect: ERROR_NOT_FOUND: there is no job of this name, however long one looks for it"))
	})
	require.NoError(t, err)
	require.NoError(t, c.Start(t.Context()))
	require.Eventually(t, func() bool {
		status, err := s.queues.Status(t.Context(), "q")
		return err == nil && status.Archived == archived
	}, 20*time.Second, 20*time.Millisecond)
	require.NoError(t, c.Stop(t.Context()))
}

func TestPoisonedTask(t *testing.T) {
	s := newService(t)
	s.put(t, "one")
	s.put(t, "two")
	s.poison(t, 2)
	s.put(t, "three")

	said := s.done(t, "tasks list q")
	assert.Contains(t, said, "ID KIND STATE AGE FAILURES LAST ERROR three collect waiting 0s 0 one collect archived")
	assert.Contains(t, said, "1 stages[0] SERVICE Collection.collect: ERROR_NOT_FOUND: there is no job of this …")
	assert.Equal(t, "no tasks of this kind in q", s.done(t, "tasks list q --state running,retry"))
	said = s.done(t, "tasks list q --state archived --limit 1")
	assert.Contains(t, said, "there may be more: --page 2, or another --limit")
	assert.Contains(t, s.done(t, "tasks list q --state archived --limit 1 --page 2"), "collect archived")

	said = s.done(t, "tasks show q one")
	for _, row := range []string{
		"id one", "queue q", "state archived, since 20", "failures 1 (it may be retried 10 times)", "timeout 1h0m0s",
		"stage 1 SERVICE Collection.collect", "token expired at 2023-11-14T22:13:20Z", "domain domain-1",
		"params job_id, secret_data (values by --params)", "however long one looks for it",
	} {
		assert.Contains(t, said, row)
	}
	said = s.done(t, "tasks show q one --params")
	assert.Contains(t, said, `{"job_id":"job-1","secret_data":"********"}`)
	var shown struct {
		ID     string
		State  string
		Stages []struct{ Calls, Token string }
	}
	require.NoError(t, json.Unmarshal([]byte(s.done(t, "tasks show q one --json --params")), &shown))
	assert.Equal(t, "archived", shown.State)
	assert.Equal(t, "SERVICE Collection.collect", shown.Stages[0].Calls)

	assert.Equal(t, "q is paused", s.done(t, "tasks pause q"))
	assert.Equal(t, "q was paused already", s.done(t, "tasks pause q"))
	assert.Equal(t, "one: to be run now", s.done(t, "tasks retry q one"))
	out, errs, status := s.run(t, "tasks list")
	require.Equal(t, cli.Failed, status, "a Redis is away: %s", out)
	assert.Contains(t, errs, "queue gone: redis at 127.0.0.1:1 does not answer")
	require.NoError(t, os.WriteFile(s.file, bytes.ReplaceAll(must(t, s.file), []byte(", gone: {host: 127.0.0.1, port: 1}"), nil), 0o600))
	out, errs, status = s.run(t, "tasks list")
	require.Equal(t, cli.Done, status, errs)
	assert.Contains(t, strings.Join(strings.Fields(out), " "), "FAILED TODAY OLDEST STATE q 2 of 50 0 0 0 1 2")
	assert.Contains(t, out, "paused")
	assert.Contains(t, errs, "left out near, kept in the process that runs the service")
	assert.Contains(t, s.done(t, "tasks list --json"), `"archived": 1`)

	assert.Equal(t, "three: deleted", s.done(t, "tasks delete q three"))
	assert.Equal(t, "q is resumed", s.done(t, "tasks resume q"))
	s.poison(t, 2)
	assert.Equal(t, "2 archived tasks of q: to be run now", s.done(t, "tasks retry q --all-archived"))
	s.poison(t, 2)
	assert.Equal(t, "2 archived tasks of q: deleted", s.done(t, "tasks delete q --all-archived"))
	out, errs, status = s.run(t, "tasks retry q one two")
	assert.Equal(t, cli.Failed, status)
	assert.Empty(t, out)
	assert.Contains(t, errs, "queue q has no task one\nqueue q has no task two")
}

func TestWrongUse(t *testing.T) {
	s := newService(t)
	for line, want := range map[string]struct {
		status int
		says   string
	}{
		"tasks list nowhere":              {cli.Misled, `no queue "nowhere"; QUEUES has gone, near, q`},
		"tasks list q --state lost":       {cli.Misled, `--state "lost" is none of`},
		"tasks list q --limit 0":          {cli.Misled, "give numbers above 0"},
		"tasks list q r":                  {cli.Misled, "accepts at most 1 arg"},
		"tasks show q":                    {cli.Misled, "accepts 2 arg"},
		"tasks retry q":                   {cli.Misled, "name the tasks by their IDs, or give --all-archived"},
		"tasks delete q a --all-archived": {cli.Misled, "give either IDs or --all-archived"},
		"tasks pause":                     {cli.Misled, "accepts 1 arg"},
		"tasks list near":                 {cli.Failed, "queue near is kept in the process that runs the service, where no other process sees it: name a Redis (QUEUES.near.host)"},
		"tasks pause near":                {cli.Failed, "kept in the process"},
		"tasks list gone":                 {cli.Failed, "redis at 127.0.0.1:1 does not answer"},
		"tasks show q none":               {cli.Failed, "queue q has no task none"},
	} {
		t.Run(line, func(t *testing.T) {
			out, errs, status := s.run(t, line)
			assert.Equal(t, want.status, status)
			assert.Contains(t, errs, want.says)
			assert.Empty(t, out)
		})
	}
}

func TestShort(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "0s", 45 * time.Second: "45s", 12*time.Minute + 59*time.Second: "12m", 3*time.Hour + 20*time.Minute: "3h20m", 120 * time.Hour: "5d",
	} {
		assert.Equal(t, want, short(d))
	}
}

func must(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file) //nolint:gosec // a file of this test
	require.NoError(t, err)
	return text
}
