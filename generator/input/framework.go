package input

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"golang.org/x/mod/modfile"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Framework gives the module of the framework that the Spec of the repository at dir
// names, where its go.mod has to say so: of a folder elsewhere. Of any other it is "".
func Framework(dir string, s *spec.Spec) (string, error) {
	folder := s.Framework.Folder()
	if folder == "" {
		return "", nil
	}
	at := filepath.Join(dir, filepath.FromSlash(folder), "go.mod")
	text, err := os.ReadFile(at) //nolint:gosec // named by the Spec
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("framework of %s: %s has no go.mod; make a framework there with 'spacegen new %s --kind framework', or correct the folder", spec.FileName, folder, path.Base(folder))
	}
	if err != nil {
		return "", fmt.Errorf("framework of %s: %w", spec.FileName, err)
	}
	module := modfile.ModulePath(text)
	if module == "" {
		return "", fmt.Errorf("framework of %s: %s/go.mod names no module", spec.FileName, folder)
	}
	return module, nil
}

// RequiredFramework gives the module of the framework that the repository was rendered
// with last: of a folder elsewhere as its own go.mod says, since that folder may be gone.
func RequiredFramework(fsys fs.FS, last *spec.Spec) (string, error) {
	if published, ok := last.Framework.Published(); ok {
		return published.Path, nil
	}
	folder := last.Framework.Folder()
	if folder == "" {
		return spec.CoreModule, nil
	}
	text, err := fs.ReadFile(fsys, "go.mod")
	if err != nil {
		return "", fmt.Errorf("find the framework: %w", err)
	}
	mod, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		return "", fmt.Errorf("find the framework: %w", err)
	}
	for _, r := range mod.Replace {
		if r.New.Version == "" && path.Clean(r.New.Path) == path.Clean(folder) {
			return r.Old.Path, nil
		}
	}
	return "", fmt.Errorf("go.mod replaces nothing by %s, where the framework was: which module it is cannot be known; write the replacement again", folder)
}
