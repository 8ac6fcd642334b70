package charttest

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience is how long anything may take to start, or to come about, on whatever
// machine: a test that waits as long has failed.
const patience = 5 * time.Minute

// A log is what a process has said so far.
type log struct {
	mu   sync.Mutex
	text strings.Builder
}

// newLog makes a log that is shown if the test fails.
func newLog(t *testing.T, name string) *log {
	t.Helper()
	l := &log{}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s said:\n%s", name, l)
		}
	})
	return l
}

// Write adds to the log.
func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String gives all of it.
func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// waitFor waits until the log holds a text.
func (l *log) waitFor(t *testing.T, text string) {
	t.Helper()
	require.Eventually(t, func() bool { return strings.Contains(l.String(), text) }, patience, 50*time.Millisecond, text)
}
