package repository

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/overlay"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Where spacegen keeps what it needs to know of a repository.
const (
	Folder   = ".spacegen"
	LockPath = Folder + "/lock.yaml"
	BasePath = Folder + "/base"
)

// The versions of the lock's own format. In version 1 the template sets had one digest
// and no versions. Version 3 is written where there are overlays, without which a
// spacegen that knows none would render.
const (
	lockVersion  = 2
	overlaidLock = 3
)

// restoreIt says what to do about a lock that is wrong.
const restoreIt = "restore it as it was committed: 'git checkout HEAD -- " + Folder + "'"

// A Lock records what was rendered last, and by which spacegen: the other half
// of every later comparison with what stands on disk.
type Lock struct {
	Version int `yaml:"version"` // of this format

	Provenance `yaml:",inline"`

	Files []LockFile `yaml:"files"` // sorted by path
}

// Provenance is what a repository was rendered by.
type Provenance struct {
	Spacegen  string        `yaml:"spacegen"` // the version of the binary
	Templates TemplateSets  `yaml:"templates"`
	Overlays  []overlay.Pin `yaml:"overlays,omitempty"` // laid over the sets, in this order
}

// lock begins a lock.
func (p Provenance) lock() *Lock {
	lock := &Lock{Version: lockVersion, Provenance: p}
	if len(p.Overlays) > 0 {
		lock.Version = overlaidLock
	}
	return lock
}

// Like reports whether both render with the same templates.
func (p Provenance) Like(other Provenance) bool { return slices.Equal(p.Templates, other.Templates) }

// A TemplateSet is one of those that a repository was rendered with.
type TemplateSet struct {
	Name    string `yaml:"name"`
	Version string `yaml:"version"` // v1.2.3
	Digest  string `yaml:"digest"`  // sha256:… of all that the set renders from
}

// TemplateSets are the sets that a repository was rendered with.
type TemplateSets []TemplateSet

// Templates are what a lock keeps of sets.
func Templates(sets render.Sets) TemplateSets {
	var all TemplateSets
	for _, set := range sets {
		all = append(all, TemplateSet{Name: set.Name, Version: set.Version, Digest: set.Digest})
	}
	return all
}

// UnmarshalYAML reads a list of sets or, of a lock in version 1, the digest of
// all of them.
func (t *TemplateSets) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*t = TemplateSets{{Digest: node.Value}}
		return nil
	}
	var list []TemplateSet
	err := node.Decode(&list)
	*t = list
	return err
}

// Version gives the version of a set; v1.0.0 if it is not recorded.
func (t TemplateSets) Version(name string) string {
	for _, set := range t {
		if set.Name == name {
			return set.Version
		}
	}
	return "v1.0.0"
}

// A LockFile is one emitted file, as it was rendered.
type LockFile struct {
	Path   string       `yaml:"path"`
	At     string       `yaml:"at,omitempty"` // where people moved it
	Owner  render.Owner `yaml:"owner"`
	Mode   string       `yaml:"mode"` // octal
	SHA256 string       `yaml:"sha256"`
	Bare   string       `yaml:"bare,omitempty"` // likewise, without the versions that it pins
}

// NewLock records a tree.
func NewLock(tree render.Tree, by Provenance) *Lock {
	lock := by.lock()
	for _, p := range tree.Paths() {
		file := tree[p]
		lock.Files = append(lock.Files, LockFile{
			Path:   p,
			Owner:  file.Owner,
			Mode:   fmt.Sprintf("%04o", file.Mode.Perm()),
			SHA256: digest(file.Body),
			Bare:   merge.Bare(p, file),
		})
	}
	return lock
}

// Encode gives the lock's text.
func (l *Lock) Encode() ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("# Written by spacegen: what it rendered last. Commit it; never edit it.\n")
	enc := yaml.NewEncoder(&out)
	enc.SetIndent(2)
	if err := enc.Encode(l); err != nil {
		return nil, fmt.Errorf("write %s: %w", LockPath, err)
	}
	return out.Bytes(), nil
}

// DecodeLock reads a lock's text. A lock is input like any other: every path
// and value in it is checked before it is used.
func DecodeLock(text []byte) (*Lock, error) {
	lock := new(Lock)
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	switch line, marked := merge.Marked(text); {
	case marked:
		return nil, fmt.Errorf("read %s: line %d: git left a conflict in it; 'spacegen resolve' merges what both branches did", LockPath, line)
	case len(bytes.TrimSpace(text)) == 0:
		return nil, fmt.Errorf("read %s: it is empty; %s", LockPath, restoreIt)
	}
	if err := dec.Decode(lock); err != nil {
		return nil, fmt.Errorf("read %s: %w; %s", LockPath, err, restoreIt)
	}
	if lock.Version < 1 || lock.Version > overlaidLock {
		return nil, fmt.Errorf("read %s: format %d is not known to this spacegen, which reads %d; install the spacegen that wrote it (%s)",
			LockPath, lock.Version, overlaidLock, lock.Spacegen)
	}
	for _, pin := range lock.Overlays {
		if err := pin.Check(); err != nil {
			return nil, fmt.Errorf("read %s: overlay %s: %w; spacegen did not write this: %s", LockPath, pin.Name, err, restoreIt)
		}
	}
	for i, file := range lock.Files {
		if err := file.check(); err != nil {
			return nil, fmt.Errorf("read %s: file %d: %w; spacegen did not write this: %s", LockPath, i+1, err, restoreIt)
		}
		if i > 0 && lock.Files[i-1].Path >= file.Path {
			return nil, fmt.Errorf("read %s: %s is out of order or there twice; %s", LockPath, file.Path, restoreIt)
		}
	}
	return lock, nil
}

func (f LockFile) check() error {
	if err := checkTarget(f.Path); err != nil {
		return err
	}
	if spelt := canonicalPath(f.Path); within(spelt, BasePath) || spelt == LockPath {
		return fmt.Errorf("%s is spacegen's own", f.Path)
	}
	if f.At != "" {
		if err := checkTarget(f.At); err != nil {
			return err
		}
		if within(canonicalPath(f.At), Folder) {
			return fmt.Errorf("%s is said to have been moved to %s, into spacegen's own folder", f.Path, f.At)
		}
	}
	switch f.Owner {
	case render.Generated, render.Managed, render.Once:
	default:
		return fmt.Errorf("%s: owner %q is none of generated, managed, once", f.Path, f.Owner)
	}
	if mode, err := strconv.ParseUint(f.Mode, 8, 32); err != nil || mode > 0o777 {
		return fmt.Errorf("%s: mode %q is not an octal file mode", f.Path, f.Mode)
	}
	if sum, err := hex.DecodeString(f.SHA256); err != nil || len(sum) != sha256.Size {
		return fmt.Errorf("%s: sha256 %q is no SHA-256 in hexadecimal", f.Path, f.SHA256)
	}
	if sum, err := hex.DecodeString(f.Bare); f.Bare != "" && (err != nil || len(sum) != sha256.Size) {
		return fmt.Errorf("%s: bare %q is no SHA-256 in hexadecimal", f.Path, f.Bare)
	}
	return nil
}

// withRecords adds to a tree what spacegen keeps of it: the lock and, for each
// managed file, its base.
func withRecords(tree render.Tree, by Provenance) (render.Tree, error) {
	rendered := maps.Clone(tree)
	delete(rendered, spec.FileName) // it is where the rest comes from
	lock, err := NewLock(rendered, by).Encode()
	if err != nil {
		return nil, err
	}
	all := maps.Clone(tree)
	for p, file := range tree {
		if file.Owner == render.Managed {
			all[path.Join(BasePath, p)] = render.File{Body: file.Body, Mode: 0o644, Owner: render.Generated}
		}
	}
	all[LockPath] = render.File{Body: lock, Mode: 0o644, Owner: render.Generated}
	return all, nil
}

// within reports whether a path is a folder or lies below it.
func within(p, folder string) bool {
	return p == folder || len(p) > len(folder) && p[:len(folder)+1] == folder+"/"
}

// Find gives the record of a path, or nil.
func (l *Lock) Find(p string) *LockFile {
	i, found := slices.BinarySearchFunc(l.Files, p, func(f LockFile, p string) int {
		switch {
		case f.Path < p:
			return -1
		case f.Path > p:
			return 1
		default:
			return 0
		}
	})
	if !found {
		return nil
	}
	return &l.Files[i]
}

func digest(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// list adds to the lock what has a base and is not in it: files that another
// branch added, where a merge left the lock of this one.
func (p *Project) list() error {
	base, err := fs.Sub(p.root.FS(), BasePath)
	if err != nil {
		return err
	}
	var added []LockFile
	err = fs.WalkDir(base, ".", func(at string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || p.Lock.Find(at) != nil {
			return err
		}
		body, err := fs.ReadFile(base, at)
		if err != nil {
			return err
		}
		file := LockFile{Path: at, Owner: render.Managed, Mode: "0644", SHA256: digest(body)}
		if _, marked := merge.Marked(body); !marked && file.check() == nil {
			added = append(added, file)
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read %s: %w", BasePath, err)
	}
	p.Lock.Files = append(p.Lock.Files, added...)
	slices.SortFunc(p.Lock.Files, func(a, b LockFile) int { return strings.Compare(a.Path, b.Path) })
	return nil
}
