package render

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"

	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"
)

// Overlay lays template sets over others: a file of over replaces the one of
// the same path. Of a table, files.yaml, the entries are laid over one by one:
// one of the same path replaces the other, the rest are added.
func Overlay(base, over fs.FS) (fs.FS, error) {
	files := map[string][]byte{}
	for _, layer := range []fs.FS{base, over} {
		err := fs.WalkDir(layer, ".", func(p string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			body, err := fs.ReadFile(layer, p)
			if err != nil {
				return err
			}
			if old, there := files[p]; there && path.Base(p) == table {
				if body, err = overlayTable(old, body); err != nil {
					return fmt.Errorf("read %s: %w", p, err)
				}
			}
			files[p] = body
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("overlay templates: %w", err)
		}
	}
	archive := new(txtar.Archive)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: files[name]})
	}
	return txtar.FS(archive)
}

func overlayTable(base, over []byte) ([]byte, error) {
	type document struct {
		Version string           `yaml:"version,omitempty"` // stays that of base, which migrations go by
		Kinds   []string         `yaml:"kinds,omitempty"`   // likewise
		Files   []map[string]any `yaml:"files"`
		Moved   []map[string]any `yaml:"moved,omitempty"`
	}
	var under, top document
	if err := yaml.Unmarshal(base, &under); err != nil {
		return nil, err
	}
	dec := yaml.NewDecoder(bytes.NewReader(over))
	dec.KnownFields(true)
	if err := dec.Decode(&top); err != nil {
		return nil, err
	}
	for _, entry := range top.Files {
		if entry["path"] == nil {
			return nil, errors.New("an entry has no path")
		}
		replaced := false
		for i, old := range under.Files {
			if old["path"] == entry["path"] {
				under.Files[i], replaced = entry, true
			}
		}
		if !replaced {
			under.Files = append(under.Files, entry)
		}
	}
	under.Moved = append(under.Moved, top.Moved...)
	return yaml.Marshal(under)
}
