package change

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/schema"
)

// sameNames refuses a rendered migration that stands under another number:
// databases that have applied it would apply it once more.
func sameNames(m schema.Migrations, records map[string]merge.Record) error {
	var faults []error
	for _, at := range slices.Sorted(maps.Keys(records)) {
		within, migration := strings.CutPrefix(at, schema.Folder+"/")
		_, stands := m[within]
		if !migration || records[at].At != "" || stands || strings.HasSuffix(within, schema.VersionMigration) { // a merge of branches may bring two, which schema.Read says
			continue
		}
		_, what, _ := strings.Cut(path.Base(within), "_")
		for _, other := range m.Names() {
			_, its, _ := strings.Cut(path.Base(other), "_")
			if _, rendered := records[path.Join(schema.Folder, other)]; !rendered && path.Dir(other) == path.Dir(within) && its == what {
				faults = append(faults, fmt.Errorf("%s stands where %s was rendered: databases know migrations by their names, and would apply it again; give it its old name",
					path.Join(schema.Folder, other), path.Base(within)))
			}
		}
	}
	return errors.Join(faults...)
}

// lasting are the migrations that stay though nothing renders them any more, since
// they may have been applied: the path as rendered → where it stands.
func lasting(tree render.Tree, records map[string]merge.Record) map[string]string {
	stay := map[string]string{}
	for rendered, record := range records {
		if _, still := tree[rendered]; still || record.Owner != render.Once || !strings.HasPrefix(rendered, schema.Folder+"/") {
			continue
		}
		stay[rendered] = cmp.Or(record.At, rendered)
	}
	return stay
}

// orphans says which tables stay that nothing reads any more.
func orphans(plan *merge.Plan, tree render.Tree, stay map[string]bool, m schema.Migrations) []string {
	var notes []string
	for _, c := range plan.Changes {
		create := path.Base(c.Path) == "0001_create.sql"
		if _, rendered := tree[c.Path]; c.Action != merge.Keep || rendered || !create || !stay[c.Path] {
			continue
		}
		table := m.Called(path.Base(path.Dir(c.Path)))
		notes = append(notes, fmt.Sprintf("the table %s stays, with all that is in it, and so do its migrations, but nothing reads it any more: once nobody needs it, drop it by a migration of your own, the next in %s",
			table, path.Dir(c.Path)))
	}
	return notes
}

// twins says which migrations have the number of another since the last update, as after a
// merge of branches by hand.
func twins(m schema.Migrations, records map[string]merge.Record, tree render.Tree) []string {
	var notes []string
	if len(records) == 0 {
		return nil
	}
	for _, file := range m.Names() {
		at := path.Join(schema.Folder, file)
		_, known := records[at]
		if _, rendered := tree[at]; known || !rendered {
			continue
		}
		for _, other := range m.Twins(file) {
			notes = append(notes, schema.SameNumber(file, other))
		}
	}
	slices.Sort(notes)
	return slices.Compact(notes)
}

// stale says which migrations stood there before, of a part that was removed once,
// and are not what the part needs now.
func stale(plan *merge.Plan, tree render.Tree, ours map[string]merge.File) []string {
	var notes []string
	for _, c := range plan.Changes {
		theirs, rendered := tree[c.Path]
		if c.Action != merge.Keep || !rendered || !strings.HasPrefix(c.Path, schema.Folder+"/") || string(theirs.Body) == string(ours[c.Path].Body) {
			continue
		}
		notes = append(notes, fmt.Sprintf("%s stays as it was written before, and is not what would be written now: where it was applied, bring the table along by migrations of your own, the next in %s; where it never was, take this change back, delete the file and begin again",
			c.Path, path.Dir(c.Path)))
	}
	return notes
}
