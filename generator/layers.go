package generator

import (
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// layers are the folders of internal/ with those that each may import, beside
// itself: interface → handler, service → manager → connector, and model and
// core below all. app puts them together.
var layers = map[string][]string{
	"interface": {"handler", "service", "model", "core"},
	"handler":   {"service", "model", "core"},
	"service":   {"manager", "model", "core"},
	"manager":   {"connector", "model", "core"},
	"connector": {"model", "core"},
	"model":     {"core"},
	"core":      {},
}

// checkLayers finds imports that lead upward or skip a layer. Tests may import
// what they like.
func checkLayers(fsys fs.FS, module string) ([]Finding, error) {
	var findings []Finding
	prefix := module + "/internal/"
	err := fs.WalkDir(fsys, "internal", func(at string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(at) != ".go" || strings.HasSuffix(at, "_test.go") {
			return err
		}
		allowed, isLayer := layers[layerOf(strings.TrimPrefix(at, "internal/"))]
		if !isLayer {
			return nil
		}
		text, err := fs.ReadFile(fsys, at)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, at, text, parser.ImportsOnly)
		if err != nil {
			return nil //nolint:nilerr // the compiler says it better
		}
		own := layerOf(strings.TrimPrefix(at, "internal/"))
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil || !strings.HasPrefix(imported, prefix) {
				continue
			}
			target := layerOf(strings.TrimPrefix(imported, prefix))
			if _, known := layers[target]; target == own || !known && target != "app" || slices.Contains(allowed, target) {
				continue
			}
			findings = append(findings, Finding{RuleLayer, at, fset.Position(spec.Pos()).Line,
				fmt.Sprintf("%s imports %s; it may import %s", own, target, list(allowed))})
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return findings, err
}

func layerOf(p string) string {
	layer, _, _ := strings.Cut(p, "/")
	return layer
}

func list(names []string) string {
	if len(names) == 0 {
		return "no other layer"
	}
	return strings.Join(names, ", ")
}
