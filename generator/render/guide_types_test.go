package render

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/packages"
)

// modulePath is what the packages that templates see of this module begin with.
const modulePath = "github.com/cloudforet-io/spacegen/generator/"

// A sourceCode is the packages whose types templates see, with their comments.
type sourceCode struct {
	files    *token.FileSet
	packages map[string]*packages.Package
	comments map[string]string // of a type, a field, a method, a constant: PACKAGE.TYPE.MEMBER
}

func readSource(t *testing.T) *sourceCode {
	t.Helper()
	names := []string{"render", "naming", "spec", "schema", "protofile"}
	for i := range names {
		names[i] = modulePath + names[i]
	}
	loaded, err := packages.Load(&packages.Config{
		Context: t.Context(),
		Mode:    packages.NeedName | packages.NeedFiles | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports,
	}, names...)
	require.NoError(t, err)
	code := &sourceCode{packages: map[string]*packages.Package{}, comments: map[string]string{}}
	for _, p := range loaded {
		require.Empty(t, p.Errors)
		code.files = p.Fset // one for all
		code.packages[p.PkgPath] = p
		for _, file := range p.Syntax {
			for _, decl := range file.Decls {
				code.read(p.Name, decl)
			}
		}
	}
	return code
}

// read keeps the comments of a declaration.
func (c *sourceCode) read(pkg string, decl ast.Decl) {
	keep := func(name string, comments ...*ast.CommentGroup) {
		for _, comment := range comments {
			if text := strings.Join(strings.Fields(comment.Text()), " "); text != "" {
				c.comments[name] = text
				return
			}
		}
	}
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		name := pkg + "." + decl.Name.Name
		if decl.Recv != nil {
			receiver := decl.Recv.List[0].Type
			if star, ok := receiver.(*ast.StarExpr); ok {
				receiver = star.X
			}
			if typ, ok := receiver.(*ast.Ident); ok {
				name = pkg + "." + typ.Name + "." + decl.Name.Name
			}
		}
		keep(name, decl.Doc)
	case *ast.GenDecl:
		for _, one := range decl.Specs {
			switch one := one.(type) {
			case *ast.ValueSpec:
				for _, name := range one.Names {
					keep(pkg+"."+name.Name, one.Comment, one.Doc)
				}
			case *ast.TypeSpec:
				keep(pkg+"."+one.Name.Name, one.Doc, decl.Doc)
				if fields, ok := one.Type.(*ast.StructType); ok {
					for _, f := range fields.Fields.List {
						for _, name := range f.Names {
							keep(pkg+"."+one.Name.Name+"."+name.Name, f.Comment, f.Doc)
						}
					}
				}
			}
		}
	}
}

// named finds a type.
func (c *sourceCode) named(t *testing.T, pkg, name string) *types.Named {
	t.Helper()
	found := c.packages[modulePath+pkg].Types.Scope().Lookup(name)
	require.NotNil(t, found, "%s.%s", pkg, name)
	named, ok := found.Type().(*types.Named)
	require.True(t, ok)
	return named
}

func nameOf(t *types.Named) string { return t.Obj().Pkg().Name() + "." + t.Obj().Name() }

// typeText writes a type for a reader of templates.
func (c *sourceCode) typeText(t types.Type) string {
	switch t := t.(type) {
	case *types.Pointer:
		return c.typeText(t.Elem())
	case *types.Slice:
		return "list of " + c.typeText(t.Elem())
	case *types.Map:
		return "map of " + c.typeText(t.Elem())
	case *types.Alias:
		return c.typeText(types.Unalias(t))
	case *types.Interface:
		return "anything"
	case *types.Named:
		if basic, ok := t.Underlying().(*types.Basic); ok && t.Obj().Pkg() != nil {
			if values := c.values(t); len(values) > 0 {
				return basic.Name() + ": " + strings.Join(values, ", ")
			}
			return basic.Name()
		}
		if c.seen(t) {
			return fmt.Sprintf("[%s](#%s)", nameOf(t), anchor(nameOf(t)))
		}
		if t.Obj().Pkg() == nil {
			return t.Obj().Name()
		}
		return nameOf(t)
	}
	return types.TypeString(t, (*types.Package).Name)
}

// anchor is what a heading is linked to by.
func anchor(heading string) string { return strings.ToLower(strings.ReplaceAll(heading, ".", "")) }

// values are the constants of a type of texts.
func (c *sourceCode) values(t *types.Named) []string {
	scope := t.Obj().Pkg().Scope()
	var found []*types.Const
	for _, name := range scope.Names() {
		if one, ok := scope.Lookup(name).(*types.Const); ok && types.Identical(one.Type(), t) && one.Val().Kind() == constant.String && one.Exported() {
			found = append(found, one)
		}
	}
	slices.SortFunc(found, func(a, b *types.Const) int { return c.compare(a.Pos(), b.Pos()) })
	var values []string
	for _, one := range found {
		values = append(values, "`"+constant.StringVal(one.Val())+"`")
	}
	return values
}

// compare compares places by file and offset: files are read side by side, in any order.
func (c *sourceCode) compare(a, b token.Pos) int {
	one, two := c.files.Position(a), c.files.Position(b)
	return cmp.Or(strings.Compare(one.Filename, two.Filename), one.Offset-two.Offset)
}

// seen reports whether a type is one that the guide describes.
func (c *sourceCode) seen(t *types.Named) bool {
	_, structure := t.Underlying().(*types.Struct)
	return structure && t.Obj().Pkg() != nil && c.packages[t.Obj().Pkg().Path()] != nil
}

// leadsTo are the types that a type leads to, and that the guide describes.
func (c *sourceCode) leadsTo(t types.Type) []*types.Named {
	switch t := t.(type) {
	case *types.Pointer:
		return c.leadsTo(t.Elem())
	case *types.Slice:
		return c.leadsTo(t.Elem())
	case *types.Map:
		return c.leadsTo(t.Elem())
	case *types.Named:
		if c.seen(t) {
			return []*types.Named{t}
		}
	}
	return nil
}

// A member is a field of a type, or a method that a template can call.
type member struct {
	name     string // with the names of the parameters
	typ      types.Type
	what     string
	embedded bool
}

// members are those of a type that templates see.
func (c *sourceCode) members(t *types.Named) []member {
	var all []member
	fields, _ := t.Underlying().(*types.Struct)
	for f := range fields.Fields() {
		if f.Exported() {
			all = append(all, member{"." + f.Name(), f.Type(), c.comments[nameOf(t)+"."+f.Name()], f.Embedded()})
		}
	}
	var methods []member
	for m := range t.Methods() {
		results := m.Signature().Results()
		if !m.Exported() || results.Len() == 0 || results.Len() > 2 || results.At(0).Type().String() == "error" || m.Name() == "String" && results.Len() > 1 {
			continue
		}
		name := "." + m.Name()
		for p := range m.Signature().Params().Variables() {
			name += " " + strings.ToUpper(p.Name())
		}
		if m.Signature().Variadic() {
			name += "…"
		}
		methods = append(methods, member{name, results.At(0).Type(), c.comments[nameOf(t)+"."+m.Name()], false})
	}
	slices.SortFunc(methods, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return append(all, methods...)
}

// view describes the view, and all that it leads to, field by field.
func (c *sourceCode) view(t *testing.T) string {
	t.Helper()
	found := []*types.Named{c.named(t, "render", "View")}
	for i := 0; i < len(found); i++ {
		for _, m := range c.members(found[i]) {
			for _, next := range c.leadsTo(m.typ) {
				if !slices.ContainsFunc(found, func(have *types.Named) bool { return nameOf(have) == nameOf(next) }) {
					found = append(found, next)
				}
			}
		}
	}
	rank := func(t *types.Named) int {
		return slices.Index([]string{"render", "naming", "schema", "spec", "protofile"}, t.Obj().Pkg().Name())
	}
	slices.SortStableFunc(found, func(a, b *types.Named) int { return rank(a) - rank(b) })
	var out strings.Builder
	for _, typ := range found {
		fmt.Fprintf(&out, "### %s\n\n%s\n\n", nameOf(typ), c.comments[nameOf(typ)])
		var rows [][]string
		for _, m := range c.members(typ) {
			if m.embedded {
				fmt.Fprintf(&out, "It has all that %s has.\n\n", c.typeText(m.typ))
				continue
			}
			if typ.Obj().Pkg().Name() == "render" && m.what == "" {
				t.Errorf("%s%s has no comment", nameOf(typ), m.name)
			}
			rows = append(rows, []string{"`" + m.name + "`", c.typeText(m.typ), m.what})
		}
		out.WriteString(tabular([]string{"name", "type", "what it is"}, rows))
	}
	return out.String()
}

// keys describes the keys of a structure that YAML is read into.
func (c *sourceCode) keys(t *testing.T, pkg, name string) string {
	t.Helper()
	typ := c.named(t, pkg, name)
	fields, _ := typ.Underlying().(*types.Struct)
	var rows [][]string
	for i := range fields.NumFields() {
		key, tagged := reflect.StructTag(fields.Tag(i)).Lookup("yaml")
		if !tagged {
			continue
		}
		f := fields.Field(i)
		what := c.comments[nameOf(typ)+"."+f.Name()]
		if what == "" {
			t.Errorf("%s.%s has no comment", nameOf(typ), f.Name())
		}
		shown := strings.ReplaceAll(c.typeText(f.Type()), "uint32", "permissions")
		for _, own := range []string{"entry", "move", "Preset"} {
			if strings.HasSuffix(strings.TrimRight(shown, ")"), anchor("."+own)) {
				shown = "list of the keys below"
				if own == "Preset" {
					shown = "the keys below"
				}
			}
		}
		rows = append(rows, []string{"`" + key + "`", shown, what})
	}
	return tabular([]string{"key", "value", "what it says"}, rows)
}

// constants describes the constants of a type, with their comments.
func (c *sourceCode) constants(t *testing.T, pkg, name, heading string) string {
	t.Helper()
	typ := c.named(t, pkg, name)
	scope := typ.Obj().Pkg().Scope()
	type row struct {
		at   token.Pos
		text []string
	}
	var found []row
	for _, one := range scope.Names() {
		if value, ok := scope.Lookup(one).(*types.Const); ok && types.Identical(value.Type(), typ) {
			text, err := strconv.Unquote(value.Val().ExactString())
			require.NoError(t, err)
			found = append(found, row{value.Pos(), []string{"`" + text + "`", c.comments[pkg+"."+one]}})
		}
	}
	slices.SortFunc(found, func(a, b row) int { return c.compare(a.at, b.at) })
	var rows [][]string
	for _, one := range found {
		rows = append(rows, one.text)
	}
	return tabular([]string{heading, "what it means"}, rows)
}

// tabular writes a table.
func tabular(head []string, rows [][]string) string {
	var out strings.Builder
	line := func(cells []string) { fmt.Fprintf(&out, "| %s |\n", strings.Join(cells, " | ")) }
	line(head)
	line(slices.Repeat([]string{"---"}, len(head)))
	for _, row := range rows {
		for i := range row {
			row[i] = strings.NewReplacer("|", `\|`, "\n", " ").Replace(row[i])
		}
		line(row)
	}
	return out.String() + "\n"
}
