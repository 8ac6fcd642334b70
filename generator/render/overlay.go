package render

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
	"golang.org/x/tools/txtar"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// StarterFolder is where starters lie beside the template sets.
const StarterFolder = "starter"

// partialFolder is where an overlay keeps what it defines for the templates of a set:
// named blocks that it fills, and templates of its own.
const partialFolder = "partials"

// An Overlay is templates that are laid over those of spacegen.
type Overlay struct {
	Name     string
	Manifest Manifest
	Files    map[string][]byte // by slash-separated path; template sets, one folder each
}

// origin names a file of an overlay in an error.
func (o Overlay) origin(at string) string { return o.Name + ":" + at }

// Templates are the template sets of spacegen with overlays laid over them, in order.
type Templates struct {
	base    fs.FS
	over    []Overlay
	all     fs.FS             // what there is in the end; a table is the one of base
	origins map[string]string // of files that an overlay brings: how errors name them

	overrides []Override
	tables    sync.Map // by set: func() (tableFile, error), that reads it once
}

// FS gives all files: what an overlay replaces is replaced.
func (t *Templates) FS() fs.FS { return t.all }

// Lay lays overlays over the template sets of base: a file replaces the one of the same
// path. Of a table, files.yaml, the entries are laid over one by one: one of the same
// path changes the keys that it has, the rest are added. What would have no effect, since
// nothing is called so, is refused.
func Lay(base fs.FS, overlays ...Overlay) (*Templates, error) {
	t := &Templates{base: base, over: slices.Clone(overlays), all: base, origins: map[string]string{}}
	if len(overlays) == 0 {
		return t, nil
	}
	under, err := contents(base)
	if err != nil {
		return nil, fmt.Errorf("overlay templates: %w", err)
	}
	files := maps.Clone(under)
	for i, o := range overlays {
		o.Files = changed(o.Files)
		t.over[i] = o
		for at, body := range o.Files {
			set, deep, _ := strings.Cut(at, "/")
			if deep == "" || deep == table || set == BaseFolder || set == partialFolder || strings.HasPrefix(deep, partialFolder+"/") {
				continue
			}
			files[at], t.origins[at] = body, o.origin(at)
		}
	}
	archive := new(txtar.Archive)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: files[name]})
	}
	if t.all, err = txtar.FS(archive); err != nil {
		return nil, fmt.Errorf("overlay templates: %w", err)
	}
	var errs []error
	for i, o := range overlays {
		t.overrides = append(t.overrides, overrides(o, under)...)
		errs = append(errs, t.checkUsed(t.over[i], under))
	}
	return t, errors.Join(errs...)
}

// changed leaves out what is as spacegen had it when the overlay took it over: spacegen's
// newer one counts.
func changed(files map[string][]byte) map[string][]byte {
	all := maps.Clone(files)
	for at, body := range files {
		if base, ok := files[path.Join(BaseFolder, at)]; ok && bytes.Equal(base, body) {
			delete(all, at)
		}
	}
	return all
}

// An Override is a template of spacegen that an overlay has in another form.
type Override struct {
	Overlay string
	Path    string
	Behind  bool // spacegen has changed it since
	NoBase  bool // nobody knows whether it has
}

// Overrides are the templates of spacegen that overlays have in another form.
func (t *Templates) Overrides() []Override { return t.overrides }

func overrides(o Overlay, under map[string][]byte) []Override {
	var all []Override
	for _, at := range slices.Sorted(maps.Keys(o.Files)) {
		now, there := under[at]
		if !there || path.Base(at) == table || at == ManifestName {
			continue
		}
		base, known := o.Files[path.Join(BaseFolder, at)]
		if known && bytes.Equal(base, o.Files[at]) {
			continue
		}
		all = append(all, Override{Overlay: o.Name, Path: at, NoBase: !known, Behind: known && !bytes.Equal(base, now)})
	}
	return all
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

// origin names a file of a set in an error.
func (t *Templates) origin(at string) string {
	if over, ok := t.origins[at]; ok {
		return over
	}
	return at
}

// table gives the table of a set, with those of the overlays laid over it, for the
// caller to write into. It is read once.
func (t *Templates) table(set string) (tableFile, error) {
	read, _ := t.tables.LoadOrStore(set, sync.OnceValues(func() (tableFile, error) { return t.readTable(set) }))
	doc, err := read.(func() (tableFile, error))()
	if err != nil {
		return doc, err
	}
	doc.Files, doc.Moved = slices.Clone(doc.Files), slices.Clone(doc.Moved)
	return doc, nil
}

func (t *Templates) readTable(set string) (tableFile, error) {
	at := path.Join(set, table)
	text, err := fs.ReadFile(t.base, at)
	if err != nil {
		return tableFile{}, fmt.Errorf("open template set %s: %w", set, err)
	}
	doc, err := decodeTable(text)
	if err != nil {
		return doc, fmt.Errorf("read %s: %w", at, err)
	}
	nodes, err := entryNodes(text)
	if err != nil {
		return doc, fmt.Errorf("read %s: %w", at, err)
	}
	for i := range doc.Files {
		doc.Files[i].at = fmt.Sprintf("%s:%d", at, nodes[i].Line)
	}
	for _, o := range t.over {
		text, ok := o.Files[at]
		if !ok {
			continue
		}
		over, err := decodeTable(text)
		if err != nil {
			return doc, fmt.Errorf("read %s: %w", o.origin(at), err)
		}
		if over.Version != "" && over.Version != doc.Version || len(over.Kinds) > 0 && !slices.Equal(over.Kinds, doc.Kinds) || over.Framework && !doc.Framework {
			return doc, fmt.Errorf("read %s: version, kinds and framework are those of spacegen's set, %s; take them out: only entries are laid over", o.origin(at), set)
		}
		nodes, err := entryNodes(text)
		if err != nil {
			return doc, fmt.Errorf("read %s: %w", o.origin(at), err)
		}
		if doc.Files, err = laid(doc.Files, over.Files, nodes, o.origin(at)); err != nil {
			return doc, err
		}
		doc.Moved = append(doc.Moved, over.Moved...)
	}
	return doc, nil
}

// entryNodes gives the entries of a table as YAML has them, with their lines.
func entryNodes(text []byte) ([]yaml.Node, error) {
	var doc struct {
		Files []yaml.Node `yaml:"files"`
	}
	err := yaml.Unmarshal(text, &doc)
	return doc.Files, err
}

// laid lays the entries of a table over those of another. Several of one path, of which
// each has its own condition, take the place of the one that was there.
func laid(under, over []entry, nodes []yaml.Node, origin string) ([]entry, error) {
	files := slices.Clone(under)
	taken := map[int]bool{}
	var more []entry
	for i := range over {
		at := fmt.Sprintf("%s:%d", origin, nodes[i].Line)
		j := replaces(under, over[i])
		if j < 0 {
			e := over[i]
			e.at, e.brought = at, added
			more = append(more, e)
			continue
		}
		patched := under[j]
		if err := nodes[i].Decode(&patched); err != nil {
			return nil, fmt.Errorf("read %s: %w", at, withoutTypes(err))
		}
		switch { // one of the two takes the other's place
		case over[i].Template != "" && over[i].Copy == "":
			patched.Copy = ""
		case over[i].Copy != "" && over[i].Template == "":
			patched.Template = ""
		}
		patched.at, patched.brought = at, laidOver
		if taken[j] {
			more = append(more, patched)
			continue
		}
		files[j], taken[j] = patched, true
	}
	return append(files, more...), nil
}

// replaces gives the index of the entry that another is laid over: the one of the same
// path. Where a table has several of that path, what they are rendered from, or when,
// tells them apart. It is -1 if there is none.
func replaces(entries []entry, e entry) int {
	var same []int
	for i, old := range entries {
		if old.Path == e.Path {
			same = append(same, i)
		}
	}
	if len(same) == 1 {
		return same[0]
	}
	for _, alike := range []func(entry) bool{
		func(old entry) bool { return e.Template != "" && old.Template == e.Template },
		func(old entry) bool { return e.When != "" && old.When == e.When },
	} {
		for _, i := range same {
			if alike(entries[i]) {
				return i
			}
		}
	}
	return -1
}

// checkUsed refuses files that are laid over nothing and that no table names: a
// template that a newer spacegen calls otherwise, or a name that was misspelt.
func (t *Templates) checkUsed(o Overlay, under map[string][]byte) error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(o.Files)) {
		set, file, deep := strings.Cut(name, "/")
		if _, there := under[name]; there || !deep || set == StarterFolder || set == BaseFolder || set == partialFolder || strings.HasPrefix(file, partialFolder+"/") {
			continue
		}
		if _, known := under[path.Join(set, table)]; !known {
			errs = append(errs, fmt.Errorf("%s: there is no template set %s; 'spacegen templates list' shows those there are", o.origin(name), set))
			continue
		}
		doc, err := t.table(set)
		if err != nil {
			return err
		}
		used := func(e entry) bool {
			return e.Template == file || e.Copy == file || e.Copy != "" && strings.HasPrefix(file, e.Copy+"/")
		}
		if file != modulesFile && !slices.ContainsFunc(doc.Files, used) {
			err := fmt.Errorf("%s: spacegen has no template of this name, and no entry of %s names it; call it as 'spacegen templates list' does, or delete it", o.origin(name), path.Join(set, table))
			if base, ok := o.Files[path.Join(BaseFolder, name)]; !ok {
				if near := spec.Closest(name, slices.Sorted(maps.Keys(under))); near != "" {
					err = fmt.Errorf("%w; did you mean %s?", err, near)
				}
			} else if now := renamed(base, under); now != "" {
				err = fmt.Errorf("%s: spacegen has no template of this name any more; it is %s now: move the file there, and its base", o.origin(name), now)
			} else {
				err = fmt.Errorf("%s: spacegen has no template of this name any more, and none that is like it: delete the file and its base, or name it in %s", o.origin(name), path.Join(set, table))
			}
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// renamed gives the template that another has become: the one that its base is most
// like, line by line, if it is like any; "" else.
func renamed(base []byte, under map[string][]byte) string {
	lines := func(text []byte) map[string]bool {
		all := map[string]bool{}
		for _, line := range strings.Split(string(text), "\n") {
			if strings.TrimSpace(line) != "" {
				all[line] = true
			}
		}
		return all
	}
	was := lines(base)
	best, most := "", 0
	for _, at := range slices.Sorted(maps.Keys(under)) {
		is, same := lines(under[at]), 0
		for line := range is {
			if was[line] {
				same++
			}
		}
		if 2*same > len(was) && 2*same > len(is) && same > most {
			best, most = at, same
		}
	}
	return best
}
