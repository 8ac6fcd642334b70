// Package plugin finds plugins and connects to them. A plugin is a program of
// its own that speaks gRPC; it is not trusted: it gets no token, has its time,
// and is left alone for a while after it failed again and again.
package plugin

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/cloudforet-io/spacegen/templates/service/internal/core/apierror"
	"github.com/cloudforet-io/spacegen/templates/service/internal/core/spaceconnector"
)

// A Ref names a plugin.
type Ref struct {
	ID      string
	Version string // empty: the newest
}

// keys are what configuration may call the plugin, the most exact name first.
func (r Ref) keys() []string {
	if r.Version == "" {
		return []string{r.ID}
	}
	return []string{r.ID + "@" + r.Version, r.ID}
}

// Services are the other services of the platform and what else can be
// connected to: a *spaceconnector.Connector.
type Services interface {
	Dispatch(ctx context.Context, service, method string, params map[string]any) (map[string]any, error)
	Endpoint(endpoint string) (*spaceconnector.Client, error)
}

// Options are what Plugins are made of. In Endpoints and Commands a plugin goes
// by its ID or, for one version of it, by ID@version.
type Options struct {
	Endpoints map[string]string   // where plugins run: grpc://host:port
	Commands  map[string][]string // programs that are run as children of this process
	Services  Services            // asked where the others run: Plugin.get_plugin_endpoint
	Log       *slog.Logger        // what children say; nil: nothing is logged

	Timeout  time.Duration // of a call that does not stream; 0 is 10 s
	Idle     time.Duration // how long a stream may say nothing; 0 is 5 min
	Failures uint32        // in a row, until a plugin is left alone; 0 is 5
	Rest     time.Duration // how long it is; 0 is 30 s
}

// Plugins are all plugins that can be found. They connect when they are first
// used.
type Plugins struct {
	options  Options
	children *children

	mu       sync.Mutex
	breakers map[string]*gobreaker.TwoStepCircuitBreaker[any] // by ID
	clients  map[string]*spaceconnector.Client                // by ID and endpoint
}

// New makes Plugins.
func New(o Options) *Plugins {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Timeout = orElse(o.Timeout, 10*time.Second)
	o.Idle = orElse(o.Idle, 5*time.Minute)
	o.Failures = orElse(o.Failures, 5)
	o.Rest = orElse(o.Rest, 30*time.Second)
	return &Plugins{
		options: o, children: newChildren(o.Log),
		breakers: map[string]*gobreaker.TwoStepCircuitBreaker[any]{},
		clients:  map[string]*spaceconnector.Client{},
	}
}

func orElse[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

// Close ends the plugins that are children of this process.
func (p *Plugins) Close() error { return p.children.close() }

// Client gives the client of a plugin.
func (p *Plugins) Client(ctx context.Context, ref Ref) (*spaceconnector.Client, error) {
	endpoint, err := p.endpoint(ctx, ref)
	if err != nil {
		return nil, err
	}
	direct, err := p.options.Services.Endpoint(endpoint)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	key := ref.ID + " " + endpoint
	client, ok := p.clients[key]
	if !ok {
		client = spaceconnector.NewClient(&guarded{
			conn: direct.Conn(), id: ref.ID, breaker: p.breaker(ref.ID),
			timeout: p.options.Timeout, idle: p.options.Idle,
		})
		p.clients[key] = client
	}
	return client, nil
}

// endpoint finds where a plugin runs: where the configuration says, as a child
// that the configuration names, or where the service plugin has it run.
func (p *Plugins) endpoint(ctx context.Context, ref Ref) (string, error) {
	if ref.ID == "" {
		return "", apierror.Required("plugin_id")
	}
	for _, key := range ref.keys() {
		if endpoint, ok := p.options.Endpoints[key]; ok {
			return endpoint, nil
		}
		if command, ok := p.options.Commands[key]; ok {
			return p.children.endpoint(key, command)
		}
	}
	params := map[string]any{"plugin_id": ref.ID, "upgrade_mode": "AUTO"}
	if ref.Version != "" {
		params["version"], params["upgrade_mode"] = ref.Version, "MANUAL"
	}
	answer, err := p.options.Services.Dispatch(ctx, "plugin", "Plugin.get_plugin_endpoint", params)
	if err != nil {
		return "", err
	}
	endpoint, ok := answer["endpoint"].(string)
	if !ok || endpoint == "" {
		return "", apierror.NotFound("endpoint", ref.ID)
	}
	return endpoint, nil
}

// breaker gives the circuit breaker of a plugin. An answer that says no is an
// answer; only a plugin that can't be reached, or takes too long, has failed.
func (p *Plugins) breaker(id string) *gobreaker.TwoStepCircuitBreaker[any] {
	b, ok := p.breakers[id]
	if !ok {
		b = gobreaker.NewTwoStepCircuitBreaker[any](gobreaker.Settings{
			Name: id, Timeout: p.options.Rest,
			ReadyToTrip:  func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= p.options.Failures },
			IsSuccessful: func(err error) bool { return !isFailure(err) },
			OnStateChange: func(id string, _, to gobreaker.State) {
				p.options.Log.Warn("plugin", "plugin", id, "circuit", to.String())
			},
		})
		p.breakers[id] = b
	}
	return b
}

func isFailure(err error) bool {
	var e *apierror.Error
	return errors.As(err, &e) && (e.Code == "ERROR_GRPC_CONNECTION" || e.Code == "ERROR_GRPC_TIMEOUT")
}
