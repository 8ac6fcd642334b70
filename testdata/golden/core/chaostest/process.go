//go:build unix

package chaostest

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// stopTime is what a process has to end by itself.
const stopTime = 40 * time.Second

// program finds a program, also where distributions keep those that are not for everyone.
// install says how it is had.
func program(name string) (at string, found bool) {
	if at, err := exec.LookPath(name); err == nil {
		return at, true
	}
	var all []string
	for _, pattern := range []string{"/usr/lib/postgresql/*/bin/", "/usr/pgsql-*/bin/", "/usr/local/sbin/", "/usr/sbin/", "/opt/homebrew/opt/*/bin/"} {
		more, _ := filepath.Glob(pattern + name) // the patterns are well-formed
		all = append(all, more...)
	}
	if len(all) == 0 {
		return "", false
	}
	slices.Sort(all)
	return all[len(all)-1], true
}

// required is program for what no case can do without.
func required(t *testing.T, name, install string) string {
	t.Helper()
	at, found := program(name)
	require.True(t, found, "%s is missing on this machine: install %s", name, install)
	return at
}

// folder makes a folder that servers may write to, under whatever user they run.
func folder(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "chaos-"+name+"-")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) }) // a process that was killed may still be writing
	if credential := unprivileged(t); credential != nil {
		require.NoError(t, os.Chown(dir, int(credential.Uid), int(credential.Gid)))
	}
	return dir
}

// unprivileged is the user under whom servers run that refuse to run as root; nil: ours.
func unprivileged(t *testing.T) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if who, err := user.Lookup(name); err == nil {
			uid, err := strconv.ParseUint(who.Uid, 10, 32)
			require.NoError(t, err)
			gid, err := strconv.ParseUint(who.Gid, 10, 32)
			require.NoError(t, err)
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	require.Fail(t, "PostgreSQL does not run as root, and there is no user postgres: run this as another user")
	return nil
}

// A process is a server that runs until it is killed, told to stop, or the test ends.
type process struct {
	name  string
	cmd   *exec.Cmd
	said  string // file with all that it printed
	ended chan struct{}
	err   error // after ended
}

// launch starts a process. as is the user that it runs under; nil: ours.
func launch(t *testing.T, name, dir string, as *syscall.Credential, environment []string, command string, args ...string) *process {
	t.Helper()
	p := &process{name: name, said: filepath.Join(dir, name+".log"), ended: make(chan struct{})}
	out, err := os.OpenFile(p.said, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644) //nolint:gosec // of the test's own
	require.NoError(t, err)
	defer out.Close()                      //nolint:errcheck // the process has it
	p.cmd = exec.Command(command, args...) //nolint:gosec,noctx // it is ended below
	p.cmd.Dir, p.cmd.Env = dir, append(os.Environ(), environment...)
	p.cmd.Stdout, p.cmd.Stderr = out, out
	if as != nil {
		p.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: as}
	}
	require.NoError(t, p.cmd.Start(), "start %s", name)
	go func() {
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		lived := p.alive() == nil
		p.kill()
		if lived && t.Failed() {
			t.Logf("the end of what %s said:\n%s", name, p.tail(5))
		}
	})
	return p
}

// kill ends the process as kill -9 does, with the processes that it started.
func (p *process) kill() {
	children := p.children()
	_ = p.cmd.Process.Kill() // it may be gone
	for _, child := range children {
		_ = syscall.Kill(child, syscall.SIGKILL) // likewise
	}
	<-p.ended
}

// children are the processes that the process started, where the system tells them.
func (p *process) children() []int {
	var all []int
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", p.cmd.Process.Pid))
	if err != nil {
		return nil
	}
	for _, field := range strings.Fields(string(text)) {
		if pid, err := strconv.Atoi(field); err == nil {
			all = append(all, pid)
		}
	}
	return all
}

// stop tells the process to end, and gives how it did.
func (p *process) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop %s: %w", p.name, err)
	}
	select {
	case <-p.ended:
		return p.err
	case <-time.After(stopTime):
		p.kill()
		return fmt.Errorf("%s does not stop within %s", p.name, stopTime)
	}
}

// alive is an error once the process has ended.
func (p *process) alive() error {
	select {
	case <-p.ended:
		return fmt.Errorf("%s has ended (%w): %s", p.name, errors.Join(p.err, errEnded), p.tail(5))
	default:
		return nil
	}
}

var errEnded = errors.New("nobody told it to")

// tail gives the last lines that the process printed.
func (p *process) tail(lines int) string {
	text, err := os.ReadFile(p.said)
	if err != nil {
		return err.Error()
	}
	all := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// about gives the lines that the process printed about something.
func (p *process) about(what string) string {
	text, err := os.ReadFile(p.said)
	if err != nil {
		return err.Error()
	}
	var found []string
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, `"`+what+`"`) {
			found = append(found, line)
		}
	}
	return strings.Join(found, "")
}

// freePorts finds ports that nobody listens on.
func freePorts(t *testing.T, n int) []int {
	t.Helper()
	ports := make([]int, n)
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		defer l.Close() //nolint:errcheck // nobody has connected
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports
}
