package plugin

import (
	"cmp"
	"context"
	"maps"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/spaceconnector"
)

// A place is where a plugin runs.
type place struct {
	endpoint string
	version  string // that runs there
	asked    bool   // the service plugin said so: it may be elsewhere soon
	until    time.Time
}

// find finds where a plugin runs: where the configuration says, as a child that
// the configuration names, or where the service plugin has it run.
func (p *Plugins) find(ctx context.Context, ref Ref) (place, error) {
	if ref.ID == "" {
		return place{}, apierror.Required("plugin_id")
	}
	for _, key := range ref.keys() {
		if endpoint, ok := (*p.endpoints.Load())[key]; ok {
			return place{endpoint: endpoint, version: ref.Version}, nil
		}
		if command, ok := p.options.Commands[key]; ok {
			endpoint, err := p.children.endpoint(key, command)
			return place{endpoint: endpoint, version: ref.Version}, err
		}
	}
	if at, ok := p.known(ref); ok {
		return at, nil
	}
	at, err := p.ask(ctx, ref)
	if err != nil {
		return place{}, err
	}
	p.remember(ref, at)
	return at, nil
}

// ask asks the service plugin, which may have to start the plugin first.
func (p *Plugins) ask(ctx context.Context, ref Ref) (place, error) {
	params := map[string]any{"plugin_id": ref.ID, "upgrade_mode": "MANUAL"}
	if ref.Version == "" || ref.Upgrade {
		params["upgrade_mode"] = "AUTO"
	}
	for key, value := range map[string]string{"version": ref.Version, "domain_id": ref.DomainID} {
		if value != "" {
			params[key] = value
		}
	}
	answer, err := p.options.Services.Dispatch(spaceconnector.Allow(ctx, p.options.Wait), "plugin", "Plugin.get_plugin_endpoint", params)
	if err != nil {
		return place{}, err
	}
	endpoint, _ := answer["endpoint"].(string)
	if endpoint == "" {
		return place{}, apierror.NotFound("endpoint", ref.ID)
	}
	updated, _ := answer["updated_version"].(string)
	return place{endpoint: endpoint, version: cmp.Or(updated, ref.Version), asked: true}, nil
}

// known gives where a plugin was found not long ago. One that was reached there and
// is not any more may have been started elsewhere.
func (p *Plugins) known(ref Ref) (place, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, ok := p.places[ref]
	if !ok || time.Now().After(at.until) {
		return place{}, false
	}
	client, used := p.clients[clientKey{at.endpoint, ref.owner()}]
	return at, !used || !client.guarded.broken()
}

func (p *Plugins) remember(ref Ref, at place) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	maps.DeleteFunc(p.places, func(_ Ref, old place) bool { return now.After(old.until) })
	at.until = now.Add(p.options.Keep)
	p.places[ref] = at
	p.leave(now.Add(-p.options.Keep))
}

// leave lets go of endpoints at which plugins were found that are elsewhere
// now, as after each rollout. One that was used since then stays: the answers
// to a call may stream from there for long.
func (p *Plugins) leave(since time.Time) {
	needed := map[string]bool{}
	for _, at := range p.places {
		needed[at.endpoint] = true
	}
	left := map[string]bool{}
	for _, client := range p.clients {
		left[client.place.endpoint] = true
		if !client.place.asked || !client.guarded.idle(since) {
			needed[client.place.endpoint] = true
		}
	}
	for endpoint := range left {
		if !needed[endpoint] {
			p.letGo(endpoint)
		}
	}
}

// release lets go of an endpoint at which no child listens any more.
func (p *Plugins) release(endpoint string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.letGo(endpoint)
}

func (p *Plugins) letGo(endpoint string) {
	maps.DeleteFunc(p.clients, func(_ clientKey, client *held) bool { return client.place.endpoint == endpoint })
	if err := p.options.Services.Release(endpoint); err != nil {
		p.options.Log.Warn("plugin", "endpoint", endpoint, "error", err)
	}
}

// forget has the service plugin asked again: the plugin is not where it was.
func (p *Plugins) forget(of owner) {
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.DeleteFunc(p.places, func(ref Ref, _ place) bool { return ref.owner() == of })
}
