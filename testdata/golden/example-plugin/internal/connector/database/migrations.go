// Package database holds the repositories of the service, one for each
// resource, and the migrations of their tables.
package database

import (
	"embed"
	"io/fs"
)

//go:embed migrations
var migrations embed.FS

// Migrations gives the SQL files that build the tables: one folder for each
// resource, numbered in the order in which they apply. A file that has been
// released is never changed; a change is a new file.
func Migrations() (fs.FS, error) { return fs.Sub(migrations, "migrations") }
