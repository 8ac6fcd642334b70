package running

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"sync"
)

// self is what Run itself is called in the stream.
const self = "spacegen"

// A stream is one log out of many: each line begins with the name of the
// member that wrote it. Once nobody reads it any more, it takes all and drops it:
// members that stop must not wait for a pipe that is full.
type stream struct {
	mu      sync.Mutex
	out     io.Writer
	gone    bool // nobody reads out
	width   int
	colours map[string]string // escape sequences, by name; nil: none
	board   *board            // takes all lines but private ones; nil: none does
	quiet   bool              // information that members log is for the board alone
}

// palette are the escape sequences of colours that can be told apart on dark
// and on light.
func palette() []string {
	return []string{"\x1b[36m", "\x1b[33m", "\x1b[32m", "\x1b[35m", "\x1b[34m", "\x1b[31m"}
}

const plain = "\x1b[0m"

func newStream(out io.Writer, colour bool, names []string) *stream {
	s := &stream{out: out, width: len(self)}
	for _, name := range names {
		s.width = max(s.width, len(name))
	}
	if colour {
		s.colours = map[string]string{self: "\x1b[1m"}
		for i, name := range names {
			s.colours[name] = palette()[i%len(palette())]
		}
	}
	return s
}

// of gives the writer for one member.
func (s *stream) of(name string) io.Writer {
	prefix := fmt.Sprintf("%-*s | ", s.width, name)
	if colour, ok := s.colours[name]; ok {
		prefix = fmt.Sprintf("%s%-*s |%s ", colour, s.width, name, plain)
	}
	return &lines{stream: s, name: name, prefix: prefix}
}

// private gives the writer for what Run itself says to whoever started it alone.
func (s *stream) private() io.Writer {
	l, _ := s.of(self).(*lines)
	l.private = true
	return l
}

// informs are lines of logs below the level of warnings, as text and as JSON.
var informs = regexp.MustCompile(`(?:^| )level=(?:INFO|DEBUG)\b|"level":"(?:INFO|DEBUG)"`)

// maxLine is the length from which on a line is written in pieces.
const maxLine = 1 << 16

// lines writes whole lines, so that those of several members do not mix.
type lines struct {
	*stream
	name    string
	prefix  string
	private bool
	mu      sync.Mutex
	rest    []byte // of a line that is not complete
}

// Write takes text; what is behind its last line end is kept for later.
func (l *lines) Write(text []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, text...)
	for {
		end := bytes.IndexByte(l.rest, '\n')
		if end < 0 && len(l.rest) < maxLine {
			return len(text), nil
		}
		if end < 0 {
			end = len(l.rest) - 1
		}
		l.line(l.rest[:end+1])
		l.rest = l.rest[end+1:]
	}
}

func (l *lines) line(text []byte) {
	text = bytes.TrimRight(text, "\r\n")
	if l.board != nil && !l.private {
		l.board.line(l.name, string(text))
	}
	if l.quiet && l.name != self && informs.Match(text) {
		return
	}
	l.stream.mu.Lock()
	defer l.stream.mu.Unlock()
	if l.gone {
		return
	}
	_, err := fmt.Fprintf(l.out, "%s%s\n", l.prefix, text)
	l.gone = err != nil
}
