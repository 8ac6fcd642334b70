package schema

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/merge"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A table is what the migrations that stand in a repository make of a resource's
// table.
type table struct {
	name    string
	last    int               // the number of the last migration; 0 if there is none
	files   map[string]bool   // the migrations' names
	columns map[string]column // by name
	unique  map[string]bool   // indexes
}

type column struct {
	since int    // the migration that brings it
	file  string // its name
	is    string // its definition
}

// define is what a migration does to columns and unique indexes, be it rendered or
// written by hand.
var define = regexp.MustCompile(`(?im)^ +"(\w+)" (.+?),?$` +
	`|\bADD COLUMN (?:IF NOT EXISTS )?"?(\w+)"? ((?:[^;,(]|\([^)]*\))+)` +
	`|\bDROP COLUMN (?:IF EXISTS )?"?(\w+)"?` +
	`|\bCREATE UNIQUE INDEX (?:IF NOT EXISTS )?"?(\w+)"?` +
	`|\bDROP INDEX (?:IF EXISTS )?"?(\w+)"?`)

// table reads the migrations of a table, but for those that go.
func (m Migrations) table(name string, goes func(file string) bool) *table {
	t := &table{name: name, files: map[string]bool{}, columns: map[string]column{}, unique: map[string]bool{}}
	for _, file := range m.Names() {
		digits, _, _ := strings.Cut(path.Base(file), "_")
		number, err := strconv.Atoi(digits)
		if err != nil || path.Dir(file) != name || goes(path.Join(render.MigrationsFolder, file)) {
			continue
		}
		t.last, t.files[path.Base(file)] = max(t.last, number), true
		lines := strings.ReplaceAll(m[file], "\r\n", "\n")
		for _, m := range define.FindAllStringSubmatch(lines, -1) {
			switch {
			case m[1] != "" && number == 1: // CREATE TABLE
				t.columns[m[1]] = column{number, path.Base(file), m[2]}
			case m[3] != "":
				t.columns[m[3]] = column{number, path.Base(file), m[4]}
			case m[5] != "":
				delete(t.columns, m[5])
			case m[6] != "":
				t.unique[m[6]] = true
			case m[7] != "":
				delete(t.unique, m[7])
			}
		}
	}
	return t
}

// isUnique reports whether a column's values are unique.
func (t *table) isUnique(column string) bool { return t.unique[render.UniqueIndex(t.name, column)] }

// dropping is the migration by which people would drop a column.
func (t *table) dropping(column string) string {
	return render.Dropping(t.name, column, t.isUnique(column), t.last+1)
}

// Follow holds a Spec to what the repository is already: its kind, and its fields to
// the tables that the migrations in it make. A field that comes back has its column
// again, and what is new gets a migration after all that there are. old is the Spec of
// the last render.
func (m Migrations) Follow(file *spec.File, old *spec.Spec) error {
	now := file.Spec()
	if now.Kind != old.Kind {
		return file.Problem("kind", fmt.Sprintf("the repository is a %s, and stays one", old.Kind),
			fmt.Sprintf("write kind: %s; 'spacegen new NAME --kind %s' makes another repository", old.Kind, now.Kind))
	}
	if !old.HasDatabase() || !now.HasDatabase() {
		return nil
	}
	for i := range now.Resources {
		was := old.Resource(now.Resources[i].Name)
		if was == nil {
			continue
		}
		t := m.table(now.Resources[i].Naming().Snake(), func(string) bool { return false })
		next := t.last + 1
		for j, f := range now.Resources[i].Fields {
			at := fmt.Sprintf("resources[%d].fields[%d]", i, j)
			since, err := t.since(file, at, f, was.Field(f.Name), next)
			if err != nil {
				return err
			}
			if next = max(next, since+1); since != f.Since {
				if err := file.SetSince(i, j, since); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// since is the migration that brings a field's column. before is the field as it was
// rendered last, nil if it was not.
func (t *table) since(file *spec.File, at string, f spec.Field, before *spec.Field, next int) (int, error) {
	if before != nil {
		if f.Since != before.Since {
			return 0, file.Problem(at+".since", fmt.Sprintf("the column of %s came with migration %d, which may have been applied", f.Name, before.Since),
				fmt.Sprintf("write since: %d", before.Since))
		}
		return f.Since, nil
	}
	name := f.Naming().Snake()
	c, stands := t.columns[name]
	switch {
	case stands && c.is == render.SQLType(f) && t.isUnique(name) == f.Unique:
		return c.since, nil
	case stands:
		is := c.is
		if t.isUnique(name) {
			is += ", unique"
		}
		return 0, file.Problem(at, fmt.Sprintf("the table %s still has a column %s, of a field that is gone, which is %s, and this field's would be another", t.name, name, is),
			"take another name, or drop the column first, by a migration of your own: "+t.dropping(name))
	case t.last > 0 && f.Since <= t.last && !t.files[fmt.Sprintf("%04d_add_%s.sql", f.Since, name)]:
		return next, nil
	default:
		return f.Since, nil
	}
}

// LeftBehind says which columns stay though their fields are gone.
func (m Migrations) LeftBehind(before, after *spec.Spec, plan *merge.Plan) []string {
	if before == nil || !before.HasDatabase() || !after.HasDatabase() {
		return nil
	}
	goes := map[string]bool{}
	for _, c := range plan.Changes {
		goes[c.Path] = c.Action == merge.Delete
	}
	var notes []string
	for i := range before.Resources {
		was := &before.Resources[i]
		now := after.Resource(was.Name)
		if now == nil {
			continue
		}
		t := m.table(was.Naming().Snake(), func(file string) bool { return goes[file] })
		for _, f := range was.Fields {
			name := f.Naming().Snake()
			if _, stands := t.columns[name]; !stands || now.Field(f.Name) != nil {
				continue
			}
			notes = append(notes, render.Stays(t.name, name, was.Name, t.dropping(name)))
		}
	}
	return notes
}
