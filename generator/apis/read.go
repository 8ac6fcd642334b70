package apis

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/protofile"
)

// Read gives the files of an API: those of a package below folders, as
// imports name them (only some of them, if they are named), and whatever they
// import, be it from the folders imports. The error is protofile.ErrNoPackage if no
// file is of the package.
func Read(ctx context.Context, pkg string, folders, only []string, imports ...string) (protofile.Sources, error) {
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
