package running

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSummary(t *testing.T) {
	member := func(name, state, reason string) boardMember {
		return boardMember{Name: name, Kind: "service", State: state, Reason: reason, GRPC: "127.0.0.1:50051"}
	}
	plugin := boardMember{Name: "asset", Kind: "plugin", State: "plugin", Reason: "run by inventory"}
	for want, s := range map[string]Summary{
		"all members are up": {Started: true, Members: []boardMember{member("a", "ready", ""), plugin}},
		"all members on this machine are up; not on it: b":         {Started: true, Members: []boardMember{member("a", "ready", "")}, Away: []string{"b"}},
		"2 of 3 members are up; a is failing: database is away":    {Started: true, Members: []boardMember{member("a", "failing", "database is away"), member("b", "ready", ""), plugin}},
		"acme is starting; a is starting: no answer; b is waiting": {Platform: "acme", Members: []boardMember{member("a", "starting", "no answer"), member("b", "waiting", "")}},
	} {
		var out bytes.Buffer
		require.NoError(t, s.Print(&out))
		assert.Equal(t, want, s.Verdict())
		assert.Contains(t, out.String(), want+"\n")
	}
	var out bytes.Buffer
	require.NoError(t, Summary{Members: []boardMember{plugin}, Page: "http://127.0.0.1:1/"}.Print(&out))
	assert.Regexp(t, `asset +plugin +- +run by inventory +- +-\n`, out.String())
	assert.Contains(t, out.String(), "page with logs and traces: http://127.0.0.1:1/\n")
}

func TestStatusOfWhatDoesNotRun(t *testing.T) {
	dir := t.TempDir()
	_, err := Status(dir)
	require.ErrorContains(t, err, "no spacegen.yaml")
	text := "kind: platform\nname: acme\nplatform:\n  members: [{name: a}]\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "spacegen.yaml"), []byte(text), 0o600))
	_, err = Status(dir)
	require.ErrorIs(t, err, ErrNotRunning)
	folder := filepath.Join(dir, filepath.FromSlash(Folder))
	require.NoError(t, os.MkdirAll(folder, 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(folder, summaryFile), []byte("{}"), 0o600))
	_, err = Status(dir)
	require.ErrorIs(t, err, ErrNotRunning, "a run that was killed left its file")
}

// TestQuiet: of what members log, information is for the page alone.
func TestQuiet(t *testing.T) {
	var out bytes.Buffer
	s := newStream(&out, false, []string{"a"})
	s.board, s.quiet = &board{}, true
	_, _ = fmt.Fprint(s.of("a"), "time=1 level=INFO msg=call\n{\"level\":\"INFO\"}\ntime=1 level=WARN msg=slow\npanic: level\n")
	_, _ = fmt.Fprint(s.of(self), "level=INFO is said by spacegen\n")
	assert.Equal(t, "a        | time=1 level=WARN msg=slow\na        | panic: level\nspacegen | level=INFO is said by spacegen\n", out.String())
	assert.Len(t, s.board.lines, 5)
}
