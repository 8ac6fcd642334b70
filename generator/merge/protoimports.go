package merge

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

var (
	protoImport  = regexp.MustCompile(`^import(?: +(?:weak|public))? +"([^"]+)" *;`)
	protoComment = regexp.MustCompile(`//[^\n]*`)
)

// keepImports puts the imports back that the template dropped, and that what people wrote
// into the proto still needs: it has no way to know.
func keepImports(s sides, merged []byte) []byte {
	wanted, have := importsOf(s.theirs), importsOf(merged)
	text := protoComment.ReplaceAllString(string(merged), "")
	for at, line := range importsOf(s.ours) {
		if _, stays := wanted[at]; stays || have[at] != "" || !speaksOf(text, at) {
			continue
		}
		merged = insertImport(merged, line)
	}
	return merged
}

// speaksOf reports whether a proto names what a file is called by: duration.proto has
// Duration, and its package.
func speaksOf(text, at string) bool {
	stem := naming.New(strings.TrimSuffix(path.Base(at), path.Ext(at)))
	names := []string{stem.Pascal(), stem.Snake(), strings.ReplaceAll(path.Dir(at), "/", ".") + ".http"}
	return slices.ContainsFunc(names, func(name string) bool {
		return regexp.MustCompile(`[ \t.(]` + regexp.QuoteMeta(name) + `[ \t.)>]`).MatchString(text)
	})
}

// importsOf are the lines by which a proto imports files, by these.
func importsOf(text []byte) map[string]string {
	lines := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if m := protoImport.FindStringSubmatch(line); m != nil {
			lines[m[1]] = line
		}
	}
	return lines
}

// insertImport puts an import among the others, which are sorted.
func insertImport(text []byte, line string) []byte {
	lines := slices.Collect(strings.Lines(string(text)))
	at := -1
	for i, other := range lines {
		if protoImport.MatchString(other) && (at < 0 || other < line) {
			at = i
			if other < line {
				at++
			}
		}
	}
	if at < 0 {
		return text
	}
	return []byte(strings.Join(slices.Insert(lines, at, line), ""))
}
