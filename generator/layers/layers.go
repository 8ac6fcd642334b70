// Package layers holds the rule of layers of an emitted repository, as an
// analyzer for any driver of golang.org/x/tools/go/analysis, and as a check of
// a tree that need not compile.
package layers

import (
	"fmt"
	"go/ast"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// mayImport has the folders of internal/ that are layers, with those that each
// may import beside itself: interface → handler, service → manager →
// connector, and model and core below all. app puts them together.
func mayImport() map[string][]string {
	return map[string][]string{
		"interface": {"handler", "service", "model", "core"},
		"handler":   {"service", "model", "core"},
		"service":   {"manager", "model", "core"},
		"manager":   {"connector", "model", "core"},
		"connector": {"model", "core"},
		"model":     {"core"},
		"core":      {},
	}
}

// New makes an analyzer that reports imports which lead upward or skip a layer
// of the module. Tests may import what they like. It looks at imports alone, so
// that it needs neither types nor facts.
func New(module string) *analysis.Analyzer {
	rule := mayImport()
	prefix := module + "/internal/"
	return &analysis.Analyzer{
		Name: "layers",
		Doc:  "report imports that lead upward or skip a layer",
		Run: func(pass *analysis.Pass) (any, error) {
			own, inside := layerOf(pass.Pkg.Path(), prefix)
			allowed, isLayer := rule[own]
			if !inside || !isLayer {
				return nil, nil //nolint:nilnil // an analyzer without a result
			}
			for _, file := range pass.Files {
				// Not Position, which a //line directive could lead astray.
				if strings.HasSuffix(pass.Fset.File(file.Package).Name(), "_test.go") {
					continue
				}
				for _, spec := range file.Imports {
					target, inside := layerOf(imported(spec), prefix)
					_, known := rule[target]
					if !inside || target == own || !known && target != "app" || slices.Contains(allowed, target) {
						continue
					}
					pass.Report(analysis.Diagnostic{
						Pos: spec.Pos(), End: spec.End(),
						Message: fmt.Sprintf("%s imports %s; it may import %s", own, target, list(allowed)),
					})
				}
			}
			return nil, nil //nolint:nilnil // as above
		},
	}
}

func imported(spec *ast.ImportSpec) string {
	at, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return "" // the parser has refused it
	}
	return at
}

// layerOf gives the folder of internal/ that a package lies in.
func layerOf(pkg, prefix string) (layer string, inside bool) {
	rest, inside := strings.CutPrefix(pkg, prefix)
	layer, _, _ = strings.Cut(rest, "/")
	return layer, inside
}

func list(names []string) string {
	if len(names) == 0 {
		return "no other layer"
	}
	return strings.Join(names, ", ")
}
