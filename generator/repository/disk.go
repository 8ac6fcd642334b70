package repository

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
)

// A disk is the folder of a repository. Whatever changes in a repository changes
// by the methods of this type. They reach nothing outside of the folder and
// nothing in .git, and never go through a link: what a repository says of itself
// may come from anybody.
type disk struct {
	root *os.Root

	// Intercept, if set, is told of each step before it is done, and may fail it:
	// for tests of crashes.
	Intercept func(what, path string) error
}

// openDisk opens the folder of a repository.
func openDisk(dir string) (disk, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return disk{}, fmt.Errorf("open %s: %w", dir, err)
	}
	return disk{root: root}, nil
}

// allow refuses a path that must not be written, renamed or removed.
func (d *disk) allow(at string) error {
	if err := checkPath(at); err != nil {
		return err
	}
	return d.direct(at)
}

// direct refuses a path that leads through anything but folders.
func (d *disk) direct(at string) error {
	for i, c := range at {
		if c != '/' {
			continue
		}
		switch info, err := d.root.Lstat(at[:i]); {
		case errors.Is(err, fs.ErrNotExist):
			return nil // nor is there anything below
		case err != nil:
			return err
		case info.Mode().IsRegular():
			return fmt.Errorf("%s is a file, and a folder is needed there; move it aside", at[:i])
		case !info.IsDir():
			return fmt.Errorf("%s is a link, and spacegen never writes through links; put a folder in its place", at[:i])
		}
	}
	return nil
}

// before comes before each step.
func (d *disk) before(what, at string) error {
	if at != "." {
		if err := d.allow(at); err != nil {
			return err
		}
	}
	if d.Intercept == nil {
		return nil
	}
	return d.Intercept(what, at)
}

// write makes a file that is not there yet.
func (d *disk) write(at string, body []byte, mode fs.FileMode) (err error) {
	if err := d.before("write", at); err != nil {
		return err
	}
	file, err := d.root.OpenFile(at, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := file.Write(body); err != nil {
		return err
	}
	if err := file.Chmod(mode); err != nil { // whatever the umask is
		return err
	}
	if err := d.before("fsync", at); err != nil {
		return err
	}
	return file.Sync()
}

func (d *disk) rename(from, to string) error {
	if err := d.allow(from); err != nil {
		return err
	}
	if err := d.before("rename", to); err != nil {
		return err
	}
	return d.root.Rename(from, to)
}

func (d *disk) remove(at string) error {
	if err := d.before("remove", at); err != nil {
		return err
	}
	return d.root.Remove(at)
}

// removeAll removes a folder with all that is in it; of a link, the link.
func (d *disk) removeAll(at string) error {
	if err := d.allow(at); err != nil {
		return err
	}
	return d.root.RemoveAll(at)
}

// folder makes a folder, and those above it, unless they are there.
func (d *disk) folder(at string) error {
	if at == "." {
		return nil
	}
	if err := d.allow(at); err != nil {
		return err
	}
	return d.root.MkdirAll(at, 0o755)
}

// removeEmpty removes a folder, and those above it, that nothing is left in.
func (d *disk) removeEmpty(folder string) {
	for ; folder != "." && folder != "/"; folder = path.Dir(folder) {
		if d.allow(folder) != nil || d.root.Remove(folder) != nil {
			return // something is left in it
		}
	}
}

// sync brings a folder's entries to the disk.
func (d *disk) sync(folder string) (err error) {
	if err := d.before("fsync", folder); err != nil {
		return err
	}
	file, err := d.root.Open(folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return file.Sync()
}
