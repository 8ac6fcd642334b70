package trial

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// golden renders the Spec of a golden, as every other, and compares the files that the
// overlay brings or changes with those that stand beside it.
func (r *run) golden(ctx context.Context, g golden, update bool) error {
	r.report.Goldens++
	c := Case{Name: "golden " + g.name, Spec: g.spec}
	under := r.under(ctx, c)
	defer under() //nolint:errcheck // try gives the error, unless it has no use for the rendering
	tree, changed, err := r.try(ctx, c, under)
	if err != nil || tree == nil {
		return err
	}
	stands := g.files
	for _, at := range changed {
		body := tree[at].Body
		was, there := stands[at]
		delete(stands, at)
		switch {
		case there && bytes.Equal(was, body):
		case update:
			if err := r.write(g, at, body, 0o644|tree[at].Mode&0o111); err != nil {
				return err
			}
		case !there:
			r.astray(g, at, "is missing", r.watch.Where(at, body, 0))
		default:
			r.astray(g, at, "is not what the overlay makes of it", r.watch.Where(at, body, 0)+"\n"+string(diff.Diff(g.at(at), was, "rendered/"+at, body)))
		}
	}
	for _, at := range slices.Sorted(maps.Keys(stands)) {
		if !update {
			r.astray(g, at, "is nothing that the overlay brings or changes", "no template")
			continue
		}
		if err := os.Remove(r.disk(g, at)); err != nil {
			return fmt.Errorf("update the golden %s: %w", g.name, err)
		}
		r.report.Written = append(r.report.Written, g.at(at)+" (deleted)")
	}
	return nil
}

func (g golden) at(file string) string { return path.Join(GoldenFolder, g.name, file) }

func (r *run) disk(g golden, at string) string {
	return filepath.Join(r.Dir, filepath.FromSlash(g.at(at)))
}

func (r *run) astray(g golden, at, what, from string) {
	r.fail(Failure{Check: Goldens, At: g.at(at), Message: fmt.Sprintf("it %s; look at the difference, and if it is right run 'spacegen templates test --update': %s", what, from), Specs: []string{path.Join(GoldenFolder, g.name, spec.FileName)}})
}

func (r *run) write(g golden, at string, body []byte, mode os.FileMode) error {
	to := r.disk(g, at)
	err := os.MkdirAll(filepath.Dir(to), 0o755) //nolint:gosec // of the overlay's own repository
	if err == nil {
		err = os.WriteFile(to, body, mode)
	}
	if err == nil {
		err = os.Chmod(to, mode) // it may have stood there otherwise
	}
	if err != nil {
		return fmt.Errorf("update the golden %s: %w", g.name, err)
	}
	r.report.Written = append(r.report.Written, g.at(at))
	return nil
}
