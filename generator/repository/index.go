package repository

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"syscall"
)

// An indexed file is what git's index says of one.
type indexed struct {
	id      string // of its content
	blind   bool   // git was told to take the file for unchanged, and does not look
	skipped bool   // the file is not checked out: it lies outside of a sparse checkout
}

// index reads git's index, by path as seen from the project.
func (p *Project) index(ctx context.Context) (map[string]indexed, error) {
	out, err := p.git(ctx, nil, "ls-files", "-z", "-v", "--stage")
	if err != nil {
		return nil, err
	}
	files := map[string]indexed{}
	for line := range strings.SplitSeq(string(out), "\x00") {
		about, at, found := strings.Cut(line, "\t")
		if !found {
			continue
		}
		fields := strings.Fields(about) // tag, mode, id, stage
		if len(fields) != 4 {
			return nil, fmt.Errorf("git ls-files: %q is nothing that spacegen understands", line)
		}
		tag := fields[0]
		files[at] = indexed{id: fields[2], blind: tag != strings.ToUpper(tag), skipped: strings.EqualFold(tag, "S")}
	}
	return files, nil
}

// unseen lists those of the paths that have edits which git does not show, since it
// was told not to look (update-index --assume-unchanged or --skip-worktree).
func (p *Project) unseen(ctx context.Context, paths map[string]bool) ([]string, error) {
	index, err := p.index(ctx)
	if err != nil {
		return nil, err
	}
	var hidden []string
	for at := range paths {
		if file := index[at]; file.blind || file.skipped {
			hidden = append(hidden, at)
		}
	}
	if len(hidden) == 0 {
		return nil, nil
	}
	slices.Sort(hidden)
	out, err := p.git(ctx, []byte(strings.Join(hidden, "\n")), "hash-object", "--stdin-paths")
	if err != nil {
		return nil, err
	}
	ids := bytes.Fields(out)
	if len(ids) != len(hidden) {
		return nil, fmt.Errorf("git hash-object answered %d of %d files", len(ids), len(hidden))
	}
	var edited []string
	for i, at := range hidden {
		if string(ids[i]) != index[at].id {
			edited = append(edited, at)
		}
	}
	return edited, nil
}

// Away lists the files below the project that git keeps and that are not checked
// out, since they lie outside of a sparse checkout: nobody deleted them.
func (p *Project) Away(ctx context.Context) (map[string]bool, error) {
	if p.away == nil {
		away, err := p.findAway(ctx)
		if err != nil {
			return nil, err
		}
		p.away = &away
	}
	return *p.away, nil
}

func (p *Project) findAway(ctx context.Context) (map[string]bool, error) {
	in, err := p.inGit(ctx)
	if err != nil {
		missing, look := p.missing()
		if look != nil {
			return nil, look
		}
		if missing == "" {
			return nil, nil // all that was rendered is here
		}
		return nil, fmt.Errorf("%s is not there, and only git knows whether somebody deleted it or it lies outside of a sparse checkout: %w", missing, err)
	}
	if !in {
		return nil, nil
	}
	index, err := p.index(ctx)
	if err != nil {
		return nil, err
	}
	away := map[string]bool{}
	for at, file := range index {
		if !file.skipped {
			continue
		}
		there, err := p.stands(at)
		if err != nil {
			return nil, err
		}
		if !there {
			away[at] = true
		}
	}
	return away, nil
}

// missing gives a file that was rendered and is not there; "" if all are.
func (p *Project) missing() (string, error) {
	if p.Lock == nil {
		return "", nil
	}
	for _, file := range p.Lock.Files {
		at := file.Path
		if file.At != "" {
			at = file.At
		}
		there, err := p.stands(at)
		if err != nil {
			return "", err
		}
		if !there {
			return at, nil
		}
	}
	return "", nil
}

func (p *Project) stands(at string) (bool, error) {
	_, err := p.root.Lstat(at)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for %s: %w", at, err)
	}
	return true, nil
}

// Outside lists those of the paths, which git does not know yet, that would lie
// outside of a sparse checkout.
func (p *Project) Outside(ctx context.Context, paths []string) (map[string]bool, error) {
	if len(paths) == 0 {
		return nil, nil
	}
	if in, err := p.inGit(ctx); err != nil || !in {
		return nil, err
	}
	if on, err := p.setting(ctx, "core.sparseCheckout"); err != nil || !on {
		return nil, err
	}
	prefix, err := p.git(ctx, nil, "rev-parse", "--show-prefix")
	if err != nil {
		return nil, err
	}
	above := strings.TrimSuffix(string(prefix), "\n")
	cone, err := p.setting(ctx, "core.sparseCheckoutCone")
	if err != nil {
		return nil, err
	}
	if !cone {
		return p.outsidePatterns(ctx, above, paths)
	}
	listed, err := p.git(ctx, nil, "sparse-checkout", "list")
	if err != nil {
		return nil, err
	}
	folders := strings.FieldsFunc(string(listed), func(r rune) bool { return r == '\n' })
	outside := map[string]bool{}
	for _, at := range paths {
		outside[at] = !inCone(above+at, folders)
	}
	return outside, nil
}

// inCone reports whether a file lies in one of the folders, or right beside the way
// to one, as those at the top do.
func inCone(at string, folders []string) bool {
	i := strings.LastIndexByte(at, '/')
	if i < 0 {
		return true
	}
	return slices.ContainsFunc(folders, func(folder string) bool { return within(at, folder) || within(folder, at[:i]) })
}

// outsidePatterns asks git, since patterns of a sparse checkout are its own.
func (p *Project) outsidePatterns(ctx context.Context, above string, paths []string) (map[string]bool, error) {
	asked := make([]string, len(paths))
	outside := map[string]bool{}
	for i, at := range paths {
		asked[i], outside[at] = above+at, true
	}
	out, err := p.git(ctx, []byte(strings.Join(asked, "\x00")), "sparse-checkout", "check-rules", "-z")
	if err != nil {
		return nil, fmt.Errorf("find out which files lie outside of the sparse checkout (git 2.41 or newer can say, or 'git sparse-checkout set --cone'): %w", err)
	}
	for at := range strings.SplitSeq(string(out), "\x00") {
		delete(outside, strings.TrimPrefix(at, above))
	}
	return outside, nil
}

// setting gives a switch of git's configuration.
func (p *Project) setting(ctx context.Context, name string) (bool, error) {
	out, err := p.git(ctx, nil, "config", "--type=bool", "--default=false", "--get", name)
	return strings.TrimSpace(string(out)) == "true", err
}
