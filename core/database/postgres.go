package database

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/cloudforet-io/spacegen/core/apierror"
)

const (
	postgresPort = 5432
	mongoPort    = 27017
)

// postgresConfig tells pgx where to connect.
func postgresConfig(o Options) (*pgx.ConnConfig, error) {
	if strings.Contains(o.Host, "://") { // which may hold a password: it is not told
		return nil, apierror.Configuration("DATABASES", "host is a URL: set host, port, db, username, password and sslmode each by itself")
	}
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
		return nil, apierror.Configuration("DATABASES", fmt.Sprintf("PostgreSQL cannot be reached with ssl mode %q at %s", o.SSLMode, source.Host)).Because(err)
	}
	// Statements come with their arguments in the text, so that nearly each is one
	// of its own: pgx would have the server prepare and keep them all.
	config.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	config.RuntimeParams["timezone"] = "UTC"
	config.RuntimeParams["standard_conforming_strings"] = "on" // as arguments are quoted
	if o.Schema != "" {
		config.RuntimeParams["search_path"] = o.Schema
	}
	if o.StatementTimeout > 0 { // a pooler takes neither
		// The planner takes every list in a document for a thousand elements, and would
		// compile for seconds what runs for a millisecond.
		config.RuntimeParams["jit"] = "off"
		config.RuntimeParams["statement_timeout"] = strconv.FormatInt(o.StatementTimeout.Milliseconds(), 10)
	}
	return config, nil
}

// mongoDB says which settings are those of a MongoDB, as services of Cloudforet have
// it; nothing if none is.
func mongoDB(o Options) string {
	scheme, rest, isURL := strings.Cut(o.Host, "://")
	host, _, _ := strings.Cut(rest, "/")
	host = host[strings.LastIndex(host, "@")+1:] // without a password
	first, _, _ := strings.Cut(o.Host, ".")
	switch {
	case isURL && strings.HasPrefix(scheme, "mongodb"):
		return fmt.Sprintf("host %s://%s is a setting", scheme, host)
	case o.Port == mongoPort:
		return fmt.Sprintf("host %s and port %d are settings", o.Host, o.Port)
	case strings.EqualFold(first, "mongodb"):
		return fmt.Sprintf("host %s is a setting", o.Host)
	default:
		return ""
	}
}

// poolerRefuses tells whether a connection pooler such as PgBouncer, and not
// PostgreSQL, answers, which takes no settings but a few.
func poolerRefuses(err error) bool {
	refusal, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (strings.Contains(refusal.Message, "startup parameter: statement_timeout") || strings.Contains(refusal.Message, "startup parameter: jit"))
}
