package app

import (
	"github.com/cloudforet-io/spacegen/core/server"

	api "github.com/cloudforet-io/inventory/internal/interface/grpc"
)

// newGRPC makes a server that answers the whole API; without an address, only
// within the process.
func (a *App) newGRPC(address string) (*server.GRPC, error) {
	authenticated := len(a.handlers.Authentication) > 0
	if err := server.CheckExposure(a.config.Host, authenticated, a.config.Authentication); err != nil {
		return nil, err
	}
	g := server.NewGRPC(server.GRPCOptions{
		Address: address, MaxMessageLength: a.config.MaxMessageLength,
		MaxWorkers: a.config.MaxWorkers, MaxStreams: a.config.MaxStreams, CallTimeout: a.config.CallTimeout,
		ConnectionAge: a.config.ConnectionAge, ConnectionGrace: a.config.ConnectionGrace,
		NoReflection: !a.config.Reflection, Ready: a.answers, Log: a.telemetry.Log, Tracer: a.telemetry.Tracer, Metrics: a.telemetry.Registry,
	})
	api.Register(g.Server(), a.guards, a.version)
	return g, nil
}
