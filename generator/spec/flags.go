package spec

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// Flags are the command line's way to say what a Spec holds: a group of flags for
// each thing that some kinds of repositories have, and others don't. The zero Flags
// are ready for Register.
type Flags struct {
	kind   string
	groups []FlagGroup
	all    *pflag.FlagSet
	within *Spec     // the platform that it joins
	shared Framework // of that platform's members
	preset Preset
}

// A FlagGroup is the flags that some kinds of repositories have.
type FlagGroup struct {
	Title string // over its flags in help
	Kinds []Kind // that have them; nil: every kind
	Set   *pflag.FlagSet

	// apply writes what the flags say into a Spec of one of these kinds; nil for
	// flags that say nothing about the Spec.
	apply func(*Spec) Problems
}

// has reports whether a kind has the flags. One that does not exist has them all: it
// is wrong itself, whatever the flags say.
func (g FlagGroup) has(k Kind) bool {
	return g.Kinds == nil || slices.Contains(g.Kinds, k) || !slices.Contains(Kinds(), k)
}

// Register adds the flags to a set.
func (f *Flags) Register(set *pflag.FlagSet) {
	f.all = set
	f.Add(repositoryFlags(&f.kind))
	f.Add(layerFlags())
	f.Add(platformFlags())
	f.Add(imageFlags())
}

// Add adds a group of a command's own flags, which is held to its kinds as the others
// are. Flags of a group with a title that is there already join that group. Else the
// group comes after the last of those of the same kinds and as few more as possible.
func (f *Flags) Add(group FlagGroup) {
	f.all.AddFlagSet(group.Set)
	at, fewest := len(f.groups), len(Kinds())+1
	for i, g := range f.groups {
		if g.Title == group.Title {
			g.Set.AddFlagSet(group.Set)
			return
		}
		if len(group.Kinds) > 0 && len(g.Kinds) <= fewest && containsAll(g.Kinds, group.Kinds) {
			at, fewest = i+1, len(g.Kinds)
		}
	}
	f.groups = slices.Insert(f.groups, at, group)
}

func containsAll(kinds, wanted []Kind) bool {
	return !slices.ContainsFunc(wanted, func(k Kind) bool { return !slices.Contains(kinds, k) })
}

// Groups are the groups of flags, in the order of help.
func (f *Flags) Groups() []FlagGroup { return f.groups }

// Kind is the kind that was asked for.
func (f *Flags) Kind() Kind {
	if f.kind == "" {
		return KindService
	}
	return Kind(f.kind)
}

// HasKind reports whether a kind was asked for.
func (f *Flags) HasKind() bool { return f.kind != "" }

// SetPackage is --package.
func (f *Flags) SetPackage(pkg string) error { return f.all.Set("package", pkg) }

// Within says which platform the repository joins: its module lies beside the platform's,
// it is built as that is, and it runs on the framework of the others, if they share one,
// where no flag says otherwise.
func (f *Flags) Within(platform *Spec, framework Framework) { f.within, f.shared = platform, framework }

// Preset has answers stand where neither a flag nor a Spec says otherwise.
func (f *Flags) Preset(p Preset) { f.preset = p }

// Presets are the answers that Preset has stand.
func (f *Flags) Presets() Preset { return f.preset }

// Given names the flags that were given and say something about the Spec.
func (f *Flags) Given() []string {
	var given []string
	for _, g := range f.groups {
		if g.apply != nil {
			g.Set.VisitAll(func(flag *pflag.Flag) {
				if flag.Changed {
					given = append(given, flag.Name)
				}
			})
		}
	}
	return given
}

// Over gives what the flags say over a Spec, which holds where no flag says otherwise,
// with defaults filled in and validated. Resources and schedulers are added to those it
// has. The error is of type Problems.
func (f *Flags) Over(base *Spec) (*Spec, error) {
	s := new(Spec)
	*s = *base
	if f.within != nil {
		s.Module = path.Join(path.Dir(f.within.Module), s.ServiceName().Kebab())
		s.Image.Registry, s.CI = f.within.Image.Registry, f.within.CI
		if f.shared != "" && f.Kind().Layered() {
			s.Framework = f.shared
		}
	}
	problems := f.apply(s)
	s = Defaults(f.preset.Filled(s))
	v := &validator{}
	v.spec(s)
	for _, p := range v.problems {
		p.Path = flagOf(p.Path)
		problems = append(problems, p)
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return s, nil
}

// Partial gives what the flags say, neither complete nor validated as a
// whole: what the prompts then ask about. The error is of type Problems.
func (f *Flags) Partial(name string) (*Spec, error) {
	s := New(name)
	if problems := f.apply(s); len(problems) > 0 {
		return nil, problems
	}
	return s, nil
}

// apply writes into s what the flags of its kind say, and refuses those of others.
func (f *Flags) apply(s *Spec) Problems {
	if f.HasKind() {
		s.Kind = f.Kind()
	}
	kind := s.Kind
	if kind == "" {
		kind = KindService
	}
	if problems := f.Misplaced(kind); len(problems) > 0 {
		return problems
	}
	var problems Problems
	for _, g := range f.groups {
		if g.apply != nil && g.has(kind) {
			problems = append(problems, g.apply(s)...)
		}
	}
	return problems
}

// Misplaced gives a problem for each flag that was given and that a kind doesn't have.
func (f *Flags) Misplaced(kind Kind) Problems {
	var problems Problems
	for _, g := range f.groups {
		if g.has(kind) {
			continue
		}
		g.Set.VisitAll(func(flag *pflag.Flag) {
			if flag.Changed {
				problems = append(problems, Problem{
					Path: "--" + flag.Name, Message: fmt.Sprintf("a %s has no such flag", kind),
					Fix: fmt.Sprintf("leave it out, or say --kind %s", oneOf(g.Kinds)),
				})
			}
		})
	}
	return problems
}

// flagOf gives the flag by which the value at a path of the Spec is set.
func flagOf(path string) string {
	key, _, _ := strings.Cut(path, "[")
	switch key {
	case "name":
		return "NAME"
	case "image.registry":
		return "--registry"
	case "image.name":
		return "--image"
	case "resources":
		return "--resource"
	case "schedulers":
		return "--scheduler"
	case "platform", "platform.members":
		return "--services"
	}
	if rest, ok := strings.CutPrefix(key, "platform."); ok {
		return "--" + strings.ReplaceAll(rest, "_", "-")
	}
	return "--" + key
}
