package change

import (
	"bytes"
	"io/fs"
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

// references finds the lines of Go files that speak of parts which a plan
// removes. What the plan writes or deletes, and what stands as it is rendered, is
// left out: there t.Cleanup is not the service of this name.
func references(fsys fs.FS, plan *merge.Plan, gone []string) ([]repository.Place, error) {
	if len(gone) == 0 {
		return nil, nil
	}
	for i, name := range gone {
		gone[i] = regexp.QuoteMeta(name)
	}
	// service.Region, manager.NewRegion, api.RegionInfo, g.Region.Create
	mention, err := regexp.Compile(`\.(New|Create|Update|Unimplemented|Register)?(` + strings.Join(gone, "|") + `)(Client|Server|Info|Query|Request|StatQuery|Handler)?\b`)
	if err != nil {
		return nil, err
	}
	changed := map[string]bool{}
	for _, c := range plan.Changes {
		changed[c.Path] = c.Write || c.Action == merge.Delete
	}
	rendered := map[string]string{} // hashes
	for at, record := range plan.Records {
		if record.At != "" {
			at = record.At
		}
		rendered[at] = record.Hash
	}
	var places []repository.Place
	err = fs.WalkDir(fsys, ".", func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if at != "." && (strings.HasPrefix(d.Name(), ".") || at == "gen") {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(at) != ".go" || changed[at] || !d.Type().IsRegular() {
			return nil
		}
		text, err := fs.ReadFile(fsys, at)
		if err != nil {
			return err
		}
		if rendered[at] == merge.Hash(text) {
			return nil
		}
		line := 0
		for l := range bytes.Lines(text) {
			line++
			if code, _, _ := bytes.Cut(l, []byte("//")); mention.Match(code) {
				places = append(places, repository.Place{Path: at, Line: line})
			}
		}
		return nil
	})
	return places, err
}
