package reload_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/preflight"
	"github.com/cloudforet-io/spacegen/core/reload"
)

// process is one whose configuration lies in a file.
type process struct {
	*reload.Reloader
	t     *testing.T
	file  string
	log   *output
	taken []string
}

// output is a log that several write and read.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(p)
}

// take gives what was written since it was last asked.
func (o *output) take() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer o.text.Reset()
	return o.text.String()
}

func newProcess(t *testing.T, text string) *process {
	t.Helper()
	p := &process{t: t, file: filepath.Join(t.TempDir(), "config.yaml"), log: &output{}}
	p.write(text)
	cfg, err := config.Load(t.Context(), [][]byte{[]byte("QUEUES: {q: {}}\n")}, p.file)
	require.NoError(t, err)
	cfg, err = cfg.With(map[string]any{"PORT": 50099}) // by a flag
	require.NoError(t, err)
	level := new(slog.LevelVar)
	p.Reloader = reload.New(reload.Options{
		Config: cfg,
		Live: []config.Live{
			{Settings: []string{"LOG.level"}, Take: func(c *config.Config) {
				p.taken = append(p.taken, "level "+c.Log.Level)
				_ = level.UnmarshalText([]byte(c.Log.Level))
			}},
			{Settings: []string{"QUEUES.*.max_waiting"}, Take: func(*config.Config) { p.taken = append(p.taken, "bounds") }},
		},
		Checks: func(c *config.Config) []preflight.Probe {
			return []preflight.Probe{
				{Name: "always bad", Offline: true, Look: func(context.Context) preflight.Finding { return preflight.Bad(os.ErrInvalid) }},
				{Name: "handlers", Offline: true, Look: func(context.Context) preflight.Finding {
					if len(c.Handlers.Event) > 0 {
						return preflight.Bad(os.ErrNotExist)
					}
					return preflight.Good("")
				}},
				{Name: "database", Look: func(context.Context) preflight.Finding { t.Error("nobody is to be asked"); return preflight.Good("") }},
			}
		},
		Log: slog.New(slog.NewTextHandler(p.log, &slog.HandlerOptions{Level: level})),
	})
	p.Add(config.Live{Settings: []string{"MAX_WORKERS"}, Take: func(c *config.Config) { p.taken = append(p.taken, "workers") }})
	return p
}

func (p *process) write(text string) {
	p.t.Helper()
	require.NoError(p.t, os.WriteFile(p.file, []byte(text), 0o600))
}

// reread reads a new configuration, and gives the lines of the log and what was taken.
func (p *process) reread(text string) (lines []string, taken []string) {
	p.t.Helper()
	p.write(text)
	p.taken = nil
	p.Reload(p.t.Context())
	for line := range strings.Lines(p.log.take()) {
		_, line, _ = strings.Cut(strings.TrimSpace(line), " level=")
		lines = append(lines, line)
	}
	return lines, p.taken
}

func TestReload(t *testing.T) {
	p := newProcess(t, "GLOBAL: {MAX_WORKERS: 10, REST_PORT: 8000}\n")
	lines, taken := p.reread("GLOBAL: {MAX_WORKERS: 10, REST_PORT: 8000}\n")
	assert.Equal(t, []string{`INFO msg="configuration is read anew" effective=[] restart=[]`}, lines)
	assert.Empty(t, taken)

	lines, taken = p.reread("GLOBAL: {MAX_WORKERS: 20, REST_PORT: 8001, PORT: 1, QUEUES: {q: {max_waiting: 5}}, TOKEN: s3cret, LOG: {level: debug}}\n")
	assert.Equal(t, []string{
		`INFO msg="configuration is read anew" effective="[LOG.level MAX_WORKERS QUEUES.q.max_waiting]" restart="[REST_PORT TOKEN]"`,
		`WARN msg="these settings have changed and take effect when the process is started anew" settings="[REST_PORT TOKEN]"`,
	}, lines, "a flag stays above the file")
	assert.Equal(t, []string{"level debug", "bounds", "workers"}, taken)

	lines, taken = p.reread("GLOBAL: {MAX_WORKERS: 20, REST_PORT: 8001, LOGG: 1, QUEUES: {q: {max_waiting: 5}}, LOG: {level: error}}\n")
	assert.Equal(t, []string{`INFO msg="configuration is read anew" effective=[LOG.level] restart="[LOGG REST_PORT]"`}, lines,
		"what waits for a restart is said again; the line that silences the rest is written")
	assert.Equal(t, []string{"level error"}, taken)

	lines, taken = p.reread("GLOBAL: {MAX_WORKERS: 10, LOG: {level: info}}\n")
	assert.Equal(t, []string{`INFO msg="configuration is read anew" effective="[LOG.level MAX_WORKERS QUEUES.q.max_waiting]" restart=[]`}, lines,
		"a port that is what it was needs no restart")
	assert.Equal(t, []string{"level info", "bounds", "workers"}, taken)
}

func TestBrokenConfigurationChangesNothing(t *testing.T) {
	p := newProcess(t, "GLOBAL: {MAX_WORKERS: 10}\n")
	for name, c := range map[string]struct{ text, says string }{
		"no YAML":          {"GLOBAL: {MAX_WORKERS: 20", "yaml"},
		"wrong type":       {"GLOBAL: {MAX_WORKERS: many}", "MAX_WORKERS must be a number"},
		"wrong value":      {"GLOBAL: {MAX_WORKERS: 20, CALL_TIMEOUT: -1s}", "CALL_TIMEOUT"},
		"wrong level":      {"GLOBAL: {MAX_WORKERS: 20, LOG: {level: loud}}", "LOG.level"},
		"no such queue":    {"GLOBAL: {MAX_WORKERS: 20, WORKERS: {w: {queue: r}}}", "WORKERS.w.queue"},
		"no such handlers": {"GLOBAL: {MAX_WORKERS: 20, HANDLERS: {event: [{backend: x}]}}", "handlers: file does not exist"},
	} {
		lines, taken := p.reread(c.text)
		require.Len(t, lines, 1, name)
		assert.Contains(t, lines[0], `ERROR msg="configuration is broken; nothing of it takes effect"`, name)
		assert.Contains(t, lines[0], c.says, name)
		assert.NotContains(t, lines[0], "always bad", "what was broken before is no reason")
		assert.Empty(t, taken, name)
	}
	_, taken := p.reread("GLOBAL: {MAX_WORKERS: 20}")
	assert.Equal(t, []string{"workers"}, taken, "the next one is compared with the one in effect")
}

func TestSignal(t *testing.T) {
	p := newProcess(t, "GLOBAL: {MAX_WORKERS: 10}\n")
	first, second := p.Module(), p.Module()
	require.NoError(t, first.Start(t.Context()))
	require.NoError(t, second.Start(t.Context()))
	require.NoError(t, first.Stop(t.Context()))
	p.write("GLOBAL: {MAX_WORKERS: 20}\n")
	require.NoError(t, syscall.Kill(os.Getpid(), syscall.SIGHUP))
	assert.Eventually(t, func() bool { return strings.Contains(p.log.take(), "effective=[MAX_WORKERS]") }, 20*time.Second, 10*time.Millisecond)
	require.NoError(t, second.Stop(t.Context()))
}
