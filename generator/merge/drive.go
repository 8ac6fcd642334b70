package merge

import (
	"bytes"
	"context"
	"errors"
	"go/format"
	"path"
	"slices"
	"strings"
)

// drive merges by what a file is: module files by what they say; all others by lines
// and, where these conflict, by their parts. Of two conflicts the smaller one is shown.
func drive(ctx context.Context, p string, s sides, l labels) ([]byte, bool, error) {
	switch path.Base(p) {
	case "go.mod":
		if merged, err := mergeGoMod(s); err == nil {
			return merged, false, nil
		}
	case "go.sum":
		return mergeGoSum(s), false, nil
	case npmLockFile:
		if merged, err := mergeNPMLock(s); err == nil {
			return merged, false, nil
		}
	}
	if path.Ext(p) == ".proto" {
		merged, conflict, err := driveText(ctx, p, s, l)
		if err == nil {
			merged = keepImports(s, merged)
		}
		return merged, conflict, err
	}
	return driveText(ctx, p, s, l)
}

// driveText merges by lines and, where these conflict, by parts.
func driveText(ctx context.Context, p string, s sides, l labels) ([]byte, bool, error) {
	merged, conflict, err := mergeLines(ctx, s, l)
	switch {
	case err != nil:
		return nil, false, err
	case !conflict && !doubles(p, s, merged):
		return asFormatted(p, s, merged), false, nil
	}
	byParts, stillConflict, ok, err := driveParts(ctx, p, s, l)
	switch {
	case err != nil:
		return nil, false, err
	case !ok, conflict && stillConflict && markers(byParts) >= markers(merged):
		return merged, conflict, nil
	default:
		return byParts, stillConflict, nil
	}
}

// asFormatted formats Go code that was merged by lines, if both sides are formatted: where
// each has taken a long name out of a list, the columns are those of neither.
func asFormatted(p string, s sides, merged []byte) []byte {
	if path.Ext(p) != ".go" || !isFormatted(s.ours) || !isFormatted(s.theirs) {
		return merged
	}
	if formatted, err := format.Source(merged); err == nil {
		return formatted
	}
	return merged
}

func isFormatted(text []byte) bool {
	formatted, err := format.Source(text)
	return err == nil && bytes.Equal(formatted, text)
}

// driveParts merges by parts; ok says that the file's kind has some, and that all
// sides could be read.
func driveParts(ctx context.Context, p string, s sides, l labels) (merged []byte, conflict, ok bool, err error) {
	switch kind := path.Ext(p); {
	case kind == ".go":
		merged, conflict, err = mergeGo(ctx, s, l)
		if errors.Is(err, errNoGo) {
			return nil, false, false, nil
		}
		return merged, conflict, err == nil, err
	case len(s.base) == 0:
		return nil, false, false, nil // two files that have nothing in common are no list of both
	case kind == ".proto":
		return mergeParts(ctx, s, l, protoParts)
	case kind == ".md":
		return mergeParts(ctx, s, l, markdownParts)
	case kind == ".json":
		return mergeJSON(ctx, s, l)
	case path.Base(p) == "Makefile" || kind == ".mk":
		return mergeParts(ctx, s, l, makeParts)
	case isYAML(p):
		if merged, conflict, ok, err = mergeParts(ctx, s, l, yamlParts, brackets{"[", "]", ", "}); err != nil || ok && !conflict {
			return merged, conflict, ok, err
		}
		byKey, still, err := mergeLines(ctx, settle(s), l)
		if ok && (markers(merged) < markers(byKey) || doubles(p, s, byKey)) {
			return merged, conflict, true, err
		}
		return byKey, still, err == nil, err
	default:
		return nil, false, false, nil
	}
}

// doubles reports whether a merge of lines has something twice that no side has twice:
// both added a field of the same name, in different places. It says so as well of JSON
// that is none any more.
func doubles(p string, s sides, merged []byte) bool {
	var cut func([]string) (list, bool)
	switch path.Ext(p) {
	case ".go":
		cut = goParts
	case ".proto":
		cut = protoParts
	case ".yaml", ".yml":
		cut = yamlParts
	case ".json":
		if !isJSON(merged) && isJSON(s.ours) && isJSON(s.theirs) {
			return true
		}
		cut = jsonParts
	default:
		return false
	}
	names := func(text []byte) map[string]int {
		n := map[string]int{}
		if l, ok := cut(slices.Collect(strings.Lines(string(text)))); ok {
			l.count("", n)
		}
		return n
	}
	ours, theirs := names(s.ours), names(s.theirs)
	for name, n := range names(merged) {
		if n > 1 && ours[name] < 2 && theirs[name] < 2 {
			return true
		}
	}
	return false
}

// Texts merges three texts of a file by what the file is.
func Texts(ctx context.Context, p string, base, ours, theirs []byte) (merged []byte, conflict bool, err error) {
	if binary(base) || binary(ours) || binary(theirs) {
		return ours, true, nil
	}
	was, _ := normalise(base)
	have, style := normalise(ours)
	want, _ := normalise(theirs)
	merged, conflict, err = drive(ctx, p, agree(p, sides{base: was, ours: have, theirs: want}), labels{ours: "this branch", base: "before", theirs: "the other branch"})
	return style.restore(merged), conflict, err
}
