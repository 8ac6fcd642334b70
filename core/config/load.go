package config

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/go-viper/mapstructure/v2"
	"go.yaml.in/yaml/v3"
)

// maxImports bounds the documents of one configuration, so that a document
// that imports itself is an error and not a loop.
const maxImports = 64

// Load builds the configuration: built-in defaults, the service's own defaults
// (documents in YAML, GLOBAL keys at top level), then the document named by
// file and what it imports, in order; without a file the defaults hold. Later
// overrides earlier, maps merge deeply. A value of another type than the one
// it overrides is an error that names document and key.
func Load(ctx context.Context, defaults [][]byte, file string) (*Config, error) {
	l := loader{global: builtin()}
	own := map[string]any{}
	for _, text := range defaults {
		doc, err := parse("built-in defaults", text)
		if err != nil {
			return nil, err
		}
		maps.Copy(own, doc)
		if err := l.merge("built-in defaults", doc); err != nil {
			return nil, err
		}
	}
	if file != "" {
		if err := l.read(ctx, file); err != nil {
			return nil, err
		}
	}
	return decode(l.global, own, origin{defaults: defaults, file: file, documents: l.names})
}

// With gives the configuration with other values for some settings, as a command line
// has them. The configuration itself stays as it is.
func (c *Config) With(settings map[string]any) (*Config, error) {
	all := maps.Clone(c.all)
	maps.Copy(all, settings)
	from := c.origin
	from.over = maps.Clone(from.over)
	if from.over == nil {
		from.over = map[string]any{}
	}
	maps.Copy(from.over, settings)
	return decode(all, c.own, from)
}

// A loader gathers documents.
type loader struct {
	global    map[string]any
	documents int
	names     []string // of those that were read
}

// read merges a document, then those that it imports.
func (l *loader) read(ctx context.Context, uri string) error {
	if l.documents++; l.documents > maxImports {
		return fmt.Errorf("configuration %s: more than %d documents; does one import itself?", uri, maxImports)
	}
	text, err := fetch(ctx, uri)
	if err != nil || text == nil {
		return err
	}
	key := keyOf(uri)
	uri = withoutPassword(uri) // from here on it is only named
	l.names = append(l.names, uri)
	if key != "" {
		return l.set(uri, key, strings.TrimRight(string(text), "\r\n"))
	}
	doc, err := parse(uri, text)
	if err != nil {
		return err
	}
	imports, err := importsOf(uri, doc)
	if err != nil {
		return err
	}
	// The keys stand under GLOBAL or, in a document that is nothing but them,
	// at the top.
	global := doc
	if under, ok := doc["GLOBAL"]; ok {
		if global, ok = under.(map[string]any); !ok && under != nil {
			return fmt.Errorf("configuration %s: GLOBAL is %s, not a map", uri, typeName(under))
		}
	} else {
		for _, key := range importKeys() {
			delete(global, key)
		}
	}
	if err := l.merge(uri, global); err != nil {
		return err
	}
	for _, next := range imports {
		if err := l.read(ctx, next); err != nil {
			return err
		}
	}
	return nil
}

// keyOf is the setting, such as DATABASES.default.password, whose value an import
// is: ?key=… of its URI. Without one the import is a document.
func keyOf(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme == "" {
		return ""
	}
	return u.Query().Get("key")
}

// set merges the value of one setting, which is a text unless it overrides a number.
func (l *loader) set(uri, key, text string) error {
	var value, old any = text, l.global
	path := strings.Split(key, ".")
	for _, name := range path {
		inner, _ := old.(map[string]any)
		old = inner[name]
	}
	if typeName(old) == typeName(0) {
		number, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("configuration %s: %s must be a number, and the file holds something else", uri, key)
		}
		value = number
	}
	for _, name := range slices.Backward(path) {
		value = map[string]any{name: value}
	}
	return l.merge(uri, value.(map[string]any))
}

// importKeys are the names of the list of imports; REMOTE_URL is the older.
func importKeys() []string { return []string{"IMPORT", "REMOTE_URL"} }

func importsOf(uri string, doc map[string]any) ([]string, error) {
	var all []string
	for _, key := range importKeys() {
		switch list := doc[key].(type) {
		case nil:
		case string:
			all = append(all, list)
		case []any:
			for _, item := range list {
				text, ok := item.(string)
				if !ok {
					return nil, fmt.Errorf("configuration %s: %s holds %s, not only URIs", uri, key, typeName(item))
				}
				all = append(all, text)
			}
		default:
			return nil, fmt.Errorf("configuration %s: %s is %s, not a list of URIs", uri, key, typeName(list))
		}
	}
	return all, nil
}

func parse(uri string, text []byte) (map[string]any, error) {
	doc := map[string]any{}
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("configuration %s: %w", uri, err)
	}
	return doc, nil
}

func (l *loader) merge(uri string, over map[string]any) error {
	// The original's name for what prepares the database at start.
	if value, ok := over["DATABASE_AUTO_CREATE_INDEX"]; ok {
		if _, both := over["DATABASE_AUTO_MIGRATE"]; !both {
			over["DATABASE_AUTO_MIGRATE"] = value
		}
		delete(over, "DATABASE_AUTO_CREATE_INDEX")
	}
	// A list is the original's: what an identity tells clients, not where this service
	// finds others.
	if list, ok := over["ENDPOINTS"].([]any); ok {
		over["PUBLIC_ENDPOINTS"] = list
		delete(over, "ENDPOINTS")
	}
	if err := mergeMaps(l.global, over, ""); err != nil {
		return fmt.Errorf("configuration %s: %w", uri, err)
	}
	return nil
}

// mergeMaps puts over into base. What has no value says nothing.
func mergeMaps(base, over map[string]any, path string) error {
	for _, key := range slices.Sorted(maps.Keys(over)) {
		value, at := over[key], path+key
		if value == nil {
			continue
		}
		old, known := base[key]
		if !known || old == nil {
			base[key] = value
			continue
		}
		if was, is := typeName(old), typeName(value); was != is {
			return fmt.Errorf("%s must be %s, and is %s", at, was, is)
		}
		if inner, ok := old.(map[string]any); ok {
			if err := mergeMaps(inner, value.(map[string]any), at+"."); err != nil {
				return err
			}
			continue
		}
		base[key] = value
	}
	return nil
}

func typeName(value any) string {
	switch value.(type) {
	case string:
		return "a text"
	case bool:
		return "true or false"
	case int, int64, uint64, float64:
		return "a number"
	case []any:
		return "a list"
	case map[string]any:
		return "a map"
	default:
		return fmt.Sprintf("a %T", value)
	}
}

// decode makes a Config of all settings; own are those of the service's defaults.
func decode(global, own map[string]any, from origin) (*Config, error) {
	c := &Config{all: global, own: own, origin: from}
	var read mapstructure.Metadata
	decoder, err := mapstructure.NewDecoder(&mapstructure.DecoderConfig{
		Result:     c,
		Metadata:   &read,
		DecodeHook: mapstructure.StringToTimeDurationHookFunc(),
		// What all services share may name settings of others.
		ErrorUnused: false,
	})
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	if err := decoder.Decode(global); err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	for _, key := range read.Unused {
		if _, ours := own[key]; !ours {
			c.unknown = append(c.unknown, strings.NewReplacer("[", ".", "]", "").Replace(key))
		}
	}
	slices.Sort(c.unknown)
	return c, c.check()
}

// check refuses values that no server can work with.
func (c *Config) check() error {
	for _, p := range []struct {
		key   string
		value int
	}{{"PORT", c.Port}, {"REST_PORT", c.RestPort}, {"ADMIN_PORT", c.AdminPort}} {
		if p.value < 0 || p.value > 65535 {
			return fmt.Errorf("configuration: %s is %d, not a port", p.key, p.value)
		}
	}
	switch {
	case c.MaxMessageLength <= 0:
		return fmt.Errorf("configuration: MAX_MESSAGE_LENGTH is %d; give a number of bytes above 0", c.MaxMessageLength)
	case c.MaxWorkers <= 0:
		return fmt.Errorf("configuration: MAX_WORKERS is %d; give a number above 0", c.MaxWorkers)
	case c.MaxStreams <= 0:
		return fmt.Errorf("configuration: MAX_STREAMS is %d; give a number above 0", c.MaxStreams)
	case c.CallTimeout <= 0:
		return fmt.Errorf("configuration: CALL_TIMEOUT is %s; give a duration such as 60s", c.CallTimeout)
	case c.GracePeriod <= 0:
		return fmt.Errorf("configuration: GRACE_PERIOD is %s; give a duration such as 30s", c.GracePeriod)
	case c.DrainDelay < 0:
		return fmt.Errorf("configuration: DRAIN_DELAY is %s; give a duration such as 5s", c.DrainDelay)
	case c.Log.Level != "" && new(slog.Level).UnmarshalText([]byte(c.Log.Level)) != nil:
		return fmt.Errorf("configuration: LOG.level is %q; give one of debug, info, warn, error", c.Log.Level)
	case !slices.Contains([]string{"", "json", "text"}, c.Log.Format):
		return fmt.Errorf("configuration: LOG.format is %q; give json or text", c.Log.Format)
	case c.Authentication != "" && c.Authentication != "none":
		return fmt.Errorf("configuration: AUTHENTICATION is %q; leave it out, or say none", c.Authentication)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Queues)) {
		if bound := c.Queues[name].MaxWaiting; bound < 0 {
			return fmt.Errorf("configuration: QUEUES.%s.max_waiting is %d; give a number of tasks, or 0 for any", name, bound)
		}
	}
	return nil
}
