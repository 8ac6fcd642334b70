package merge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// ErrNoGit means that a merge needs git, and there is none.
var ErrNoGit = errors.New("git is needed to merge this file, and was not found; install git and run the command again")

type sides struct{ base, ours, theirs []byte }

type labels struct{ ours, base, theirs string }

// mergeLines merges line by line, as git merges files. Neither a repository
// nor anybody's configuration has a say in it.
func mergeLines(ctx context.Context, s sides, l labels) (merged []byte, conflict bool, err error) {
	git, err := exec.LookPath("git")
	if err != nil {
		return nil, false, ErrNoGit
	}
	dir, err := os.MkdirTemp("", "spacegen-merge-")
	if err != nil {
		return nil, false, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for name, body := range map[string][]byte{"ours": s.ours, "base": s.base, "theirs": s.theirs} {
		if err := os.WriteFile(filepath.Join(dir, name), body, 0o600); err != nil {
			return nil, false, err
		}
	}
	cmd := exec.CommandContext(ctx, git, "merge-file", "-p", "--diff3",
		"-L", l.ours, "-L", l.base, "-L", l.theirs, "ours", "base", "theirs")
	cmd.Dir = dir
	cmd.Env = []string{"LC_ALL=C", "HOME=" + dir, "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CEILING_DIRECTORIES=" + filepath.Dir(dir)}
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err = cmd.Run()
	// The exit status is the number of conflicts, above 127 an error.
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() > 0 && exit.ExitCode() <= 127 {
		return out.Bytes(), true, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("git merge-file: %w: %s", err, bytes.TrimSpace(said.Bytes()))
	}
	return out.Bytes(), false, nil
}

const (
	markOurs   = "<<<<<<< "
	markBase   = "||||||| "
	markTheirs = ">>>>>>> "
)

// markers counts the lines that stand within conflicts.
func markers(text []byte) int {
	n, within := 0, false
	for line := range bytes.Lines(text) {
		if bytes.HasPrefix(line, []byte(markOurs)) {
			within = true
		}
		if within {
			n++
		}
		if bytes.HasPrefix(line, []byte(markTheirs)) {
			within = false
		}
	}
	return n
}

// Marked reports whether a text has the markers of a conflict that nobody has
// resolved, and in which line the first stands, counted from 1.
func Marked(text []byte) (line int, marked bool) {
	n, first := 0, 0
	for l := range bytes.Lines(text) {
		n++
		switch {
		case bytes.HasPrefix(l, []byte(markOurs)):
			first = n
		case bytes.HasPrefix(l, []byte(markTheirs)) && first > 0:
			return first, true
		}
	}
	return 0, false
}
