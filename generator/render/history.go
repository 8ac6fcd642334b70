package render

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// MigrationsFolder is where a repository keeps the migrations of its tables, in a
// folder each.
const MigrationsFolder = "internal/connector/database/migrations"

// applied are the migrations of a table that stand in a repository.
type applied struct {
	last    int            // the highest number
	dropped map[string]int // columns that people dropped: by the migration NNNN_drop_COLUMN.sql
}

// migrationsOf gives those of a table among the files of MigrationsFolder.
func migrationsOf(table string, files []string) applied {
	all := applied{dropped: map[string]int{}}
	for _, file := range files {
		folder, name := path.Split(file)
		digits, what, _ := strings.Cut(strings.TrimSuffix(name, ".sql"), "_")
		number, err := strconv.Atoi(digits)
		if folder != table+"/" || err != nil {
			continue
		}
		all.last = max(all.last, number)
		if column, drops := strings.CutPrefix(what, "drop_"); drops {
			all.dropped[column] = max(all.dropped[column], number)
		}
	}
	return all
}

// A history is how a table came to hold the fields that a resource has now.
type history struct {
	fields  []spec.Field
	renames []Rename
	unique  map[int][]int    // by the field's number; see recordedColumn
	left    []recordedColumn // columns whose fields are gone
}

// A misfit is why a table cannot follow a field.
type misfit struct {
	number int // of the field
	why    string
}

// follow compares a resource's fields with what its table was last made from:
// what is new gets a migration, and so does what is called otherwise now, or is
// unique now, or no more. A proto field is known by its number, and one that comes
// back by its column's name.
func (was *recordedResource) follow(table string, fields []spec.Field, files applied) (*history, *misfit) {
	h := &history{unique: map[int][]int{}}
	if was == nil {
		h.fields = fields
		for _, f := range fields {
			if f.Unique {
				h.unique[f.Number] = []int{f.Since}
			}
		}
		return h, nil
	}
	before, left := was.match(fields, files)
	next := was.next(files)
	bad := was.misfit(fields, before, left, func(c recordedColumn) string { return dropping(table, c, next) })
	if bad != nil {
		return nil, bad
	}
	h.left = left
	taken, renames := map[string]bool{}, []Rename(nil)
	for _, c := range left {
		taken[c.Name] = true
	}
	for _, f := range fields {
		if c, known := before[f.Number]; known {
			taken[c.Name] = true
			if c.Name != f.Name {
				renames = append(renames, Rename{From: c.Name, To: f.Name})
			}
		}
	}
	h.renames = slices.Clone(was.Renames)
	for _, r := range inOrder(renames, taken) {
		r.Since = next
		h.renames = append(h.renames, r)
		next++
	}
	for _, f := range fields {
		c, known := before[f.Number]
		if f.Since = c.Since; !known {
			f.Since = next
			next++
		}
		h.fields = append(h.fields, f)
	}
	for _, f := range h.fields {
		c, known := before[f.Number]
		h.unique[f.Number] = c.Unique
		switch {
		case f.Unique == (len(c.Unique)%2 == 1):
		case !known:
			h.unique[f.Number] = []int{f.Since}
		default:
			h.unique[f.Number] = append(slices.Clone(c.Unique), next)
			next++
		}
	}
	return h, nil
}

// match finds the columns that fields have already, by the fields' numbers, and
// those that are left.
func (was *recordedResource) match(fields []spec.Field, files applied) (before map[int]recordedColumn, left []recordedColumn) {
	before = map[int]recordedColumn{}
	for _, c := range was.Columns {
		if files.dropped[c.Name] > c.Since {
			continue
		}
		if slices.ContainsFunc(fields, func(f spec.Field) bool { return f.Number == c.Number }) {
			before[c.Number] = c
		} else {
			left = append(left, c)
		}
	}
	for _, f := range fields {
		i := slices.IndexFunc(left, func(c recordedColumn) bool { return c.Name == f.Name && c.like(f) })
		if _, known := before[f.Number]; !known && i >= 0 {
			before[f.Number] = left[i]
			left = slices.Delete(left, i, i+1)
		}
	}
	return before, left
}

func (c recordedColumn) like(f spec.Field) bool { return c.Type == f.Type && c.Repeated == f.Repeated }

// misfit finds the first field that the table has no place for.
func (was *recordedResource) misfit(fields []spec.Field, before map[int]recordedColumn, left []recordedColumn, drop func(recordedColumn) string) *misfit {
	for _, f := range fields {
		c, known := before[f.Number]
		switch {
		case !known || c.like(f):
			i := slices.IndexFunc(left, func(c recordedColumn) bool { return c.Name == f.Name })
			if i < 0 {
				continue
			}
			c = left[i]
		case !c.Gone || c.Name != f.Name:
			return &misfit{f.Number, fmt.Sprintf("was %s and is %s now: give what is new a name and a number of its own, or clients break as well",
				typeOf(c.Type, c.Repeated), typeOf(f.Type, f.Repeated))}
		}
		return &misfit{f.Number, fmt.Sprintf("is %s, and its table still has a column of that name, of a field that is gone, which was %s: take another name, or drop the column first, by a migration of your own: %s",
			typeOf(f.Type, f.Repeated), typeOf(c.Type, c.Repeated), drop(c))}
	}
	return nil
}

func dropping(table string, c recordedColumn, next int) string {
	return Dropping(table, c.Name, len(c.Unique)%2 == 1, next)
}

// Dropping says by which migration, of a number, people drop a column: spacegen knows
// it by its name.
func Dropping(table, column string, unique bool, number int) string {
	index := ""
	if unique {
		index = fmt.Sprintf("DROP INDEX %q; ", UniqueIndex(table, column))
	}
	return fmt.Sprintf("%s/%s/%04d_drop_%s.sql, with %sALTER TABLE %q DROP COLUMN %q;", MigrationsFolder, table, number, column, index, table, column)
}

// Stays says that a column outlives its field, which of has no more; drop is what
// Dropping says of it.
func Stays(table, column, of, drop string) string {
	return fmt.Sprintf("the column %s of the table %s stays, with all that is in it, but %s has no such field any more: a field %s of the same type would have it back; to be rid of it, write %s",
		column, table, of, column, drop)
}

// UniqueIndex is the name of the index that holds a column's values unique.
func UniqueIndex(table, column string) string { return indexName(table, column, "unique") }

// next is the number of the migration after those that there are.
func (was *recordedResource) next(files applied) int {
	last := max(1, files.last)
	for _, c := range was.Columns {
		last = max(last, c.Since)
		for _, since := range c.Unique {
			last = max(last, since)
		}
	}
	for _, r := range was.Renames {
		last = max(last, r.Since)
	}
	return last + 1
}

func typeOf(t spec.FieldType, repeated bool) string {
	if repeated {
		return "a list of " + string(t)
	}
	return string(t)
}

// inOrder gives renames an order in which each new name is free when its turn
// comes. taken are the names of a table's columns. Of columns that swap their
// names, one has another in between.
func inOrder(renames []Rename, taken map[string]bool) []Rename {
	var ordered []Rename
	rename := func(from, to string) {
		taken[from], taken[to] = false, true
		ordered = append(ordered, Rename{From: from, To: to})
	}
	for len(renames) > 0 {
		i := slices.IndexFunc(renames, func(r Rename) bool { return !taken[r.To] })
		if i < 0 {
			aside := renames[0].From + "_aside"
			for taken[aside] || slices.ContainsFunc(renames, func(r Rename) bool { return r.To == aside }) {
				aside += "_aside"
			}
			rename(renames[0].From, aside)
			renames[0].From = aside
			continue
		}
		rename(renames[i].From, renames[i].To)
		renames = slices.Delete(renames, i, i+1)
	}
	return ordered
}
