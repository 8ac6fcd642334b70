package app

import (
	"context"

	"github.com/cloudforet-io/spacegen/core/lifecycle"
	"github.com/cloudforet-io/spacegen/core/server"

	"github.com/cloudforet-io/inventory/gen/openapi"
	api "github.com/cloudforet-io/inventory/internal/interface/rest"
)

// restModules are the REST server and the gRPC server behind it, which only
// this process reaches.
func restModules(ctx context.Context, a *App) (lifecycle.Chain, error) {
	g, err := a.newGRPC("")
	if err != nil {
		return nil, err
	}
	conn, err := g.InMemory()
	if err != nil {
		return nil, err
	}
	rest, err := server.NewREST(ctx, server.RESTOptions{
		Address: a.config.RestAddress(), Connection: conn, Register: api.Registrations(),
		OpenAPI: openapi.Document, Title: a.config.Service, Version: a.version,
		NoDocs:           !a.config.Docs,
		MaxMessageLength: a.config.MaxMessageLength, MaxWorkers: a.config.MaxWorkers, Ready: a.answers, Stopping: g.EndStreams,
		Local: len(a.handlers.Authentication) == 0 && a.config.Authentication != "none",
		Log:   a.telemetry.Log, Tracer: a.telemetry.Tracer, Metrics: a.telemetry.Registry,
	})
	if err != nil {
		return nil, err
	}
	hangUp := lifecycle.Module{Name: "rest connection", Stop: func(context.Context) error { return conn.Close() }}
	return lifecycle.Chain{g.Module(), hangUp, rest.Module()}, nil
}
