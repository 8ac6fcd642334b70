package queue

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
)

// scrapeTimeout is how long a scrape waits for a Redis.
const scrapeTimeout = 2 * time.Second

func newRefused() *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "queue_refused_total",
		Help: "Puts that were refused since the queue was full, by queue; those of the outbox count with each attempt.",
	}, []string{"queue"})
}

// Measure has r tell how the queues stand. Redis is asked when r is, and then twice,
// however many queues it holds. Every process that has a queue tells of it, and says the
// same: take the maximum over them, not the sum.
func (s *Set) Measure(r prometheus.Registerer) error {
	for _, c := range []prometheus.Collector{newCollector(s), s.refused} {
		if err := r.Register(c); err != nil {
			return fmt.Errorf("registering the queues' metrics: %w", err)
		}
	}
	return nil
}

type collector struct {
	queues map[redis.UniversalClient][]*channel
	up     *prometheus.Desc
	tasks  *prometheus.Desc
	oldest *prometheus.Desc
	paused *prometheus.Desc
	bound  *prometheus.Desc
}

func newCollector(s *Set) *collector {
	desc := func(name, help string, more ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, append([]string{"queue"}, more...), nil)
	}
	c := &collector{
		queues: map[redis.UniversalClient][]*channel{},
		up:     desc("queue_up", "1 if the queue answered this scrape, else 0: then nothing else is told of it."),
		tasks:  desc("queue_tasks", "Tasks in the queue, by state (waiting, running, scheduled, retry, archived, done).", "state"),
		oldest: desc("queue_oldest_waiting_seconds", "How long the task has waited that waits longest, 0 if none does."),
		paused: desc("queue_paused", "1 if no worker takes tasks off the queue since somebody paused it, else 0."),
		bound:  desc("queue_max_waiting", "How many tasks may wait in the queue; it is not there for a queue without a bound."),
	}
	for _, name := range s.Names() {
		one := s.queues[name]
		c.queues[one.redis] = append(c.queues[one.redis], one)
	}
	return c
}

// Describe lists what is told.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{c.up, c.tasks, c.oldest, c.paused, c.bound} {
		out <- d
	}
}

// Collect asks all queues, those of several servers at the same time.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTimeout)
	defer cancel()
	var asked sync.WaitGroup
	for client, channels := range c.queues {
		asked.Go(func() { c.ask(ctx, client, channels, out) })
	}
	asked.Wait()
}

func (c *collector) ask(ctx context.Context, client redis.UniversalClient, channels []*channel, out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	all, err := statuses(ctx, client, channels)
	if err != nil {
		for _, one := range channels {
			gauge(c.up, 0, one.name)
		}
		return
	}
	for _, s := range all {
		gauge(c.up, 1, s.Queue)
		for phase, n := range map[Phase]int{
			PhaseWaiting: s.Waiting, PhaseRunning: s.Running, PhaseScheduled: s.Scheduled,
			PhaseRetry: s.Retry, PhaseArchived: s.Archived, PhaseDone: s.Done,
		} {
			gauge(c.tasks, float64(n), s.Queue, string(phase))
		}
		gauge(c.oldest, s.Oldest, s.Queue)
		paused := 0.0
		if s.Paused {
			paused = 1
		}
		gauge(c.paused, paused, s.Queue)
		if s.MaxWaiting > 0 {
			gauge(c.bound, float64(s.MaxWaiting), s.Queue)
		}
	}
}
