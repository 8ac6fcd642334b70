package repository

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A NoAnswerError says that git keeps a folder and does not answer, so that nobody
// knows what is committed in it.
type NoAnswerError struct {
	Git  string // the .git that was found
	Said error
	Cure string
}

func (e *NoAnswerError) Error() string {
	return fmt.Sprintf("%s is there, but git does not answer (%v); %s", e.Git, e.Said, e.Cure)
}

// Unwrap gives what went wrong.
func (e *NoAnswerError) Unwrap() error { return e.Said }

// InGit reports whether the folder dir lies in a git repository. The error is a
// *NoAnswerError if it does, and git does not answer.
func InGit(ctx context.Context, dir string) (bool, error) {
	dir, err := filepath.Abs(dir) // what lies above ../x is not what lies above the working directory
	if err != nil {
		return false, err
	}
	return (&Project{Dir: dir}).inGit(ctx)
}

// inGit reports whether the project lies in a git repository. That git fails does
// not mean that it doesn't.
func (p *Project) inGit(ctx context.Context) (bool, error) {
	in, err := p.ask(ctx)
	if silent := (*NoAnswerError)(nil); p.Blind && errors.As(err, &silent) {
		p.Unasked = err
		return false, nil
	}
	return in, err
}

func (p *Project) ask(ctx context.Context) (bool, error) {
	found, err := gitAbove(p.Dir)
	if err != nil {
		return false, err
	}
	said, err := p.git(ctx, nil, "rev-parse", "--is-inside-work-tree")
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case err == nil && strings.TrimSpace(string(said)) == "true":
		return true, nil
	case err == nil:
		err = errors.New("this folder is no work tree of it")
	}
	if found == "" {
		return false, nil
	}
	return false, &NoAnswerError{Git: found, Said: plainly(err), Cure: cure(err, found)}
}

// plainly gives what git said, on one line.
func plainly(err error) error {
	if errors.Is(err, exec.ErrNotFound) {
		return err
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	return errors.New(line)
}

// cure says what to do about a git that does not answer.
func cure(err error, found string) string {
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "install git"
	case strings.Contains(err.Error(), "safe.directory"):
		return "the folder belongs to somebody else; if you trust what is in it: 'git config --global --add safe.directory " + filepath.Dir(found) + "'"
	default:
		return "mend the git repository ('git status' has to work in this folder), or remove " + found + " if it is of no use"
	}
}

// gitAbove gives the .git that a folder belongs to, as git looks for it; "" if
// there is none. A folder that only looks like the inside of a .git is refused: its
// configuration, which anybody may have committed, names programs that git runs.
func gitAbove(dir string) (string, error) {
	if at := os.Getenv("GIT_DIR"); at != "" {
		return at, nil
	}
	ceilings := filepath.SplitList(os.Getenv("GIT_CEILING_DIRECTORIES"))
	for at := dir; ; at = filepath.Dir(at) {
		found := filepath.Join(at, gitFolder)
		switch _, err := os.Lstat(found); {
		case err == nil:
			return found, nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", fmt.Errorf("look for %s: %w", found, err)
		case bare(at):
			return "", fmt.Errorf("%s looks like the inside of a git repository (HEAD, objects, refs), and git would take its configuration from there; move these files elsewhere", at)
		}
		parent := filepath.Dir(at)
		if parent == at {
			return "", nil
		}
		for _, ceiling := range ceilings {
			if filepath.Clean(ceiling) == parent {
				return "", nil
			}
		}
	}
}

// bare reports whether git would take a folder for a repository without a work
// tree.
func bare(dir string) bool {
	for _, name := range []string{"HEAD", "objects", "refs"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}
