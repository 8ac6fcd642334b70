package input

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/cloudforet-io/spacegen/generator/gosource"
	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
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

// readUses finds the packages of the framework which code needs that is not as it was
// rendered: by its imports, and apart from these what has to stand for code in modules below
// the repository's. By what path code imports a package depends on where the framework came
// from when that was written. Where some code cannot be read, it is taken to need all that
// was there at the last render: the packages of a framework that is spacegen's alone, and the
// modules behind any.
func readUses(ctx context.Context, p *repository.Project, s *spec.Spec, in *render.Input) error {
	if !s.Kind.Layered() || p.Lock == nil {
		return nil
	}
	files, err := gosource.Files(p.FS())
	if err != nil {
		return err
	}
	away, err := p.Away(ctx)
	if err != nil {
		return err
	}
	roots := []string{spec.CoreModule, path.Join(s.Module, "internal/core")}
	if last, err := Last(p); err == nil && last != nil {
		if module, err := RequiredFramework(p.FS(), last); err == nil { // else an update says so
			roots = append(roots, module)
		}
	}
	known := map[string]repository.LockFile{}
	var standing []string
	for _, file := range p.Lock.Files {
		known[cmp.Or(file.At, file.Path)] = file
		if below, ok := strings.CutPrefix(file.Path, spec.CoreFolder+"/"); ok {
			standing = append(standing, path.Dir(below))
		}
	}
	unread := slices.ContainsFunc(slices.Collect(maps.Keys(away)), func(at string) bool { return path.Ext(at) == ".go" })
	for _, file := range files {
		unread = unread || file.Broken
		record, rendered := known[file.At]
		if rendered && asRendered(record, file.Body) {
			continue
		}
		into := &in.Uses
		if file.Nested {
			into = &in.Stays
		}
		if !rendered && file.Nested { // one that stands beside the framework's
			if below, ok := strings.CutPrefix(path.Dir(file.At), spec.CoreFolder+"/"); ok {
				in.Stays = append(in.Stays, below)
			}
		}
		for _, name := range file.Imports {
			for _, root := range roots {
				if below, ok := strings.CutPrefix(name, root+"/"); ok {
					*into = append(*into, below)
				}
			}
		}
	}
	if !unread {
		return nil
	}
	if s.Framework == spec.Vendored {
		in.Uses = append(in.Uses, standing...)
	}
	in.Kept, err = requirements(p)
	return err
}

// requirements are those that the repository was rendered with last.
func requirements(p *repository.Project) (render.Requirements, error) {
	text := map[string][]byte{"go.mod": nil, "go.sum": nil}
	for name := range text {
		var err error
		if text[name], err = fs.ReadFile(p.FS(), path.Join(repository.BasePath, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return render.Requirements{}, fmt.Errorf("read the base of %s: %w", name, err)
		}
	}
	return render.ReadRequirements(text["go.mod"], text["go.sum"])
}

// asRendered reports whether nobody has edited a file since it was rendered.
func asRendered(file repository.LockFile, body []byte) bool {
	return merge.Hash(bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n"))) == file.SHA256
}
