package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// patience is how long spacegen may take to say something, on whatever machine: a test
// that waits as long has failed.
const patience = 5 * time.Minute

// prompts are what `spacegen new` asks when it knows nothing, in order, each
// with the keys that answer it.
var prompts = []struct{ question, keys string }{
	{"Name of the service:", "demo\r"},
	{"Go module path:", "\r"},
	{"What does it do?", "\r"},
	{"Servers:", "\r"},
	{"Database:", "\r"},
	{"Cache:", "\r"},
	{"Resource (empty to go on):", "Region\r"},
	{"Field of Region (empty to go on):", "name!\r"},
	{"Field of Region (empty to go on):", "state:enum(ON|OFF)\r"},
	{"Field of Region (empty to go on):", "\r"},
	{"Resource (empty to go on):", "\r"},
	{"GitHub workflows?", "\r"},
	{"Helm chart?", "n\r"},
}

// console is spacegen on a terminal of 24 lines.
type console struct {
	t      *testing.T
	tty    *os.File
	cmd    *exec.Cmd
	on     screen
	ended  chan struct{} // closed when spacegen has hung up
	seen   int
	mu     sync.Mutex
	output bytes.Buffer
	last   time.Time // when something was shown last
}

// A screen is what spacegen is started on.
type screen struct {
	term string // what TERM says
	cols uint16
	mute bool // it does not answer where its cursor is
}

func startConsole(t *testing.T, dir string, args ...string) *console {
	t.Helper()
	return startConsoleOn(t, screen{term: "xterm", cols: 80}, dir, args...)
}

func startConsoleOn(t *testing.T, on screen, dir string, args ...string) *console {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Args[0] = "spacegen" // TestMain runs spacegen under this name
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TERM="+on.term)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: on.cols})
	require.NoError(t, err)
	s := &console{t: t, tty: tty, cmd: cmd, on: on, ended: make(chan struct{})}
	go s.read()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = tty.Close()
		<-s.ended
	})
	return s
}

// read takes in what is shown, and answers as a terminal does when it is asked
// where the cursor is.
func (s *console) read() {
	defer close(s.ended)
	buffer := make([]byte, 4096)
	for {
		n, err := s.tty.Read(buffer)
		for before, rest, asked := bytes.Cut(buffer[:n], []byte("\x1b[6n")); asked && !s.on.mute; before, rest, asked = bytes.Cut(rest, []byte("\x1b[6n")) {
			where := "\x1b[10;40R"
			if bytes.HasSuffix(before, []byte("\x1b[999;999f")) {
				where = fmt.Sprintf("\x1b[24;%dR", s.on.cols) // sent to the last corner: how large is the window?
			}
			_, _ = io.WriteString(s.tty, where)
		}
		s.mu.Lock()
		s.output.Write(buffer[:n])
		s.last = time.Now()
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (s *console) screen() (text string, quiet time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.output.String(), time.Since(s.last)
}

// expect waits until the terminal shows a text that it did not show before,
// and then nothing for a moment: spacegen listens.
func (s *console) expect(text string) {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		shown, quiet := s.screen()
		return strings.Contains(shown[s.seen:], text) && quiet > 200*time.Millisecond
	}, patience, 5*time.Millisecond, "%q is not shown", text)
	shown, _ := s.screen()
	s.seen = len(shown)
}

func (s *console) send(keys string) {
	s.t.Helper()
	_, err := io.WriteString(s.tty, keys)
	require.NoError(s.t, err)
}

// wait reads to the end and gives the exit status.
func (s *console) wait() int {
	s.t.Helper()
	select {
	case <-s.ended:
	case <-time.After(patience):
		shown, _ := s.screen()
		require.Fail(s.t, "spacegen does not end", shown[s.seen:])
	}
	err := s.cmd.Wait()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return exit.ExitCode()
	}
	require.NoError(s.t, err)
	return 0
}

var skipSteps = []string{"--skip-proto", "--skip-tidy", "--skip-git"}

func TestPromptsMakeARepository(t *testing.T) {
	dir := t.TempDir()
	s := startConsole(t, dir, append([]string{"new"}, skipSteps...)...)
	for _, p := range prompts {
		s.expect(p.question)
		s.send(p.keys)
	}
	assert.Equal(t, 0, s.wait(), s.output.String())
	assert.Contains(t, s.output.String(), "The same without questions:")
	assert.Contains(t, s.output.String(), "--resource 'Region:name!,state:enum(ON|OFF)'")
	assert.FileExists(t, filepath.Join(dir, "demo", "internal", "service", "region.go"))
	assert.NoDirExists(t, filepath.Join(dir, "demo", "deploy", "helm"))
}

func TestFlagsAreNotAskedAgain(t *testing.T) {
	dir := t.TempDir()
	s := startConsole(t, dir, append([]string{"new", "demo", "--yes", "--servers", "grpc"}, skipSteps...)...)
	assert.Equal(t, 0, s.wait(), s.output.String())
	assert.NotContains(t, s.output.String(), "?")
	assert.FileExists(t, filepath.Join(dir, "demo", "go.mod"))
}

// TestPackageIsAskedFirst: nobody answers questions for a package that is not there.
func TestPackageIsAskedFirst(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, of := range []string{"orders", "stock"} {
		text := "syntax = \"proto3\";\npackage shop." + of + ".v1;\nmessage Id { string id = 1; }\nservice " + of + " { rpc get (Id) returns (Id); }\n"
		at := filepath.Join(dir, "api", "shop", of, "v1")
		require.NoError(t, os.MkdirAll(at, 0o750))
		require.NoError(t, os.WriteFile(filepath.Join(at, "api.proto"), []byte(text), 0o600))
	}
	s := startConsole(t, dir, append([]string{"new", "demo", "--proto", "api"}, skipSteps...)...)
	s.expect("Package of the API:")
	s.send("\x1b[B\r")
	for _, p := range prompts[1:6] {
		s.expect(p.question)
		s.send(p.keys)
	}
	s.expect(prompts[6].question)
	s.send("\r")
	for _, p := range prompts[11:] {
		s.expect(p.question)
		s.send(p.keys)
	}
	assert.Equal(t, 0, s.wait(), s.output.String())
	assert.Contains(t, s.output.String(), "--package shop.stock.v1")
	assert.Contains(t, s.output.String(), "--proto api")
	assert.FileExists(t, filepath.Join(dir, "demo", "proto", "shop", "stock", "v1", "api.proto"))

	s = startConsole(t, dir, "new", "other", "--proto", "api", "--package", "shop.stok.v1")
	assert.Equal(t, 2, s.wait(), s.output.String())
	assert.Contains(t, s.output.String(), "there are shop.orders.v1, shop.stock.v1")
	assert.NotContains(t, s.output.String(), prompts[1].question)
}

// inProject makes a repository to change and gives its folder.
func inProject(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	code := run(t.Context(), append([]string{"new", "demo", "--yes", "--dir", filepath.Join(dir, "demo")}, skipSteps...), stdio{strings.NewReader(""), io.Discard, io.Discard})
	require.Equal(t, 0, code)
	return filepath.Join(dir, "demo")
}

func TestAddAsks(t *testing.T) {
	t.Parallel()
	dir := inProject(t)
	s := startConsole(t, dir, "add", "service", "--skip-tidy")
	s.expect("Service:")
	s.send("\r")
	s.expect("it needs a name")
	s.send("Report\r")
	assert.Equal(t, 0, s.wait(), s.output.String())
	assert.FileExists(t, filepath.Join(dir, "internal", "service", "report.go"))

	s = startConsole(t, dir, "remove", "service")
	s.expect("Service:")
	s.send("\x03")
	assert.Equal(t, 1, s.wait(), s.output.String())
	assert.FileExists(t, filepath.Join(dir, "internal", "service", "report.go"))
}

// TestUpdateAsks decides a conflict by each of the answers.
func TestUpdateAsks(t *testing.T) {
	t.Parallel()
	const down = "\x1b[B"
	for name, tt := range map[string]struct {
		keys string
		code int
		want []string
	}{
		"markers":        {"\r", 3, []string{"<<<<<<< yours", "mine", "theirs"}},
		"yours":          {down + "\r", 0, []string{"mine"}},
		"the template's": {down + down + "\r", 0, []string{"theirs"}},
		"interrupted":    {"\x03", 1, []string{"mine"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := inProject(t)
			file := filepath.Join(dir, ".dockerignore")
			require.NoError(t, os.WriteFile(file, []byte("mine\n"), 0o600))
			own := filepath.Join(dir, ".spacegen", "templates", "ci", "dockerignore.tmpl")
			require.NoError(t, os.MkdirAll(filepath.Dir(own), 0o750))
			require.NoError(t, os.WriteFile(own, []byte("theirs\n"), 0o600))
			s := startConsole(t, dir, "update")
			s.expect("Take")
			s.send(down + down + down + "\r") // show the difference
			s.expect("+theirs")
			s.send(tt.keys)
			assert.Equal(t, tt.code, s.wait(), s.output.String())
			body, err := os.ReadFile(file) //nolint:gosec // a test's own
			require.NoError(t, err)
			for _, want := range tt.want {
				assert.Contains(t, string(body), want)
			}
			if len(tt.want) == 1 {
				assert.Equal(t, tt.want[0]+"\n", string(body))
			}
		})
	}
}

// TestInterrupt presses Ctrl-C at each prompt.
func TestInterrupt(t *testing.T) {
	t.Parallel()
	for i, last := range prompts {
		t.Run(fmt.Sprint(i, " ", last.question), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := startConsole(t, dir, append([]string{"new"}, skipSteps...)...)
			for _, p := range prompts[:i] {
				s.expect(p.question)
				s.send(p.keys)
			}
			s.expect(last.question)
			s.send("\x03")
			assert.Equal(t, 1, s.wait(), s.output.String())
			assert.Contains(t, s.output.String(), "interrupted; nothing was written")
			entries, err := os.ReadDir(dir)
			require.NoError(t, err)
			assert.Empty(t, entries)
		})
	}
}
