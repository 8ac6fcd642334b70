package site

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Export writes the app's files to a folder, for another web server to serve.
// Files that are there already are replaced; config.json is for that server to
// make.
func Export(dist fs.FS, folder string) error {
	app, err := fs.Sub(dist, "app")
	if err != nil {
		return err
	}
	if _, err := fs.Stat(app, "index.html"); errors.Is(err, fs.ErrNotExist) {
		return errors.New("export: the app has not been built: run make app, then build the command again")
	}
	err = fs.WalkDir(app, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(folder, filepath.FromSlash(name))
		if entry.IsDir() {
			return os.MkdirAll(to, 0o755) //nolint:gosec // the other server runs as another user
		}
		body, err := fs.ReadFile(app, name)
		if err != nil {
			return err
		}
		return os.WriteFile(to, body, 0o644) //nolint:gosec // likewise
	})
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}
