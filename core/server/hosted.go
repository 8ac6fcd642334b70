package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/cloudforet-io/spacegen/core/lifecycle"
)

// watch is how often a hosted process looks whether its host is there.
const watch = time.Second

// HostedAddress is where a hosted process listens: for its host alone, and
// wherever there is room.
const HostedAddress = "127.0.0.1:0"

// Hosted reports whether another process runs this one as a plugin, as its
// child: see core/plugin.
func Hosted() bool { return os.Getenv("SPACEONE_PLUGIN") == "grpc" }

// Announce tells the host where the server listens, by the protocol of
// hashicorp/go-plugin: one line on the standard output. A process whose host
// went away without a word ends.
func (g *GRPC) Announce(out io.Writer) lifecycle.Module {
	host := os.Getppid()
	failed := make(chan error, 1)
	stopped, stop := context.WithCancel(context.Background())
	return lifecycle.Module{
		Name: "plugin",
		Start: func(context.Context) error {
			address, ok := g.address.Load().(net.Addr)
			if !ok {
				return errors.New("the gRPC server does not listen")
			}
			if _, err := fmt.Fprintf(out, "1|1|%s|%s|grpc\n", address.Network(), address); err != nil {
				return fmt.Errorf("tell the host: %w", err)
			}
			go func() {
				tick := time.NewTicker(watch)
				defer tick.Stop()
				for {
					select {
					case <-stopped.Done():
						return
					case <-tick.C:
						if os.Getppid() != host {
							failed <- errors.New("the process that ran this plugin is gone")
							return
						}
					}
				}
			}()
			return nil
		},
		Stop:   func(context.Context) error { stop(); return nil },
		Failed: failed,
	}
}
