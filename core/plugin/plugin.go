// Package plugin finds plugins and connects to them. A plugin is a program of its own
// that speaks gRPC, and is not trusted: it gets no token, its calls are limited in time,
// and after repeated failures it is left alone for a while.
package plugin

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/spaceconnector"
)

// A Ref names a plugin.
type Ref struct {
	ID       string
	Version  string // empty: the newest
	Upgrade  bool   // a newer one than Version will do
	DomainID string // whose it is; empty: the caller's
}

// of is the Ref with the domain said that it leaves out.
func (r Ref) of(ctx context.Context) Ref {
	r.DomainID = cmp.Or(r.DomainID, pipeline.TransactionFrom(ctx).Scope.DomainID)
	return r
}

// owner is what a plugin has in common with its other versions. Those that two
// domains call the same are none of each other's business.
func (r Ref) owner() owner { return owner{r.ID, r.DomainID} }

type owner struct{ id, domainID string }

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
	Release(endpoint string) error
}

// Options are what Plugins are made of. In Endpoints and Commands a plugin goes
// by its ID or, for one version of it, by ID@version.
type Options struct {
	Endpoints map[string]string   // where plugins run: grpc://host:port
	Commands  map[string][]string // programs that are run as children of this process
	Services  Services            // asked where the others run: Plugin.get_plugin_endpoint
	Log       *slog.Logger        // what children say; nil: nothing is logged

	Start    time.Duration // until a child says where it listens; 0 is 30 s
	Wait     time.Duration // until Services have a plugin run; 0 is 65 s: the service plugin waits for a minute
	Timeout  time.Duration // of a call that does not stream; 0 is 10 s
	Idle     time.Duration // how long a stream may say nothing; 0 is 5 min
	Failures uint32        // in a row, until a plugin is left alone; 0 is 5
	Rest     time.Duration // how long it is; 0 is 30 s
	Keep     time.Duration // how long to believe what Services said of a plugin; 0 is 1 min

	MaxMessage int   // bytes of one answer; 0 is 16 MiB
	MaxAnswers int   // of a stream; 0 is a million
	MaxBytes   int64 // of a stream's answers in all; 0 is 1 GiB
}

// Plugins are all plugins that can be found. They connect when they are first
// used.
type Plugins struct {
	options   Options
	endpoints atomic.Pointer[map[string]string] // where plugins run, by configuration
	children  *children

	mu       sync.Mutex
	places   map[Ref]place
	breakers map[owner]*gobreaker.TwoStepCircuitBreaker[any]
	clients  map[clientKey]*held
}

// New makes Plugins.
func New(o Options) *Plugins {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Start = cmp.Or(o.Start, 30*time.Second)
	o.Wait = cmp.Or(o.Wait, 65*time.Second)
	o.Timeout = cmp.Or(o.Timeout, 10*time.Second)
	o.Idle = cmp.Or(o.Idle, 5*time.Minute)
	o.Failures = cmp.Or(o.Failures, 5)
	o.Rest = cmp.Or(o.Rest, 30*time.Second)
	o.Keep = cmp.Or(o.Keep, time.Minute)
	o.MaxMessage = cmp.Or(o.MaxMessage, 16<<20)
	o.MaxAnswers = cmp.Or(o.MaxAnswers, 1_000_000)
	o.MaxBytes = cmp.Or(o.MaxBytes, 1<<30)
	p := &Plugins{
		options:  o,
		places:   map[Ref]place{},
		breakers: map[owner]*gobreaker.TwoStepCircuitBreaker[any]{},
		clients:  map[clientKey]*held{},
	}
	p.endpoints.Store(&o.Endpoints)
	p.children = newChildren(o, p.release)
	return p
}

// Close ends the plugins that are children of this process. They are not started
// again.
func (p *Plugins) Close() error { return p.children.close() }

// A clientKey tells clients from each other.
type clientKey struct {
	endpoint string
	owner    owner
}

// A held client is of a plugin that has been called.
type held struct {
	*spaceconnector.Client
	place   place
	guarded *guarded
}

// Client gives the client of a plugin. It is good for calls that begin before
// long: the plugin may be elsewhere later.
func (p *Plugins) Client(ctx context.Context, ref Ref) (*spaceconnector.Client, error) {
	ref = ref.of(ctx)
	at, err := p.find(ctx, ref)
	if err != nil {
		return nil, err
	}
	direct, err := p.options.Services.Endpoint(at.endpoint)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	key := clientKey{at.endpoint, ref.owner()}
	client, ok := p.clients[key]
	if !ok {
		g := &guarded{
			conn: direct.Conn(), id: ref.ID, options: p.options,
			breaker: p.breaker(key.owner), failed: func() { p.forget(key.owner) },
		}
		client = &held{spaceconnector.NewClient(g), at, g}
		p.clients[key] = client
	}
	client.guarded.use(0)
	return client.Client, nil
}

// Version is the version of the plugin that Client leads to: the one that was
// named or, if that may be upgraded, the one that runs in its place. It is empty
// if nobody said one.
func (p *Plugins) Version(ctx context.Context, ref Ref) (string, error) {
	at, err := p.find(ctx, ref.of(ctx))
	return at.version, err
}

// breaker gives the circuit breaker of a plugin. An answer that says no is an
// answer; only a plugin that can't be reached, or takes too long, has failed.
func (p *Plugins) breaker(of owner) *gobreaker.TwoStepCircuitBreaker[any] {
	b, ok := p.breakers[of]
	if !ok {
		b = gobreaker.NewTwoStepCircuitBreaker[any](gobreaker.Settings{
			Name: of.id, Timeout: p.options.Rest,
			ReadyToTrip:  func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= p.options.Failures },
			IsSuccessful: func(err error) bool { return !isFailure(err) },
			OnStateChange: func(id string, _, to gobreaker.State) {
				p.options.Log.Warn("plugin", "plugin", id, "domain", of.domainID, "circuit", to.String())
			},
		})
		p.breakers[of] = b
	}
	return b
}

func isFailure(err error) bool {
	var e *apierror.Error
	return errors.As(err, &e) && (e.Code == "ERROR_GRPC_CONNECTION" || e.Code == "ERROR_GRPC_TIMEOUT")
}
