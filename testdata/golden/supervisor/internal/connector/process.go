package connector

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/cloudforet-io/supervisor/internal/model"
)

const (
	checkTimeout = 2 * time.Second // of a look at one process
	// patience is how long a process may not serve: at its start, and later.
	patience = time.Minute
	// steady is how long a process runs until its failures are forgotten.
	steady = time.Minute
)

// A process is a plugin that runs, or ran, as a child of this process.
type process struct {
	plugin  model.Plugin
	cmd     *exec.Cmd
	folder  string // of its configuration
	started time.Time
	ended   chan struct{} // closed at its end

	mu       sync.Mutex
	address  string // host:port; empty until it is known
	conn     *grpc.ClientConn
	served   time.Time // when it was last seen to serve, or started
	end      time.Time // zero while it runs
	err      error     // how it ended
	failures int       // in a row
}

// launch starts a program. One that is given no port finds its own and says
// where, as plugins of hashicorp/go-plugin do.
func launch(p model.Plugin, run program, port, failures int) (*process, error) {
	child := &process{plugin: p, ended: make(chan struct{}), failures: failures, started: time.Now()}
	child.served = child.started
	env := append(inherited(), "SPACEONE_PLUGIN=grpc")
	if port != 0 {
		child.address = net.JoinHostPort(loopback, strconv.Itoa(port))
		if err := child.configure(port); err != nil {
			return nil, err
		}
		env = append(inherited(), "SPACEONE_CONFIG_FILE="+filepath.Join(child.folder, "config.yaml"))
	}
	fill := strings.NewReplacer("{port}", strconv.Itoa(port), "{version}", p.Version)
	for key, value := range run.Env {
		env = append(env, key+"="+fill.Replace(value))
	}
	var args []string
	for _, arg := range run.Command {
		args = append(args, fill.Replace(arg))
	}
	child.cmd = exec.Command(args[0], args[1:]...) //nolint:gosec,noctx // the operator's own configuration; it outlives the call
	child.cmd.Env = env
	child.cmd.Stderr = os.Stderr
	child.cmd.Stdout = &announcement{then: os.Stderr, found: child.announced}
	child.cmd.WaitDelay = time.Second
	child.cmd.SysProcAttr = ofItsOwn()
	if err := child.cmd.Start(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(child.folder))
	}
	go child.wait()
	return child, nil
}

// inherited is what a plugin may see of this process's environment. Settings
// and secrets of the supervisor are none of its business.
func inherited() []string {
	var env []string
	for _, key := range []string{"PATH", "HOME", "TMPDIR", "TZ", "LANG"} {
		if value, ok := os.LookupEnv(key); ok {
			env = append(env, key+"="+value)
		}
	}
	return env
}

// configure writes the configuration by which a service of the platform listens
// at its port.
func (c *process) configure(port int) (err error) {
	if c.folder, err = os.MkdirTemp("", "plugin-"); err != nil {
		return err
	}
	settings, err := json.Marshal(map[string]any{"GLOBAL": map[string]any{"HOST": loopback, "PORT": port, "ADMIN_PORT": 0}})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.folder, "config.yaml"), settings, 0o600)
}

// wait sees to the end of the process.
func (c *process) wait() {
	err := c.cmd.Wait()
	kill(c.cmd.Process) // what it started and left behind
	if err == nil {
		err = errors.New("exit status 0")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end, c.err = time.Now(), errors.Join(err, os.RemoveAll(c.folder))
	if c.conn != nil {
		c.err = errors.Join(c.err, c.conn.Close())
	}
	c.failures = failed(c.failures, c.end.Sub(c.started))
	close(c.ended)
}

// failed counts a failure of a process that ran for a while.
func failed(before int, ran time.Duration) int {
	if ran >= steady {
		return 1
	}
	return before + 1
}

// announced takes the address at which the process says that it listens.
func (c *process) announced(address string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.address == "" {
		c.address = address
	}
}

// look says how the process does.
func (c *process) look(ctx context.Context, now time.Time) model.Instance {
	err := c.check(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	i := model.Instance{
		Name: c.plugin.Name(), PluginID: c.plugin.ID, Version: c.plugin.Version, DomainID: c.plugin.DomainID,
		State: model.Provisioning, Started: c.started,
	}
	if c.address != "" {
		i.Endpoint = "grpc://" + c.address
		i.Endpoints = []string{i.Endpoint}
	}
	switch {
	case !c.end.IsZero():
		i.State, i.Drifted = model.Failed, true
		i.Reason = fmt.Sprintf("it ended: %v (failure %d in a row)", c.err, c.failures)
		i.Retry = c.end.Add(pause(c.failures))
	case err == nil:
		c.served = now
		i.State, i.Ready = model.Active, true
	case now.Sub(c.served) >= patience:
		i.State, i.Drifted = model.Failed, true
		i.Reason = fmt.Sprintf("it does not serve: %v", err)
	case c.served.After(c.started):
		i.State = model.Active // for all that is known
	}
	return i
}

// pause is how long nothing is done after so many failures in a row. One that
// ran well comes back at once.
func pause(failures int) time.Duration {
	const first, longest = 10 * time.Second, 5 * time.Minute
	if failures <= 1 {
		return 0
	}
	return min(first<<min(failures-2, 10), longest)
}

// check asks the process whether it serves. One that knows no health checks but
// answers does.
func (c *process) check(ctx context.Context) error {
	conn, err := c.connection()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	answer, err := healthv1.NewHealthClient(conn).Check(ctx, &healthv1.HealthCheckRequest{}, grpc.WaitForReady(true))
	switch {
	case status.Code(err) == codes.Unimplemented:
		return nil
	case err != nil:
		return err
	case answer.GetStatus() != healthv1.HealthCheckResponse_SERVING:
		return fmt.Errorf("it says that it is %s", answer.GetStatus())
	default:
		return nil
	}
}

func (c *process) connection() (*grpc.ClientConn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case !c.end.IsZero():
		return nil, errors.New("it ended")
	case c.address == "":
		return nil, errors.New("it has not said where it listens")
	case c.conn == nil:
		conn, err := grpc.NewClient(c.address, grpc.WithTransportCredentials(insecure.NewCredentials()))
		if err != nil {
			return nil, err
		}
		c.conn = conn
	}
	return c.conn, nil
}

// stop asks the process to stop and, if it does not, makes it.
func (c *process) stop(grace time.Duration) {
	select {
	case <-c.ended:
		return
	default:
		terminate(c.cmd.Process)
	}
	select {
	case <-c.ended:
	case <-time.After(grace):
		kill(c.cmd.Process)
		<-c.ended
	}
}

// runs reports whether the process has not ended, and serves or still may.
func (c *process) runs(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.end.IsZero() && now.Sub(c.served) < patience
}

// An announcement is what a process writes. Its first line may say where the
// process listens: core version | protocol version | network | address | grpc.
type announcement struct {
	then  *os.File
	found func(address string)
	line  []byte
	over  bool
}

// Write takes what the process writes, and passes it on after the first line.
func (a *announcement) Write(p []byte) (int, error) {
	if a.over {
		return a.then.Write(p)
	}
	const longest = 1024
	a.line = append(a.line, p...)
	end := slices.Index(a.line, '\n')
	if end < 0 && len(a.line) < longest {
		return len(p), nil
	}
	a.over = true
	if end >= 0 {
		if fields := strings.Split(string(a.line[:end]), "|"); len(fields) >= 5 && fields[2] == "tcp" {
			a.found(fields[3])
			a.line = a.line[end+1:]
		}
	}
	_, err := a.then.Write(a.line)
	return len(p), err
}
