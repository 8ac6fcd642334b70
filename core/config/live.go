package config

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Live are settings that take effect while the process runs, once the configuration is
// read anew.
type Live struct {
	// Settings are their names, such as MAX_WORKERS; what lies below one is meant too, and
	// * is any name: QUEUES.*.max_waiting.
	Settings []string
	// Take is given the configuration that was read, once any of them has changed. It may
	// be called while the process serves.
	Take func(*Config)
}

// Has tells whether a setting is one of them.
func (l Live) Has(setting string) bool {
	path := strings.Split(setting, ".")
	return slices.ContainsFunc(l.Settings, func(name string) bool {
		parts := strings.Split(name, ".")
		if len(parts) > len(path) {
			return false
		}
		for i, part := range parts {
			if part != "*" && part != path[i] {
				return false
			}
		}
		return true
	})
}

// Changed names the settings that another configuration has with other values, or has
// not, or more of: sorted, maps by what lies in them.
func (c *Config) Changed(other *Config) []string {
	var names []string
	changed(c.all, other.all, "", &names)
	return names
}

func changed(was, is map[string]any, below string, names *[]string) {
	all := maps.Clone(was)
	if all == nil {
		all = map[string]any{}
	}
	maps.Copy(all, is)
	for _, key := range slices.Sorted(maps.Keys(all)) {
		before, after := was[key], is[key]
		if reflect.DeepEqual(before, after) {
			continue
		}
		inBefore, wasMap := before.(map[string]any)
		inAfter, isMap := after.(map[string]any)
		if wasMap && (isMap || after == nil) || isMap && before == nil {
			changed(inBefore, inAfter, below+key+".", names)
			continue
		}
		*names = append(*names, below+key)
	}
}
