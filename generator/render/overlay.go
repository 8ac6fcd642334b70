package render

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"
)

// StarterFolder is where starters lie beside the template sets.
const StarterFolder = "starter"

// Overlay lays template sets over others: a file of top replaces the one of
// the same path. Of a table, files.yaml, the entries are laid over one by one:
// one of the same path replaces the other, the rest are added. What would have no
// effect, since nothing is called so, is refused.
func Overlay(base fs.FS, top map[string][]byte) (fs.FS, error) {
	under, err := contents(base)
	if err != nil {
		return nil, fmt.Errorf("overlay templates: %w", err)
	}
	files := maps.Clone(under)
	maps.Copy(files, top)
	for name := range top {
		if _, there := under[name]; !there || path.Base(name) != table {
			continue
		}
		if files[name], err = overlayTable(under[name], top[name]); err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
	}
	archive := new(txtar.Archive)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: files[name]})
	}
	laid, err := txtar.FS(archive)
	if err != nil {
		return nil, fmt.Errorf("overlay templates: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(top)) {
		if path.Base(name) == table {
			err = errors.Join(err, checkTable(laid, name, top[name]))
		}
	}
	if err != nil {
		return nil, err
	}
	return laid, checkUsed(under, top, files)
}

// contents reads the files of template sets.
func contents(fsys fs.FS) (map[string][]byte, error) {
	files := map[string][]byte{}
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files[p], err = fs.ReadFile(fsys, p)
		return err
	})
	return files, err
}

// A document is a table whose entries are taken as they are written.
type document struct {
	Version string   `yaml:"version,omitempty"` // stays that of base, which migrations go by
	Kinds   []string `yaml:"kinds,omitempty"`   // likewise

	Framework bool `yaml:"framework,omitempty"` // likewise

	Files []map[string]any `yaml:"files"`
	Moved []map[string]any `yaml:"moved,omitempty"`
}

func overlayTable(base, over []byte) ([]byte, error) {
	var under, top document
	if _, err := decodeTable(over); err != nil {
		return nil, err
	}
	if err := yaml.Unmarshal(base, &under); err != nil {
		return nil, err
	}
	if err := yaml.Unmarshal(over, &top); err != nil {
		return nil, err
	}
	files := slices.Clone(under.Files)
	for _, entry := range top.Files {
		if i := replaces(under.Files, entry); i >= 0 {
			files[i] = entry
		} else {
			files = append(files, entry)
		}
	}
	under.Files = files
	under.Moved = append(under.Moved, top.Moved...)
	return yaml.Marshal(under)
}

// replaces gives the index of the entry that another is laid over: the one of the
// same path. Where a table has several of that path, what they are rendered from
// tells them apart. It is -1 if there is none.
func replaces(entries []map[string]any, entry map[string]any) int {
	var same []int
	for i, old := range entries {
		if old["path"] == entry["path"] {
			same = append(same, i)
		}
	}
	if len(same) == 1 {
		return same[0]
	}
	for _, key := range []string{"template", "when"} {
		for _, i := range same {
			if entry[key] != nil && entries[i][key] == entry[key] {
				return i
			}
		}
	}
	return -1
}

// checkTable finds the mistakes of a table that is laid over another where it says
// them: afterwards its entries stand among others.
func checkTable(laid fs.FS, name string, text []byte) error {
	var nodes struct {
		Files []yaml.Node `yaml:"files"`
	}
	if err := yaml.Unmarshal(text, &nodes); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	sub, err := fs.Sub(laid, path.Dir(name))
	if err != nil {
		return err
	}
	var errs []error
	for i := range nodes.Files {
		var e entry
		err := nodes.Files[i].Decode(&e)
		if err == nil {
			err = e.parse(&Set{Name: path.Dir(name), fsys: sub})
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", name, nodes.Files[i].Line, err))
		}
	}
	return errors.Join(errs...)
}

// checkUsed refuses files that are laid over nothing and that no table names: a
// template that a newer spacegen calls otherwise, or a name that was misspelt.
func checkUsed(under, top, files map[string][]byte) error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(top)) {
		set, file, deep := strings.Cut(name, "/")
		if _, there := under[name]; there || !deep || set == StarterFolder {
			continue
		}
		text := files[path.Join(set, table)]
		if _, known := under[path.Join(set, table)]; !known {
			errs = append(errs, fmt.Errorf("%s: there is no template set %s; 'spacegen templates list' shows those there are", name, set))
			continue
		}
		doc, err := decodeTable(text)
		if err != nil {
			return fmt.Errorf("read %s: %w", path.Join(set, table), err)
		}
		used := func(e entry) bool {
			return e.Template == file || e.Copy == file || e.Copy != "" && strings.HasPrefix(file, e.Copy+"/")
		}
		if file != modulesFile && !slices.ContainsFunc(doc.Files, used) {
			errs = append(errs, fmt.Errorf("%s: spacegen has no template of this name, and no entry of %s names it; call it as 'spacegen templates list' does, or delete it", name, path.Join(set, table)))
		}
	}
	return errors.Join(errs...)
}
