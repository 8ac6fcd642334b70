// Package schema is what the migrations in a repository make of its tables, held
// against what its Spec says of them.
package schema

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Migrations are the migrations that stand in a repository: TABLE/NNNN_WHAT.sql → text.
type Migrations map[string]string

// Read reads the migrations of a repository.
func Read(fsys fs.FS) (Migrations, error) {
	files, err := fs.Glob(fsys, render.MigrationsFolder+"/*/*.sql")
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", render.MigrationsFolder, err)
	}
	all := Migrations{}
	for _, file := range files {
		text, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		all[strings.TrimPrefix(file, render.MigrationsFolder+"/")] = string(text)
	}
	return all, nil
}

// Names lists the migrations, sorted.
func (m Migrations) Names() []string { return slices.Sorted(maps.Keys(m)) }

// SameNames refuses a rendered migration that stands under another number:
// databases that have applied it would apply it once more.
func (m Migrations) SameNames(records map[string]merge.Record) error {
	var faults []error
	for _, at := range slices.Sorted(maps.Keys(records)) {
		within, migration := strings.CutPrefix(at, render.MigrationsFolder+"/")
		_, stands := m[within]
		if !migration || records[at].At != "" || stands || strings.HasSuffix(within, render.VersionMigration) { // see Versioned
			continue
		}
		_, what, _ := strings.Cut(path.Base(within), "_")
		for _, other := range m.Names() {
			_, its, _ := strings.Cut(path.Base(other), "_")
			if _, rendered := records[path.Join(render.MigrationsFolder, other)]; !rendered && path.Dir(other) == path.Dir(within) && its == what {
				faults = append(faults, fmt.Errorf("%s stands where %s was rendered: databases know migrations by their names, and would apply it again; give it its old name",
					path.Join(render.MigrationsFolder, other), path.Base(within)))
			}
		}
	}
	return errors.Join(faults...)
}

// Versioned says which migration gave each table that stands in a repository the
// column of its rows' versions; a table of old has none yet.
func (m Migrations) Versioned() (map[string]string, error) {
	by, seen := map[string]string{}, map[string]bool{}
	for _, file := range m.Names() {
		name := path.Dir(file)
		if seen[name] {
			continue
		}
		seen[name] = true
		t := m.table(name, func(string) bool { return false })
		if c, has := t.columns[render.VersionColumn]; has {
			by[name] = c.file
		}
		added := slices.DeleteFunc(slices.Sorted(maps.Keys(t.files)), func(file string) bool { return !strings.HasSuffix(file, render.VersionMigration) })
		if len(added) > 1 {
			return nil, fmt.Errorf("%s/%s: %s each add the column %s, as after a merge of branches that were updated apart: keep the one that your databases have applied and delete the other",
				render.MigrationsFolder, name, strings.Join(added, " and "), render.VersionColumn)
		}
	}
	return by, nil
}

// Lasting are the migrations that stay though nothing renders them any more, since
// they may have been applied: the path as rendered → where it stands.
func Lasting(tree render.Tree, records map[string]merge.Record) map[string]string {
	stay := map[string]string{}
	for rendered, record := range records {
		if _, still := tree[rendered]; still || record.Owner != render.Once || !strings.HasPrefix(rendered, render.MigrationsFolder+"/") {
			continue
		}
		stay[rendered] = cmp.Or(record.At, rendered)
	}
	return stay
}

// Orphans says which tables stay that nothing reads any more.
func Orphans(plan *merge.Plan, tree render.Tree, stay map[string]bool) []string {
	var notes []string
	for _, c := range plan.Changes {
		create := path.Base(c.Path) == "0001_create.sql"
		if _, rendered := tree[c.Path]; c.Action != merge.Keep || rendered || !create || !stay[c.Path] {
			continue
		}
		table := path.Base(path.Dir(c.Path))
		notes = append(notes, fmt.Sprintf("the table %s stays, with all that is in it, and so do its migrations, but nothing reads it any more: once nobody needs it, drop it by a migration of your own, the next in %s",
			table, path.Dir(c.Path)))
	}
	return notes
}

// Stale says which migrations stood there before, of a part that was removed once,
// and are not what the part needs now.
func Stale(plan *merge.Plan, tree render.Tree, ours map[string]merge.File) []string {
	var notes []string
	for _, c := range plan.Changes {
		theirs, rendered := tree[c.Path]
		if c.Action != merge.Keep || !rendered || !strings.HasPrefix(c.Path, render.MigrationsFolder+"/") || string(theirs.Body) == string(ours[c.Path].Body) {
			continue
		}
		notes = append(notes, fmt.Sprintf("%s stays as it was written before, and is not what would be written now: where it was applied, bring the table along by migrations of your own, the next in %s; where it never was, take this change back, delete the file and begin again",
			c.Path, path.Dir(c.Path)))
	}
	return notes
}

// Retyped says which columns a Spec wants otherwise than the one before: a migration
// that was written stays, and nobody but people knows what becomes of the values.
func Retyped(before, after *spec.Spec) []string {
	if before == nil || !before.HasDatabase() || !after.HasDatabase() {
		return nil
	}
	var notes []string
	for i := range after.Resources {
		r := &after.Resources[i]
		was := before.Resource(r.Name)
		if was == nil {
			continue
		}
		for _, now := range r.Fields {
			old := was.Field(now.Name)
			if old == nil || columnOf(*old) == columnOf(now) {
				continue
			}
			notes = append(notes, fmt.Sprintf("%s: the field %s of %s was %s and is %s, and its column stays as it was: bring the table along by a migration of your own, the next in %s/%s, or take this change back",
				spec.FileName, now.Name, r.Name, columnOf(*old), columnOf(now), render.MigrationsFolder, r.Naming().Snake()))
		}
	}
	return notes
}

// columnOf is what a field says of its column. An enum is kept as text.
func columnOf(f spec.Field) string {
	kind := string(f.Type)
	if f.Type == spec.Enum {
		kind = string(spec.String)
	}
	if f.Repeated {
		kind = "a list of " + kind
	}
	if f.Unique {
		kind += ", unique"
	}
	return kind
}
