package render

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/schema"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// keep has a resource of the Spec be kept in its table, as that stands.
func (r *Resource) keep(s *spec.Spec, own Input) {
	name := r.Snake()
	if was, renamed := own.Was[name]; renamed {
		name = was
	}
	var last *spec.Resource
	if own.Last != nil && own.Last.HasDatabase() {
		last = own.Last.Resource(name)
	}
	t := own.Tables.Table(name)
	h := t.Brings(last, s.Resource(r.Snake()).Fields)
	if last != nil && t.Name != r.Snake() {
		h.Named = append(h.Named, schema.Rename{From: t.Name, To: r.Snake(), Since: h.Next})
		h.Next++
	}
	r.keepIn(t, h)
}

// Migrations is the folder of its migrations: what its table was called first.
func (r *Resource) Migrations() string { return r.table.Folder }

// Named are the migrations that give the table another name.
func (r *Resource) Named() []schema.Rename {
	return slices.DeleteFunc(slices.Clone(r.history.Named), func(one schema.Rename) bool {
		return !r.table.Renders(one.Since, r.NamedFile(one))
	})
}

// NamedFile is the name of such a migration.
func (r *Resource) NamedFile(one schema.Rename) string {
	return schema.TableMigration(one.Since, one.From, one.To)
}

// Table is what the table is called after a migration.
func (r *Resource) Table(migration int) string {
	name := r.Snake()
	for i := len(r.history.Named) - 1; i >= 0 && r.history.Named[i].Since > migration; i-- {
		name = r.history.Named[i].From
	}
	return name
}

// UniqueUnder are the fields whose values are unique, by indexes of spacegen's, when a
// migration comes.
func (r *Resource) UniqueUnder(migration int) []*Field {
	return r.selected(func(f *Field) bool { return f.Since() < migration && f.uniqueAfter(migration) && !f.column.Yours })
}

// IndexedUnder are the fields that have an index when a migration comes.
func (r *Resource) IndexedUnder(migration int) []*Field {
	return r.selected(func(f *Field) bool { return f.column.Indexed > 0 && f.column.Indexed < migration })
}

// IndexAs is the name of an index of the table, when that is called so.
func (r *Resource) IndexAs(table string, parts ...string) string {
	return schema.Index(append([]string{table}, parts...)...)
}

func (r *Resource) keepIn(t *schema.Table, h *schema.History) {
	r.table, r.history = t, h
	for i, f := range r.Fields {
		f.column = h.Columns[i]
	}
}

// AddedFields are those that came later, each by a migration of its own.
func (r *Resource) AddedFields() []*Field {
	return r.selected(func(f *Field) bool { return f.Since() > 1 && r.table.Renders(f.Since(), r.AddFile(f)) })
}

// AddFile is the name of the migration that adds a field's column.
func (r *Resource) AddFile(f *Field) string {
	return fmt.Sprintf("%04d_add_%s.sql", f.Since(), r.Column(f, f.Since()))
}

// Renames are the migrations that give a column another name.
func (r *Resource) Renames() []schema.Rename {
	return slices.DeleteFunc(slices.Clone(r.history.Renames), func(one schema.Rename) bool {
		return !r.table.Renders(one.Since, r.RenameFile(one))
	})
}

// RenameFile is the name of such a migration.
func (r *Resource) RenameFile(one schema.Rename) string {
	return fmt.Sprintf("%04d_rename_%s_to_%s.sql", one.Since, one.From, one.To)
}

// A Unique is a migration from which on a column's values are unique, or are so
// no more.
type Unique struct {
	Field *Field // whose column it is
	Since int    // the migration's number
	Holds bool   // unique from then on, or no more
}

// Uniques are those migrations, but for columns that came unique.
func (r *Resource) Uniques() []Unique {
	var all []Unique
	for _, f := range r.Fields {
		for i, since := range f.column.Unique {
			one := Unique{f, since, i%2 == 0}
			if since != f.Since() && r.table.Renders(since, r.UniqueFile(one)) {
				all = append(all, one)
			}
		}
	}
	return all
}

// UniqueFile is the name of such a migration.
func (r *Resource) UniqueFile(u Unique) string {
	what := "not_unique"
	if u.Holds {
		what = "unique"
	}
	return fmt.Sprintf("%04d_%s_%s.sql", u.Since, what, r.Column(u.Field, u.Since))
}

// Indexes are the fields whose columns were there before their index.
func (r *Resource) Indexes() []*Field {
	return r.selected(func(f *Field) bool {
		since := f.column.Indexed
		return since > 0 && since != f.Since() && r.table.Renders(since, r.IndexFile(f))
	})
}

// IndexFile is the name of the migration that makes a field's index.
func (r *Resource) IndexFile(f *Field) string {
	return fmt.Sprintf("%04d_index_%s.sql", f.column.Indexed, r.Column(f, f.column.Indexed))
}

// CameIndexed reports whether the field's column came with its index.
func (f *Field) CameIndexed() bool { return f.column.Indexed > 0 && f.column.Indexed == f.Since() }

// MakeIndex is the statement that makes a field's index. What refers to something is looked
// for in the whole domain, when that is deleted.
func (r *Resource) MakeIndex(f *Field) string { return r.MakeIndexAfter(f, f.column.Indexed) }

// MakeIndexAfter is that statement as the table is after a migration.
func (r *Resource) MakeIndexAfter(f *Field, migration int) string {
	column := r.Column(f, migration)
	columns := `"domain_id", "workspace_id", "`
	if f.Ref != "" {
		columns = `"domain_id", "`
	}
	return fmt.Sprintf(`CREATE INDEX "%s" ON "%s" (%s%s");`, r.IndexAs(r.Table(migration), column, "index"), r.Table(migration), columns, column)
}

// CameUnique reports whether the field was unique as soon as it had a column.
func (f *Field) CameUnique() bool {
	return len(f.column.Unique) > 0 && f.column.Unique[0] == f.Since()
}

// uniqueAfter reports whether a column's values are unique after a migration.
func (f *Field) uniqueAfter(migration int) bool {
	holds := false
	for i, since := range f.column.Unique {
		if since <= migration {
			holds = i%2 == 0
		}
	}
	return holds
}

// Column is what a field's column is called after a migration.
func (r *Resource) Column(f *Field, migration int) string {
	column := f.Snake()
	renames := r.history.Renames
	for i := len(renames) - 1; i >= 0 && renames[i].Since > migration; i-- {
		if renames[i].To == column {
			column = renames[i].From
		}
	}
	return column
}

// Renamed is the field whose column a migration renames while its values are
// unique, so that its index has to follow; nil: there is none.
func (r *Resource) Renamed(by schema.Rename) *Field {
	for _, f := range r.Fields {
		if f.Since() < by.Since && r.Column(f, by.Since) == by.To && f.uniqueAfter(by.Since) && !f.column.Yours {
			return f
		}
	}
	return nil
}

// RenamedIndexed is the field whose column a migration renames while it has an index, which
// has to follow; nil: there is none.
func (r *Resource) RenamedIndexed(by schema.Rename) *Field {
	for _, f := range r.Fields {
		if indexed := f.column.Indexed; indexed > 0 && indexed < by.Since && f.Since() < by.Since && r.Column(f, by.Since) == by.To {
			return f
		}
	}
	return nil
}

// UniqueIndex is the name of the index that holds a field's values unique, after
// a migration.
func (r *Resource) UniqueIndex(f *Field, migration int) string {
	return r.IndexAs(r.Table(migration), r.Column(f, migration), "unique")
}

// MakeUnique is the statement that has each workspace hold a field's values only
// once, as the table is after a migration.
func (r *Resource) MakeUnique(f *Field, migration int) string {
	column := r.Column(f, migration)
	var columns []string
	for _, name := range []string{"domain_id", "workspace_id"} {
		if r.Lies(name) {
			columns = append(columns, `"`+name+`"`)
		}
	}
	columns = append(columns, `"`+column+`"`)
	return fmt.Sprintf(`CREATE UNIQUE INDEX "%s" ON "%s" (%s)%s;`, r.UniqueIndex(f, migration), r.Table(migration), strings.Join(columns, ", "), f.uniqueWhere(column))
}

// number refuses a migration of an overlay that has the number of another: nobody could say
// which of them databases apply first.
func (v *View) number(e *entry, to string) error {
	folder, name := path.Split(to)
	number, _, named := strings.Cut(name, "_")
	if _, err := strconv.Atoi(number); err != nil || e.brought == "" || !named || path.Ext(name) != ".sql" || path.Dir(path.Clean(folder)) != schema.Folder {
		return nil //nolint:nilerr // what has no number is no migration
	}
	if other, taken := v.numbers[folder+number]; taken && other != to {
		return fmt.Errorf("%s: %s has the number of %s, another migration of the same table; give one of them the next number", e.at, to, other)
	}
	v.numbers[folder+number] = to
	return nil
}
