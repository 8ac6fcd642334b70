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

	"github.com/cloudforet-io/spacegen/core/apierror"
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
	options Options
	gone    func(endpoint string) // is called when a child is not there any more
	mu      sync.Mutex
	all     map[string]*child
	closed  bool // no child is started any more
}

// A child is a program that is run as a plugin, whenever it is needed and does
// not run.
type child struct {
	mu       sync.Mutex
	client   *plugin.Client // nil: it does not run
	cmd      *exec.Cmd
	says     *io.PipeWriter // what it says, until it is closed
	endpoint string
	failed   error     // why it did not start
	rests    time.Time // until when that is not tried again
}

func newChildren(o Options, gone func(string)) *children {
	return &children{options: o, gone: gone, all: map[string]*child{}}
}

// endpoint says where a child listens. It is started if it does not run, or
// does not any more. Others do not wait for it.
func (c *children) endpoint(id string, command []string) (string, error) {
	c.mu.Lock()
	one, ok := c.all[id]
	if !ok {
		one = new(child)
		c.all[id] = one
	}
	c.mu.Unlock()

	one.mu.Lock()
	defer one.mu.Unlock()
	if c.isClosed() { // maybe while this waited: nobody would end what is started now
		return "", apierror.New(codes.Unavailable, "ERROR_GRPC_CONNECTION", "Plugin is not called: this process is about to end. (plugin_id = %s)", id)
	}
	if one.client != nil && one.client.Exited() {
		c.gone(one.endpoint)
		one.forget()
	}
	if one.client != nil {
		return one.endpoint, nil
	}
	if time.Now().After(one.rests) {
		if one.failed = one.start(c.options, id, command); one.failed != nil {
			one.rests = time.Now().Add(c.options.Rest)
		}
	}
	return one.endpoint, one.failed
}

// start runs the program, and waits until it says where it listens.
func (one *child) start(o Options, id string, command []string) error {
	if len(command) == 0 {
		return apierror.Configuration("PLUGINS", "the command of "+id+" is empty")
	}
	one.cmd = exec.Command(command[0], command[1:]...) //nolint:gosec,noctx // the operator's own configuration, and it outlives the call that needs it first
	one.cmd.Env = environment(os.Environ())
	says := listen(o.Log, id)
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig: Handshake(), Plugins: plugin.PluginSet{},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC}, StartTimeout: o.Start,
		Cmd: one.cmd, SkipHostEnv: true, Logger: hclog.NewNullLogger(), Stderr: says,
	})
	address, err := client.Start()
	if err != nil {
		client.Kill()
		_ = says.Close() // never fails
		return apierror.New(codes.Unavailable, "ERROR_GRPC_CONNECTION", "Plugin does not start. (plugin_id = %s)", id).Because(err)
	}
	one.client, one.says, one.endpoint = client, says, "grpc://"+address.String()
	if address.Network() == "unix" {
		one.endpoint = "unix://" + address.String()
	}
	return nil
}

// end asks the child to stop and, if it does not, makes it.
func (one *child) end() {
	one.mu.Lock()
	defer one.mu.Unlock()
	if one.client == nil {
		return
	}
	if one.cmd.Process != nil && one.cmd.Process.Signal(os.Interrupt) == nil {
		for deadline := time.Now().Add(grace); !one.client.Exited() && time.Now().Before(deadline); {
			time.Sleep(20 * time.Millisecond)
		}
	}
	one.client.Kill()
	one.forget()
}

// forget notes that the child does not run, and ends who listens to it.
func (one *child) forget() {
	one.client = nil
	_ = one.says.Close() // never fails
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

// listen puts what a child says into the log, until that is closed.
func listen(log *slog.Logger, id string) *io.PipeWriter {
	r, w := io.Pipe()
	go func() {
		lines := bufio.NewScanner(r)
		for lines.Scan() {
			log.Info("plugin says", "plugin", id, "line", lines.Text())
		}
		_, _ = io.Copy(io.Discard, r) // a line that is too long must not stop the child
	}()
	return w
}

func (c *children) isClosed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// close ends all children, for good. It does not hold mu while it waits for
// those that are starting.
func (c *children) close() error {
	var ended sync.WaitGroup
	c.mu.Lock()
	c.closed = true
	for _, one := range c.all {
		ended.Go(one.end)
	}
	c.mu.Unlock()
	ended.Wait()
	return nil
}
