package app

import (
	"context"

	"github.com/cloudforet-io/minimal/internal/core/lifecycle"
)

// grpcModules are the gRPC server that others reach.
func grpcModules(_ context.Context, a *App) ([]lifecycle.Module, error) {
	g, err := a.newGRPC(a.config.GRPCAddress())
	if err != nil {
		return nil, err
	}
	return []lifecycle.Module{g.Module()}, nil
}
