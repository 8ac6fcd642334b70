package app

import (
	"time"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/database"
)

// databaseOptions are one of DATABASES as the database takes them.
func databaseOptions(cfg *config.Config, name string) database.Options {
	d := cfg.Databases[name]
	if d.Host != "" && d.Engine == database.SQLite {
		d.Engine = database.PostgreSQL // a host was named over the built-in default
	}
	return database.Options{
		Engine: d.Engine, Path: d.Path, Host: d.Host, Port: d.Port, Name: d.Name,
		Username: d.Username, Password: d.Password, SSLMode: d.SSLMode, MaxOpen: d.MaxOpen, Prepare: d.Prepare,
		MaxRecords: d.MaxRecords, MaxBytes: d.MaxBytes, StatementTimeout: time.Duration(d.StatementTimeout) * time.Second,
	}
}
