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
	Ready    func() error // whether calls can be answered; nil: always
	Log      *slog.Logger // nil: nothing is logged
}

// Admin serves /metrics for Prometheus, and /check for whoever asks whether
// the process can work.
type Admin struct{ *listener }

// NewAdmin makes an admin server.
func NewAdmin(o AdminOptions) *Admin {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(o.Gatherer, promhttp.HandlerOpts{
		ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelError),
	}))
	mux.Handle("GET /check", check(o.Ready, o.Log, true))
	return &Admin{newListener("admin", o.Address, o.Log, recovered(o.Log, secured(mux)))}
}

// check answers 200 if the service can work and 503 if not; the reason may name
// hosts and users, so it is told to operators only.
func check(ready func() error, log *slog.Logger, reason bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ready != nil {
			if err := ready(); err != nil {
				log.WarnContext(r.Context(), "not ready", "error", err.Error())
				answer := map[string]string{"status": "NOT_SERVING"}
				if reason {
					answer["reason"] = err.Error()
				}
				writeJSON(w, http.StatusServiceUnavailable, answer)
				return
			}
		}
		writeJSON(w, http.StatusOK, map[string]string{"status": "SERVING"})
	})
}
