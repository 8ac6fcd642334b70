package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestSteps: people see what begins, and how long it took if they had to wait for it.
func TestSteps(t *testing.T) {
	var out strings.Builder
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	s := &steps{out: &out, now: func() time.Time { return now }}
	all := s.show("build 2 plugins")
	first, second := s.show("build 1 of 2: a"), s.show("build 2 of 2: b")
	now = now.Add(64 * time.Second)
	second()
	now = now.Add(time.Second)
	first()
	all()
	all()
	s.show("git init")()
	assert.Equal(t, `  build 2 plugins
  build 1 of 2: a
  build 2 of 2: b
  build 2 of 2: b: took 1m4s
  build 1 of 2: a: took 1m5s
  build 2 plugins: took 1m5s
  git init
`, out.String())
}

// TestStepsOnATerminal: a line below counts while something runs, and makes room for what
// is said.
func TestStepsOnATerminal(t *testing.T) {
	var out strings.Builder
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	s := &steps{out: &out, now: func() time.Time { return now }}
	s.count() // nothing runs
	all := s.show("build 2 plugins")
	first := s.show("build 1 of 2: a")
	now = now.Add(2 * time.Second)
	s.count()
	now = now.Add(time.Second)
	s.count()
	first()
	s.count()
	all()
	const clear = "\r\x1b[K"
	assert.Equal(t, "  build 2 plugins\n  build 1 of 2: a\n"+
		"  build 2 plugins: 2s … (1 more)"+clear+
		"  build 2 plugins: 3s … (1 more)"+clear+
		"  build 1 of 2: a: took 3s\n"+
		"  build 2 plugins: 3s …"+clear+
		"  build 2 plugins: took 3s\n", out.String())
}
