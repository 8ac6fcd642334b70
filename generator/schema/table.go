package schema

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// A Table is what the migrations that stand in a repository make of one table. They are
// the only ones who say which migration brought a column: databases have run them.
type Table struct {
	Name    string
	Folder  string   // of its migrations: what the table was called first
	Last    int      // the number of the last migration; 0: there is none
	Renames []Rename // of columns, in their order
	Named   []Rename // of the table itself, in their order

	Made bool // a migration is seen to make it

	relation
	files   []string
	others  map[string]*relation // tables that its migrations make beside it
	dropped map[string]bool      // columns that there are no more
	indexes map[string]int       // that are not unique, and the migrations that made them
	unread  []fragment           // what is not understood of its migrations
}

// A fragment is a part of a migration.
type fragment struct{ file, sql string }

// A Column is one that a table has.
type Column struct {
	Since      int    // the migration that brought it
	File       string // its name
	Definition string
	Indexed    int   // the migration that makes the index of an indexed field; 0: it has none
	Unique     []int // the migrations that made its values unique, that no more, that again, …

	Yours bool // the index that does so has another name than spacegen gives it

	index string // that holds its values unique
}

// IsUnique reports whether the column's values are unique.
func (c *Column) IsUnique() bool { return len(c.Unique)%2 == 1 }

// A Rename is a migration that gives a column another name.
type Rename struct {
	From, To string
	Since    int
}

// Column gives the column of a name; nil: no migration brings one.
func (t *Table) Column(name string) *Column { return t.columns[name] }

// Stands reports whether a migration of this name is there.
func (t *Table) Stands(file string) bool { return slices.Contains(t.files, file) }

// Renders reports whether a migration of a number and a name is spacegen's to write: one
// that stands, or one that comes after all that do. What another migration does already
// is not written again.
func (t *Table) Renders(number int, file string) bool { return number > t.Last || t.Stands(file) }

// now is what a column is called by now that had a name once.
func (t *Table) now(name string) string {
	if t.columns[name] != nil || t.dropped[name] {
		return name
	}
	last := len(t.Renames) - 1
	for last > 0 && t.Renames[last].From != name { // what was called so before that was another column
		last--
	}
	for _, r := range t.Renames[max(last, 0):] {
		if r.From == name {
			name = r.To
		}
	}
	return name
}

// Dropping says by which migration people drop a column.
func (t *Table) Dropping(column string, number int) string {
	indexes := ""
	if c := t.columns[column]; c != nil && c.IsUnique() {
		indexes = fmt.Sprintf("DROP INDEX %q; ", c.index)
	}
	if index := Index(t.Name, column, "index"); t.indexes[index] > 0 { // SQLite drops no column that has one
		indexes += fmt.Sprintf("DROP INDEX %q; ", index)
	}
	return fmt.Sprintf("%s/%s/%04d_drop_%s.sql, with %sALTER TABLE %q DROP COLUMN %q;", Folder, t.Folder, number, column, indexes, t.Name, column)
}

// Stays says that a column outlives its field, which of has no more; number is that of the
// next migration.
func (t *Table) Stays(column, of string, number int) string {
	return fmt.Sprintf("the column %s of the table %s stays, with all that is in it, but %s has no such field any more: a field %s of the same type would have it back; to be rid of it, write %s",
		column, t.Name, of, column, t.Dropping(column, number))
}

// keepsIndex says that an index outlives what the Spec said of its column; empty: there is
// none.
func (t *Table) keepsIndex(column string) string {
	index := Index(t.Name, column, "index")
	if t.indexes[index] == 0 {
		return ""
	}
	return fmt.Sprintf("the table %s keeps the index %s, and each write of a row goes on to maintain it: drop it, unless queries of yours need it, by a migration of your own, %s/%s/%04d_unindex_%s.sql, with DROP INDEX %q;",
		t.Name, index, Folder, t.Folder, t.next(), column, index)
}

// maxIdentifier is the length, in bytes, after which PostgreSQL cuts names off
// without a word.
const maxIdentifier = 63

// Index is the name of an index: the table's name and the parts. A name that would be
// too long ends in a digest, so that two never become the same.
func Index(parts ...string) string {
	name := strings.Join(parts, "_")
	if len(name) <= maxIdentifier {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	digest := hex.EncodeToString(sum[:4])
	return name[:maxIdentifier-len(digest)-1] + "_" + digest
}

// run has a table be as a migration leaves it.
func (t *Table) run(number int, file, sql string) {
	sql = strings.ReplaceAll(sql, "\r\n", "\n")
	if to := renamedBy(file, t.Name); to != t.Name {
		t.renameTable(number, to)
	}
	m := &migration{Table: t, number: number, file: file}
	for _, tokens := range statements(sql) {
		m.statement(&reader{sql, tokens})
	}
	if m.gone {
		m.become(relation{columns: map[string]*Column{}})
	}
	_, what, _ := strings.Cut(strings.TrimSuffix(file, ".sql"), "_")
	if column, drops := strings.CutPrefix(what, "drop_"); drops { // whatever it drops it by
		t.drop(column)
	}
	for name, c := range t.columns {
		if c.IsUnique() != (c.index != "") {
			c.Unique = append(c.Unique, number)
		}
		c.Yours = c.index != "" && c.index != Index(t.Name, name, "unique")
	}
}

// mayBring names a migration that may bring a column, in words that are not understood;
// empty: there is none.
func (t *Table) mayBring(column string) string {
	for _, one := range t.unread {
		if speaks(one.sql, column) {
			return one.file
		}
	}
	return ""
}

// renameTable gives the table another name, and its identifier's column with it.
func (t *Table) renameTable(number int, to string) {
	t.Named = append(t.Named, Rename{From: t.Name, To: to, Since: number})
	t.Name = to
}

func (t *Table) drop(column string) {
	delete(t.columns, column)
	t.dropped[column] = true
}
