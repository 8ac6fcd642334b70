package server

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/preflight"
)

// Probe looks whether the service may listen where it is to.
func Probe(cfg *config.Config) preflight.Probe {
	return preflight.Probe{Name: "exposure", Offline: true, Look: func(context.Context) preflight.Finding {
		if err := CheckExposure(cfg.Host, len(cfg.Handlers.Authentication) > 0, cfg.Authentication); err != nil {
			return preflight.Bad(err)
		}
		return preflight.Good("HOST %s", cfg.Host)
	}}
}
