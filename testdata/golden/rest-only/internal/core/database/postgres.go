package database

import (
	"net"
	"net/url"
	"strconv"

	"github.com/jackc/pgx/v5"
)

const postgresPort = 5432

// postgresConfig tells pgx where to connect. Options that pgx would not parse
// lead to an error when it connects, which names them.
func postgresConfig(o Options) *pgx.ConnConfig {
	if o.Port == 0 {
		o.Port = postgresPort
	}
	if o.SSLMode == "" {
		o.SSLMode = "prefer"
	}
	source := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(o.Username, o.Password),
		Host:     net.JoinHostPort(o.Host, strconv.Itoa(o.Port)),
		Path:     o.Name,
		RawQuery: url.Values{"sslmode": {o.SSLMode}}.Encode(),
	}
	config, err := pgx.ParseConfig(source.String())
	if err != nil {
		return &pgx.ConnConfig{}
	}
	config.RuntimeParams["timezone"] = "UTC"
	if o.Schema != "" {
		config.RuntimeParams["search_path"] = o.Schema
	}
	return config
}
