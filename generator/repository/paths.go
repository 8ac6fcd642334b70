package repository

import (
	"fmt"
	"io/fs"
	"strings"
	"unicode"
)

// gitFolder is where git keeps what it runs and trusts.
const gitFolder = ".git"

// checkPath refuses a path that spacegen must not write, rename or remove,
// whoever names it: one that leaves the repository, or leads into .git in any
// spelling that some file system takes for it.
func checkPath(p string) error {
	if !fs.ValidPath(p) || p == "." || strings.Contains(p, `\`) || strings.ContainsFunc(p, unicode.IsControl) {
		return fmt.Errorf("%q is no path inside the repository", p)
	}
	for name := range strings.SplitSeq(p, "/") {
		if canonical(name) == gitFolder {
			return fmt.Errorf("%q lies in %s, where spacegen never writes", p, gitFolder)
		}
	}
	return nil
}

// ownFolders are those in which nothing stands but what spacegen itself keeps for
// a while: no template, lock or journal may name a file there.
func ownFolders() []string { return []string{journal, staging, undo, Folder + "/run"} }

// checkTarget is checkPath for the files of a change: spacegen's own records of
// changes are none.
func checkTarget(p string) error {
	if err := checkPath(p); err != nil {
		return err
	}
	for _, folder := range ownFolders() {
		if within(canonicalPath(p), folder) {
			return fmt.Errorf("%s is spacegen's own", p)
		}
	}
	return nil
}

// canonicalPath spells a path as checkPath compares it.
func canonicalPath(p string) string {
	names := strings.Split(p, "/")
	for i, name := range names {
		names[i] = canonical(name)
	}
	return strings.Join(names, "/")
}

// canonical gives the name that a file system may take another for: Windows
// ignores case, trailing dots and spaces, and whatever follows a colon, and knows
// a file by its short name too; macOS ignores case and code points that show
// nothing.
func canonical(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
	name, _, _ = strings.Cut(name, ":")
	name = strings.TrimRight(name, ". ")
	for _, long := range []string{gitFolder, Folder} {
		short := strings.TrimPrefix(long, ".")
		number, is := strings.CutPrefix(name, short[:min(len(short), 6)]+"~")
		if is && number != "" && strings.Trim(number, "0123456789") == "" {
			return long
		}
	}
	return name
}
