package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/cloudforet-io/spacegen/core/lifecycle"
)

const (
	readHeaderTimeout = 10 * time.Second
	idleTimeout       = 2 * time.Minute
	maxHeader         = 64 << 10 // bytes
)

// listener is an HTTP server as a part of the process.
type listener struct {
	name    string
	log     *slog.Logger
	server  *http.Server
	address atomic.Value // net.Addr
	failed  chan error
}

func newListener(name, address string, log *slog.Logger, handler http.Handler) *listener {
	return &listener{
		name: name, log: log, failed: make(chan error, 1),
		server: &http.Server{
			Addr:              address,
			Handler:           handler,
			ReadHeaderTimeout: readHeaderTimeout,
			IdleTimeout:       idleTimeout,
			MaxHeaderBytes:    maxHeader,
			ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
		},
	}
}

// Address is where the server listens, once it has started.
func (l *listener) Address() string {
	if a, ok := l.address.Load().(net.Addr); ok {
		return a.String()
	}
	return ""
}

// Module is the server as a part of the process. It stops by finishing what is
// in flight.
func (l *listener) Module() lifecycle.Module {
	return lifecycle.Module{Name: l.name, Start: l.start, Stop: l.stop, Failed: l.failed}
}

func (l *listener) start(ctx context.Context) error {
	socket, err := new(net.ListenConfig).Listen(ctx, "tcp", l.server.Addr)
	if err != nil {
		return err
	}
	l.address.Store(socket.Addr())
	l.log.InfoContext(ctx, "listening", "server", l.name, "address", socket.Addr().String())
	go func() {
		if err := l.server.Serve(socket); !errors.Is(err, http.ErrServerClosed) {
			l.failed <- err
		}
	}()
	return nil
}

func (l *listener) stop(ctx context.Context) error {
	if err := l.server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("requests in flight were cut off: %w", err), l.server.Close())
	}
	return nil
}

func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("X-Frame-Options", "DENY")
		w.Header().Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}
