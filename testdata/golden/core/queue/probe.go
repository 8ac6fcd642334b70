package queue

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/redis/go-redis/v9"

	"github.com/cloudforet-io/spacegen/core/preflight"
)

// Probes look whether the Redis of each queue answers.
func Probes(queues map[string]Options) []preflight.Probe {
	var all []preflight.Probe
	for _, name := range slices.Sorted(maps.Keys(queues)) {
		o := queues[name]
		local, err := o.inProcess()
		all = append(all, preflight.Probe{
			Name: "queue " + name, Offline: local || err != nil,
			Look: func(ctx context.Context) preflight.Finding {
				switch {
				case err != nil:
					return preflight.Bad(err)
				case local:
					return preflight.Good("in the process that runs the service; others neither see it nor outlive it")
				}
				options := o.server().client()
				options.MaxRetries = -1 // once is enough to know
				client := redis.NewClient(options)
				defer func() { _ = client.Close() }()
				at := client.Options().Addr
				if err := client.Ping(ctx).Err(); err != nil {
					return preflight.Bad(fmt.Errorf("redis %s: %w", at, err))
				}
				return preflight.Good("redis %s", at)
			},
		})
	}
	return all
}
