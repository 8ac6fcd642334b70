package server

import (
	"log/slog"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// AdminOptions are what an admin server is made of.
type AdminOptions struct {
	Address  string
	Gatherer prometheus.Gatherer
	Ready    func() error // whether calls can be answered
	Log      *slog.Logger
}

// Admin serves /metrics for Prometheus, and /check for whoever asks whether
// the process can work.
type Admin struct{ *listener }

// NewAdmin makes an admin server.
func NewAdmin(o AdminOptions) *Admin {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(o.Gatherer, promhttp.HandlerOpts{ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelError)}))
	mux.Handle("GET /check", check(o.Ready))
	return &Admin{newListener("admin", o.Address, o.Log, secured(mux))}
}

// check answers 200 if the service can work and 503 with the reason if not.
func check(ready func() error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := ready(); err != nil {
			writeJSON(w, http.StatusServiceUnavailable, map[string]string{"status": "NOT_SERVING", "reason": err.Error()})
			return
		}
		writeJSON(w, http.StatusOK, map[string]string{"status": "SERVING"})
	})
}
