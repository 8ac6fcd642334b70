package render

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// formatGo formats a Go file and parts its imports into three groups: the
// standard library, other modules, the module itself. Templates need not care
// which of them a condition leaves empty.
func formatGo(body []byte, module string) ([]byte, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", body, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return nil, err
	}
	if len(file.Decls) == 1 { // not none, nor one for each import
		if block, ok := file.Decls[0].(*ast.GenDecl); ok && block.Lparen.IsValid() {
			groups, err := importGroups(set, block, body, module)
			if err != nil {
				return nil, err
			}
			if groups != "" {
				from, to := set.Position(block.Lparen).Offset+1, set.Position(block.Rparen).Offset
				body = slices.Concat(body[:from], []byte("\n"+groups), body[to:])
			}
		}
	}
	return format.Source(body)
}

// MoveImports gives a Go file of a module after packages that it imports have moved.
// Imports that were in groups, as formatGo leaves them, are so afterwards.
func MoveImports(body []byte, module string, moved func(name string) string) ([]byte, error) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", body, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	out := body
	for _, s := range slices.Backward(file.Imports) {
		name, err := strconv.Unquote(s.Path.Value)
		if err != nil {
			return nil, err
		}
		if to := moved(name); to != name {
			from := set.Position(s.Path.Pos()).Offset
			out = slices.Concat(out[:from], []byte(strconv.Quote(to)), out[from+len(s.Path.Value):])
		}
	}
	if bytes.Equal(out, body) {
		return body, nil
	}
	if before, err := formatGo(body, module); err == nil && bytes.Equal(before, body) {
		return formatGo(out, module)
	}
	if before, err := format.Source(body); err == nil && bytes.Equal(before, body) {
		return format.Source(out)
	}
	return out, nil
}

// importGroups gives the lines of an import block, in groups; nothing if there
// is a comment between them, which belongs where it stands.
func importGroups(set *token.FileSet, block *ast.GenDecl, body []byte, module string) (string, error) {
	type line struct{ path, text string }
	var groups [3][]line
	for _, s := range block.Specs {
		spec, ok := s.(*ast.ImportSpec)
		if !ok || spec.Doc != nil {
			return "", nil
		}
		at, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return "", fmt.Errorf("import %s: %w", spec.Path.Value, err)
		}
		end := spec.End()
		if spec.Comment != nil {
			end = spec.Comment.End()
		}
		group, first := 0, strings.SplitN(at, "/", 2)[0]
		switch {
		case at == module || strings.HasPrefix(at, module+"/"):
			group = 2
		case strings.Contains(first, "."):
			group = 1
		}
		text := string(bytes.TrimSpace(body[set.Position(spec.Pos()).Offset:set.Position(end).Offset]))
		groups[group] = append(groups[group], line{at, text})
	}
	var out strings.Builder
	for _, group := range groups {
		if len(group) == 0 {
			continue
		}
		if out.Len() > 0 {
			out.WriteString("\n")
		}
		slices.SortStableFunc(group, func(a, b line) int { return strings.Compare(a.path, b.path) })
		for _, l := range group {
			out.WriteString("\t" + l.text + "\n")
		}
	}
	return out.String(), nil
}
