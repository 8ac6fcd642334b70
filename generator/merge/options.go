package merge

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/render"
)

// check refuses globs that cannot be read, and to restore what is not rendered.
func (o Options) check(theirs render.Tree) error {
	for _, at := range o.Restore {
		if !slices.ContainsFunc(theirs.Paths(), func(p string) bool { return match([]string{at}, p) }) {
			return fmt.Errorf("restore %s: spacegen writes no file of this name", at)
		}
	}
	for _, glob := range append(append([]string{}, o.Ours...), o.Theirs...) {
		if _, err := path.Match(glob, ""); err != nil {
			return fmt.Errorf("%q is no glob of paths: %w", glob, err)
		}
	}
	return nil
}

// QuoteGlob gives the glob that means a path and no other.
func QuoteGlob(p string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(p)
}

// match reports whether one of the globs means a path: the whole path, its last
// element if the glob has no slash, or everything below a folder.
func match(globs []string, p string) bool {
	for _, glob := range globs {
		glob = strings.TrimPrefix(glob, "./")
		if ok, err := path.Match(glob, p); err == nil && ok {
			return true
		}
		if !strings.Contains(glob, "/") {
			if ok, err := path.Match(glob, path.Base(p)); err == nil && ok {
				return true
			}
		}
		folder := strings.TrimSuffix(strings.TrimSuffix(glob, "/**"), "/")
		if strings.HasPrefix(p, folder+"/") {
			return true
		}
	}
	return false
}
