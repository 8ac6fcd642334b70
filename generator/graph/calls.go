package graph

import (
	"go/ast"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/gosource"
)

// uses reads what the parts of a layer take from the layer below, whose parts are
// the fields of one type: a constructor takes them out of what it is given, as
// NewRegion takes m.Region, or keeps all, and methods take what they need.
func uses(fsys fs.FS, module, layer, below, fields string) (map[string][]string, error) {
	u := layerUses{fields: fields, of: map[string][]string{}, parts: map[string]string{}, all: map[string]string{}}
	var methods []*ast.FuncDecl
	err := gosource.EachFile(fsys, path.Join("internal", layer), func(_ string, _ *token.FileSet, file *ast.File) {
		u.pkg = gosource.NameOf(file, path.Join(module, "internal", below))
		for _, decl := range file.Decls {
			switch decl := decl.(type) {
			case *ast.GenDecl:
				u.types(decl)
			case *ast.FuncDecl:
				if gosource.Receiver(decl) != "" {
					methods = append(methods, decl)
				} else {
					u.constructor(decl)
				}
			}
		}
	})
	for _, m := range methods {
		u.method(m)
	}
	return u.of, err
}

// layerUses is what was read of a layer so far.
type layerUses struct {
	pkg, fields string              // the type of the layer below, as the file at hand calls it
	of          map[string][]string // by part: what it uses
	parts       map[string]string   // types that constructors make → their part
	all         map[string]string   // types that keep all of the layer below → in which field
}

func (u *layerUses) types(decl *ast.GenDecl) {
	for _, s := range decl.Specs {
		t, ok := s.(*ast.TypeSpec)
		if !ok {
			continue
		}
		if body, ok := t.Type.(*ast.StructType); ok {
			if field := u.field(body.Fields); field != "" {
				u.all[t.Name.Name] = field
			}
		}
	}
}

func (u *layerUses) constructor(f *ast.FuncDecl) {
	part, is := strings.CutPrefix(f.Name.Name, "New")
	given := u.field(f.Type.Params)
	if !is || part == "" || given == "" || f.Body == nil {
		return
	}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == given {
				u.add(part, n.Sel.Name)
			}
		case *ast.CompositeLit:
			if made, ok := n.Type.(*ast.Ident); ok {
				u.parts[made.Name] = part
			}
		}
		return true
	})
}

func (u *layerUses) method(f *ast.FuncDecl) {
	part, field := u.parts[gosource.Receiver(f)], u.all[gosource.Receiver(f)]
	if part == "" || field == "" || f.Body == nil || len(f.Recv.List[0].Names) == 0 {
		return
	}
	ast.Inspect(f.Body, func(n ast.Node) bool {
		used, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		kept, ok := used.X.(*ast.SelectorExpr)
		if !ok || kept.Sel.Name != field {
			return true
		}
		if x, ok := kept.X.(*ast.Ident); ok && x.Name == f.Recv.List[0].Names[0].Name {
			u.add(part, used.Sel.Name)
		}
		return true
	})
}

// field names the one of a list that is of the type of the layer below.
func (u *layerUses) field(list *ast.FieldList) string {
	for _, p := range list.List {
		sel, ok := p.Type.(*ast.SelectorExpr)
		if !ok || sel.Sel.Name != u.fields || len(p.Names) != 1 {
			continue
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == u.pkg {
			return p.Names[0].Name
		}
	}
	return ""
}

func (u *layerUses) add(part, used string) {
	if !slices.Contains(u.of[part], used) {
		u.of[part] = append(u.of[part], used)
	}
}
