package render

import (
	"fmt"
	"strings"
)

// A Unique is a migration from which on a column's values are unique, or are so
// no more.
type Unique struct {
	Field *Field
	Since int
	Holds bool
}

// Uniques are those migrations, but for columns that came unique.
func (r *Resource) Uniques() []Unique {
	var all []Unique
	for _, f := range r.Fields {
		for i, since := range f.unique {
			if since != f.Since {
				all = append(all, Unique{f, since, i%2 == 0})
			}
		}
	}
	return all
}

// CameUnique reports whether the field was unique as soon as it had a column.
func (f *Field) CameUnique() bool { return len(f.unique) > 0 && f.unique[0] == f.Since }

// uniqueAfter reports whether a column's values are unique after a migration.
func (f *Field) uniqueAfter(migration int) bool {
	holds := false
	for i, since := range f.unique {
		if since <= migration {
			holds = i%2 == 0
		}
	}
	return holds
}

// Column is what a field's column is called after a migration.
func (r *Resource) Column(f *Field, migration int) string {
	column := f.Snake()
	for i := len(r.Renames) - 1; i >= 0 && r.Renames[i].Since > migration; i-- {
		if r.Renames[i].To == column {
			column = r.Renames[i].From
		}
	}
	return column
}

// Renamed is the field whose column a migration renames while its values are
// unique, so that its index has to follow; nil: there is none.
func (r *Resource) Renamed(by Rename) *Field {
	for _, f := range r.Fields {
		if f.Since < by.Since && r.Column(f, by.Since) == by.To && f.uniqueAfter(by.Since) {
			return f
		}
	}
	return nil
}

// UniqueIndex is the name of the index that holds a field's values unique, after
// a migration.
func (r *Resource) UniqueIndex(f *Field, migration int) string {
	return r.Index(r.Column(f, migration), "unique")
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
	return fmt.Sprintf(`CREATE UNIQUE INDEX "%s" ON "%s" (%s)%s;`, r.UniqueIndex(f, migration), r.Snake(), strings.Join(columns, ", "), f.uniqueWhere(column))
}
