// Package running builds the members of a platform and runs them on one
// machine: each on its own ports and its embedded defaults, told where the
// others are, and started again when it dies.
package running

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cloudforet-io/spacegen/generator/repository"
)

// Folder is where a platform keeps what its members are run with, below its
// root. git ignores it.
const Folder = ".spacegen/run"

// Options are what Run goes by.
type Options struct {
	Dir      string          // the platform's root
	Only     []string        // members to run; empty: all on this machine
	Password string          // of the first user, when he is made; empty: one is made up
	Out      io.Writer       // what the members and Run itself say
	Colour   bool            // of names
	Quiet    bool            // of what members say, only what is no information: warnings, errors, crashes
	Again    <-chan struct{} // gets a value when the summary is asked for once more; may be nil
	NoPage   bool            // there is no page that shows the members
	Kill     <-chan struct{} // closed when members have no more time to stop
}

// ErrNoMember means that no member of the platform lies on this machine.
var ErrNoMember = errors.New("no member of the platform lies on this machine; clone them beside it ('make checkout'), or make one with 'spacegen add service NAME'")

// A runner runs the members of one platform.
type runner struct {
	Options
	folder string   // Folder, absolute
	root   *os.Root // the same
	plan   *plan
	log    *stream

	access atomic.Pointer[access]
	up     atomic.Bool // every member was ready once

	board  *board
	page   *page      // nil: there is none
	traces *collector // nil: they go elsewhere, or nowhere
}

// Run builds the members of the platform and runs them until ctx ends.
func Run(ctx context.Context, o Options) (err error) {
	p, err := newPlan(o.Dir, o.Only)
	if err != nil {
		return err
	}
	r := &runner{Options: o, folder: filepath.Join(p.dir, filepath.FromSlash(Folder)), plan: p}
	r.log, r.board = newStream(o.Out, o.Colour, p.names()), newBoard(p)
	r.log.board, r.log.quiet = r.board, o.Quiet
	r.access.Store(new(access))
	if r.root, err = repository.OpenLocal(ctx, p.dir, Folder); err != nil {
		return fmt.Errorf("run the platform: %w", err)
	}
	defer func() { err = errors.Join(err, r.root.Close()) }()
	unlock, err := lock(filepath.Join(r.folder, "lock"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	for _, m := range p.away {
		r.say("%s is not on this machine: %s is not there", m.Name, m.Path)
	}
	if err := r.build(ctx); err != nil {
		return quiet(ctx, err)
	}
	moved, err := p.assignPorts()
	if err != nil {
		return err
	}
	for _, line := range moved {
		r.say("%s", line)
	}
	defer func() { r.page.close(); r.traces.stop() }()
	if err := r.open(ctx); err != nil {
		return fmt.Errorf("show the members: %w", err)
	}
	keeping, enough := context.WithCancel(ctx)
	var kept sync.WaitGroup
	kept.Go(func() { r.keepSummary(keeping) })
	defer func() { enough(); kept.Wait() }()
	return quiet(ctx, r.run(ctx))
}

// open opens the page, and takes traces for it.
func (r *runner) open(ctx context.Context) (err error) {
	if r.NoPage {
		return nil
	}
	if r.traces, err = collect(ctx, r.board); err != nil {
		return err
	}
	r.page, err = openPage(ctx, r.plan.name, r.board)
	return err
}

// quiet drops an error that is only that ctx has ended, as it was told to.
func quiet(ctx context.Context, err error) error {
	select {
	case <-ctx.Done():
		return nil
	default:
		return err
	}
}

func (r *runner) say(format string, args ...any) {
	_, _ = fmt.Fprintf(r.log.of(self), format+"\n", args...)
}

// run starts identity, if it is a member, and what it makes the first domain
// and user of; then all others. They stop the other way round.
func (r *runner) run(ctx context.Context) error {
	first, others := newWave(r), newWave(r)
	defer func() {
		r.say("stopping")
		others.stop()
		first.stop()
	}()
	if identity := r.plan.identity(); identity != nil {
		if err := first.start(identity, r.access.Load()); err != nil {
			return err
		}
		if err := first.wait(ctx); err != nil {
			return err
		}
		access, err := r.bootstrap(ctx, identity)
		if err != nil {
			return err
		}
		r.access.Store(access)
	}
	for _, m := range r.plan.started() {
		if m == r.plan.identity() {
			continue
		}
		if err := others.start(m, r.access.Load()); err != nil {
			return err
		}
	}
	if err := others.wait(ctx); err != nil {
		return err
	}
	r.register(ctx, r.access.Load())
	r.up.Store(true)
	r.report()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-r.Again:
			r.report()
		}
	}
}

// A wave is members that are started together, and stopped together.
type wave struct {
	*runner
	ctx       context.Context
	end       context.CancelFunc
	all       sync.WaitGroup
	processes []*process
}

func newWave(r *runner) *wave {
	w := &wave{runner: r}
	w.ctx, w.end = context.WithCancel(context.Background())
	return w
}

// start writes a member's configuration and keeps it running.
func (w *wave) start(m *member, access *access) error {
	if err := w.configure(m, access); err != nil {
		return err
	}
	p := w.process(m)
	w.processes = append(w.processes, p)
	w.board.started(m, p)
	w.all.Go(func() { p.supervise(w.ctx, w.Kill) })
	w.all.Go(func() { p.watch(w.ctx) })
	return nil
}

// patience is how long a member may take to get ready before something is said.
const patience = 20 * time.Second

// wait waits until all are ready, however long that takes.
func (w *wave) wait(ctx context.Context) error {
	remind := time.NewTicker(patience)
	defer remind.Stop()
	for _, p := range w.processes {
		for ready := false; !ready; {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-p.ready:
				ready = true
			case <-remind.C:
				w.say("still waiting for %s: %s", p.name, p.reason())
			}
		}
	}
	return nil
}

// stop ends all, and returns when nothing of them is left.
func (w *wave) stop() {
	w.end()
	w.all.Wait()
}
