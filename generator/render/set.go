package render

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/semver"

	"github.com/cloudforet-io/spacegen/core"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Owner says who may write to an emitted file.
type Owner string

// The owners of emitted files.
const (
	Generated Owner = "generated" // spacegen's alone: overwritten by every update
	Managed   Owner = "managed"   // people edit it: merged three ways
	Once      Owner = "once"      // written if absent, never again
)

// firstVersion is the version of a set that names none.
const firstVersion = "v1.0.0"

// table is the name of the file in which a set says what it emits.
const table = "files.yaml"

// An entry is one row of a set's table: what is emitted, where and when.
type entry struct {
	Path     string `yaml:"path"`     // where to, below the repository's root; a template
	Template string `yaml:"template"` // the template's file
	Copy     string `yaml:"copy"`     // instead of a template: a file or folder emitted as it is
	When     string `yaml:"when"`     // an expression, as in [[ if ]]: .REST, and .Database .Chart; empty: always
	Each     string `yaml:"each"`     // what the file is emitted for each of: resources, or a list of an overlay's values; empty: it is emitted once
	Owner    Owner  `yaml:"owner"`    // managed unless said otherwise
	Mode     uint32 `yaml:"mode"`     // 0o644 unless said otherwise

	path, when *program                 // nil: Path as it stands, and always
	body       func() (*program, error) // nil for a copy; parsed when it is first asked for

	at      string  // where it stands, for errors
	brought string  // by an overlay: how; "": it is spacegen's
	branch  *Branch // of a Watch
}

// How an overlay brings an entry.
const (
	added    = "added"
	laidOver = "laid over"
)

// A Set is a template set: a table and the templates it names.
type Set struct {
	Name    string
	Version string // goes up with what the set emits: v1.2.0
	Digest  string // sha256:… of all that the set renders from
	kinds   []spec.Kind
	fsys    fs.FS
	entries []entry
	moved   []move
	modules *Modules

	framework *framework // that repositories of the set run on; nil: none

	overlays []Overlay // that lie over it
	partials []partial // of the overlays
	header   *program  // that its Go files begin with; nil: none

	base   fs.FS               // all sets, with nothing laid over them
	origin func(string) string // names a file of the set in an error
	watch  *Watch              // that hears what becomes of its templates; nil: none
}

// A move is a path that the set gave up for another. Both are templates, over
// the same items if Each says so.
type move struct {
	From string `yaml:"from"` // the path that was given up; a template
	To   string `yaml:"to"`   // the path that it has now; a template
	Each string `yaml:"each"` // as in an entry; empty: once

	from, to *program
}

// A tableFile is what a set's table says.
type tableFile struct {
	Version   string      `yaml:"version"`   // of a set of spacegen's, as in v1.2.0; an overlay says nothing here
	Kinds     []spec.Kind `yaml:"kinds"`     // likewise: the kinds of repositories that the set is for; empty: all with the layers of a service
	Framework bool        `yaml:"framework"` // likewise: repositories of the set run on the framework, core/
	Files     []entry     `yaml:"files"`     // what is emitted
	Moved     []move      `yaml:"moved"`     // paths that were given up for others
}

// LoadSets reads the template sets that stand in folders of fsys, with nothing laid over
// them.
func LoadSets(fsys fs.FS, names ...string) (Sets, error) {
	t, err := Lay(fsys)
	if err != nil {
		return nil, err
	}
	return t.Load(names...)
}

// Load reads template sets, by the names of their folders. Where overlays lie over them
// all templates are parsed, so that a mistake in one is found before anything is rendered.
// The framework is read once.
func (t *Templates) Load(names ...string) (Sets, error) {
	shared := sync.OnceValues(func() (*framework, error) { return loadFramework(core.Source) })
	sets, errs := make(Sets, len(names)), make([]error, len(names))
	var loading sync.WaitGroup
	for i, name := range names {
		loading.Go(func() { sets[i], errs[i] = loadSet(t, name, shared) })
	}
	loading.Wait()
	if err := cmp.Or(errs...); err != nil {
		return nil, err
	}
	return sets, sets.unusedPartials()
}

func loadSet(from *Templates, name string, shared func() (*framework, error)) (*Set, error) {
	sub, err := fs.Sub(from.all, name)
	if err != nil {
		return nil, fmt.Errorf("open template set %s: %w", name, err)
	}
	doc, err := from.table(name)
	if err != nil {
		return nil, err
	}
	if doc.Version == "" {
		doc.Version = firstVersion
	}
	if !semver.IsValid(doc.Version) {
		return nil, fmt.Errorf("read %s: version %q is none; write it as v1.2.3", path.Join(name, table), doc.Version)
	}
	set := &Set{Name: name, Version: doc.Version, kinds: doc.Kinds, fsys: sub, entries: doc.Files, moved: doc.Moved, overlays: from.over, base: from.base}
	set.origin = func(at string) string { return from.origin(path.Join(name, at)) }
	for i := range set.moved {
		m := &set.moved[i]
		if m.from, err = parse("from", m.From); err != nil {
			return nil, fmt.Errorf("%s: move %d: %w", path.Join(name, table), i+1, err)
		}
		if m.to, err = parse("to", m.To); err != nil {
			return nil, fmt.Errorf("%s: move %d: %w", path.Join(name, table), i+1, err)
		}
		if err := errors.Join(m.from.checkItems(m.Each), m.to.checkItems(m.Each)); err != nil {
			return nil, fmt.Errorf("%s: move %d: %w", path.Join(name, table), i+1, err)
		}
	}
	if set.modules, err = loadModules(sub); err != nil {
		return nil, fmt.Errorf("open template set %s: %w", name, err)
	}
	if doc.Framework {
		if set.framework, err = shared(); err != nil {
			return nil, err
		}
	}
	if set.Digest, err = digest(sub, set.framework, from.over); err != nil {
		return nil, fmt.Errorf("open template set %s: %w", name, err)
	}
	if err := set.overlaid(); err != nil {
		return nil, err
	}
	var errs []error
	for i := range set.entries {
		if err := set.entries[i].parse(set, from.origin); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", set.entries[i].at, err))
		}
	}
	return set, errors.Join(errs...)
}

// For reports whether the set is for a kind of repository.
func (set *Set) For(kind spec.Kind) bool {
	if len(set.kinds) == 0 {
		return kind.Layered()
	}
	return slices.Contains(set.kinds, kind)
}

// Moved gives what the set's table of moves means for a Spec: old path → new.
func (set *Set) Moved(s *spec.Spec) (map[string]string, error) {
	moved := map[string]string{}
	if len(set.moved) == 0 {
		return moved, nil
	}
	view, err := newView(s)
	if err != nil {
		return nil, err
	}
	view.Values = Sets{set}.Values(s)
	for _, m := range set.moved {
		for _, item := range view.items(m.Each) {
			from, err := execute(m.from, item)
			if err != nil {
				return nil, err
			}
			to, err := execute(m.to, item)
			if err != nil {
				return nil, err
			}
			moved[string(from)] = string(to)
		}
	}
	return moved, nil
}

func (e *entry) parse(set *Set, origin func(string) string) (err error) {
	switch e.Owner {
	case "":
		e.Owner = Managed
	case Generated, Managed, Once:
	default:
		return fmt.Errorf("owner %q is none of generated, managed, once", e.Owner)
	}
	if known := set.several(); e.Each != "" && !slices.Contains(known, e.Each) {
		return fmt.Errorf("each %q is nothing that a Spec has several of; write one of %s", e.Each, strings.Join(known, ", "))
	}
	if e.Path == "" || (e.Template == "") == (e.Copy == "") {
		return fmt.Errorf("an entry has a path and either a template or a copy")
	}
	if e.Mode == 0 {
		e.Mode = 0o644
	}
	if e.Mode > 0o777 {
		return fmt.Errorf("mode %#o is more than permissions; write 0o644 or 0o755", e.Mode)
	}
	if strings.Contains(e.Path, "[[") {
		if e.path, err = parse("path", e.Path); err != nil {
			return err
		}
		if err := e.path.checkItems(e.Each); err != nil {
			return err
		}
	}
	if e.When != "" {
		if e.when, err = parse("when", "[[ if "+e.When+" ]]yes[[ end ]]"); err != nil {
			return err
		}
		if err := e.when.checkItems(e.Each); err != nil {
			return err
		}
	}
	if e.Copy != "" {
		_, err = fs.Stat(set.fsys, e.Copy)
		return err
	}
	text, err := fs.ReadFile(set.fsys, e.Template)
	if err != nil {
		return err
	}
	e.body = sync.OnceValues(func() (*program, error) {
		body, err := parse(origin(path.Join(set.Name, e.Template)), string(text), set.partials...)
		if err != nil {
			return nil, err
		}
		return body, body.checkItems(e.Each)
	})
	if len(set.overlays) == 0 {
		return nil // spacegen's own are known to be templates
	}
	_, err = e.body()
	return err
}

// decodeTable reads a table, in which no key is misspelt.
func decodeTable(text []byte) (doc tableFile, err error) {
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return doc, withoutTypes(err)
	}
	return doc, nil
}

// withoutTypes takes the names of this package's types out of what is wrong with a table.
func withoutTypes(err error) error {
	var wrong *yaml.TypeError
	if !errors.As(err, &wrong) {
		return err
	}
	var lines []string
	for _, line := range wrong.Errors {
		line, _, _ = strings.Cut(line, " in type ")
		line, _, _ = strings.Cut(line, " into ")
		lines = append(lines, line)
	}
	return errors.New(strings.Join(lines, "; "))
}

// digest is that of all that a set renders from.
func digest(fsys fs.FS, f *framework, overlays []Overlay) (string, error) {
	hash := sha256.New()
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(hash, "%s\x00%d\x00%s", p, len(body), body)
		return err
	})
	if f != nil {
		for _, at := range slices.Sorted(maps.Keys(f.files)) {
			fmt.Fprintf(hash, "core/%s\x00%d\x00%s", at, len(f.files[at]), f.files[at])
		}
	}
	for _, o := range overlays { // tables, partials and manifests, which are no files of the set
		for _, at := range slices.Sorted(maps.Keys(o.Files)) {
			fmt.Fprintf(hash, "%s\x00%d\x00%s", o.origin(at), len(o.Files[at]), o.Files[at])
		}
	}
	return "sha256:" + hex.EncodeToString(hash.Sum(nil)), err
}
