package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/schema"
)

const createMigration = "0001_create.sql"

// versionIn names the migration that gives the table its column of versions: the one
// that did so already, the one that creates the table or, for a table that was made
// without the column, one after all others. A table that no migration is seen to make
// is taken to have it.
func (r *Resource) versionIn() string {
	if c := r.table.Column(schema.VersionColumn); c != nil {
		return c.File
	}
	if !r.table.Made {
		return createMigration
	}
	return fmt.Sprintf("%04d%s", r.history.Next, schema.VersionMigration)
}

// CameVersioned reports whether the table has had the column from the beginning.
func (r *Resource) CameVersioned() bool { return r.version == createMigration }

// VersionAdded is the name of the migration that adds the column; empty if there is
// none, since the table came with it or a migration of the user's added it.
func (r *Resource) VersionAdded() string {
	if strings.HasSuffix(r.version, schema.VersionMigration) {
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
