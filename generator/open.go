package generator

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cloudforet-io/spacegen/generator/repository"
)

// Move records that people moved a file, so that updates follow it. Where
// nothing stands at to yet, the file is moved. Both are as seen from dir.
func Move(ctx context.Context, dir, from, to string) (err error) {
	p, _, err := repository.OpenToChange(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if from, err = inside(p.Dir, dir, from); err != nil {
		return err
	}
	if to, err = inside(p.Dir, dir, to); err != nil {
		return err
	}
	if pending, err := p.Pending(); err != nil {
		return err
	} else if pending {
		return fmt.Errorf("move %s: the last change ended with conflicts; decide them and run 'spacegen update', or take it back by 'spacegen update --abort'", from)
	}
	return p.Move(ctx, from, to)
}

// inside gives a path as seen from dir, or an absolute one, as the repository at
// root has it.
func inside(root, dir, at string) (string, error) {
	if !filepath.IsAbs(at) {
		from, err := filepath.Abs(dir)
		if err != nil {
			return "", err
		}
		if info, err := os.Stat(from); err == nil && !info.IsDir() {
			from = filepath.Dir(from)
		}
		at = filepath.Join(from, filepath.FromSlash(at))
	}
	seen, err := filepath.Rel(root, at)
	return filepath.ToSlash(seen), err
}

// Abort takes back an update that ended with conflicts, and lists the files
// that are as before.
func Abort(ctx context.Context, dir string) (paths []string, err error) {
	p, _, err := repository.OpenToChange(ctx, dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	return p.Abort(ctx)
}
