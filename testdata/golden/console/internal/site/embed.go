package site

import (
	"embed"
	"io/fs"
)

// dist holds the built app in dist/app, once it has been built, and beside it
// the page that stands in for it until then.
//
//go:embed all:dist
var dist embed.FS

// Embedded is what was compiled in.
func Embedded() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the folder's name is a valid one
	}
	return sub
}
