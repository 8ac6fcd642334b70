package spec

import (
	"fmt"
	"path"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// CoreModule is the path of the module that the framework is, unless an
// organisation publishes it under a path of its own.
const CoreModule = "github.com/cloudforet-io/spacegen/core"

// CoreFolder is where a repository keeps a framework of its own.
const CoreFolder = "core"

// Framework says where the framework of a repository comes from: Vendored, Own, a
// folder elsewhere ("../core") or a published module ("example.com/core@v1.2.0").
type Framework string

// The frameworks that stand in the repository.
const (
	Vendored Framework = "vendored" // in core/, spacegen's alone
	Own      Framework = "own"      // in core/, with its tests: people edit it, and updates merge
)

// Inside reports whether the framework stands in the repository, in core/.
func (f Framework) Inside() bool { return f == Vendored || f == Own }

// Folder gives the folder of a framework that several repositories share, as seen
// from this one, or "".
func (f Framework) Folder() string {
	if strings.HasPrefix(string(f), "./") || strings.HasPrefix(string(f), "../") {
		return string(f)
	}
	return ""
}

// Published gives the module and the version of a framework that is published.
func (f Framework) Published() (v module.Version, ok bool) {
	v.Path, v.Version, ok = strings.Cut(string(f), "@")
	return v, ok && f.Folder() == ""
}

// framework notes what is wrong with where the framework comes from.
func (v *validator) framework(f Framework) {
	const at = "framework"
	if f.Inside() {
		return
	}
	if folder := f.Folder(); folder != "" {
		switch clean := path.Clean(folder); {
		case strings.ContainsAny(folder, "\\\n\t \"'`") || strings.HasSuffix(clean, "..") || clean == ".":
			v.add(at, "there is no framework in "+shorten(folder), `write its folder as seen from here, as in "../core"`)
		case clean == CoreFolder || strings.HasPrefix(clean, CoreFolder+"/"):
			v.add(at, folder+" is this repository's own framework", `write "vendored" (spacegen writes it) or "own" (you edit it, and updates merge)`)
		}
		return
	}
	published, ok := f.Published()
	if !ok {
		v.add(at, "there is no framework "+fmt.Sprintf("%q", shorten(string(f))), `write "vendored", "own", a folder as in "../core", or a module as in "example.com/core@v1.2.0"`)
		return
	}
	if err := module.CheckPath(published.Path); err != nil {
		v.add(at, err.Error(), `write it as in "example.com/core@v1.2.0"`)
		return
	}
	if semver.Canonical(published.Version) != published.Version {
		v.add(at, fmt.Sprintf("%q", shorten(published.Version))+" is no version of a module", `write it whole, as in "@v1.2.0"`)
		return
	}
	if err := module.Check(published.Path, published.Version); err != nil {
		v.add(at, err.Error(), "give the major version that the module's path ends with")
	}
}
