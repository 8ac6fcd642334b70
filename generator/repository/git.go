package repository

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
)

// git runs git in the project. Hooks, programs that a configuration may name and
// magic in the names of files have no part in it.
func (p *Project) git(ctx context.Context, stdin []byte, args ...string) ([]byte, error) {
	safe := []string{
		"-c", "core.hooksPath=" + os.DevNull, "-c", "core.fsmonitor=false",
		"-c", "core.quotePath=false", "-c", "safe.bareRepository=explicit",
	}
	if args[0] != "check-ignore" { // which refuses it
		safe = append(safe, "--literal-pathspecs")
	}
	cmd := exec.CommandContext(ctx, "git", append(safe, args...)...)
	cmd.Dir = p.Dir
	cmd.Env = append(os.Environ(), "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C")
	cmd.Stdin = bytes.NewReader(stdin)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("git %s: %w: %s", args[0], err, bytes.TrimSpace(said.Bytes()))
	}
	return out, nil
}

// Dirty lists the files that a plan would write to and that have changes which
// are not committed. Those that still are what spacegen wrote are not among
// them, nor are files that git doesn't know: nothing would be mixed up. But for
// those in which edits would be lost: git could not give them back.
func (p *Project) Dirty(ctx context.Context, plan *merge.Plan, records map[string]merge.Record) ([]string, error) {
	touched := map[string]bool{}
	var losing []string
	for _, c := range plan.Changes {
		if (c.Write || c.Action == merge.Delete) && c.Ours != nil && !c.Lines {
			touched[c.Path] = true
		}
		switch _, marked := merge.Marked(c.Ours); {
		case marked && records[c.Path].Owner == render.Generated:
			delete(touched, c.Path) // both sides of what git could not merge are committed
		case c.Loses:
			losing = append(losing, c.Path)
		}
	}
	if len(touched) == 0 {
		return nil, nil
	}
	in, err := p.inGit(ctx)
	if err != nil {
		return nil, fmt.Errorf("nobody can tell whether the files that would be written have edits that are not committed, so nothing was written: %w; or say --allow-dirty, and edits that are not committed are merged, or overwritten, like all others", err)
	}
	if !in {
		return nil, nil
	}
	prefix, err := p.git(ctx, nil, "rev-parse", "--show-prefix")
	if err != nil {
		return nil, err
	}
	out, err := p.git(ctx, nil, "status", "--porcelain=v1", "-z", "--untracked-files=no", "--ignore-submodules=all", "--no-renames", "--", ".")
	if err != nil {
		return nil, err
	}
	dirty, err := p.untracked(ctx, losing)
	if err != nil {
		return nil, err
	}
	changed, err := p.unseen(ctx, touched)
	if err != nil {
		return nil, err
	}
	for entry := range strings.SplitSeq(string(out), "\x00") {
		if len(entry) < 4 {
			continue
		}
		if at := strings.TrimPrefix(entry[3:], strings.TrimSuffix(string(prefix), "\n")); touched[at] {
			changed = append(changed, at)
		}
	}
	for _, at := range changed {
		file, _, err := p.read(at)
		if err != nil {
			return nil, err
		}
		if record, known := records[at]; !known || digest(file.Body) != record.Hash {
			dirty = append(dirty, at)
		}
	}
	slices.Sort(dirty)
	return slices.Compact(dirty), nil
}

// untracked lists those of the paths that git doesn't know.
func (p *Project) untracked(ctx context.Context, paths []string) ([]string, error) {
	if len(paths) == 0 {
		return nil, nil
	}
	out, err := p.git(ctx, nil, append([]string{"ls-files", "-z", "--others", "--"}, paths...)...)
	if err != nil {
		return nil, err
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 }), nil
}

// Committed gives those of the paths that stand in git's last commit. Without git
// there are none.
func (p *Project) Committed(ctx context.Context, paths []string) (map[string]bool, error) {
	committed := map[string]bool{}
	if len(paths) == 0 {
		return committed, nil
	}
	in, err := p.inGit(ctx)
	if err != nil {
		return nil, fmt.Errorf("find out which migrations are committed: %w", err)
	}
	if !in {
		for _, at := range paths {
			committed[at] = p.Unasked != nil // nobody knows, so that all may be
		}
		return committed, nil
	}
	_, err = p.git(ctx, nil, "rev-parse", "--quiet", "--verify", "HEAD")
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 1 {
		return committed, nil // nothing was committed as yet
	}
	if err != nil {
		return nil, err
	}
	out, err := p.git(ctx, nil, append([]string{"ls-tree", "-z", "--name-only", "HEAD", "--"}, paths...)...)
	if err != nil {
		return nil, err
	}
	for at := range strings.SplitSeq(string(out), "\x00") {
		committed[at] = true
	}
	return committed, nil
}

// Unmerged tells git which files have conflicts, so that git status lists them
// and git's tools for conflicts work.
func (p *Project) Unmerged(ctx context.Context, plan *merge.Plan) error {
	var info bytes.Buffer
	if in, err := p.inGit(ctx); err != nil || !in {
		return err
	}
	prefix, err := p.git(ctx, nil, "rev-parse", "--show-prefix")
	if err != nil {
		return err
	}
	for _, c := range plan.Changes {
		if c.Action != merge.Conflict || !c.Write {
			continue
		}
		at := strings.TrimSuffix(string(prefix), "\n") + c.Path
		known, err := p.git(ctx, nil, "ls-files", "-z", "--", c.Path)
		if err != nil {
			return err
		}
		if len(known) == 0 {
			continue // git doesn't know the file
		}
		mode := "100644"
		if c.Mode&0o100 != 0 {
			mode = "100755"
		}
		fmt.Fprintf(&info, "0 %s\t%s\x00", strings.Repeat("0", 40), at)
		for stage, body := range [][]byte{c.Base, c.Ours, c.Theirs} {
			if body == nil {
				continue
			}
			id, err := p.git(ctx, body, "hash-object", "-w", "--stdin", "--no-filters")
			if err != nil {
				return err
			}
			fmt.Fprintf(&info, "%s %s %d\t%s\x00", mode, bytes.TrimSpace(id), stage+1, at)
		}
	}
	if info.Len() == 0 {
		return nil
	}
	top, err := p.git(ctx, nil, "rev-parse", "--show-cdup")
	if err != nil {
		return err
	}
	_, err = (&Project{Dir: filepath.Join(p.Dir, strings.TrimSpace(string(top)))}).git(ctx, info.Bytes(), "update-index", "-z", "--index-info")
	return err
}

// merged takes back what Unmerged told git of files.
func (p *Project) merged(ctx context.Context, paths []string) error {
	if len(paths) == 0 {
		return nil
	}
	if in, err := p.inGit(ctx); err != nil || !in {
		return err
	}
	out, err := p.git(ctx, nil, append([]string{"ls-files", "-z", "--unmerged", "--"}, paths...)...)
	if err != nil {
		return err
	}
	unmerged := map[string]bool{}
	for entry := range strings.SplitSeq(string(out), "\x00") {
		if _, at, ok := strings.Cut(entry, "\t"); ok {
			unmerged[at] = true
		}
	}
	if len(unmerged) == 0 {
		return nil
	}
	_, err = p.git(ctx, nil, append([]string{"reset", "--quiet", "--"}, slices.Sorted(maps.Keys(unmerged))...)...)
	return err
}

// Ignored lists those of the paths that git ignores.
func (p *Project) Ignored(ctx context.Context, paths []string) (map[string]bool, error) {
	ignored := map[string]bool{}
	if len(paths) == 0 {
		return ignored, nil
	}
	if in, err := p.inGit(ctx); err != nil || !in {
		return ignored, err
	}
	// A name that begins so has no magic.
	out, err := p.git(ctx, []byte("./"+strings.Join(paths, "\x00./")), "check-ignore", "-z", "--stdin")
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 1 {
		return ignored, nil // none is
	}
	if err != nil {
		return nil, err
	}
	for at := range strings.SplitSeq(string(out), "\x00") {
		ignored[strings.TrimPrefix(at, "./")] = true
	}
	return ignored, nil
}
