package model

import (
	"encoding/json"
	"fmt"
	"slices"
)

// PluginInfo says which plugin a collector calls, and with what.
type PluginInfo struct {
	PluginID    string         `json:"plugin_id"`
	Version     string         `json:"version"` // empty: the newest
	UpgradeMode string         `json:"upgrade_mode"`
	Options     map[string]any `json:"options"`
	SecretID    string         `json:"secret_id"`
}

// Upgrades reports whether a newer version of the plugin may stand in.
func (p PluginInfo) Upgrades() bool { return p.UpgradeMode == "AUTO" }

// Plugin is the plugin that the collector calls.
func (c *Collector) Plugin() (PluginInfo, error) {
	var p PluginInfo
	if err := decode(c.PluginInfo, &p); err != nil {
		return p, fmt.Errorf("plugin_info of %s: %w", c.CollectorID, err)
	}
	return p, nil
}

// Upgraded notes the version in which the collector's plugin runs, if that may
// be another than before, and reports whether it is.
func (c *Collector) Upgraded(version string) bool {
	info, err := c.Plugin()
	if err != nil || !info.Upgrades() || version == "" || version == info.Version {
		return false
	}
	c.PluginInfo["version"] = version
	return true
}

// IsDue reports whether the collector collects by itself at an hour of the
// day.
func (c *Collector) IsDue(hour int) (bool, error) {
	var schedule struct {
		Hours []int `json:"hours"`
	}
	if err := decode(c.Schedule, &schedule); err != nil {
		return false, fmt.Errorf("schedule of %s: %w", c.CollectorID, err)
	}
	return slices.Contains(schedule.Hours, hour), nil
}

// decode reads a value of JSON into one that has its form.
func decode(from map[string]any, into any) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
