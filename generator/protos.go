package generator

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

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// ReadProtos gives the files of an API: those of a package below folders, as
// imports name them (only some of them, if they are named), and whatever they
// import, be it from the folders imports. The error is protofile.ErrNoPackage if no
// file is of the package.
func ReadProtos(ctx context.Context, pkg string, folders, only []string, imports ...string) (protofile.Sources, error) {
	sources, imported, err := readAPI(folders, imports)
	if err != nil {
		return nil, err
	}
	return protofile.Needed(ctx, sources, imported, pkg, only...)
}

// readAPI reads the protos below folders, and those that they may import. A folder
// within one of imports has its files called as seen from there.
func readAPI(folders, imports []string) (sources, imported protofile.Sources, err error) {
	if imported, err = readFolders(imports); err != nil {
		return nil, nil, err
	}
	sources = protofile.Sources{}
	for _, folder := range folders {
		files, err := readFolders([]string{folder})
		if err != nil {
			return nil, nil, err
		}
		within, _ := seenFrom(imports, folder)
		for at, text := range files {
			at = path.Join(within, at)
			if _, first := sources[at]; !first {
				sources[at] = text
			}
		}
	}
	return sources, imported, nil
}

// HasService reports whether any of the files is of a package and has a service.
func HasService(ctx context.Context, protos protofile.Sources, pkg string) (bool, error) {
	files, err := protofile.Compile(ctx, protos)
	if err != nil {
		return false, err
	}
	return len(protofile.ReadAPI(files, pkg, func(string) bool { return true }).Services) > 0, nil
}

// addReferenced adds the protos that the Spec of the repository at dir refers to.
// A file that lies in the repository, too, is taken from there. added are the others.
func addReferenced(ctx context.Context, dir string, s *spec.Spec, sources protofile.Sources) (added []string, err error) {
	if len(s.ProtoPaths) == 0 {
		return nil, nil
	}
	folders := make([]string, len(s.ProtoPaths))
	for i, folder := range s.ProtoPaths {
		folders[i] = filepath.Join(dir, filepath.FromSlash(folder))
	}
	referenced, err := ReadProtos(ctx, s.Package, folders, nil)
	if err != nil {
		return nil, fmt.Errorf("proto_paths of %s: %w", spec.FileName, err)
	}
	for _, at := range referenced.Paths() {
		if _, here := sources[at]; !here {
			sources[at] = referenced[at]
			added = append(added, at)
		}
	}
	return added, nil
}

// Roots are the folders that imports are relative to, of those that an API and
// what it imports lie in.
func Roots(folders, imports []string) []string {
	own := slices.DeleteFunc(slices.Clone(folders), func(folder string) bool {
		_, within := seenFrom(imports, folder)
		return within
	})
	return append(own, imports...)
}

// readFolders reads the protos below folders that imports are relative to.
func readFolders(folders []string) (protofile.Sources, error) {
	var roots []fs.FS
	for _, folder := range folders {
		if info, err := os.Stat(folder); err != nil {
			return nil, fmt.Errorf("read protos: %w", err)
		} else if !info.IsDir() {
			return nil, fmt.Errorf("read protos: %s is no folder; name the one that imports are relative to", folder)
		}
		roots = append(roots, os.DirFS(folder))
	}
	return protofile.ReadSources(roots...)
}

// Closure gives files, named as they lie on disk, and whatever they import from
// folders; all by the names that imports have for them.
// paths are the files by those names.
func Closure(ctx context.Context, files, folders []string) (protos protofile.Sources, paths []string, err error) {
	all, err := readFolders(folders)
	if err != nil {
		return nil, nil, err
	}
	for _, file := range files {
		at, err := importPath(file, folders)
		if err != nil {
			return nil, nil, err
		}
		paths = append(paths, at)
	}
	protos, err = protofile.Closure(ctx, all, paths)
	return protos, paths, err
}

// importPath is the name that imports have for a file.
func importPath(file string, folders []string) (string, error) {
	if _, err := os.Stat(file); err != nil {
		return "", fmt.Errorf("read protos: %w", err)
	}
	if at, ok := seenFrom(folders, file); ok {
		return at, nil
	}
	return "", fmt.Errorf("%s lies in none of the folders that imports are relative to (-I): %s", file, strings.Join(folders, ", "))
}

// seenFrom gives a path as seen from the first of folders that it lies in.
func seenFrom(folders []string, at string) (string, bool) {
	for _, folder := range folders {
		from, err := filepath.Abs(folder)
		if err != nil {
			continue
		}
		to, err := filepath.Abs(at)
		if err != nil {
			continue
		}
		if seen, err := filepath.Rel(from, to); err == nil && filepath.IsLocal(seen) {
			return filepath.ToSlash(seen), true
		}
	}
	return "", false
}

// bring adds files to the protos of a project. One that is there already, and
// is another, is an error.
func bring(p *repository.Project, files, own protofile.Sources) ([]merge.Change, error) {
	var changes []merge.Change
	for _, at := range files.Paths() {
		to := path.Join(protoFolder, at)
		old, err := fs.ReadFile(p.FS(), to)
		switch {
		case err == nil && string(old) == string(files[at]):
			continue
		case err == nil:
			return nil, fmt.Errorf("%s is there already, and is not the same file", to)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("read %s: %w", to, err)
		}
		own[at] = files[at]
		changes = append(changes, merge.Change{Path: to, Action: merge.Create, Write: true, Body: files[at], Mode: 0o644})
	}
	return changes, nil
}

// sameNumbers refuses an edit of a rendered proto that gives a field or an enum value
// another number than clients know it by.
func sameNumbers(records map[string]merge.Record, ours map[string]merge.File) error {
	var faults []error
	for _, at := range slices.Sorted(maps.Keys(records)) {
		record := records[at]
		where := cmp.Or(record.At, at)
		if now, there := ours[where]; there && path.Ext(at) == ".proto" && record.Base != nil && !bytes.Equal(now.Body, record.Base) {
			faults = append(faults, protofile.SameNumbers(where, record.Base, now.Body))
		}
	}
	return errors.Join(faults...)
}

// ownProtos are the protos of a project that were not rendered, and those that
// were and have been edited since.
func ownProtos(p *repository.Project) (own, edited protofile.Sources, err error) {
	if err := p.CheckLock(); err != nil {
		return nil, nil, err
	}
	root, err := fs.Sub(p.FS(), protoFolder)
	if err != nil {
		return nil, nil, err
	}
	own, edited = protofile.Sources{}, protofile.Sources{}
	all, err := protofile.ReadSources(root)
	if errors.Is(err, fs.ErrNotExist) {
		return own, edited, nil
	}
	if err != nil || p.Lock == nil {
		return all, edited, err
	}
	undecided, err := p.Pending()
	if err != nil {
		return nil, nil, err
	}
	for _, file := range p.Lock.Files {
		at, proto := strings.CutPrefix(file.Path, protoFolder+"/")
		if !proto {
			continue
		}
		where := at
		if moved, ok := strings.CutPrefix(file.At, protoFolder+"/"); ok {
			where = moved
		}
		text, there := all[where]
		marked := undecided && bytes.Contains(text, []byte("<<<<<<< ")) // it can't be read before that is decided
		if there && !marked && merge.Hash(text) != file.SHA256 {
			edited[at] = text
		}
		delete(all, at)
		delete(all, where)
	}
	return all, edited, nil
}
