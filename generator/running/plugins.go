package running

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// syncPlugins is the scheduler by which a supervisor looks at its plugins, and
// syncInterval how often it does here, in seconds: somebody waits for them.
const (
	syncPlugins  = "sync_plugins"
	syncInterval = 5
)

// pluginService is the member that says which plugins run, and where; nil where
// there is none, or no supervisor to do what it says.
func (p *plan) pluginService() *member {
	m := p.service(pluginName)
	if m == nil || !m.spec.Has(spec.GRPCServer) || len(p.supervisors()) == 0 {
		return nil
	}
	return m
}

func (p *plan) supervisors() []*member {
	return slices.DeleteFunc(p.started(), func(m *member) bool { return !m.is(spec.KindSupervisor) })
}

// hosts are the members that run a plugin: those supervisors whom the plugin
// service tells to. Without one, the services that call the plugin run it as a child
// each, since nobody could tell them where a supervisor does; what none of them calls
// is left to the first supervisor.
func (p *plan) hosts(plugin *member) []*member {
	supervisors := p.supervisors()
	if p.pluginService() != nil {
		return supervisors
	}
	callers := slices.DeleteFunc(p.started(), func(m *member) bool { return !calls(m, plugin) })
	if len(callers) == 0 && len(supervisors) > 0 {
		return supervisors[:1]
	}
	return callers
}

// calls reports whether a member has a connector to plugins of this API.
func calls(host, plugin *member) bool {
	return slices.ContainsFunc(host.spec.Connectors, func(c spec.Component) bool {
		return c.Kind == spec.PluginConnector && (c.API == "" || c.API == plugin.spec.Package)
	})
}

// plugins are the plugins that a member runs.
func (p *plan) plugins(host *member) []*member {
	return slices.DeleteFunc(slices.Clone(p.members), func(m *member) bool {
		return !m.is(spec.KindPlugin) || !slices.Contains(p.hosts(m), host)
	})
}

// commands are those by which a member runs its plugins. A plugin must not read
// the configuration of its host.
func (r *runner) commands(host *member) map[string][]string {
	all := map[string][]string{}
	for _, plugin := range r.plan.plugins(host) {
		all[plugin.name] = []string{"env", configVariable + "=" + r.configFile(plugin), r.binary(plugin), "run", "grpc-server"}
	}
	return all
}

// supervise tells a supervisor what runs in place of the plugins' images, and
// whom to ask which ought to run, or else that its plugins ought to.
func (r *runner) supervise(global map[string]any, m *member) {
	programs, wanted := map[string]any{}, []any{}
	commands := r.commands(m)
	for _, plugin := range r.plan.plugins(m) {
		programs[plugin.image] = map[string]any{"command": commands[plugin.name]}
		wanted = append(wanted, map[string]any{
			"plugin_id": plugin.name, "version": plugin.as.ImageVersion(), "image": plugin.image, "kind": plugin.as.ResourceType,
		})
	}
	global["CONNECTORS"] = map[string]any{"ProcessConnector": map[string]any{"programs": programs}}
	if slices.ContainsFunc(m.spec.Schedulers, func(s spec.Scheduler) bool { return s.Name == syncPlugins }) {
		global["SCHEDULERS"] = map[string]any{syncPlugins: map[string]any{"interval": syncInterval}}
	}
	service := r.plan.pluginService()
	if service == nil {
		global["WANTED_PLUGINS"] = wanted
		return
	}
	global["NAME"], global["HOSTNAME"], global["REGISTER"] = m.name, m.name+"."+r.plan.name, true
	endpoints := r.endpoints()
	if _, ok := endpoints["repository"]; !ok {
		endpoints["repository"] = endpoints[service.name] // it knows their images, too
	}
	global["ENDPOINTS"] = endpoints
}

// registration is how long the plugin service may take to register a plugin.
const registration = 10 * time.Second

// register tells the plugin service which plugins the platform has. One that it
// knows stays as people have it.
func (r *runner) register(ctx context.Context, a *access) {
	service := r.plan.pluginService()
	if service == nil {
		return
	}
	for _, m := range r.plan.members {
		if !m.is(spec.KindPlugin) {
			continue
		}
		if err := r.registerOne(ctx, service, m, a.SystemToken); err != nil && ctx.Err() == nil {
			r.say("%s does not know the plugin %s, so nobody runs it: %s", service.name, m.name, err)
		}
	}
}

func (r *runner) registerOne(ctx context.Context, service, plugin *member, token string) error {
	if service.rest == 0 {
		return fmt.Errorf("%s has no REST server", service.name)
	}
	body, err := json.Marshal(map[string]any{
		"plugin_id": plugin.name, "name": plugin.name, "image": plugin.image,
		"resource_type": plugin.as.ResourceType, "versions": []string{plugin.as.ImageVersion()},
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, registration)
	defer cancel()
	url := "http://" + address(service.rest) + "/plugin/v1/plugin/register"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	text, err := io.ReadAll(io.LimitReader(response.Body, 1<<16))
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK && response.StatusCode != http.StatusConflict { // it knows the plugin already
		return fmt.Errorf("%s answers %s: %s", url, response.Status, bytes.TrimSpace(text))
	}
	return nil
}
