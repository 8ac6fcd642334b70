package plugin

import "github.com/cloudforet-io/spacegen/core/config"

// Live is where plugins run by configuration, which may change while the process runs.
// Calls that are under way end where they are.
func (p *Plugins) Live() config.Live {
	return config.Live{Settings: []string{"ENDPOINTS"}, Take: func(cfg *config.Config) {
		services := cfg.Services()
		p.endpoints.Store(&services)
	}}
}
