package merge

import (
	"bytes"
	"errors"
	gover "go/version"
	"slices"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// mergeGoMod merges module files by what they say: of each requirement whoever alone
// changed it, of two changes the higher version; and all that is the user's own.
func mergeGoMod(s sides) ([]byte, error) {
	base, err := parseMod(s.base)
	if err != nil {
		return nil, err
	}
	ours, err := parseMod(s.ours)
	if err != nil {
		return nil, err
	}
	theirs, err := parseMod(s.theirs)
	if err != nil {
		return nil, err
	}
	was, wanted := requirements(base), requirements(theirs)
	for path, r := range requirements(ours) {
		_, rendered := wanted[path]
		if old, known := was[path]; known && !rendered && old.Mod.Version == r.Mod.Version {
			if err := ours.DropRequire(path); err != nil { // the template dropped it
				return nil, err
			}
		}
	}
	direct := map[string]bool{}
	for _, r := range theirs.Require {
		direct[r.Mod.Path] = !r.Indirect
		have, there := requirements(ours)[r.Mod.Path]
		old, known := was[r.Mod.Path]
		switch {
		case there && (semver.Compare(have.Mod.Version, r.Mod.Version) < 0 || known && old.Mod.Version == have.Mod.Version):
			have.Mod.Version = r.Mod.Version
			if err := ours.AddRequire(r.Mod.Path, r.Mod.Version); err != nil {
				return nil, err
			}
		case !there && !known:
			ours.AddNewRequire(r.Mod.Path, r.Mod.Version, r.Indirect)
		}
	}
	if err := mergeReplacements(base, ours, theirs); err != nil {
		return nil, err
	}
	if theirs.Go != nil && (ours.Go == nil || gover.Compare("go"+ours.Go.Version, "go"+theirs.Go.Version) < 0) {
		if err := ours.AddGoStmt(theirs.Go.Version); err != nil {
			return nil, err
		}
	}
	if err := mergeToolchain(base, ours, theirs); err != nil {
		return nil, err
	}
	ours.Cleanup()
	markDirect(ours, direct)
	ours.SortBlocks()
	return ours.Format()
}

// errReplaced means that both changed what a module is replaced by: no version is newer
// than another there, so that lines are merged, and show the conflict.
var errReplaced = errors.New("both changed what a module is replaced by")

// mergeReplacements takes what the template says of a replaced module where nobody else
// changed that.
func mergeReplacements(base, ours, theirs *modfile.File) error {
	was, wanted, have := replacements(base), replacements(theirs), replacements(ours)
	for old, at := range have {
		before, known := was[old]
		if _, rendered := wanted[old]; known && !rendered {
			if at != before {
				return errReplaced
			}
			if err := ours.DropReplace(old.Path, old.Version); err != nil {
				return err
			}
		}
	}
	for old, to := range wanted {
		before, known := was[old]
		at, there := have[old]
		if to == before || there && at == to {
			continue
		}
		if known != there || at != before {
			return errReplaced
		}
		if err := ours.AddReplace(old.Path, old.Version, to.Path, to.Version); err != nil {
			return err
		}
	}
	return nil
}

func replacements(f *modfile.File) map[module.Version]module.Version {
	all := map[module.Version]module.Version{}
	for _, r := range f.Replace {
		all[r.Old] = r.New
	}
	return all
}

// mergeToolchain takes the newer toolchain, unless people took the line away. As
// the go command has it, a line that names no more than the go directive does
// is none.
func mergeToolchain(base, ours, theirs *modfile.File) error {
	if dropped := base.Toolchain != nil && ours.Toolchain == nil; theirs.Toolchain != nil && !dropped &&
		(ours.Toolchain == nil || gover.Compare(ours.Toolchain.Name, theirs.Toolchain.Name) < 0) {
		if err := ours.AddToolchainStmt(theirs.Toolchain.Name); err != nil {
			return err
		}
	}
	if ours.Toolchain != nil && ours.Go != nil && gover.Compare(ours.Toolchain.Name, "go"+ours.Go.Version) <= 0 {
		ours.DropToolchainStmt()
	}
	return nil
}

// markDirect takes the word indirect off requirements that are direct now.
func markDirect(f *modfile.File, direct map[string]bool) {
	changed := false
	all := make([]*modfile.Require, len(f.Require))
	for i, r := range f.Require {
		changed = changed || r.Indirect && direct[r.Mod.Path]
		all[i] = &modfile.Require{Mod: r.Mod, Indirect: r.Indirect && !direct[r.Mod.Path]}
	}
	if changed {
		f.SetRequireSeparateIndirect(all)
		f.Cleanup() // a block may be empty now
	}
}

// parseMod reads a module file; an empty text is one that says nothing.
func parseMod(text []byte) (*modfile.File, error) { return modfile.Parse("go.mod", text, nil) }

func requirements(f *modfile.File) map[string]*modfile.Require {
	all := map[string]*modfile.Require{}
	for _, r := range f.Require {
		all[r.Mod.Path] = r
	}
	return all
}

// mergeGoSum gives the lines of both: too many are no harm, and go mod tidy
// takes them away.
func mergeGoSum(s sides) []byte {
	seen := map[string]bool{}
	var lines []string
	for _, text := range [][]byte{s.ours, s.theirs} {
		for line := range bytes.Lines(text) {
			line := string(bytes.TrimSpace(line))
			if line != "" && !seen[line] {
				seen[line] = true
				lines = append(lines, line)
			}
		}
	}
	slices.SortStableFunc(lines, bySum)
	var out bytes.Buffer
	for _, line := range lines {
		out.WriteString(line + "\n")
	}
	return out.Bytes()
}

// bySum orders lines as the go command does.
func bySum(a, b string) int {
	list := []module.Version{sumOf(a), sumOf(b)}
	if list[0] == list[1] {
		return 0
	}
	first := list[0]
	module.Sort(list)
	if list[0] == first {
		return -1
	}
	return 1
}

func sumOf(line string) module.Version {
	fields := bytes.Fields([]byte(line))
	if len(fields) < 2 {
		return module.Version{Path: line}
	}
	return module.Version{Path: string(fields[0]), Version: string(fields[1])}
}
