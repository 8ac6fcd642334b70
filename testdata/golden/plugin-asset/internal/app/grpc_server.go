package app

import (
	"context"
	"os"

	"github.com/cloudforet-io/spacegen/core/lifecycle"
	"github.com/cloudforet-io/spacegen/core/server"
)

// grpcModules are the gRPC server that others reach.
func grpcModules(_ context.Context, a *App) (lifecycle.Chain, error) {
	address := a.config.GRPCAddress()
	if server.Hosted() {
		address = server.HostedAddress
	}
	g, err := a.newGRPC(address)
	if err != nil {
		return nil, err
	}
	if server.Hosted() {
		return lifecycle.Chain{g.Module(), g.Announce(os.Stdout)}, nil
	}
	return lifecycle.Chain{g.Module()}, nil
}
