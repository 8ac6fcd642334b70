// Package repository is an emitted repository on disk: its files, the record
// of what was rendered (.spacegen), and the changes made to it.
package repository

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"syscall"

	"github.com/cloudforet-io/spacegen/generator/render"
)

// ErrOccupied means that the folder for a new repository has something in it.
var ErrOccupied = errors.New("the folder exists and is not empty")

// Vacant reports whether a new repository may be made at dir: nothing is
// there, or an empty folder. The error is ErrOccupied if not.
func Vacant(dir string) error {
	info, err := os.Lstat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Errorf("create %s: a file stands where a folder above it should; choose another folder", dir)
	case err != nil:
		return fmt.Errorf("create %s: %w", dir, err)
	case !info.IsDir():
		return fmt.Errorf("create %s: a file of this name exists; choose another folder", dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("create %s: %w", dir, err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("create %s: %w", dir, ErrOccupied)
	}
	return nil
}

// Create makes a new repository of a tree. It is written into a folder beside
// dir and renamed into place when it is complete, so that dir is either whole
// or untouched.
// own are files that are nobody's but people's from the start.
func Create(ctx context.Context, dir string, tree, own render.Tree, by Provenance) (err error) {
	if err := Vacant(dir); err != nil {
		return err
	}
	all, err := withRecords(tree, by)
	if err != nil {
		return err
	}
	maps.Copy(all, own)
	for _, p := range all.Paths() {
		if err := checkTarget(p); err != nil {
			return fmt.Errorf("create %s: %w; nothing was written", dir, err)
		}
	}
	parent := filepath.Dir(filepath.Clean(dir))
	if err := os.MkdirAll(parent, 0o755); err != nil { //nolint:gosec // a source tree is for everyone to read
		return fmt.Errorf("create %s: %w", dir, err)
	}
	staging, err := os.MkdirTemp(parent, "."+filepath.Base(dir)+".spacegen-")
	if err != nil {
		return fmt.Errorf("create %s: %w", dir, err)
	}
	defer func() {
		err = errors.Join(err, os.RemoveAll(staging))
	}()
	if err := writeTree(ctx, staging, all, writeNew); err != nil {
		return err
	}
	if err := os.Chmod(staging, 0o755); err != nil { //nolint:gosec // as above
		return fmt.Errorf("create %s: %w", dir, err)
	}
	return moveInto(staging, dir)
}

// Write puts files into an existing repository, each by a rename, so that a
// reader sees the old one or the new one.
func Write(ctx context.Context, dir string, files map[string][]byte) error {
	tree := render.Tree{}
	for p, body := range files {
		tree[p] = render.File{Body: body, Mode: 0o644}
	}
	return writeTree(ctx, dir, tree, replace)
}

// writeTree writes below dir and never beyond it, in .git or through a link.
func writeTree(ctx context.Context, dir string, tree render.Tree, write func(*os.Root, string, render.File) error) (err error) {
	d, err := openDisk(dir)
	if err != nil {
		return err
	}
	folders := map[string]*os.Root{".": d.root}
	defer func() {
		for _, folder := range folders {
			err = errors.Join(err, folder.Close())
		}
	}()
	for _, p := range tree.Paths() { // all, before the first is written
		if err := d.allow(p); err != nil {
			return fmt.Errorf("write %s: %w", p, err)
		}
	}
	for _, p := range tree.Paths() {
		if err := ctx.Err(); err != nil {
			return err
		}
		folder, err := openFolder(folders, path.Dir(p))
		if err != nil {
			return fmt.Errorf("write %s: %w", p, err)
		}
		if err := write(folder, path.Base(p), tree[p]); err != nil {
			return fmt.Errorf("write %s: %w", p, err)
		}
	}
	return nil
}

// openFolder gives a folder, made if need be. Each is opened once, from the one
// above it: to walk down from the top for every file takes longer than to
// write it.
func openFolder(folders map[string]*os.Root, name string) (*os.Root, error) {
	if folder, ok := folders[name]; ok {
		return folder, nil
	}
	parent, err := openFolder(folders, path.Dir(name))
	if err != nil {
		return nil, err
	}
	if err := parent.Mkdir(path.Base(name), 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	folder, err := parent.OpenRoot(path.Base(name))
	if err != nil {
		return nil, err
	}
	folders[name] = folder
	return folder, nil
}

// writeNew writes a file where nobody looks yet.
func writeNew(root *os.Root, p string, file render.File) error {
	return root.WriteFile(p, file.Body, file.Mode.Perm())
}

// replace writes a file beside and renames it into place. What was left beside, or
// was put there, is not written through.
func replace(root *os.Root, p string, file render.File) error {
	temp := "." + p + ".spacegen-new"
	if err := root.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	beside, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, file.Mode.Perm())
	if err != nil {
		return err
	}
	_, err = beside.Write(file.Body)
	if err := errors.Join(err, beside.Close()); err != nil {
		return errors.Join(err, root.Remove(temp))
	}
	return root.Rename(temp, p)
}

// moveInto renames a folder to dir. An empty folder that is there already may
// be somebody's working directory, so it is kept and filled.
func moveInto(staging, dir string) error {
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := os.Rename(staging, dir); err != nil {
			return fmt.Errorf("create %s: %w", dir, err)
		}
		return nil
	}
	entries, err := os.ReadDir(staging)
	if err != nil {
		return fmt.Errorf("create %s: %w", dir, err)
	}
	for _, e := range entries {
		if err := os.Rename(filepath.Join(staging, e.Name()), filepath.Join(dir, e.Name())); err != nil {
			return fmt.Errorf("create %s: %w", dir, err)
		}
	}
	return nil
}
