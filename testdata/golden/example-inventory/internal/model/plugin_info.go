package model

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/cloudforet-io/spacegen/core/apierror"
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

// SamePlugin reports whether the collector calls the plugin that another does,
// and the same version.
func (c *Collector) SamePlugin(other *Collector) bool {
	a, err := c.Plugin()
	if err != nil {
		return false
	}
	b, err := other.Plugin()
	return err == nil && a.PluginID == b.PluginID && a.Version == b.Version
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
	hours, err := c.hours()
	return slices.Contains(hours, hour), err
}

func (c *Collector) hours() ([]int, error) {
	var schedule struct {
		Hours []int `json:"hours"`
	}
	if err := decode(c.Schedule, &schedule); err != nil {
		return nil, fmt.Errorf("schedule of %s: %w", c.CollectorID, err)
	}
	return schedule.Hours, nil
}

// Check reports what keeps the collector from collecting.
func (c *Collector) Check() error {
	info, err := c.Plugin()
	if err != nil {
		return apierror.Invalid("plugin_info", "a field of it is of another type")
	}
	if info.PluginID == "" {
		return apierror.Required("plugin_info.plugin_id")
	}
	hours, err := c.hours()
	if err != nil {
		return apierror.Invalid("schedule.hours", "it must be a list of whole numbers")
	}
	for _, hour := range hours {
		if hour < 0 || hour > 23 {
			return apierror.Invalid("schedule.hours", fmt.Sprintf("%d is no hour of a day, which are 0 to 23", hour))
		}
	}
	return nil
}

// decode reads a value of JSON into one that has its form.
func decode(from map[string]any, into any) error {
	text, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
