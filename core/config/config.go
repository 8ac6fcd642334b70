// Package config loads the settings of a service: built-in defaults first, then YAML
// documents, each of which overrides what came before. The keys are those of
// Cloudforet's GLOBAL map.
package config

import (
	"fmt"
	"maps"
	"net"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// Config is the GLOBAL map with its defaults filled in.
type Config struct {
	Service          string        `mapstructure:"SERVICE"`
	Host             string        `mapstructure:"HOST"`                     // what all servers listen on
	Port             int           `mapstructure:"PORT"`                     // of gRPC
	RestPort         int           `mapstructure:"REST_PORT"`                // of HTTP
	AdminPort        int           `mapstructure:"ADMIN_PORT"`               // of metrics and health; 0: off
	MaxWorkers       int           `mapstructure:"MAX_WORKERS"`              // calls that do not stream, at once
	MaxStreams       int           `mapstructure:"MAX_STREAMS"`              // streams that are open at once
	CallTimeout      time.Duration `mapstructure:"CALL_TIMEOUT"`             // of a call that does not stream, whatever its caller allows
	MaxMessageLength int           `mapstructure:"MAX_MESSAGE_LENGTH"`       // bytes
	ConnectionAge    time.Duration `mapstructure:"MAX_CONNECTION_AGE"`       // after which clients connect anew; 0: never
	ConnectionGrace  time.Duration `mapstructure:"MAX_CONNECTION_AGE_GRACE"` // for calls on such a connection; 0: as long as they take
	Keepalive        time.Duration `mapstructure:"KEEPALIVE"`                // how often other services are asked whether they are there; 0: never
	Reflection       bool          `mapstructure:"REFLECTION"`               // whether gRPC tells what the API is like
	Docs             bool          `mapstructure:"DOCS"`                     // whether REST does, by /docs and /openapi.json
	GracePeriod      time.Duration `mapstructure:"GRACE_PERIOD"`             // to finish what is in flight
	DrainDelay       time.Duration `mapstructure:"DRAIN_DELAY"`              // to serve on before that, until nobody sends calls here
	Authentication   string        `mapstructure:"AUTHENTICATION"`           // none: open to everyone

	Token     string `mapstructure:"TOKEN"`      // the system token, for calls of its own
	TokenFile string `mapstructure:"TOKEN_FILE"` // holds it where there is no TOKEN: SystemToken
	// SystemDomain is the domain whose system tokens and system administrators are
	// taken; empty: that of TOKEN.
	SystemDomain string            `mapstructure:"SYSTEM_DOMAIN"`
	Endpoints    map[string]string `mapstructure:"ENDPOINTS"` // where other services are: Services
	// PublicEndpoints are where clients find services, as identity tells them: ENDPOINTS,
	// if that is a list.
	PublicEndpoints []PublicEndpoint `mapstructure:"PUBLIC_ENDPOINTS"`
	// Plugins are programs that this process runs as plugins, by ID or ID@version.
	Plugins  map[string][]string `mapstructure:"PLUGINS"`
	Handlers Handlers            `mapstructure:"HANDLERS"`
	Log      Log                 `mapstructure:"LOG"`
	Otel     Otel                `mapstructure:"OTEL"`

	Databases           map[string]Database `mapstructure:"DATABASES"`
	DatabaseAutoMigrate bool                `mapstructure:"DATABASE_AUTO_MIGRATE"` // at start

	Caches     map[string]Cache          `mapstructure:"CACHES"`
	Connectors map[string]map[string]any `mapstructure:"CONNECTORS"`
	Queues     map[string]Queue          `mapstructure:"QUEUES"`
	Schedulers map[string]Scheduler      `mapstructure:"SCHEDULERS"`
	Workers    map[string]Worker         `mapstructure:"WORKERS"`

	all     map[string]any
	own     map[string]any // settings of the service's defaults
	unknown []string
	origin  origin
}

// Unknown names the settings that nothing reads, such as misspelt ones:
// DATABASES.default.sslmod. Those that only Value gives are among them unless the
// service's own defaults have them.
func (c *Config) Unknown() []string { return c.unknown }

// A PublicEndpoint is where clients find one service.
type PublicEndpoint struct {
	Service  string `mapstructure:"service"`
	Name     string `mapstructure:"name"` // as people read it
	Endpoint string `mapstructure:"endpoint"`
	Internal string `mapstructure:"internal_endpoint"` // for other services
	State    string `mapstructure:"state"`
	Version  string `mapstructure:"version"`
}

// Services says where other services are: ENDPOINTS, then the endpoints of CONNECTORS'
// SpaceConnector, then the endpoint that a connector of one service has by itself, as
// PluginConnector has {endpoint: {v1: grpc://plugin:50051}}.
func (c *Config) Services() map[string]string {
	all := map[string]string{}
	for name, connector := range c.Connectors {
		service, ok := strings.CutSuffix(name, "Connector")
		versions, isMap := connector["endpoint"].(map[string]any)
		if endpoint, isText := versions["v1"].(string); ok && isMap && isText {
			all[snake(service)] = endpoint
		}
	}
	if endpoints, ok := c.Connectors["SpaceConnector"]["endpoints"].(map[string]any); ok {
		for service, endpoint := range endpoints {
			all[service] = fmt.Sprint(endpoint)
		}
	}
	maps.Copy(all, c.Endpoints)
	return all
}

// snake writes CostAnalysis as cost_analysis.
func snake(name string) string {
	var out strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			out.WriteByte('_')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}

// Handlers names the handlers around every call, in order. Each has a backend
// and options of its own.
type Handlers struct {
	Authentication []map[string]any `mapstructure:"authentication"`
	Authorization  []map[string]any `mapstructure:"authorization"`
	Mutation       []map[string]any `mapstructure:"mutation"`
	Event          []map[string]any `mapstructure:"event"`
}

// Log says what is logged.
type Log struct {
	Level    string   `mapstructure:"level"`    // debug, info, warn, error
	Format   string   `mapstructure:"format"`   // json, text
	Requests bool     `mapstructure:"requests"` // whether each is logged, with its parameters
	Hide     []string `mapstructure:"hide"`     // values whose names hold one of these are not, as secrets never are
}

// Otel says where traces go.
type Otel struct {
	Endpoint string `mapstructure:"endpoint"` // of an OTLP collector by gRPC; empty: that of OTEL_EXPORTER_OTLP_ENDPOINT, if any
}

// Database is one database.
type Database struct {
	Engine   string `mapstructure:"engine"` // sqlite, postgresql
	Path     string `mapstructure:"path"`   // of SQLite's file, or :memory:
	Host     string `mapstructure:"host"`
	Port     int    `mapstructure:"port"`
	Name     string `mapstructure:"db"`
	Username string `mapstructure:"username"`
	Password string `mapstructure:"password"`
	SSLMode  string `mapstructure:"sslmode"` // disable, require, verify-full, …
	MaxOpen  int    `mapstructure:"max_open"`
	Prepare  *bool  `mapstructure:"prepare"` // whether PostgreSQL keeps prepared statements; unset: unless statement_timeout is less than 0

	MaxRecords       int `mapstructure:"max_records"`       // that one list or statistic gives at most; 0 is 10,000
	MaxBytes         int `mapstructure:"max_bytes"`         // that one list or statistic reads at most; 0 is 16 MiB
	StatementTimeout int `mapstructure:"statement_timeout"` // seconds, in PostgreSQL; 0 is 60, less is none
}

// Cache is one cache: in Redis if a host is named, else in the process.
type Cache struct {
	Backend  string `mapstructure:"engine"`
	Host     string `mapstructure:"host"`
	Port     int    `mapstructure:"port"`
	DB       int    `mapstructure:"db"`
	Username string `mapstructure:"username"`
	Password string `mapstructure:"password"`
	TLS      bool   `mapstructure:"tls"`
	MaxSize  int    `mapstructure:"max_size"` // entries
	TTL      int    `mapstructure:"ttl"`      // seconds
	Prefix   string `mapstructure:"prefix"`   // of keys in Redis
}

// Queue is one queue: in Redis if a host is named, else in the process.
type Queue struct {
	Backend  string `mapstructure:"backend"`
	Host     string `mapstructure:"host"`
	Port     int    `mapstructure:"port"`
	DB       int    `mapstructure:"db"`
	Username string `mapstructure:"username"`
	Password string `mapstructure:"password"`
	TLS      bool   `mapstructure:"tls"`
	Channel  string `mapstructure:"channel"` // its name in Redis
	// MaxWaiting is how many tasks may wait in it; another one is refused. 0: any number.
	MaxWaiting int `mapstructure:"max_waiting"`
}

// Scheduler says when a job makes tasks, and where they go.
type Scheduler struct {
	Backend  string `mapstructure:"backend"`
	Queue    string `mapstructure:"queue"`
	Kind     string `mapstructure:"kind"`     // hourly, interval, cron; empty: as the other keys and the job say
	Interval int    `mapstructure:"interval"` // hours of an hourly one, else seconds
	Minute   string `mapstructure:"minute"`   // ':15'
	Rule     string `mapstructure:"rule"`     // cron, five fields
}

// Worker runs the tasks of a queue.
type Worker struct {
	Backend string `mapstructure:"backend"`
	Queue   string `mapstructure:"queue"`
	Pool    int    `mapstructure:"pool"` // tasks at once
}

// builtin is what holds when nothing else is said.
func builtin() map[string]any {
	return map[string]any{
		"SERVICE":                  "",
		"HOST":                     "127.0.0.1",
		"PORT":                     50051,
		"REST_PORT":                8000,
		"ADMIN_PORT":               9090,
		"MAX_WORKERS":              100,
		"MAX_STREAMS":              1000,
		"CALL_TIMEOUT":             "60s",
		"MAX_MESSAGE_LENGTH":       16 << 20,
		"MAX_CONNECTION_AGE":       "10m",
		"MAX_CONNECTION_AGE_GRACE": "0s",
		"KEEPALIVE":                "30s",
		"REFLECTION":               true,
		"DOCS":                     true,
		"GRACE_PERIOD":             "30s",
		"DRAIN_DELAY":              "0s",
		"AUTHENTICATION":           "",
		"TOKEN":                    "",
		"TOKEN_FILE":               "",
		"SYSTEM_DOMAIN":            "",
		"ENDPOINTS":                map[string]any{},
		"PUBLIC_ENDPOINTS":         []any{},
		"HANDLERS": map[string]any{
			"authentication": []any{}, "authorization": []any{}, "mutation": []any{}, "event": []any{},
		},
		"LOG":                   map[string]any{"level": "info", "format": "json", "requests": true, "hide": []any{}},
		"OTEL":                  map[string]any{"endpoint": ""},
		"DATABASES":             map[string]any{},
		"DATABASE_AUTO_MIGRATE": true,
		"CACHES":                map[string]any{},
		"CONNECTORS":            map[string]any{},
		"QUEUES":                map[string]any{},
		"SCHEDULERS":            map[string]any{},
		"WORKERS":               map[string]any{},
	}
}

// GRPCAddress is where the gRPC server listens.
func (c *Config) GRPCAddress() string { return c.address(c.Port) }

// RestAddress is where the REST server listens.
func (c *Config) RestAddress() string { return c.address(c.RestPort) }

// AdminAddress is where metrics and health are served; empty for nowhere.
func (c *Config) AdminAddress() string {
	if c.AdminPort == 0 {
		return ""
	}
	return c.address(c.AdminPort)
}

func (c *Config) address(port int) string { return net.JoinHostPort(c.Host, strconv.Itoa(port)) }

// Value gives a setting of the service's own, by its key; nil if there is none.
// A Config that is nil has none.
func (c *Config) Value(key string) any {
	if c == nil {
		return nil
	}
	return c.all[key]
}
