package prompt

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestALineSaysWhatMayBeAnswered(t *testing.T) {
	for want, q := range map[string]Question{
		"? Name: ":                              {Message: "Name:"},
		"? Name: [demo] ":                       {Message: "Name:", Default: "demo"},
		"? Chart? (y/n) [y] ":                   {Kind: Confirm, Message: "Chart?", Default: true},
		"? Chart? (y/n) [n] ":                   {Kind: Confirm, Message: "Chart?"},
		"? Cache: (one of redis, none) [none] ": {Kind: One, Message: "Cache:", Choices: []string{"redis", "none"}, Default: "none"},
		"? Servers: (any of, with commas between: grpc, rest, worker) [grpc] ": {Kind: Many, Message: "Servers:", Choices: []string{"grpc", "rest", "worker"}, Default: []string{"grpc"}},
	} {
		assert.Equal(t, want, q.line())
	}
}

func TestAnswers(t *testing.T) {
	confirm := Question{Kind: Confirm, Default: true}
	one := Question{Kind: One, Choices: []string{"redis", "none"}, Default: "none"}
	many := Question{Kind: Many, Choices: []string{"grpc", "rest", "worker"}, Default: []string{"grpc"}, Check: func(first string) error {
		if first == "" {
			return errors.New("choose one")
		}
		return nil
	}}
	for _, tt := range []struct {
		q      Question
		answer string
		into   any
		want   any    // nil: refused
		why    string // and why
	}{
		{confirm, "", new(bool), true, ""},
		{confirm, "N", new(bool), false, ""},
		{confirm, "yes", new(bool), true, ""},
		{confirm, "maybe", new(bool), nil, "answer y or n"},
		{one, "", new(string), "none", ""},
		{one, "redis", new(string), "redis", ""},
		{one, "memcached", new(string), nil, `"memcached" is none of redis, none`},
		{many, "", new([]string), []string{"grpc"}, ""},
		{many, "worker, grpc", new([]string), []string{"grpc", "worker"}, ""},
		{many, "rest rest", new([]string), []string{"rest"}, ""},
		{many, "rest,soap", new([]string), nil, `"soap" is none of grpc, rest, worker`},
		{many, ",", new([]string), nil, "choose one"},
		{Question{Default: "demo"}, "", new(string), "demo", ""},
		{Question{Check: func(string) error { return errors.New("too long") }}, "x", new(string), nil, "too long"},
		{Question{}, "x", new(int), nil, "*int"},
	} {
		err := tt.q.take(tt.answer, tt.into)
		if tt.want == nil {
			assert.ErrorContains(t, err, tt.why, tt.answer)
			continue
		}
		require.NoError(t, err, tt.answer)
		switch into := tt.into.(type) {
		case *bool:
			assert.Equal(t, tt.want, *into, tt.answer)
		case *string:
			assert.Equal(t, tt.want, *into, tt.answer)
		case *[]string:
			assert.Equal(t, tt.want, *into, tt.answer)
		}
	}
}

// A line is asked for until its answer will do; ? gives help.
func TestLinesAskAgain(t *testing.T) {
	var out strings.Builder
	name := ""
	q := Question{Kind: One, Message: "Cache:", Choices: []string{"redis", "none"}, Help: "Before every read."}
	require.NoError(t, newLines(strings.NewReader("?\nmemcached\n redis \n"), &out).Ask(t.Context(), q, &name))
	assert.Equal(t, "redis", name)
	assert.Equal(t, 3, strings.Count(out.String(), "? Cache:"))
	assert.Contains(t, out.String(), "Before every read.\n")
	assert.Contains(t, out.String(), `  "memcached" is none of redis, none`)
}

// Whoever hangs up in the middle of a line has answered nothing.
func TestLinesThatEnd(t *testing.T) {
	name := "before"
	err := newLines(strings.NewReader("redi"), io.Discard).Ask(t.Context(), Question{Message: "Cache:"}, &name)
	assert.ErrorIs(t, err, ErrInterrupted)
	assert.Equal(t, "before", name)

	waiting, never := io.Pipe()
	defer never.Close() //nolint:errcheck // it is in memory
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, newLines(waiting, io.Discard).Ask(ctx, Question{Message: "Cache:"}, &name), ErrInterrupted)
}

func TestWrapped(t *testing.T) {
	assert.Equal(t, "one two\nthree", wrapped("one two three", 10))
	assert.Equal(t, "a-word-that-is-longer-than-the-line\nb", wrapped("a-word-that-is-longer-than-the-line b", 10))
	assert.Equal(t, "one", wrapped("  one ", 80))
}
