package queue

import "github.com/cloudforet-io/spacegen/core/config"

// Live are the bounds of the queues, which may change while the process runs.
func (s *Set) Live() config.Live {
	return config.Live{Settings: []string{"QUEUES.*.max_waiting"}, Take: func(cfg *config.Config) {
		for _, name := range s.Names() {
			s.queues[name].bound.Store(int64(max(cfg.Queues[name].MaxWaiting, 0)))
		}
	}}
}
