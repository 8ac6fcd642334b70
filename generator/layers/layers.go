// Package layers holds the rule of layers of an emitted repository: a table, from
// which depguard's configuration is rendered, an analyzer for any driver of
// golang.org/x/tools/go/analysis, and a check of a tree that need not compile.
package layers

import (
	"fmt"
	"go/ast"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// New makes an analyzer that reports imports by which a package of the module
// breaks the table. It looks at imports alone, so that it needs neither types
// nor facts.
func New(module string) *analysis.Analyzer {
	rule := newRule(module)
	return &analysis.Analyzer{
		Name: "layers",
		Doc:  "report imports that lead upward, skip a layer, or take a driver where none belongs",
		Run: func(pass *analysis.Pass) (any, error) {
			layer, inside := rule.of(pass.Pkg.Path())
			main := strings.HasSuffix(pass.Pkg.Path(), ".test") // that of a test binary
			if !inside || main || layer.Name == App || layer.Name == Commands {
				return nil, nil //nolint:nilnil // an analyzer without a result
			}
			for _, file := range pass.Files {
				// Not Position, which a //line directive could lead astray.
				if strings.HasSuffix(pass.Fset.File(file.Package).Name(), "_test.go") {
					continue
				}
				for _, spec := range file.Imports {
					if objection := rule.object(layer, imported(spec)); objection != "" {
						pass.Report(analysis.Diagnostic{Pos: spec.Pos(), End: spec.End(), Message: objection})
					}
				}
			}
			return nil, nil //nolint:nilnil // as above
		},
	}
}

// A rule is the table, for a module.
type rule struct {
	module string
	layers map[string]Layer
}

func newRule(module string) rule {
	r := rule{module: module, layers: map[string]Layer{}}
	for _, layer := range Layers() {
		r.layers[layer.Name] = layer
	}
	return r
}

// of gives the layer of a package of the module.
func (r rule) of(pkg string) (layer Layer, inside bool) {
	below, inside := strings.CutPrefix(pkg, r.module+"/")
	if !inside {
		return beside(), pkg == r.module
	}
	top, rest, _ := strings.Cut(below, "/")
	if top == Commands {
		return Layer{Name: Commands}, true
	}
	folder, _, _ := strings.Cut(rest, "/")
	if top == "internal" && folder == App {
		return Layer{Name: App}, true
	}
	if layer, known := r.layers[folder]; known && top == "internal" {
		return layer, true
	}
	return beside(), true
}

// object says what is wrong with an import; nothing if it is as it should be.
func (r rule) object(from Layer, pkg string) string {
	if driver := driverOf(from, pkg); driver != "" {
		return fmt.Sprintf("%s imports %s, a driver; drivers belong into connectors", from.Name, driver)
	}
	to, inside := r.of(pkg)
	target := to.Name
	if target == Beside {
		target = strings.TrimPrefix(pkg, r.module+"/")
	}
	alone := len(from.Imports) == 0
	if !inside || to.Name == from.Name || slices.Contains(from.Imports, to.Name) || to.Name == Beside && !alone {
		return ""
	}
	return fmt.Sprintf("%s imports %s; it may import %s, since %s", from.Name, target, list(from.Imports), from.Why)
}

// driverOf gives the driver that a package belongs to, if the layer may not
// import it.
func driverOf(from Layer, pkg string) string {
	var unwanted []string
	if !from.Tables {
		unwanted = tableDrivers()
	}
	if !from.Drivers {
		unwanted = append(unwanted, otherDrivers()...)
	}
	for _, driver := range unwanted {
		if pkg == driver || strings.HasPrefix(pkg, driver+"/") {
			return driver
		}
	}
	return ""
}

func imported(spec *ast.ImportSpec) string {
	at, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return "" // the parser has refused it
	}
	return at
}

func list(names []string) string {
	if len(names) == 0 {
		return "nothing of the repository but itself"
	}
	return strings.Join(names, ", ")
}
