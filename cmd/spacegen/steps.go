package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// longStep is from when on people are told how long a step took.
const longStep = time.Second

// Steps show people what they wait for: each step on a line as it begins and, if it was
// long, once more when it ends, with the time that it took. On a terminal a line below
// counts the seconds of those that run.
type steps struct {
	out  io.Writer
	live bool // out is a terminal
	now  func() time.Time

	mu      sync.Mutex
	running []*step
	counted bool // the line that counts is there
	stop    chan struct{}
}

type step struct {
	name  string
	begun time.Time
}

// steps gives what shows steps on standard error.
func (s stdio) steps() *steps { return newSteps(s.err) }

func newSteps(out io.Writer) *steps {
	file, ok := out.(*os.File)
	live := ok && term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb"
	return &steps{out: out, live: live, now: time.Now}
}

// show is a progress.Func.
func (s *steps) show(name string) (ended func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := &step{name, s.now()}
	s.line(name)
	s.running = append(s.running, one)
	if s.live && len(s.running) == 1 {
		s.stop = make(chan struct{})
		go s.watch(s.stop)
	}
	return sync.OnceFunc(func() { s.end(one) })
}

func (s *steps) end(one *step) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running = slices.DeleteFunc(s.running, func(other *step) bool { return other == one })
	if took := s.now().Sub(one.begun); took >= longStep {
		s.line(one.name + ": took " + seconds(took))
	} else {
		s.line("")
	}
	if s.live && len(s.running) == 0 {
		close(s.stop)
	}
}

// watch counts until the last step has ended.
func (s *steps) watch(stop <-chan struct{}) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case <-ticker.C:
			s.count()
		}
	}
}

// count writes the line with the time that the steps have run for by now.
func (s *steps) count() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.running) == 0 {
		return
	}
	s.line("")
	oldest := s.running[0]
	fmt.Fprintf(s.out, "  %s: %s …", oldest.name, seconds(s.now().Sub(oldest.begun)))
	if n := len(s.running) - 1; n > 0 {
		fmt.Fprintf(s.out, " (%d more)", n)
	}
	s.counted = true
}

// line writes a line, if there is any, in the place of the one that counts.
func (s *steps) line(text string) {
	if s.counted {
		_, _ = io.WriteString(s.out, "\r\x1b[K")
		s.counted = false
	}
	if text = strings.TrimSpace(text); text != "" {
		fmt.Fprintf(s.out, "  %s\n", text)
	}
}

func seconds(d time.Duration) string { return d.Round(time.Second).String() }
