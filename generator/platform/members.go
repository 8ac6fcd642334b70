// Package platform finds the repositories that a platform is made of.
package platform

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// scanDepth is how far below a folder repositories are looked for.
const scanDepth = 4

// ErrNoMembers means that a folder holds no repository that spacegen made.
var ErrNoMembers = errors.New("no " + spec.FileName + " lies in it or below")

// errFramework means that a repository is no member, though members may run on it.
var errFramework = errors.New("its services name it in their " + spec.FileName + ", and it is no member of a platform")

// Scan finds the repositories below a folder, as members of a platform at dir:
// identity first, since the others ask it who calls, then by name.
func Scan(dir, folder string) ([]spec.Member, error) {
	top, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return nil, fmt.Errorf("scan %s: %w", folder, err)
	}
	if top, err = filepath.Abs(top); err != nil {
		return nil, fmt.Errorf("scan %s: %w", folder, err)
	}
	s := &scan{platform: dir, folders: map[string]string{}, names: map[string]string{}}
	if err := s.walk(folder, top, nil); err != nil {
		return nil, fmt.Errorf("scan %s: %w", folder, err)
	}
	if len(s.members) == 0 {
		return nil, fmt.Errorf("scan %s: %w", folder, ErrNoMembers)
	}
	slices.SortFunc(s.members, func(a, b spec.Member) int {
		if (a.Name == spec.Identity) != (b.Name == spec.Identity) {
			if a.Name == spec.Identity {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return s.members, nil
}

// A scan is what was found so far.
type scan struct {
	platform string
	members  []spec.Member
	folders  map[string]string // as they are without links → as they were found
	names    map[string]string // of members → where they were found
}

// walk looks at a folder, found as path and in truth at real, and at those below
// it. above are the folders that lead there.
func (s *scan) walk(path, real string, above []string) error {
	if slices.Contains(above, real) {
		return fmt.Errorf("%s leads back to %s, which contains it; remove the link", path, real)
	}
	if _, seen := s.folders[real]; seen {
		return nil // by another link
	}
	s.folders[real] = path
	if _, err := os.Stat(filepath.Join(real, spec.FileName)); err == nil {
		return s.found(path)
	}
	if len(above) == scanDepth {
		return nil
	}
	entries, err := os.ReadDir(real)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		name := entry.Name()
		if repository.Passed(name) {
			continue
		}
		at, err := filepath.EvalSymlinks(filepath.Join(real, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // a link to nowhere
		}
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Join(path, name), err)
		}
		if info, err := os.Stat(at); err != nil || !info.IsDir() {
			continue
		}
		if err := s.walk(filepath.Join(path, name), at, append(slices.Clone(above), real)); err != nil {
			return err
		}
	}
	return nil
}

// found takes a repository in.
func (s *scan) found(path string) error {
	member, err := MemberAt(s.platform, path)
	if errors.Is(err, errFramework) {
		return nil // members run on it
	}
	if err != nil {
		return err
	}
	if other, taken := s.names[member.Name]; taken {
		return fmt.Errorf("two repositories are called %s: %s and %s; rename one, or keep it elsewhere", member.Name, other, path)
	}
	s.names[member.Name] = path
	s.members = append(s.members, member)
	return nil
}

// Describe gives members of a platform at dir that lie on this machine already what
// their own repository says of them: their kind and, of a plugin, what a
// supervisor has to know.
func Describe(dir string, members []spec.Member) error {
	for i := range members {
		m := &members[i]
		path := filepath.Join(dir, filepath.FromSlash(m.Path))
		if _, err := os.Stat(filepath.Join(path, spec.FileName)); m.Path == "" || err != nil {
			continue
		}
		there, err := MemberAt(dir, path)
		if err != nil {
			return err
		}
		if there.Name != m.Naming().Kebab() {
			return fmt.Errorf("the repository in %s is called %s, not %s", path, there.Name, m.Name)
		}
		m.Kind, m.Image, m.ResourceType = there.Kind, there.Image, there.ResourceType
	}
	return nil
}

// MemberAt gives the repository at path as a member of a platform at dir.
func MemberAt(dir, path string) (spec.Member, error) {
	file := filepath.Join(path, spec.FileName)
	text, err := os.ReadFile(file) //nolint:gosec // a repository that the caller names
	if err != nil {
		return spec.Member{}, err
	}
	s, err := spec.Parse(file, text)
	if err != nil {
		return spec.Member{}, err
	}
	if s.Kind == spec.KindPlatform {
		return spec.Member{}, fmt.Errorf("%s is a platform itself, and none can be a member of another", path)
	}
	if s.Kind == spec.KindFramework {
		return spec.Member{}, fmt.Errorf("%s is a framework: %w", path, errFramework)
	}
	if !s.Chart && s.Kind != spec.KindPlugin {
		return spec.Member{}, fmt.Errorf("%s: chart is false, and a platform installs its members by their charts; set it to true", file)
	}
	from, err := filepath.Abs(dir)
	if err != nil {
		return spec.Member{}, err
	}
	to, err := filepath.Abs(path)
	if err != nil {
		return spec.Member{}, err
	}
	seen, err := filepath.Rel(from, to)
	if err != nil {
		return spec.Member{}, err
	}
	m := spec.Member{Name: s.ServiceName().Kebab(), Kind: s.Kind, Path: filepath.ToSlash(seen)}
	if s.Kind == spec.KindPlugin {
		m.Image = s.Image.Reference()
		m.ResourceType, err = resourceType(path, s)
	}
	return m, err
}

// resourceType is what the plugin at path serves, as the platform calls it:
// inventory.Collector, by the service of its API that has the method init. It is
// empty if the API is of another form.
func resourceType(path string, s *spec.Spec) (string, error) {
	words := strings.Split(s.Package, ".")
	if len(words) < 2 || words[len(words)-1] != "plugin" {
		return "", nil
	}
	files, err := filepath.Glob(filepath.Join(path, render.ProtoFolder, filepath.FromSlash(s.PackagePath()), "*.proto"))
	if err != nil {
		return "", err
	}
	for _, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // of the same repository
		if err != nil {
			return "", err
		}
		at := filepath.ToSlash(file)
		service, err := protofile.Sources{at: text}.ServiceWith(at, "init")
		if err != nil {
			return "", err
		}
		if service != "" {
			return words[len(words)-2] + "." + service, nil
		}
	}
	return "", nil
}

// A Repository is one of those that a platform is made of.
type Repository struct {
	Name string
	Dir  string
	Away bool // it is not on this machine
}

// Repositories lists those of the platform that dir lies in: its own, then its
// members'.
func Repositories(dir string) ([]Repository, error) {
	root, s, err := repository.ReadSpec(dir)
	if err != nil {
		return nil, err
	}
	if s.Kind != spec.KindPlatform {
		return nil, fmt.Errorf("%s is a %s, no platform, and has no members", s.Name, s.Kind)
	}
	all := []Repository{{Name: s.ServiceName().Kebab(), Dir: root}}
	for _, m := range s.Platform.Members {
		if m.Path == "" {
			all = append(all, Repository{Name: m.Key(), Away: true})
			continue
		}
		r := Repository{Name: m.Key(), Dir: filepath.Join(root, filepath.FromSlash(m.Path))}
		if slices.ContainsFunc(all, func(other Repository) bool { return other.Dir == r.Dir }) {
			continue // under another alias
		}
		_, err := os.Stat(filepath.Join(r.Dir, spec.FileName))
		r.Away = errors.Is(err, fs.ErrNotExist)
		all = append(all, r)
	}
	return all, nil
}
