// Package reload reads the configuration anew when the process gets SIGHUP. Settings that
// may change while it runs take effect at once; of the others the log says that they wait
// for a restart. A configuration that is broken changes nothing.
package reload

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/lifecycle"
	"github.com/cloudforet-io/spacegen/core/preflight"
)

// readTimeout is how long the documents of a configuration may take to be read.
const readTimeout = 30 * time.Second

// Options are what a reloader is made of.
type Options struct {
	Config *config.Config // that the process runs with
	Live   []config.Live  // settings that may change; those of servers come by Add
	// Checks are the probes of a configuration. One whose offline probes fail, and did not
	// before, is broken.
	Checks func(*config.Config) []preflight.Probe
	Log    *slog.Logger
}

// Reloader reads the configuration anew.
type Reloader struct {
	started *config.Config
	checks  func(*config.Config) []preflight.Probe
	log     *slog.Logger
	failed  chan error

	mu      sync.Mutex
	current *config.Config // whose live settings are in effect
	live    []config.Live
	users   int // who started it and did not stop it yet
	stop    func()
}

// New makes a reloader; it listens once it is started.
func New(o Options) *Reloader {
	if o.Checks == nil {
		o.Checks = func(*config.Config) []preflight.Probe { return nil }
	}
	return &Reloader{started: o.Config, current: o.Config, checks: o.Checks, log: o.Log, live: o.Live, failed: make(chan error, 1)}
}

// Add makes more settings live.
func (r *Reloader) Add(live ...config.Live) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.live = append(r.live, live...)
}

// Module listens for SIGHUP as long as the process runs. Several parts of a process may
// have it: it starts with the first of them, and stops with the last.
func (r *Reloader) Module() lifecycle.Module {
	return lifecycle.Module{Name: "reload", Start: r.start, Stop: r.end, Failed: r.failed}
}

func (r *Reloader) start(ctx context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.users++; r.users > 1 {
		return nil
	}
	attached := attached()
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGHUP)
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var done sync.WaitGroup
	r.stop = func() {
		signal.Stop(told)
		cancel()
		done.Wait()
	}
	done.Go(func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-told:
				if attached && !terminal() {
					r.failed <- errors.New("its terminal is gone")
					return
				}
				r.Reload(ctx)
			}
		}
	})
	return nil
}

func (r *Reloader) end(context.Context) error {
	r.mu.Lock()
	r.users--
	stop := r.stop
	last := r.users == 0
	r.mu.Unlock()
	if last {
		stop()
	}
	return nil
}

// attached tells whether the process ends with its terminal: it has one, and was not told
// to outlive it, as by nohup.
func attached() bool { return terminal() && !signal.Ignored(syscall.SIGHUP) }

// terminal tells whether the process has a terminal.
func terminal() bool {
	file, err := os.OpenFile("/dev/tty", os.O_WRONLY, 0)
	return err == nil && file.Close() == nil
}

// Reload reads the configuration anew, and logs what came of it.
func (r *Reloader) Reload(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	r.mu.Lock()
	defer r.mu.Unlock()
	fresh, err := r.current.Reload(ctx)
	if err == nil {
		err = r.broken(ctx, fresh)
	}
	if err != nil {
		r.log.ErrorContext(ctx, "configuration is broken; nothing of it takes effect", "error", err)
		return
	}
	var effective, restart []string
	for _, name := range r.current.Changed(fresh) {
		if r.isLive(name) {
			effective = append(effective, name)
		}
	}
	for _, name := range r.started.Changed(fresh) {
		if !r.isLive(name) {
			restart = append(restart, name)
		}
	}
	// A new level may leave out the line that tells of it, and so may the one before.
	told := r.log.Enabled(ctx, slog.LevelInfo)
	if told {
		r.log.InfoContext(ctx, "configuration is read anew", "effective", effective, "restart", restart)
	}
	for _, live := range r.live {
		if slices.ContainsFunc(effective, live.Has) {
			live.Take(fresh)
		}
	}
	if !told {
		r.log.InfoContext(ctx, "configuration is read anew", "effective", effective, "restart", restart)
	}
	if len(restart) > 0 {
		r.log.WarnContext(ctx, "these settings have changed and take effect when the process is started anew", "settings", restart)
	}
	if unknown := fresh.Unknown(); len(unknown) > 0 && !slices.Equal(unknown, r.current.Unknown()) {
		r.log.WarnContext(ctx, "nothing reads these settings; are they misspelt?", "settings", unknown)
	}
	r.current = fresh
}

func (r *Reloader) isLive(setting string) bool {
	return slices.ContainsFunc(r.live, func(l config.Live) bool { return l.Has(setting) })
}

// broken reports what a configuration lacks that the one in effect does not.
func (r *Reloader) broken(ctx context.Context, fresh *config.Config) error {
	if err := fresh.CheckQueues(); err != nil && r.started.CheckQueues() == nil {
		return err
	}
	before := preflight.Failures(preflight.Run(ctx, r.checks(r.started), readTimeout, true))
	var faults []error
	for _, f := range preflight.Run(ctx, r.checks(fresh), readTimeout, true) {
		if f.State == preflight.Failed && !slices.Contains(before, f.Name) {
			faults = append(faults, errors.New(f.Name+": "+f.Detail))
		}
	}
	return errors.Join(faults...)
}
