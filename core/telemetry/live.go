package telemetry

import "github.com/cloudforet-io/spacegen/core/config"

// Live is the level of the log, which may change while the process runs.
func (t *Telemetry) Live() config.Live {
	return config.Live{Settings: []string{"LOG.level"}, Take: func(cfg *config.Config) {
		if cfg.Log.Level == "" {
			cfg.Log.Level = "info"
		}
		_ = t.level.UnmarshalText([]byte(cfg.Log.Level)) // a Config has no other
	}}
}
