package telemetry

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"time"
)

const (
	flushAfter = 100 * time.Millisecond
	bufferSize = 64 << 10 // bytes
)

// A buffer gathers lines, and writes them once the first has waited for flushAfter, they
// fill it, or somebody asks for it. A process that is killed loses what waits.
type buffer struct {
	mu     sync.Mutex
	to     io.Writer
	lines  []byte
	timer  *time.Timer
	closed bool
}

func newBuffer(to io.Writer) *buffer {
	b := &buffer{to: to, lines: make([]byte, 0, bufferSize)}
	b.timer = time.AfterFunc(time.Hour, func() { _ = b.flush() })
	b.timer.Stop()
	return b
}

// Write takes a line.
func (b *buffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.lines) == 0 && !b.closed {
		b.timer.Reset(flushAfter)
	}
	b.lines = append(b.lines, line...)
	if b.closed || len(b.lines) >= bufferSize {
		return len(line), b.write()
	}
	return len(line), nil
}

func (b *buffer) flush() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.write()
}

// close has what comes from now on written at once.
func (b *buffer) close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	return b.write()
}

func (b *buffer) write() error {
	b.timer.Stop()
	if len(b.lines) == 0 {
		return nil
	}
	_, err := b.to.Write(b.lines)
	b.lines = b.lines[:0]
	return err
}

// prompt has errors, and what waits before them, written at once: the process may be about
// to end.
type prompt struct {
	slog.Handler
	buffer *buffer
}

func (h prompt) Handle(ctx context.Context, r slog.Record) error {
	err := h.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelError {
		if failed := h.buffer.flush(); err == nil {
			err = failed
		}
	}
	return err
}

func (h prompt) WithAttrs(attrs []slog.Attr) slog.Handler {
	return prompt{h.Handler.WithAttrs(attrs), h.buffer}
}

func (h prompt) WithGroup(name string) slog.Handler {
	return prompt{h.Handler.WithGroup(name), h.buffer}
}
