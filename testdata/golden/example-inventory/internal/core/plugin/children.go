package plugin

import (
	"bufio"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/inventory/internal/core/apierror"
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
	mu      sync.Mutex
	running map[string]child
}

// A child is a program and what go-plugin knows of it.
type child struct {
	*plugin.Client
	cmd *exec.Cmd
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

func newChildren(log *slog.Logger) *children {
	return &children{log: log, running: map[string]child{}}
}

// endpoint says where a child listens. It is started if it does not run, or
// does not any more.
func (c *children) endpoint(id string, command []string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	running, ok := c.running[id]
	if !ok || running.Exited() {
		if len(command) == 0 {
			return "", apierror.Configuration("PLUGINS", "the command of "+id+" is empty")
		}
		cmd := exec.Command(command[0], command[1:]...) //nolint:gosec,noctx // the operator's own configuration, and it outlives the call that needs it first
		running = child{plugin.NewClient(&plugin.ClientConfig{
			HandshakeConfig: Handshake(), Plugins: plugin.PluginSet{},
			AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
			Cmd:              cmd, Logger: hclog.NewNullLogger(), Stderr: c.listen(id),
		}), cmd}
		c.running[id] = running
	}
	address, err := running.Start()
	if err != nil {
		running.Kill()
		delete(c.running, id)
		return "", apierror.New(codes.Unavailable, "ERROR_GRPC_CONNECTION", "Plugin does not start. (plugin_id = %s)", id).Because(err)
	}
	if address.Network() == "unix" {
		return "unix://" + address.String(), nil
	}
	return "grpc://" + address.String(), nil
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
