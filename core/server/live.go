package server

import (
	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/lifecycle"
)

// live are the limits of the server that may change while it runs.
func (g *GRPC) live() []config.Live {
	return []config.Live{
		{Settings: []string{"MAX_WORKERS"}, Take: func(cfg *config.Config) { g.calls.resize(cfg.MaxWorkers) }},
		{Settings: []string{"MAX_STREAMS"}, Take: func(cfg *config.Config) { g.opened.resize(cfg.MaxStreams) }},
		{Settings: []string{"CALL_TIMEOUT"}, Take: func(cfg *config.Config) { g.timeout.Store(int64(cfg.CallTimeout)) }},
	}
}

// Module is the server as a part of the process.
func (r *REST) Module() lifecycle.Module {
	m := r.listener.Module()
	m.Live = []config.Live{{Settings: []string{"MAX_WORKERS"}, Take: func(cfg *config.Config) { r.requests.resize(cfg.MaxWorkers) }}}
	return m
}
