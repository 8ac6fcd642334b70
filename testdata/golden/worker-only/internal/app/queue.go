package app

import (
	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/queue"
)

// queueOptions are QUEUES as the queues take them.
func queueOptions(cfg *config.Config) map[string]queue.Options {
	all := map[string]queue.Options{}
	for name, q := range cfg.Queues {
		all[name] = queue.Options{
			Backend: q.Backend, Host: q.Host, Port: q.Port, DB: q.DB,
			Username: q.Username, Password: q.Password, TLS: q.TLS, Channel: q.Channel, MaxWaiting: q.MaxWaiting,
		}
	}
	return all
}
