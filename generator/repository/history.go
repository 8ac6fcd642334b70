package repository

import (
	"context"
	"errors"
	"os/exec"
	"strings"
)

// LastCommitted gives a file as it stood in the last commit that holds it, deleted since
// or not. Where git knows no such commit, nothing is found.
func (p *Project) LastCommitted(ctx context.Context, at string) (text []byte, found bool, err error) {
	if in, err := p.inGit(ctx); err != nil || !in {
		return nil, false, err
	}
	_, err = p.git(ctx, nil, "rev-parse", "--quiet", "--verify", "HEAD")
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 1 {
		return nil, false, nil // nothing was committed as yet
	}
	if err != nil {
		return nil, false, err
	}
	// All branches of the history, since a merge may have dropped the file.
	commit, err := p.git(ctx, nil, "log", "-1", "--full-history", "--diff-filter=AM", "--no-renames", "--format=%H", "--", at)
	if err != nil || len(commit) == 0 {
		return nil, false, err
	}
	text, err = p.git(ctx, nil, "cat-file", "blob", strings.TrimSpace(string(commit))+":./"+at)
	return text, err == nil, err
}
