package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	answerWithin = 20 * time.Second
	endWithin    = 5 * time.Second
)

// A process is a server that runs.
type process struct {
	cmd     *exec.Cmd
	address string
	done    chan error
	log     string
	took    time.Duration // until it answered
}

// launch starts a server, and returns once it answers. Its log goes into a file, as
// that of a container does.
func launch(ctx context.Context, o Options, s *server) (*process, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	args, env, err := s.command(address)
	if err != nil {
		return nil, err
	}
	p := &process{address: address, done: make(chan error, 1), log: filepath.Join(o.work, s.name+".log")}
	log, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	defer log.Close() //nolint:errcheck // the process has its own
	p.cmd = exec.Command(s.program, args...)
	p.cmd.Dir, p.cmd.Stdout, p.cmd.Stderr = o.work, log, log
	p.cmd.Env = append(serverEnvironment(), env...)
	begun := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { p.done <- p.cmd.Wait() }()
	if err := p.answers(ctx, s); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", s.name, err, p.stop())
	}
	p.took = time.Since(begun)
	return p, nil
}

// serverEnvironment is what a server knows of ours: nothing of how this program is tuned.
func serverEnvironment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "TMPDIR=" + os.TempDir()}
}

// answers waits until the server has answered one call.
func (p *process) answers(ctx context.Context, s *server) error {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	for {
		conn, err := net.Dial("tcp", p.address)
		if err == nil {
			_ = conn.Close() // it was only a knock
			break
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("it does not listen: %w", ctx.Err())
		case err := <-p.done:
			p.done <- err
			return fmt.Errorf("it has ended: %w", errors.Join(err, errors.New("before it listened")))
		case <-time.After(500 * time.Microsecond):
		}
	}
	c, err := dial(s, p.address, 1, 1)
	if err != nil {
		return err
	}
	defer c.close()
	return methodsByName()["get"](ctx, newCaller(c, 0))
}

// stop ends the process, by force if it takes too long, and gives the end of its log.
func (p *process) stop() string {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // if it has ended, there is none to tell
	force := time.AfterFunc(endWithin, func() { _ = p.cmd.Process.Kill() })
	defer force.Stop()
	_ = p.ended() // how it ends is of no interest
	text, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-4000):])
}

// ended waits for the process's end.
func (p *process) ended() error { return <-p.done }

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer listener.Close() //nolint:errcheck // it was only asked for a port
	return listener.Addr().String(), nil
}

// cpuOf is how long a process has worked, all its threads together.
func cpuOf(pid int) (time.Duration, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil {
		return 0, err
	}
	if len(files) == 0 {
		return 0, fmt.Errorf("process %d: %w", pid, os.ErrNotExist)
	}
	var all time.Duration
	for _, file := range files {
		text, err := os.ReadFile(file)
		if errors.Is(err, os.ErrNotExist) {
			continue // the thread has ended
		}
		if err != nil {
			return 0, err
		}
		first, _, _ := strings.Cut(string(text), " ")
		n, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", file, err)
		}
		all += time.Duration(n)
	}
	return all, nil
}

// memoryOf is how many bytes of memory a process has in use.
func memoryOf(pid int) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, after, _ := bytes.Cut(text, []byte("VmRSS:"))
	fields := bytes.Fields(after)
	if len(fields) == 0 {
		return 0, fmt.Errorf("process %d says nothing of its memory", pid)
	}
	kb, err := strconv.ParseInt(string(fields[0]), 10, 64)
	return kb << 10, err
}
