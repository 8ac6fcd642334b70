package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/preflight"
)

func TestCheck(t *testing.T) {
	t.Setenv(fileVariable, "")
	dir := t.TempDir()
	for name, text := range map[string]string{
		"good.yaml":    "GLOBAL: {TOKEN: s3cret}\n",
		"odd.yaml":     "GLOBAL: {LOGG: 1, TOKEN_FILE: " + dir + "/token}\n",
		"level.yaml":   "GLOBAL: {LOG: {level: loud}}\n",
		"worker.yaml":  "GLOBAL: {WORKERS: {w: {queue: nowhere}}}\n",
		"waiting.yaml": "GLOBAL: {QUEUES: {q: {max_waiting: -1}}}\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	for line, want := range map[string]struct {
		status int
		rows   []string // to stdout, spaces made one
		says   string   // to stderr
	}{
		"check":                            {Done, []string{"CHECK STATE DETAIL", "configuration ok built-in defaults alone", "unknown settings ok none", "system token skipped neither", "database ok it answers"}, ""},
		"check -c DIR/good.yaml":           {Done, []string{"configuration ok read from DIR/good.yaml", "system token ok there is one"}, ""},
		"check -c DIR/odd.yaml":            {Done, []string{"unknown settings warning nothing reads LOGG; misspelt?", "system token warning DIR/token (TOKEN_FILE) is missing or empty"}, ""},
		"check --offline":                  {Done, []string{"database skipped it asks others"}, ""},
		"check -c DIR/bad.yaml":            {Failed, []string{"configuration failed configuration DIR/bad.yaml: open DIR/bad.yaml"}, "the service cannot work: configuration failed"},
		"check -c DIR/level.yaml":          {Failed, []string{`configuration failed configuration: LOG.level is "loud"; give one of debug, info, warn, error`}, "configuration failed"},
		"check -c DIR/worker.yaml":         {Failed, []string{`configuration failed configuration: WORKERS.w.queue is "nowhere"`}, "configuration failed"},
		"check -c DIR/waiting.yaml --json": {Failed, []string{`"ok": false`, `QUEUES.q.max_waiting is -1`}, "configuration failed"},
		"check --timeout 0s":               {Misled, nil, "--timeout is 0s"},
		"check now":                        {Misled, nil, "leave it out"},
		"check --jsn":                      {Misled, nil, "--jsn"},
	} {
		t.Run(line, func(t *testing.T) {
			out, errs, status := runCheck(t, strings.ReplaceAll(line, "DIR", dir), preflight.Good("it answers"))
			require.Equal(t, want.status, status, errs)
			for _, row := range want.rows {
				assert.Contains(t, strings.ReplaceAll(strings.Join(strings.Fields(out), " "), dir, "DIR"), row)
			}
			assert.Contains(t, errs, want.says)
			assert.NotContains(t, out+errs, "s3cret")
		})
	}

	out, errs, status := runCheck(t, "check --json", preflight.Bad(errors.New("it is\naway")))
	assert.Equal(t, Failed, status)
	assert.Equal(t, "cost-analysis: the service cannot work: database failed\n", errs)
	var told checked
	require.NoError(t, json.Unmarshal([]byte(out), &told))
	assert.False(t, told.OK)
	assert.Equal(t, "cost-analysis", told.Service)
	assert.Equal(t, preflight.Finding{Name: "database", State: preflight.Failed, Detail: "it is\naway"}, told.Checks[len(told.Checks)-1])
}

// runCheck runs a command line of a service that needs a database.
func runCheck(t *testing.T, line string, found preflight.Finding) (out, errs string, status int) {
	t.Helper()
	var o, e bytes.Buffer
	root := &cobra.Command{Use: "cost-analysis"}
	root.AddCommand(Check(root.Use, func() [][]byte { return [][]byte{[]byte("SERVICE: cost-analysis\n")} }, func(*config.Config) []preflight.Probe {
		return []preflight.Probe{{Name: "database", Look: func(context.Context) preflight.Finding { return found }}}
	}))
	root.SetOut(&o)
	root.SetErr(&e)
	root.SetArgs(strings.Fields(line))
	status = Execute(t.Context(), root)
	return o.String(), e.String(), status
}
