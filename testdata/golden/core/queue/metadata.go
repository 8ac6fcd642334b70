package queue

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"strings"
)

// Metadata is the call metadata of a stage: token, x_domain_id,
// x_workspace_id, traceparent. It holds credentials, so printing or logging it
// shows nothing of it.
type Metadata map[string]string

const hidden = "********"

// UnmarshalJSON takes an object or a list of pairs. Names are brought to lower
// case with underscores, as they may have been written as HTTP headers.
func (m *Metadata) UnmarshalJSON(data []byte) error {
	values := map[string]any{}
	if err := json.Unmarshal(data, &values); err != nil {
		var pairs [][2]any
		if json.Unmarshal(data, &pairs) != nil {
			return fmt.Errorf("metadata is neither an object nor a list of pairs")
		}
		for _, pair := range pairs {
			values[fmt.Sprint(pair[0])] = pair[1]
		}
	}
	*m = Metadata{}
	for name, value := range values {
		name = strings.ReplaceAll(strings.ToLower(name), "-", "_")
		switch value := value.(type) {
		case nil:
		case string:
			(*m)[name] = value
		case bool, float64:
			(*m)[name] = fmt.Sprint(value)
		default:
			return fmt.Errorf("metadata.%s is neither text nor a number", name)
		}
	}
	return nil
}

// String, GoString and LogValue hide the values.
func (m Metadata) String() string { return hidden }

// GoString hides the values from %#v.
func (m Metadata) GoString() string { return hidden }

// LogValue hides the values from slog.
func (m Metadata) LogValue() slog.Value { return slog.StringValue(hidden) }

func (m Metadata) withDefaults(defaults Metadata) Metadata {
	all := maps.Clone(defaults)
	if all == nil {
		all = Metadata{}
	}
	maps.Copy(all, m)
	return all
}
