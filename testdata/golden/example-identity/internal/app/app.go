// Package app wires the service: each layer is made by a plain constructor
// from the one below, and each server type is a few modules of the process.
package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync/atomic"
	"time"

	"github.com/cloudforet-io/spacegen/core/config"
	corehandler "github.com/cloudforet-io/spacegen/core/handler"
	"github.com/cloudforet-io/spacegen/core/lifecycle"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/server"
	"github.com/cloudforet-io/spacegen/core/spaceconnector"
	"github.com/cloudforet-io/spacegen/core/telemetry"

	"github.com/cloudforet-io/identity/internal/connector"
	"github.com/cloudforet-io/identity/internal/handler"
)

// readyTimeout bounds how long a health check waits for what the service needs.
const readyTimeout = 2 * time.Second

// App is the service, ready to run.
type App struct {
	config    *config.Config
	version   string
	telemetry *telemetry.Telemetry
	services  *spaceconnector.Connector // other services of the platform
	handlers  pipeline.Handlers
	components
}

// New builds the service. It connects to what every call needs, and fails if that
// can't be reached.
func New(ctx context.Context, cfg *config.Config, version string) (a *App, err error) {
	a = &App{config: cfg, version: version}
	defer func() {
		if err != nil {
			a.Close(context.WithoutCancel(ctx))
		}
	}()
	a.telemetry, err = telemetry.Setup(ctx, telemetry.Options{
		Service: cfg.Service, Version: version, Output: os.Stderr,
		Level: cfg.Log.Level, Format: cfg.Log.Format, Requests: cfg.Log.Requests, Hide: cfg.Log.Hide,
		Endpoint: cfg.Otel.Endpoint,
	})
	if err != nil {
		return a, err
	}
	a.services = spaceconnector.New(spaceconnector.Options{
		Endpoints: cfg.Services(), Token: cfg.SystemToken, MaxMessageLength: cfg.MaxMessageLength, Keepalive: cfg.Keepalive,
	})
	own := ownIdentity{a}
	a.handlers, err = corehandler.New(handler.Known(), cfg.Handlers, corehandler.Deps{
		Identity: own, SystemDomain: own.SystemDomain, Log: a.telemetry.Log,
	})
	if err != nil {
		return a, err
	}
	a.handlers.Authorization = append(a.handlers.Authorization, present{a})
	if _, err = connector.ReadSignInLimits(cfg); err != nil {
		return a, err
	}
	if _, err = connector.ReadAlgorithm(cfg); err != nil {
		return a, err
	}
	if _, err = connector.ReadSettings(cfg); err != nil {
		return a, err
	}
	return a, a.build(ctx)
}

// Run runs servers, by name, until ctx ends.
func (a *App) Run(ctx context.Context, names ...string) error {
	if err := a.prepare(ctx); err != nil {
		return err
	}
	admin, servers, err := a.modules(ctx, names)
	if err != nil {
		return err
	}
	ctx, cancel := lifecycle.Linger(ctx, a.config.DrainDelay)
	defer cancel()
	a.telemetry.Log.InfoContext(ctx, "starting", "version", a.version, "servers", names)
	if unknown := a.config.Unknown(); len(unknown) > 0 {
		a.telemetry.Log.WarnContext(ctx, "nothing reads these settings; are they misspelt?", "settings", unknown)
	}
	if queues := a.unshared(names); len(queues) > 0 {
		a.telemetry.Log.WarnContext(ctx, "these queues are in the process, which other processes don't see; name a Redis under QUEUES", "queues", queues)
	}
	return lifecycle.Run(ctx, a.telemetry.Log, a.config.GracePeriod, admin, servers...)
}

// modules are the parts of a process that runs these servers, in the order in
// which they start: the one that tells how it does, and one chain for each server.
func (a *App) modules(ctx context.Context, names []string) (base lifecycle.Chain, servers []lifecycle.Chain, err error) {
	var running atomic.Bool // all of them
	if address := a.config.AdminAddress(); address != "" && !server.Hosted() {
		base = append(base, server.NewAdmin(server.AdminOptions{
			Address: address, Gatherer: a.telemetry.Registry, Log: a.telemetry.Log,
			Ready: func() error {
				if !running.Load() {
					return errors.New("not all servers run")
				}
				return a.ready(names...)
			},
		}).Module())
	}
	for _, s := range Servers() {
		if !slices.Contains(names, s.Name) {
			continue
		}
		own, err := s.modules(ctx, a)
		if err != nil {
			return nil, nil, fmt.Errorf("set up %s: %w", s.Command, err)
		}
		servers = append(servers, own)
	}
	return base, append(servers, lifecycle.Chain{{
		Name:  "readiness",
		Start: func(context.Context) error { running.Store(true); return nil },
		Stop:  func(context.Context) error { running.Store(false); return nil },
	}}), nil
}

// A Server is one way in, that a process may run.
type Server struct {
	Name    string
	Command string // its name on the command line
	Summary string
	modules func(context.Context, *App) (lifecycle.Chain, error)
}

// Names are the names of all servers.
func Names() []string {
	var names []string
	for _, s := range Servers() {
		names = append(names, s.Name)
	}
	return names
}

// ready reports what keeps servers from their work.
func (a *App) ready(servers ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), readyTimeout)
	defer cancel()
	return a.ping(ctx, servers...)
}

// answers reports what keeps calls from being answered.
func (a *App) answers() error { return a.ready() }

// pipeline makes the chain that every call passes through.
func (a *App) pipeline(transactor pipeline.Transactor) (*pipeline.Pipeline, error) {
	return pipeline.New(pipeline.Options{
		Service: a.config.Service, Handlers: a.handlers, Transactor: transactor,
		Log: a.telemetry.Log, Tracer: a.telemetry.Tracer, Metrics: a.telemetry.Registry,
		Describe: a.telemetry.Describe, MaxResponse: a.config.MaxMessageLength,
	})
}

// Close lets go of everything that New took.
func (a *App) Close(ctx context.Context) {
	if a.telemetry == nil {
		return
	}
	err := a.close()
	if a.services != nil {
		err = errors.Join(err, a.services.Close())
	}
	if err = errors.Join(err, a.telemetry.Shutdown(ctx)); err != nil {
		a.telemetry.Log.WarnContext(ctx, "not all was closed cleanly", "error", err)
	}
}
