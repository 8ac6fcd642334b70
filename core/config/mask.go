package config

import (
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// hidden stands for a secret wherever settings are shown.
const hidden = "********"

// Masked gives the settings in force as YAML, secrets masked.
func (c *Config) Masked() ([]byte, error) {
	text, err := yaml.Marshal(map[string]any{"GLOBAL": masked(c.all)})
	if err != nil {
		return nil, fmt.Errorf("show the configuration: %w", err)
	}
	return text, nil
}

// MaskedJSON gives the same as JSON.
func (c *Config) MaskedJSON() ([]byte, error) {
	text, err := json.MarshalIndent(map[string]any{"GLOBAL": masked(c.all)}, "", "    ")
	if err != nil {
		return nil, fmt.Errorf("show the configuration: %w", err)
	}
	return append(text, '\n'), nil
}

// masked copies a value, secrets left out.
func masked(value any) any {
	switch value := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(value))
		for key, inner := range value {
			if text, is := inner.(string); secret(key) && inner != "" || is && text != "" && header(key) {
				inner = hidden
			}
			out[key] = masked(inner)
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i, inner := range value {
			out[i] = masked(inner)
		}
		return out
	case string:
		return withoutPassword(value)
	default:
		return value
	}
}

// secret reports whether a setting of this name is nobody's to read.
func secret(key string) bool {
	key = strings.ReplaceAll(strings.ToLower(key), "-", "_") // headers are settings, too
	for _, word := range []string{"password", "passwd", "secret", "token", "credential", "private_key", "api_key", "apikey"} {
		if strings.Contains(key, word) {
			return true
		}
	}
	return false
}

// header reports whether a text of this name is the header that authenticates a call:
// handlers have a list of that name.
func header(key string) bool { return strings.HasSuffix(strings.ToLower(key), "authorization") }

// withoutPassword hides the password of a URI such as redis://user:pass@host.
func withoutPassword(text string) string {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok {
		return text
	}
	at := strings.LastIndex(rest, "@") // a password may hold one, too
	if at < 0 {
		return text
	}
	name, _, ok := strings.Cut(rest[:at], ":")
	if !ok {
		return text
	}
	return scheme + "://" + name + ":" + hidden + rest[at:]
}

// Mask copies a value of maps, lists and scalars, with those hidden that are secret by
// their names, and passwords in URIs.
func Mask(value any) any { return masked(value) }
