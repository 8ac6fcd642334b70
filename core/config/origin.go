package config

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// origin is what a configuration was made of.
type origin struct {
	defaults  [][]byte
	file      string
	documents []string // that were read, in order; passwords left out
	over      map[string]any
}

// Sources names the documents that the configuration was read from, in order, beside the
// built-in defaults; passwords are left out.
func (c *Config) Sources() []string { return slices.Clone(c.origin.documents) }

// Reload gives the configuration as its documents have it now, under the same command
// line. The configuration itself stays as it is.
func (c *Config) Reload(ctx context.Context) (*Config, error) {
	fresh, err := Load(ctx, c.origin.defaults, c.origin.file)
	if err != nil || len(c.origin.over) == 0 {
		return fresh, err
	}
	return fresh.With(c.origin.over)
}

// CheckQueues reports a scheduler or a worker whose queue QUEUES does not have.
func (c *Config) CheckQueues() error {
	known := strings.Join(slices.Sorted(maps.Keys(c.Queues)), ", ")
	for _, name := range slices.Sorted(maps.Keys(c.Schedulers)) {
		if _, ok := c.Queues[c.Schedulers[name].Queue]; !ok {
			return fmt.Errorf("configuration: SCHEDULERS.%s.queue is %q; QUEUES has %s", name, c.Schedulers[name].Queue, known)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Workers)) {
		if _, ok := c.Queues[c.Workers[name].Queue]; !ok {
			return fmt.Errorf("configuration: WORKERS.%s.queue is %q; QUEUES has %s", name, c.Workers[name].Queue, known)
		}
	}
	return nil
}
