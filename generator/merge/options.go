package merge

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Options are the choices of whoever runs the merge. Globs and paths are as the
// repository has them, whatever folder the command runs in.
type Options struct {
	Ours    []string // globs of paths where conflicts are decided for ours
	Theirs  []string // likewise for theirs
	Restore []string // paths, or globs of them, that were deleted and should come back
	Keep    bool     // keep edits in generated files
	Drop    bool     // delete what no template brings any more, whatever was written in it
}

// An OptionError is an option that asks for nothing that could be done.
type OptionError struct {
	Flag, Glob string // as the command line has them, such as --ours deploy/**
	Reason     string
}

func (e *OptionError) Error() string { return e.Flag + " " + e.Glob + ": " + e.Reason }

// Without gives the options without one that asks for nothing.
func (o Options) Without(e *OptionError) Options {
	for flag, globs := range map[string]*[]string{"--ours": &o.Ours, "--theirs": &o.Theirs, "--restore": &o.Restore} {
		if flag == e.Flag {
			*globs = slices.DeleteFunc(slices.Clone(*globs), func(glob string) bool { return glob == e.Glob })
		}
	}
	return o
}

// Restores reports whether a path that was deleted should come back.
func (o Options) Restores(at string) bool { return match(o.Restore, at) }

// RestoredBy gives the glob that asks for a path to come back.
func (o Options) RestoredBy(at string) string {
	for _, glob := range o.Restore {
		if match([]string{glob}, at) {
			return glob
		}
	}
	return ""
}

// check refuses globs that cannot be read, and those that mean no file of the
// repository: whoever misspells one would believe the conflicts decided.
func (in *Input) check() error {
	known := in.paths()
	for _, o := range []struct {
		flag  string
		globs []string
	}{{"--ours", in.Options.Ours}, {"--theirs", in.Options.Theirs}, {"--restore", in.Options.Restore}} {
		for _, glob := range o.globs {
			refuse := func(reason string) error { return &OptionError{o.flag, glob, reason} }
			if !doublestar.ValidatePattern(glob) {
				return refuse("it is no glob of paths: a bracket or a brace is not closed, or a backslash stands at the end")
			}
			means := slices.DeleteFunc(slices.Clone(known), func(p string) bool { return !match([]string{glob}, p) })
			switch {
			case len(means) == 0:
				return refuse("spacegen writes no file that this means; write paths as seen from the repository's root, ** for any folders")
			case o.flag == "--restore" && !slices.ContainsFunc(means, in.absent):
				if !slices.ContainsFunc(means, in.stands) {
					return refuse("the templates no longer include this file, so that nothing can be written in its place; git has it as it was committed")
				}
				return refuse("the file is there; only what was deleted comes back")
			}
		}
	}
	return nil
}

// paths are all that the repository's files of spacegen are called, now or before.
func (in *Input) paths() []string {
	set := map[string]bool{}
	for _, p := range in.Theirs.Paths() {
		set[in.at(p)] = true
	}
	for p := range in.Records {
		set[in.at(p)] = true
	}
	return slices.Sorted(maps.Keys(set))
}

// at is where the file of a rendered path lies.
func (in *Input) at(p string) string {
	if record := in.Records[p]; record.At != "" {
		return record.At
	}
	return p
}

// stands reports whether something is there.
func (in *Input) stands(at string) bool {
	_, there := in.Ours[at]
	return there
}

// absent reports whether people deleted a file that is rendered.
func (in *Input) absent(at string) bool {
	if in.stands(at) {
		return false
	}
	return slices.ContainsFunc(in.Theirs.Paths(), func(p string) bool {
		return in.at(p) == at
	})
}

// QuoteGlob gives the glob that means a path and no other.
func QuoteGlob(p string) string {
	return "/" + strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`, `{`, `\{`, `}`, `\}`).Replace(p)
}

// match reports whether one of the globs means a path. A glob means files and
// all that lies in folders; without a slash it may stand at any depth.
func match(globs []string, p string) bool {
	return slices.ContainsFunc(globs, func(glob string) bool {
		fromRoot, rooted := strings.CutPrefix(strings.TrimPrefix(glob, "."), "/")
		if !rooted {
			fromRoot = glob
		}
		fromRoot = strings.TrimSuffix(fromRoot, "/")
		if !rooted && !strings.Contains(fromRoot, "/") {
			fromRoot = "**/" + fromRoot
		}
		return doublestar.MatchUnvalidated(fromRoot, p) || doublestar.MatchUnvalidated(fromRoot+"/**", p)
	})
}

// SplitGlobs splits globs at commas, but for those in braces.
func SplitGlobs(list string) ([]string, error) {
	var globs []string
	depth, start := 0, 0
	for i, r := range list {
		switch r {
		case '{':
			depth++
		case '}':
			depth--
		case ',':
			if depth == 0 {
				globs = append(globs, list[start:i])
				start = i + 1
			}
		}
	}
	globs = append(globs, list[start:])
	if slices.ContainsFunc(globs, func(glob string) bool { return strings.TrimSpace(glob) == "" }) {
		return nil, fmt.Errorf("%q has an empty glob", list)
	}
	return globs, nil
}
