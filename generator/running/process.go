package running

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"sync"
	"time"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// configVariable names the configuration of every member.
const configVariable = "SPACEONE_CONFIG_FILE"

const (
	firstDelay = 500 * time.Millisecond // before a member that died starts again
	lastDelay  = 30 * time.Second
	steady     = 30 * time.Second // up for so long, it counts as well again
	grace      = 40 * time.Second // a member's time to stop
	leftover   = 2 * time.Second  // for its output, after it ended
)

// A process is a member that is kept running.
type process struct {
	name   string
	binary string
	args   []string
	home   string
	env    []string
	check  string // answers 200 when the member can work
	out    io.Writer
	say    func(format string, args ...any)

	ready chan struct{} // closed when it was first ready

	mu     sync.Mutex
	last   string // why it is not ready
	well   bool   // it can work
	starts int
}

func (r *runner) process(m *member) *process {
	p := &process{
		name: m.name, binary: r.binary(m), args: []string{"run", "all"}, home: r.home(m),
		env: slices.Concat(os.Environ(), r.traces.env(), []string{configVariable + "=" + r.configFile(m)}),
		out: r.log.of(m.name), say: r.say, ready: make(chan struct{}), last: "it has not started",
	}
	if m.is(spec.KindFrontend) {
		p.args, p.check = []string{"run"}, "http://"+address(m.rest)+"/config.json"
	} else {
		p.check = "http://" + address(m.admin) + "/check"
	}
	return p
}

// supervise keeps the process running until ctx ends. One that dies is started
// again, the later the more often it dies.
func (p *process) supervise(ctx context.Context, kill <-chan struct{}) {
	delay := firstDelay
	for ctx.Err() == nil {
		began := time.Now()
		p.starting()
		err := p.once(ctx, kill)
		if ctx.Err() != nil {
			return
		}
		if time.Since(began) > steady {
			delay = firstDelay
		}
		p.note(ended(err))
		p.say("%s %s; it starts again in %s", p.name, ended(err), delay)
		select {
		case <-ctx.Done():
		case <-time.After(delay):
		}
		delay = min(2*delay, lastDelay)
	}
}

// ended says how a process came to its end.
func ended(err error) string {
	if err == nil {
		return "ended by itself"
	}
	return "died: " + err.Error()
}

// once runs the process to its end; when ctx ends, it is told to stop. Nothing
// that it started is left behind.
func (p *process) once(ctx context.Context, kill <-chan struct{}) error {
	cmd := exec.Command(p.binary, p.args...) //nolint:gosec // what was built of the member
	cmd.Dir, cmd.Env = p.home, p.env
	cmd.Stdout, cmd.Stderr = p.out, p.out
	cmd.WaitDelay = leftover
	separate(cmd)
	if err := cmd.Start(); err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	defer killGroup(cmd)
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	terminate(cmd)
	select {
	case err := <-done:
		return err
	case <-kill:
	case <-time.After(grace):
		p.say("%s does not stop; it is killed", p.name)
	}
	killGroup(cmd)
	return <-done
}

const (
	soon  = 200 * time.Millisecond // between looks at a process that gets ready
	later = 3 * time.Second        // between those at one that is
)

// watch looks whether the process can work, and says when that changes.
func (p *process) watch(ctx context.Context) {
	well, was := false, false
	for every := soon; ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
		}
		err := p.look(ctx)
		if ctx.Err() != nil {
			return
		}
		well, every = err == nil, later
		p.found(well)
		if err != nil {
			p.note(err.Error())
			every = soon
		}
		switch {
		case well && !was && p.first():
		case well && !was:
			p.say("%s is ready again", p.name)
		case !well && was:
			p.say("%s is not ready: %s", p.name, err)
		}
		was = well
	}
}

// first notes that the process is ready, and reports whether for the first time.
func (p *process) first() bool {
	select {
	case <-p.ready:
		return false
	default:
		close(p.ready)
		return true
	}
}

// look asks the process whether it can work.
func (p *process) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, later)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.check, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	if response.StatusCode == http.StatusOK {
		return nil
	}
	var answer struct {
		Reason string `json:"reason"`
	}
	if text, err := io.ReadAll(io.LimitReader(response.Body, 1<<16)); err == nil && json.Unmarshal(text, &answer) == nil && answer.Reason != "" {
		return fmt.Errorf("%s", answer.Reason)
	}
	return fmt.Errorf("%s answers %s", p.check, response.Status)
}

func (p *process) note(reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = reason
}

// starting notes that the process is started.
func (p *process) starting() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.starts++
	p.well = false
}

// found notes whether the process can work.
func (p *process) found(well bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.well = well
}

// state is how the process does, in a word, why, and how often it was started.
func (p *process) state() (state, reason string, starts int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	was := false
	select {
	case <-p.ready:
		was = true
	default:
	}
	switch {
	case p.well:
		return "ready", "", p.starts
	case was || p.starts > 1:
		return "failing", p.last, p.starts
	default:
		return "starting", p.last, p.starts
	}
}

func (p *process) reason() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last
}
