package app

import (
	"log/slog"
	"time"

	"github.com/cloudforet-io/spacegen/core/cache"
	"github.com/cloudforet-io/spacegen/core/config"
)

// cacheOptions are the default of CACHES as the cache takes them.
func cacheOptions(cfg *config.Config, log *slog.Logger) cache.Options {
	c := cfg.Caches["default"]
	return cache.Options{
		Engine: c.Backend, Host: c.Host, Port: c.Port, DB: c.DB, Username: c.Username, Password: c.Password, TLS: c.TLS,
		MaxSize: c.MaxSize, TTL: time.Duration(c.TTL) * time.Second, Log: log,
	}
}
