package app

import (
	"context"
	"slices"

	"github.com/cloudforet-io/inventory/internal/core/config"
	"github.com/cloudforet-io/inventory/internal/core/queue"
)

// queueOptions are QUEUES as the queues take them.
func queueOptions(cfg *config.Config) map[string]queue.Options {
	all := map[string]queue.Options{}
	for name, q := range cfg.Queues {
		all[name] = queue.Options{
			Backend: q.Backend, Host: q.Host, Port: q.Port, DB: q.DB,
			Username: q.Username, Password: q.Password, TLS: q.TLS, Channel: q.Channel,
		}
	}
	return all
}

// warnOfLostTasks says so if a scheduler or a worker runs without the other, and
// the queue between them ends with the process.
func (a *App) warnOfLostTasks(ctx context.Context, names []string) {
	if slices.Contains(names, "scheduler") == slices.Contains(names, "worker") {
		return
	}
	for _, name := range a.queues.Names() {
		if !a.queues.Durable(name) {
			a.telemetry.Log.WarnContext(ctx, "this queue is in the process, which other processes don't see; name a Redis under QUEUES",
				"queue", name, "servers", names)
		}
	}
}
