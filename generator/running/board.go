package running

import (
	"slices"
	"sync"
	"time"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// How much the page shows.
const (
	keptLines  = 2000
	keptTraces = 100
	keptSpans  = 300 // of one trace
)

// A board is what the page shows: the members and how they do, the last lines of the log,
// and the last traces.
type board struct {
	mu     sync.Mutex
	told   []*told
	lines  []boardLine
	next   int // number of the next line
	traces []*boardTrace
}

// told is a member on the board.
type told struct {
	member  *member
	hosts   []string // of a plugin: who runs it
	process *process // nil: it has not been started, or is a plugin
}

// A boardMember is a member as the page has it.
type boardMember struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	State   string `json:"state"` // waiting, starting, ready, failing, plugin
	Reason  string `json:"reason"`
	Starts  int    `json:"starts"`
	GRPC    string `json:"grpc"`
	Page    string `json:"page"`    // its REST documentation, or its pages
	Health  string `json:"health"`  // where it says whether it can work
	Metrics string `json:"metrics"` // where they are
}

// A boardLine is a line of the log.
type boardLine struct {
	Number int    `json:"number"`
	Member string `json:"member"`
	Text   string `json:"text"`
}

// A boardTrace is what is known of a trace.
type boardTrace struct {
	ID    string      `json:"id"`
	Spans []boardSpan `json:"spans"`
	More  int         `json:"more"` // spans beyond those that are kept
}

// A boardSpan is one step of a trace.
type boardSpan struct {
	ID      string  `json:"id"`
	Parent  string  `json:"parent"`
	Name    string  `json:"name"`
	Member  string  `json:"member"`
	Start   float64 `json:"start"` // milliseconds since 1970
	Took    float64 `json:"took"`  // milliseconds
	Failed  bool    `json:"failed"`
	Inside  bool    `json:"inside"` // it is no call over a wire: the method itself
	Message string  `json:"message"`
}

// boardState is what the page asks for, over and over.
type boardState struct {
	Platform string        `json:"platform"`
	Members  []boardMember `json:"members"`
	Lines    []boardLine   `json:"lines"` // that the page has not seen yet
	Next     int           `json:"next"`
	Traces   []*boardTrace `json:"traces"` // the last one first
}

func newBoard(p *plan) *board {
	b := &board{}
	for _, m := range p.members {
		one := &told{member: m}
		for _, host := range p.hosts(m) {
			one.hosts = append(one.hosts, host.name)
		}
		b.told = append(b.told, one)
	}
	return b
}

// started says by which process a member runs.
func (b *board) started(m *member, p *process) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, one := range b.told {
		if one.member == m {
			one.process = p
		}
	}
}

// line takes a line of the log.
func (b *board) line(member, text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, boardLine{b.next, member, text})
	b.next++
	if len(b.lines) >= 2*keptLines { // seldom, so that not each line moves all others
		b.lines = slices.Clone(b.lines[len(b.lines)-keptLines:])
	}
}

// span takes a span, in whatever order they come.
func (b *board) span(trace string, s boardSpan) {
	b.mu.Lock()
	defer b.mu.Unlock()
	at := slices.IndexFunc(b.traces, func(t *boardTrace) bool { return t.ID == trace })
	if at < 0 {
		at = len(b.traces)
		b.traces = append(b.traces, &boardTrace{ID: trace})
	}
	of := b.traces[at]
	if len(of.Spans) >= keptSpans {
		of.More++
	} else {
		of.Spans = append(of.Spans, s)
	}
	if len(b.traces) > keptTraces {
		b.traces = slices.Delete(b.traces, 0, 1)
	}
}

// members are all, as they are now.
func (b *board) members() []boardMember {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.shown()
}

func (b *board) shown() []boardMember {
	all := []boardMember{}
	for _, one := range b.told {
		all = append(all, one.state())
	}
	return all
}

// state is what the board has, with the lines from number after on.
func (b *board) state(platform string, after int) boardState {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := boardState{Platform: platform, Next: b.next, Members: b.shown(), Lines: []boardLine{}, Traces: []*boardTrace{}}
	for _, line := range b.lines[max(0, len(b.lines)-keptLines):] {
		if line.Number >= after {
			s.Lines = append(s.Lines, line)
		}
	}
	for _, t := range slices.Backward(b.traces) {
		spans := slices.Clone(t.Spans)
		slices.SortFunc(spans, func(a, b boardSpan) int { return int(time.Duration((a.Start - b.Start) * float64(time.Millisecond))) })
		s.Traces = append(s.Traces, &boardTrace{ID: t.ID, Spans: spans, More: t.More})
	}
	return s
}

func (t *told) state() boardMember {
	m := t.member
	shown := boardMember{Name: m.name, Kind: string(m.spec.Kind), State: "waiting"}
	if m.grpc != 0 {
		shown.GRPC = address(m.grpc)
	}
	switch {
	case m.is(spec.KindFrontend):
		shown.Page = "http://" + address(m.rest)
	case m.rest != 0:
		shown.Page = "http://" + address(m.rest) + "/docs"
	}
	if m.admin != 0 {
		shown.Health, shown.Metrics = "http://"+address(m.admin)+"/check", "http://"+address(m.admin)+"/metrics"
	}
	switch {
	case m.is(spec.KindPlugin):
		shown.State, shown.Reason = "plugin", "run by others"
		if len(t.hosts) > 0 {
			shown.Reason = "run by " + list(t.hosts)
		}
	case t.process != nil:
		shown.State, shown.Reason, shown.Starts = t.process.state()
	}
	return shown
}
