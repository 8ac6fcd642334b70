package running

import (
	"fmt"
	"path"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// configName is what a member's configuration is called.
const configName = "config.yaml"

// configFile is where a member's configuration lies.
func (r *runner) configFile(m *member) string { return filepath.Join(r.home(m), configName) }

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
	if m.is(spec.KindSupervisor) {
		r.supervise(global, m)
	} else if plugins := r.commands(m); len(plugins) > 0 {
		global["PLUGINS"] = plugins
	}
	// With identity everybody is asked who he is; identity itself says for
	// which of its methods.
	if access.SystemToken != "" {
		global["TOKEN"] = access.SystemToken
		if m.name != identityName {
			global["HANDLERS"] = handlers() // whose system domain is that of TOKEN
		}
	}
	return r.write(m, map[string]any{"GLOBAL": global})
}

func (r *runner) write(m *member, document map[string]any) error {
	text, err := yaml.Marshal(document)
	if err != nil {
		return fmt.Errorf("configure %s: %w", m.name, err)
	}
	if err := r.root.MkdirAll(m.name, 0o700); err != nil {
		return fmt.Errorf("configure %s: %w", m.name, err)
	}
	text = append([]byte("# Written by 'spacegen run', anew each time.\n"), text...)
	if err := r.root.WriteFile(path.Join(m.name, configName), text, 0o600); err != nil {
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
