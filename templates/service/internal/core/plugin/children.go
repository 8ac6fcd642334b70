package plugin

import (
	"bufio"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/spacegen/templates/service/internal/core/apierror"
)

// grace is how long a child may take to stop.
const grace = 5 * time.Second

// Handshake is what a program that is run as a plugin finds in its environment.
// It then listens where there is room, and says where on its standard output,
// by the protocol of hashicorp/go-plugin.
func Handshake() plugin.HandshakeConfig {
	return plugin.HandshakeConfig{ProtocolVersion: 1, MagicCookieKey: "SPACEONE_PLUGIN", MagicCookieValue: "grpc"}
}

// children are plugins that run as children of this process, by ID: on one
// machine nobody else would run them.
type children struct {
	log     *slog.Logger
	gone    func(endpoint string) // is called when a child is not there any more
	mu      sync.Mutex
	running map[string]child
}

// A child is a program and what go-plugin knows of it.
type child struct {
	*plugin.Client
	cmd      *exec.Cmd
	endpoint string // once it has started
}

// end asks the child to stop and, if it does not, makes it.
func (c child) end() {
	if c.cmd.Process != nil && c.cmd.Process.Signal(os.Interrupt) == nil {
		for deadline := time.Now().Add(grace); !c.Exited() && time.Now().Before(deadline); {
			time.Sleep(20 * time.Millisecond)
		}
	}
	c.Kill()
}

func newChildren(log *slog.Logger, gone func(string)) *children {
	return &children{log: log, gone: gone, running: map[string]child{}}
}

// endpoint says where a child listens. It is started if it does not run, or
// does not any more.
func (c *children) endpoint(id string, command []string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	running, ok := c.running[id]
	if ok && running.Exited() {
		c.gone(running.endpoint)
		delete(c.running, id)
		ok = false
	}
	if !ok {
		if len(command) == 0 {
			return "", apierror.Configuration("PLUGINS", "the command of "+id+" is empty")
		}
		cmd := exec.Command(command[0], command[1:]...) //nolint:gosec,noctx // the operator's own configuration, and it outlives the call that needs it first
		cmd.Env = environment(os.Environ())
		running = child{Client: plugin.NewClient(&plugin.ClientConfig{
			HandshakeConfig: Handshake(), Plugins: plugin.PluginSet{},
			AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
			Cmd:              cmd, SkipHostEnv: true, Logger: hclog.NewNullLogger(), Stderr: c.listen(id),
		}), cmd: cmd}
	}
	address, err := running.Start()
	if err != nil {
		running.Kill()
		return "", apierror.New(codes.Unavailable, "ERROR_GRPC_CONNECTION", "Plugin does not start. (plugin_id = %s)", id).Because(err)
	}
	running.endpoint = "grpc://" + address.String()
	if address.Network() == "unix" {
		running.endpoint = "unix://" + address.String()
	}
	c.running[id] = running
	return running.endpoint, nil
}

// environment is what a child sees of this process's environment: what a
// program needs on any machine, and none of this one's configuration, which
// holds secrets and is for another service.
func environment(all []string) []string {
	var seen []string
	for _, pair := range all {
		switch name, _, _ := strings.Cut(pair, "="); strings.ToUpper(name) {
		case "PATH", "HOME", "USER", "TMPDIR", "TZ", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY":
			seen = append(seen, pair)
		}
	}
	return seen
}

// listen puts what a child says into the log.
func (c *children) listen(id string) io.Writer {
	r, w := io.Pipe()
	go func() {
		lines := bufio.NewScanner(r)
		for lines.Scan() {
			c.log.Info("plugin says", "plugin", id, "line", lines.Text())
		}
		_, _ = io.Copy(io.Discard, r) // a line that is too long must not stop the child
	}()
	return w
}

// close ends all children.
func (c *children) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all sync.WaitGroup
	for _, running := range c.running {
		all.Go(running.end)
	}
	all.Wait()
	c.running = map[string]child{}
	return nil
}
