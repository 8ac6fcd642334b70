package connector

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/config"
	"google.golang.org/grpc/codes"

	"github.com/cloudforet-io/supervisor/internal/model"
)

const (
	loopback  = "127.0.0.1" // where processes listen: for this machine alone
	stopGrace = 10 * time.Second
)

// A program is what runs in place of an image.
type program struct {
	Command []string          `json:"command"` // {port} and {version} are filled in
	Env     map[string]string `json:"env"`
}

// processes run plugins as children of this process: on one machine nobody else
// would run them. They end with it.
type processes struct {
	settings struct {
		// Programs are what runs in place of images, by image:version or image.
		Programs map[string]program `json:"programs"`
		// The ports that plugins listen at, if they do not find their own.
		StartPort int    `json:"start_port"`
		EndPort   int    `json:"end_port"`
		Backend   string `json:"backend"` // the platform's own key
	}

	grace time.Duration // in which a process may stop

	mu      sync.Mutex
	closed  bool
	running map[string]*process // by instance, those that ended among them
}

func newProcesses(c *config.Config) (*processes, error) {
	b := &processes{grace: stopGrace, running: map[string]*process{}}
	const key = "CONNECTORS.ProcessConnector"
	if err := setting(key, c.Connectors["ProcessConnector"], &b.settings); err != nil {
		return nil, err
	}
	for image, run := range b.settings.Programs {
		if len(run.Command) == 0 {
			return nil, apierror.Configuration(key+".programs", "the command of "+image+" is empty")
		}
	}
	if s := b.settings; s.EndPort < s.StartPort || s.StartPort < 0 || s.EndPort > 65535 {
		return nil, apierror.Configuration(key, fmt.Sprintf("start_port %d to end_port %d are no ports", s.StartPort, s.EndPort))
	}
	return b, nil
}

// List looks at every process.
func (b *processes) List(ctx context.Context) ([]model.Instance, error) {
	b.mu.Lock()
	var all []*process
	for _, p := range b.running {
		all = append(all, p)
	}
	b.mu.Unlock()
	instances := make([]model.Instance, len(all))
	var group sync.WaitGroup
	for n, p := range all {
		group.Go(func() { instances[n] = p.look(ctx, time.Now()) })
	}
	group.Wait()
	slices.SortFunc(instances, func(a, b model.Instance) int { return strings.Compare(a.Name, b.Name) })
	return instances, nil
}

// Start starts a process, unless it runs.
func (b *processes) Start(_ context.Context, p model.Plugin) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return apierror.New(codes.Unavailable, "ERROR_STOPPING", "The supervisor is about to end.")
	}
	failures := 0
	if old, ok := b.running[p.Name()]; ok {
		if old.runs(time.Now()) {
			return nil
		}
		old.stop(b.grace)
		failures = old.failures
	}
	run, ok := b.settings.Programs[p.Image+":"+p.Version]
	if !ok {
		run, ok = b.settings.Programs[p.Image]
	}
	if !ok {
		return apierror.Configuration("CONNECTORS.ProcessConnector.programs", "no program in place of the image "+p.Image)
	}
	port, err := b.port()
	if err != nil {
		return err
	}
	child, err := launch(p, run, port, failures)
	if err != nil {
		return fmt.Errorf("start the plugin %s: %w", p.ID, err)
	}
	b.running[p.Name()] = child
	return nil
}

// port gives a port that is free; 0 where plugins find their own.
func (b *processes) port() (int, error) {
	if b.settings.StartPort == 0 {
		return 0, nil
	}
	for port := b.settings.StartPort; port <= b.settings.EndPort; port++ {
		address := net.JoinHostPort(loopback, strconv.Itoa(port))
		if b.taken(address) {
			continue
		}
		listener, err := net.Listen("tcp", address) //nolint:noctx // over at once
		if err != nil {
			continue
		}
		return port, listener.Close()
	}
	return 0, apierror.Configuration("CONNECTORS.ProcessConnector.end_port",
		fmt.Sprintf("no port from %d to %d is free", b.settings.StartPort, b.settings.EndPort))
}

// taken reports whether a process is to listen at an address, though it may not
// do so yet.
func (b *processes) taken(address string) bool {
	for _, p := range b.running {
		p.mu.Lock()
		taken := p.end.IsZero() && p.address == address
		p.mu.Unlock()
		if taken {
			return true
		}
	}
	return false
}

// Restart ends a process and starts it again.
func (b *processes) Restart(ctx context.Context, name string) error {
	b.mu.Lock()
	old, ok := b.running[name]
	b.mu.Unlock()
	if !ok {
		return apierror.NotFound("plugin", name)
	}
	if err := b.Stop(ctx, name); err != nil {
		return err
	}
	return b.Start(ctx, old.plugin)
}

// Stop ends a process.
func (b *processes) Stop(_ context.Context, name string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p, ok := b.running[name]; ok {
		p.stop(b.grace)
		delete(b.running, name)
	}
	return nil
}

// Close ends all processes.
func (b *processes) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	var group sync.WaitGroup
	for _, p := range b.running {
		group.Go(func() { p.stop(b.grace) })
	}
	group.Wait()
	clear(b.running)
	return nil
}
