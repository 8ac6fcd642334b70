package running

import (
	"fmt"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// configFile is where a member's configuration lies.
func (r *runner) configFile(m *member) string { return filepath.Join(r.home(m), "config.yaml") }

// home is the folder in which a member runs: what it keeps in files lies there.
func (r *runner) home(m *member) string { return filepath.Join(r.folder, m.name) }

// binary is what was built of a member.
func (r *runner) binary(m *member) string { return filepath.Join(r.folder, "bin", m.name+executable) }

// configure writes the configuration of a member, and of the plugins it runs.
func (r *runner) configure(m *member, access *access) error {
	for _, plugin := range r.plan.plugins(m) {
		if err := r.write(plugin, map[string]any{"GLOBAL": map[string]any{"LOG": map[string]any{"format": "text"}}}); err != nil {
			return err
		}
	}
	if m.is(spec.KindFrontend) {
		return r.write(m, map[string]any{"HOST": "127.0.0.1", "PORT": m.rest, "services": r.restAddresses()})
	}
	global := map[string]any{
		"HOST": "127.0.0.1", "ADMIN_PORT": m.admin,
		"LOG":       map[string]any{"format": "text"},
		"ENDPOINTS": r.endpoints(),
	}
	if m.grpc != 0 {
		global["PORT"] = m.grpc
	}
	if m.rest != 0 {
		global["REST_PORT"] = m.rest
	}
	if plugins := r.commands(m); m.is(spec.KindSupervisor) {
		r.supervise(global, plugins)
	} else if len(plugins) > 0 {
		global["PLUGINS"] = plugins
	}
	// With identity everybody is asked who he is; identity itself says for
	// which of its methods.
	if access.SystemToken != "" {
		global["TOKEN"] = access.SystemToken
		if m.name != identityName {
			global["HANDLERS"] = handlers()
		}
	}
	return r.write(m, map[string]any{"GLOBAL": global})
}

func (r *runner) write(m *member, document map[string]any) error {
	text, err := yaml.Marshal(document)
	if err != nil {
		return fmt.Errorf("configure %s: %w", m.name, err)
	}
	if err := os.MkdirAll(r.home(m), 0o700); err != nil {
		return fmt.Errorf("configure %s: %w", m.name, err)
	}
	text = append([]byte("# Written by 'spacegen run', anew each time.\n"), text...)
	if err := os.WriteFile(r.configFile(m), text, 0o600); err != nil {
		return fmt.Errorf("configure %s: %w", m.name, err)
	}
	return nil
}

// endpoints says where the services answer gRPC.
func (r *runner) endpoints() map[string]string {
	all := map[string]string{}
	for _, m := range r.plan.started() {
		if m.grpc != 0 {
			all[m.name] = "grpc://" + address(m.grpc)
		}
	}
	return all
}

// restAddresses says where the services answer REST.
func (r *runner) restAddresses() map[string]string {
	all := map[string]string{}
	for _, m := range r.plan.started() {
		if m.is(spec.KindService) && m.rest != 0 {
			all[m.name] = "http://" + address(m.rest)
		}
	}
	return all
}

// commands are those by which a service runs its plugins. A plugin must not
// read the configuration of its host.
func (r *runner) commands(host *member) map[string][]string {
	all := map[string][]string{}
	for _, plugin := range r.plan.plugins(host) {
		all[plugin.name] = []string{"env", configVariable + "=" + r.configFile(plugin), r.binary(plugin), "run", "grpc-server"}
	}
	return all
}

// supervise tells a supervisor what runs in place of the plugins' images and, if
// there is a service that knows which ought to run, to ask it.
func (r *runner) supervise(global map[string]any, commands map[string][]string) {
	programs := map[string]any{}
	for _, m := range r.plan.members {
		if command, ok := commands[m.name]; ok {
			programs[m.spec.Image.Reference()] = map[string]any{"command": command}
		}
	}
	global["CONNECTORS"] = map[string]any{"ProcessConnector": map[string]any{"programs": programs}}
	if m := r.plan.service(pluginName); m != nil && m.grpc != 0 {
		global["HOSTNAME"], global["REGISTER"] = r.plan.name, true
		endpoints := r.endpoints()
		if _, ok := endpoints["repository"]; !ok {
			endpoints["repository"] = endpoints[pluginName] // it knows their images, too
		}
		global["ENDPOINTS"] = endpoints
	}
}

// handlers are those of the platform: who calls, whether he may, and on what.
func handlers() map[string]any {
	all := map[string]any{}
	for kind, backend := range map[string]string{
		"authentication": "SpaceONEAuthenticationHandler",
		"authorization":  "SpaceONEAuthorizationHandler",
		"mutation":       "SpaceONEMutationHandler",
	} {
		all[kind] = []any{map[string]any{"backend": backend}}
	}
	return all
}
