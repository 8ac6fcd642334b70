package cache

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/cloudforet-io/spacegen/core/preflight"
)

// Probes look whether the Redis of each cache answers. A cache that does not is a
// warning: values are read from where they come from then.
func Probes(caches map[string]Options) []preflight.Probe {
	var all []preflight.Probe
	for _, alias := range slices.Sorted(maps.Keys(caches)) {
		o := caches[alias]
		all = append(all, preflight.Probe{Name: "cache " + alias, Offline: !o.remote(), Look: func(ctx context.Context) preflight.Finding {
			opened, err := New(o)
			if err != nil {
				return preflight.Bad(err)
			}
			remote, ok := opened.(*redisCache)
			if !ok {
				return closed(opened, preflight.Good("in the process"))
			}
			at := remote.client.Options().Addr
			if err := remote.client.Ping(ctx).Err(); err != nil {
				return closed(opened, preflight.Doubtful("redis %s: %v; without it, every value is loaded anew", at, err))
			}
			return closed(opened, preflight.Good("redis %s", at))
		}})
	}
	return all
}

// closed lets go of a cache that was opened for a look.
func closed(c Cache, f preflight.Finding) preflight.Finding {
	if err := c.Close(); err != nil {
		return preflight.Bad(fmt.Errorf("%s; closing it: %w", f.Detail, err))
	}
	return f
}

// remote tells whether the cache is in Redis.
func (o Options) remote() bool {
	engine := engineOf(o.Engine)
	return o.Host != "" && (engine == "redis" || engine == "")
}
