package change

import (
	"bytes"
	"cmp"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/repository"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// removed gives the Go names of the parts that a Spec had and another has no
// more.
func removed(before, after *spec.Spec) []string {
	var gone []string
	for _, r := range before.Resources {
		if after.Resource(r.Name) == nil {
			gone = append(gone, r.Naming().Pascal())
		}
	}
	for _, layer := range spec.Layers() {
		for _, c := range *layer.List(before) {
			name := c.Naming(layer.Name)
			stays := func(other spec.Component) bool { return other.Naming(layer.Name) == name }
			if !slices.ContainsFunc(*layer.List(after), stays) {
				gone = append(gone, name.Pascal())
			}
		}
	}
	return gone
}

// goCode reads the Go files of a repository, but for made ones.
func goCode(fsys fs.FS) (map[string][]byte, error) {
	code := map[string][]byte{}
	err := fs.WalkDir(fsys, ".", func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if at != "." && (strings.HasPrefix(d.Name(), ".") || at == "gen") {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(at) != ".go" || !d.Type().IsRegular() {
			return nil
		}
		code[at], err = fs.ReadFile(fsys, at)
		return err
	})
	return code, err
}

// references finds the lines of Go code that speak of parts which a plan
// removes. What the plan writes or deletes, and what stands as it is rendered, is
// left out: there t.Cleanup is not the service of this name.
func references(code map[string][]byte, plan *merge.Plan, gone []string) ([]repository.Place, error) {
	if len(gone) == 0 {
		return nil, nil
	}
	names := make([]string, len(gone))
	for i, name := range gone {
		names[i] = regexp.QuoteMeta(name)
	}
	// service.Region, manager.NewRegion, api.RegionInfo, g.Region.Create
	mention, err := regexp.Compile(`\.(New|Create|Update|Unimplemented|Register)?(` + strings.Join(names, "|") + `)(Client|Server|Info|Query|Request|StatQuery|AnalyzeQuery|Handler)?\b`)
	if err != nil {
		return nil, err
	}
	changed := map[string]bool{}
	for _, c := range plan.Changes {
		changed[c.Path] = c.Write || c.Action == merge.Delete
	}
	rendered := map[string]string{} // hashes
	for at, record := range plan.Records {
		rendered[cmp.Or(record.At, at)] = record.Hash
	}
	var places []repository.Place
	for _, at := range slices.Sorted(maps.Keys(code)) {
		if changed[at] || rendered[at] == merge.Hash(code[at]) {
			continue
		}
		line := 0
		for l := range bytes.Lines(code[at]) {
			line++
			if text, _, _ := bytes.Cut(l, []byte("//")); mention.Match(text) {
				places = append(places, repository.Place{Path: at, Line: line})
			}
		}
	}
	return places, nil
}
