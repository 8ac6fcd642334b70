package app

import (
	"log/slog"
	"time"

	"github.com/cloudforet-io/spacegen/core/cache"
	"github.com/cloudforet-io/spacegen/core/config"
)

// cacheOptions are CACHES, by alias, as the caches take them.
func cacheOptions(cfg *config.Config, log *slog.Logger) map[string]cache.Options {
	all := map[string]cache.Options{}
	for alias, c := range cfg.Caches {
		all[alias] = cache.Options{
			Engine: c.Backend, Host: c.Host, Port: c.Port, DB: c.DB, Username: c.Username, Password: c.Password, TLS: c.TLS,
			MaxSize: c.MaxSize, TTL: time.Duration(c.TTL) * time.Second, Prefix: c.Prefix, Log: log,
		}
	}
	return all
}
