package repository

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// local refuses what came with the repository in folders that spacegen keeps out of
// git: whoever committed something there meant it for somebody else.
func (p *Project) local(ctx context.Context, folders ...string) error {
	var found []string
	for _, folder := range folders {
		switch _, err := p.root.Lstat(folder); {
		case err == nil:
			found = append(found, folder)
		case !errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("look for %s: %w", folder, err)
		}
	}
	if len(found) == 0 {
		return nil
	}
	in, err := p.inGit(ctx)
	if err == nil && !in {
		return nil
	}
	var out []byte
	if err == nil {
		out, err = p.git(ctx, nil, "ls-files", "-z", "--cached")
	}
	if err != nil {
		return fmt.Errorf("%s is there, and only git knows whether it came with the repository: %w", found[0], err)
	}
	for at := range strings.SplitSeq(string(out), "\x00") {
		for _, folder := range found {
			if spelt := canonicalPath(at); within(spelt, folder) || spelt == Folder {
				return fmt.Errorf("git tracks %s, and what came with the repository is never carried out or run there; 'git rm -r --cached %s', then delete that folder", at, folder)
			}
		}
	}
	return nil
}

// OpenLocal opens a folder of the repository at dir that nobody commits, made if
// need be. One that came with the repository, or has links in it, is refused.
func OpenLocal(ctx context.Context, dir, folder string) (_ *os.Root, err error) {
	d, err := openDisk(dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.root.Close()) }()
	if err := d.direct(folder + "/"); err != nil {
		return nil, err
	}
	if err := (&Project{Dir: dir, disk: d}).local(ctx, folder); err != nil {
		return nil, err
	}
	err = fs.WalkDir(d.root.FS(), folder, func(at string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type()&fs.ModeSymlink != 0 {
			return fmt.Errorf("%s is a link, and spacegen never writes through links; remove it", at)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := d.root.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	return d.root.OpenRoot(folder)
}
