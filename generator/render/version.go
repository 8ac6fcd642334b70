package render

import (
	"fmt"
	"slices"
	"strings"
)

const (
	// VersionColumn counts the changes of a row. No field can have this name.
	VersionColumn = "_version"
	// VersionMigration is what the migration is called, after its number, that gives a
	// table of old the column.
	VersionMigration = "_row_version.sql"

	createMigration = "0001_create.sql"
)

// versionIn names the migration that gives the table its column of versions: the one
// that did so already, the one that creates the table or, for a table that was made
// without the column, one after all others.
func (r *Resource) versionIn(own Own) string {
	if file, has := own.Version[r.Snake()]; has {
		return file
	}
	last := migrationsOf(r.Snake(), own.Applied).last
	if last == 0 {
		return createMigration
	}
	for _, f := range r.Fields {
		last = max(last, f.Since, slices.Max(append([]int{0}, f.unique...)))
	}
	for _, rename := range r.Renames {
		last = max(last, rename.Since)
	}
	return fmt.Sprintf("%04d%s", last+1, VersionMigration)
}

// CameVersioned reports whether the table has had the column from the beginning.
func (r *Resource) CameVersioned() bool { return r.version == createMigration }

// VersionAdded is the name of the migration that adds the column; empty if there is
// none, since the table came with it or a migration of the user's added it.
func (r *Resource) VersionAdded() string {
	if strings.HasSuffix(r.version, VersionMigration) {
		return r.version
	}
	return ""
}

// VersionGo is the version's name in the model.
func (r *Resource) VersionGo() string {
	name := "RowVersion"
	for r.IDGo == name || slices.ContainsFunc(r.Fields, func(f *Field) bool { return f.Go() == name }) {
		name = "Stored" + name
	}
	return name
}
