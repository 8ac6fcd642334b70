//go:build unix

package running

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// longest is how long anything may take to come about, on whatever machine: a test
// that waits as long has failed.
const longest = 5 * time.Minute

// A log is what was said, safe to read while it is written.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(text)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// script gives a process that runs a shell script.
func script(t *testing.T, text string) (*process, *log) {
	t.Helper()
	dir, said := t.TempDir(), new(log)
	file := filepath.Join(dir, "script")
	require.NoError(t, os.WriteFile(file, []byte("#!/bin/sh\n"+text), 0o700)) //nolint:gosec // it is run
	return &process{
		name: "member", binary: file, home: dir, env: os.Environ(), out: said,
		say:   func(format string, args ...any) { fmt.Fprintf(said, format+"\n", args...) },
		ready: make(chan struct{}),
	}, said
}

func eventually(t *testing.T, what func() bool) {
	t.Helper()
	require.Eventually(t, what, longest, 20*time.Millisecond)
}

func TestWhatDiesStartsAgainLater(t *testing.T) {
	t.Parallel()
	p, said := script(t, "echo up\nexit 7\n")
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { p.supervise(ctx, nil); close(ended) }()
	eventually(t, func() bool { return strings.Count(said.String(), "up\n") >= 3 })
	cancel()
	<-ended
	assert.Contains(t, said.String(), "member died: exit status 7; it starts again in 500ms")
	assert.Contains(t, said.String(), "it starts again in 1s")
}

func TestWhatCannotStartIsSaid(t *testing.T) {
	t.Parallel()
	p, said := script(t, "")
	p.binary = filepath.Join(p.home, "nothing")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go p.supervise(ctx, nil)
	eventually(t, func() bool { return strings.Contains(said.String(), "no such file") })
}

// alive reports whether a process is there and no zombie.
func alive(pid int) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(text), ") Z ")
}

func pidIn(t *testing.T, file string) (pid int) {
	t.Helper()
	eventually(t, func() bool {
		text, err := os.ReadFile(file)
		if err != nil {
			return false
		}
		pid, err = strconv.Atoi(strings.TrimSpace(string(text)))
		return err == nil
	})
	return pid
}

// A process that is told to stop may take its time; what it started and left
// behind goes with it.
func TestNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	p, said := script(t, "sleep 1000 & echo $! > child\ntrap 'echo stops; exit 0' TERM\necho $$ > self\nwhile :; do sleep 0.1; done\n")
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { p.supervise(ctx, nil); close(ended) }()
	self, child := pidIn(t, filepath.Join(p.home, "self")), pidIn(t, filepath.Join(p.home, "child"))
	assert.True(t, alive(child))
	group, err := syscall.Getpgid(self)
	require.NoError(t, err)
	assert.NotEqual(t, syscall.Getpgrp(), group, "a terminal's Ctrl-C does not reach it")
	cancel()
	<-ended
	assert.Contains(t, said.String(), "stops")
	eventually(t, func() bool { return !alive(self) && !alive(child) })
}

func TestWhatDoesNotStopIsKilled(t *testing.T) {
	t.Parallel()
	p, _ := script(t, "trap '' TERM\nsleep 1000 & echo $! > child\necho $$ > self\nwhile :; do sleep 0.1; done\n")
	ctx, cancel := context.WithCancel(t.Context())
	kill, ended := make(chan struct{}), make(chan struct{})
	go func() { p.supervise(ctx, kill); close(ended) }()
	self, child := pidIn(t, filepath.Join(p.home, "self")), pidIn(t, filepath.Join(p.home, "child"))
	cancel()
	select {
	case <-ended:
		t.Fatal("it stopped by itself")
	case <-time.After(300 * time.Millisecond):
	}
	close(kill)
	select {
	case <-ended:
	case <-time.After(longest):
		t.Fatal("it was not killed")
	}
	eventually(t, func() bool { return !alive(self) && !alive(child) })
}

func TestHealthIsWatched(t *testing.T) {
	t.Parallel()
	var well atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if !well.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprint(w, `{"reason": "no database"}`)
		}
	}))
	defer server.Close()
	p, said := script(t, "")
	p.check = server.URL
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go p.watch(ctx)
	eventually(t, func() bool { return p.reason() == "no database" })
	select {
	case <-p.ready:
		t.Fatal("it is not ready")
	default:
	}
	well.Store(true)
	<-p.ready
	well.Store(false)
	eventually(t, func() bool { return strings.Contains(said.String(), "member is not ready: no database") })
	well.Store(true)
	eventually(t, func() bool { return strings.Contains(said.String(), "member is ready again") })
}

func TestOnlyOneRuns(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lock")
	unlock, err := lock(file)
	require.NoError(t, err)
	_, err = lock(file)
	require.ErrorContains(t, err, "it is running already")
	require.NoError(t, unlock())
	unlock, err = lock(file)
	require.NoError(t, err)
	require.NoError(t, unlock())
}

func TestLinesDoNotMix(t *testing.T) {
	var out bytes.Buffer
	s := newStream(&out, false, []string{"a", "inventory"})
	a, b := s.of("a"), s.of("inventory")
	_, _ = a.Write([]byte("one\ntw"))
	_, _ = b.Write([]byte("three\r\n\n"))
	_, _ = a.Write([]byte("o\n"))
	assert.Equal(t, "a         | one\ninventory | three\ninventory | \na         | two\n", out.String())

	out.Reset()
	_, _ = a.Write(bytes.Repeat([]byte("x"), maxLine+10))
	assert.Equal(t, 1, strings.Count(out.String(), "\n"), "a line without an end does not grow for ever")

	out.Reset()
	s = newStream(&out, true, []string{"a", "b"})
	_, _ = s.of("b").Write([]byte("hello\n"))
	assert.Equal(t, "\x1b[33mb        |\x1b[0m hello\n", out.String())
}

func TestPortsThatAreTakenAreLeft(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close() //nolint:errcheck // the test ends
	taken := listener.Addr().(*net.TCPAddr).Port
	if taken+portStep >= 1<<16 {
		t.Skip("no room above")
	}
	given := map[int]bool{}
	first, err := freePort(taken, given)
	require.NoError(t, err)
	assert.NotEqual(t, taken, first)
	second, err := freePort(taken, given)
	require.NoError(t, err)
	assert.NotEqual(t, first, second)
	_, err = freePort(1<<16, given)
	assert.ErrorContains(t, err, "no port is free")
}

// Whoever writes to a stream that nobody reads is not kept from it.
func TestStreamsOutliveTheirReaders(t *testing.T) {
	out, in := io.Pipe()
	require.NoError(t, out.Close())
	s := newStream(in, false, nil)
	for _, name := range []string{self, "a", "a"} {
		n, err := fmt.Fprintln(s.of(name), "said")
		require.NoError(t, err)
		assert.Equal(t, len("said\n"), n)
	}
}
