// Package server is the console's HTTP server: the app, what it is configured
// with, and the way to the services.
package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/cloudforet-io/spacegen/templates/frontend/internal/config"
	"github.com/cloudforet-io/spacegen/templates/frontend/internal/proxy"
	"github.com/cloudforet-io/spacegen/templates/frontend/internal/site"
)

const (
	// contentPolicy lets the page load what this server sends and nothing else:
	// no inline script or style, no other host, no frame around it.
	contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
		"connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
		"require-trusted-types-for 'script'; trusted-types 'none'"
	// answerPolicy is for the services' answers, which are data and no pages.
	answerPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox"

	headerPatience = 10 * time.Second
	idlePatience   = 2 * time.Minute
	// stopPatience is how long calls under way may take once the server stops.
	stopPatience = 10 * time.Second
)

// NewHandler puts the server together out of the configuration and the app.
func NewHandler(c *config.Config, dist fs.FS, log *slog.Logger) (http.Handler, error) {
	services := map[string]string{}
	for name := range c.Services {
		services[name] = proxy.Path(name)
	}
	app, err := site.New(dist, site.Configuration{Title: c.Title, Services: services, More: c.Production})
	if err != nil {
		return nil, err
	}
	if !app.Built() {
		log.Warn("the app has not been built: run make app, then build the server again")
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write([]byte("ok\n"))
	})
	mux.Handle(proxy.Prefix, secured(answerPolicy, proxy.New(c.Services, log)))
	mux.Handle("/", secured(contentPolicy, app))
	return mux, nil
}

// secured sets the headers that tell a browser what a page may do. Whether the
// console is only to be reached by HTTPS is for whatever ends TLS before it to
// say: there is no Strict-Transport-Security.
func secured(policy string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		next.ServeHTTP(w, r)
	})
}

// Run serves until the context ends, then lets the calls under way finish.
func Run(ctx context.Context, listener net.Listener, handler http.Handler, log *slog.Logger) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: headerPatience, IdleTimeout: idlePatience,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	log.Info("listening", "address", listener.Addr().String())
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	log.Info("stopping")
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopPatience)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		return errors.Join(fmt.Errorf("stop: calls under way were cut off: %w", err), server.Close())
	}
	return nil
}
