//go:build unix

package prompt

import (
	"bytes"
	"context"
	"errors"
	"os"
	"regexp"
	"time"

	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// patience is how long a terminal may take to say where its cursor is.
const patience = 5 * time.Second

// position is what a terminal answers to the query for its cursor.
var position = regexp.MustCompile("\x1b\\[[0-9]+;[0-9]+R")

// answersQueries asks a terminal where its cursor is. What somebody typed meanwhile is
// ahead of the answer, or of nothing.
func answersQueries(ctx context.Context, in, out *os.File) (ahead []byte, answers bool, err error) {
	fd := int(in.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return nil, false, nil //nolint:nilerr // then it cannot show a menu
	}
	defer func() { err = errors.Join(err, term.Restore(fd, before)) }()
	if _, err := out.WriteString("\x1b[6n"); err != nil {
		return nil, false, err
	}
	buffer := make([]byte, 256)
	for end := time.Now().Add(patience); ; {
		if at := position.FindIndex(ahead); at != nil {
			return append(ahead[:at[0]:at[0]], ahead[at[1]:]...), true, nil
		}
		left := time.Until(end)
		switch {
		case ctx.Err() != nil || bytes.IndexByte(ahead, 3) >= 0: // Ctrl-C, which is a key as any other here
			return nil, false, ErrInterrupted
		case left <= 0:
			return ahead, false, nil
		}
		ready, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(min(left, 100*time.Millisecond).Milliseconds())+1) //nolint:gosec // a file descriptor is small
		if ready <= 0 || errors.Is(err, unix.EINTR) {
			continue
		}
		n, err := in.Read(buffer)
		if n == 0 || err != nil {
			return nil, false, ErrInterrupted
		}
		ahead = append(ahead, buffer[:n]...)
	}
}
