package server

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
)

// healthInterval is how soon those who watch learn that the state has changed.
const healthInterval = 2 * time.Second

// A healthServer says of the server and of each of its services whether calls
// can be answered; who asks learns how it is now.
type healthServer struct {
	*health.Server
	services []string
	ready    func() error
	log      *slog.Logger
	down     atomic.Bool // and that was logged
}

func (h *healthServer) Check(ctx context.Context, req *healthv1.HealthCheckRequest) (*healthv1.HealthCheckResponse, error) {
	h.look(ctx)
	return h.Server.Check(ctx, req)
}

// look sets the state by what ready says.
func (h *healthServer) look(ctx context.Context) {
	state := healthv1.HealthCheckResponse_SERVING
	if err := h.ready(); err == nil {
		h.down.Store(false)
	} else {
		state = healthv1.HealthCheckResponse_NOT_SERVING
		if !h.down.Swap(true) {
			h.log.WarnContext(ctx, "not ready", "error", err.Error())
		}
	}
	h.SetServingStatus("", state)
	for _, name := range h.services {
		h.SetServingStatus(name, state)
	}
}

// keepLooking looks again and again, for those who watch, until ctx ends.
func (h *healthServer) keepLooking(ctx context.Context) {
	tick := time.NewTicker(healthInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			h.look(ctx)
		case <-ctx.Done():
			return
		}
	}
}
