// Package schema is what the migrations in a repository make of its tables, and which
// column each field has. They are the one source of that: databases have run them, people
// write some of them, and a merge of branches brings those of both.
package schema

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
)

const (
	// Folder is where a repository keeps the migrations of its tables, in a folder each.
	Folder = "internal/connector/database/migrations"
	// VersionColumn counts the changes of a row. No field can have this name.
	VersionColumn = "_version"
	// VersionMigration is what the migration is called, after its number, that gives a
	// table of old the column.
	VersionMigration = "_row_version.sql"
)

// Migrations are the migrations that stand in a repository: TABLE/NNNN_WHAT.sql → text.
type Migrations map[string]string

// Read reads the migrations of a repository.
func Read(fsys fs.FS) (Migrations, error) {
	files, err := fs.Glob(fsys, Folder+"/*/*.sql")
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", Folder, err)
	}
	all := Migrations{}
	for _, file := range files {
		text, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		all[strings.TrimPrefix(file, Folder+"/")] = string(text)
	}
	return all, all.checkVersions()
}

// checkVersions refuses what no database would take: two migrations of spacegen's that
// each give a table its column of versions.
func (m Migrations) checkVersions() error {
	added := map[string][]string{}
	for _, file := range m.Names() {
		if table := path.Dir(file); strings.HasSuffix(file, VersionMigration) {
			added[table] = append(added[table], path.Base(file))
		}
	}
	var faults []error
	for _, table := range slices.Sorted(maps.Keys(added)) {
		if len(added[table]) > 1 {
			faults = append(faults, fmt.Errorf("%s/%s: %s each add the column %s, as after a merge of branches that were updated apart: keep the one that your databases have applied and delete the other",
				Folder, table, strings.Join(added[table], " and "), VersionColumn))
		}
	}
	return errors.Join(faults...)
}

// Names lists the migrations, sorted.
func (m Migrations) Names() []string { return slices.Sorted(maps.Keys(m)) }

// Without gives the migrations but for those that go, by their paths in the repository.
func (m Migrations) Without(goes func(at string) bool) Migrations {
	left := maps.Clone(m)
	maps.DeleteFunc(left, func(file, _ string) bool { return goes(path.Join(Folder, file)) })
	return left
}

// Table reads the migrations of a table. A table that was given another name has them where
// it had its first.
func (m Migrations) Table(name string) *Table {
	folder := m.folder(name)
	t := &Table{Name: folder, Folder: folder, relation: relation{columns: map[string]*Column{}}, others: map[string]*relation{}, dropped: map[string]bool{}, indexes: map[string]int{}}
	if folder == "" {
		t.Name, t.Folder = name, name
		return t
	}
	for _, file := range m.Names() {
		number, numbered := numberOf(file)
		if !numbered || path.Dir(file) != folder {
			continue
		}
		t.Last, t.files = max(t.Last, number), append(t.files, path.Base(file))
		t.run(number, path.Base(file), m[file])
	}
	return t
}

// numberOf is the number of a migration.
func numberOf(file string) (int, bool) {
	digits, _, _ := strings.Cut(path.Base(file), "_")
	number, err := strconv.Atoi(digits)
	return number, err == nil
}

// folder is that of a table's migrations; empty: it has none yet.
func (m Migrations) folder(name string) string {
	var folders []string
	for _, file := range m.Names() {
		if at := path.Dir(file); !slices.Contains(folders, at) {
			folders = append(folders, at)
		}
	}
	for _, at := range folders {
		if m.Called(at) == name {
			return at
		}
	}
	if slices.Contains(folders, name) {
		return ""
	}
	return name
}

// Called is what the table of a folder is called after all its migrations.
func (m Migrations) Called(folder string) string {
	name := folder
	for _, file := range m.Names() {
		if _, numbered := numberOf(file); numbered && path.Dir(file) == folder {
			name = renamedBy(path.Base(file), name)
		}
	}
	return name
}

// TableMigration is what the migration is called that gives a table another name.
func TableMigration(number int, from, to string) string {
	return fmt.Sprintf("%04d_rename_table_%s_to_%s.sql", number, from, to)
}

// renamedBy is what a table is called after a migration.
func renamedBy(file, name string) string {
	_, what, _ := strings.Cut(strings.TrimSuffix(file, ".sql"), "_")
	if to, renames := strings.CutPrefix(what, "rename_table_"+name+"_to_"); renames {
		return to
	}
	return name
}

// Former gives the folder whose table was called so before it was given another name, and
// that name.
func (m Migrations) Former(name string) (now string, was bool) {
	if m.folder(name) != "" {
		return "", false
	}
	return m.Called(name), true
}
