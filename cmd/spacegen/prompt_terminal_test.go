package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hinshun/vt10x"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestPlainLines: a terminal that can show no menu is asked by lines, all the same
// questions, and a wrong answer is asked for again.
func TestPlainLines(t *testing.T) {
	t.Parallel()
	for name, on := range map[string]screen{
		"dumb":          {term: "dumb", cols: 80, mute: true},
		"none":          {term: "", cols: 80, mute: true},
		"never answers": {term: "xterm", cols: 80, mute: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := startConsoleOn(t, on, dir, append([]string{"new"}, skipSteps...)...)
			for _, p := range prompts {
				s.expect(p.question)
				switch p.question {
				case "Name of the service:":
					s.send("No Name\r")
					s.expect("Name of the service:")
					s.send("?\r")
					s.expect("It names the folder")
					s.send("demo\r")
				case "Servers:":
					s.send("grpc,rets\r")
					s.expect(`"rets" is none of grpc, rest, scheduler, worker`)
					s.send("rest, grpc\r")
				case "Database:":
					s.send("sqlite\r")
				case "GitHub workflows?":
					s.send("maybe\r")
					s.expect("answer y or n")
					s.send("\r")
				default:
					s.send(p.keys)
				}
			}
			assert.Equal(t, 0, s.wait(), s.output.String())
			assert.NotContains(t, strings.Replace(s.output.String(), "\x1b[6n", "", 1), "\x1b")
			text, err := os.ReadFile(filepath.Join(dir, "demo", spec.FileName)) //nolint:gosec // a test's own
			require.NoError(t, err)
			made, err := spec.Parse(spec.FileName, text)
			require.NoError(t, err)
			assert.Equal(t, spec.SQLite, made.Database)
			assert.Equal(t, []spec.Server{spec.GRPCServer, spec.RESTServer}, made.Servers)
			assert.Len(t, made.Resources[0].Fields, 2)
			assert.NoDirExists(t, filepath.Join(dir, "demo", "deploy"))
		})
	}
}

// Ctrl-C and the end of input end plain lines, too.
func TestPlainLinesInterrupted(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"\x03", "\x04"} {
		dir := t.TempDir()
		s := startConsoleOn(t, screen{term: "dumb", cols: 80, mute: true}, dir, append([]string{"new"}, skipSteps...)...)
		s.expect("Name of the service:")
		s.send(key)
		assert.Equal(t, 1, s.wait(), s.output.String())
		assert.Contains(t, s.output.String(), "interrupted")
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		assert.Empty(t, entries)
	}
}

// TestDefaultsAreOne: whoever takes every default at the prompts gets what --yes makes.
func TestDefaultsAreOne(t *testing.T) {
	t.Parallel()
	for _, flags := range [][]string{nil, {"--servers", "scheduler,worker"}, {"--kind", "supervisor"}, {"--module", "gitlab.com/a/demo"}} {
		dir := t.TempDir()
		args := append(append([]string{"new", "demo"}, skipSteps...), flags...)
		s := startConsoleOn(t, screen{term: "dumb", cols: 80, mute: true}, dir, append(args, "--dir", "asked")...)
		s.send(strings.Repeat("\r", 12))
		require.Equal(t, 0, s.wait(), s.output.String())
		yes := startConsole(t, dir, append(args, "--dir", "yes", "--yes")...)
		require.Equal(t, 0, yes.wait(), yes.output.String())
		read := func(folder string) string {
			text, err := os.ReadFile(filepath.Join(dir, folder, spec.FileName)) //nolint:gosec // a test's own
			require.NoError(t, err)
			return string(text)
		}
		assert.Equal(t, read("yes"), read("asked"), flags)
	}
}

// TestNarrowWindow shows what a person sees at a prompt whose message is longer than a
// line, before and after keys are pressed.
func TestNarrowWindow(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	git := func(args ...string) {
		cmd := exec.CommandContext(t.Context(), "git", args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	require.Equal(t, 0, run(t.Context(), append([]string{"new", "demo", "--yes", "--dir", dir, "--chart=false", "--ci", "none"}, skipSteps...), stdio{os.Stdin, os.Stdout, os.Stderr}))
	edit := func(file, from, to string) {
		file = filepath.Join(dir, file)
		text, err := os.ReadFile(file) //nolint:gosec // a test's own
		require.NoError(t, err)
		require.Contains(t, string(text), from)
		require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(text), from, to, 1)), 0o600))
	}
	edit("README.md", "The demo service.", "The demo service, in words of mine.")
	git("init", "--quiet")
	git("add", ".")
	git("-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "--quiet", "--message=x")
	edit(spec.FileName, "The demo service.", "Another service altogether.")
	for _, cols := range []uint16{30, 50, 200} {
		s := startConsoleOn(t, screen{term: "xterm", cols: cols}, dir, "update", "--allow-dirty", "--skip-proto", "--skip-tidy")
		s.expect("Take")
		for range 5 {
			s.send("\x1b[B") // down
			s.expect("show the difference")
		}
		seen := vt10x.New(vt10x.WithSize(int(cols), 24))
		_, err := seen.Write(s.output.Bytes())
		require.NoError(t, err)
		words := strings.Join(strings.Fields(seen.String()), " ")
		assert.Contains(t, words, "README.md: you and the template changed the same place. Take", "%d columns:\n%s", cols, seen.String())
		assert.Equal(t, 1, strings.Count(words, "changed the same place"), "%d columns:\n%s", cols, seen.String())
		s.send("\x03")
		assert.Equal(t, 1, s.wait())
	}
}

// TestLongAnswers: an answer that takes more than a line wipes out nothing above it.
func TestLongAnswers(t *testing.T) {
	t.Parallel()
	for _, cols := range []uint16{50, 80} {
		s := startConsoleOn(t, screen{term: "xterm", cols: cols}, t.TempDir(), append([]string{"new"}, skipSteps...)...)
		s.expect("Name of the service:")
		s.send("A Name That Is Refused, And A Rather Long One, Longer Than Any Line Could Be Here\r")
		s.expect("Name of the service:")
		s.send("demo\r")
		s.expect("Go module path:")
		s.send("\r")
		s.expect("What does it do?")
		s.send("It keeps regions, zones and other things of which nobody knows what they are, and so on\r")
		s.expect("Servers:")
		seen := vt10x.New(vt10x.WithSize(int(cols), 24))
		_, err := seen.Write(s.output.Bytes())
		require.NoError(t, err)
		words := strings.Join(strings.Fields(strings.ReplaceAll(seen.String(), "\n", "")), "")
		for _, want := range []string{"Nameoftheservice:[inventory]AName", "Nameoftheservice:[inventory]demo", "Gomodulepath:", "Whatdoesitdo?", "nobodyknowswhattheyare,andsoon", "Servers:"} {
			assert.Contains(t, words, want, "%d columns:\n%s", cols, seen.String())
		}
		s.send("\x03")
		assert.Equal(t, 1, s.wait())
		assert.Contains(t, s.output.String(), "spacegen: interrupted; nothing was written")
	}
}

// TestYesAsksNothing: neither for a name nor about a conflict.
func TestYesAsksNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.Equal(t, 0, run(t.Context(), append([]string{"new", "demo", "--yes", "--dir", dir, "--resource", "Region:name!"}, skipSteps...), stdio{os.Stdin, os.Stdout, os.Stderr}))
	for line, status := range map[string]int{
		"add resource --yes": 2, "remove resource -y": 2, "add field Region --yes": 2, "add plugin --yes": 2,
		"update --yes --skip-proto --skip-tidy": 0, "remove resource Region -y --skip-proto --skip-tidy --allow-dirty": 0,
	} {
		if strings.HasPrefix(line, "remove resource Region") {
			continue // last, below
		}
		s := startConsole(t, dir, strings.Fields(line)...)
		assert.Equal(t, status, s.wait(), "%s: %s", line, s.output.String())
		assert.NotContains(t, s.output.String(), "? ", line)
	}
	s := startConsole(t, dir, strings.Fields("remove resource Region -y --skip-proto --skip-tidy --allow-dirty")...)
	assert.Equal(t, 0, s.wait(), s.output.String())
}
