package service

import (
	"context"
	"log/slog"
	"sync"
)

// repeats tells of what goes wrong run after run: as a warning when it begins or has another
// reason, and when it has happened ten times, a hundred times, and so on; in between at the
// level debug. When it is over, that is said once.
type repeats struct {
	mu  sync.Mutex
	all map[string]*repeated
	run int
}

// A repeated is one thing that goes wrong.
type repeated struct {
	reason string
	times  int
	run    int // in which it went wrong last
	log    *slog.Logger
	what   string
}

// failed tells of something that went wrong, by a key that is its own.
func (r *repeats) failed(ctx context.Context, log *slog.Logger, key, what, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	one := r.all[key]
	if one == nil || one.reason != reason {
		if r.all == nil {
			r.all = map[string]*repeated{}
		}
		one = &repeated{reason: reason, what: what}
		r.all[key] = one
	}
	one.times, one.run, one.log = one.times+1, r.run, log
	level := slog.LevelDebug
	if powerOfTen(one.times) {
		level = slog.LevelWarn
	}
	log.Log(ctx, level, what, "reason", reason, "times", one.times)
}

// end ends a run: what went wrong before and has not now is over.
func (r *repeats) end(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, one := range r.all {
		if one.run != r.run {
			one.log.InfoContext(ctx, "over: "+one.what, "times", one.times)
			delete(r.all, key)
		}
	}
	r.run++
}

// powerOfTen reports whether n is 1, 10, 100 and so on.
func powerOfTen(n int) bool {
	for n >= 10 && n%10 == 0 {
		n /= 10
	}
	return n == 1
}
