package rename

import (
	"context"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// Code is the Go of a repository with its types, as far as it compiles.
type Code struct {
	dir     string
	fset    *token.FileSet
	pkgs    []*packages.Package
	to      map[types.Object]string    // what is renamed
	objects map[string][]map[int]ident // by file, once for each package that it is compiled for
	Why     string                     // why nothing is known of its types; empty: something is
}

// An ident is an identifier in a file.
type ident struct {
	name    string
	object  types.Object
	defines bool
}

// Load reads the Go of the repository at dir with its types, and finds symbols in it.
func Load(ctx context.Context, dir string, symbols []Symbol) (*Code, error) {
	dir, err := filepath.EvalSymlinks(dir) // as go list names it
	if err != nil {
		return nil, err
	}
	c := &Code{dir: dir, fset: token.NewFileSet(), to: map[types.Object]string{}, objects: map[string][]map[int]ident{}}
	if len(symbols) == 0 {
		return c, nil
	}
	c.pkgs, err = packages.Load(&packages.Config{
		Context: ctx, Dir: dir, Fset: c.fset, Tests: true, Mode: packages.LoadSyntax, //nolint:staticcheck // what it stands for is long
		Env: append(os.Environ(), "GOWORK=off"),
	}, "./...")
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		c.Why = firstLine(err.Error())
		return c, nil //nolint:nilerr // it is told
	}
	packages.Visit(c.pkgs, nil, func(p *packages.Package) {
		for _, s := range symbols {
			if p.Types != nil && p.PkgPath == s.Package {
				c.find(p.Types, s)
			}
		}
	})
	for _, p := range c.pkgs {
		c.read(p)
	}
	return c, nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}

// find notes the object of a symbol.
func (c *Code) find(pkg *types.Package, s Symbol) {
	if s.Type == "" {
		if o := pkg.Scope().Lookup(s.Name); o != nil {
			c.to[o] = s.To
		}
		return
	}
	if o := member(pkg, s.Type, s.Name); o != nil {
		c.to[o] = s.To
	}
}

// member gives a field or a method that a type has itself.
func member(pkg *types.Package, of, name string) types.Object {
	t := pkg.Scope().Lookup(of)
	if t == nil {
		return nil
	}
	o, path, _ := types.LookupFieldOrMethod(types.NewPointer(t.Type()), true, pkg, name)
	if _, is := t.Type().Underlying().(*types.Interface); is {
		o, path, _ = types.LookupFieldOrMethod(t.Type(), true, pkg, name)
	}
	if len(path) != 1 {
		return nil // it is one of an embedded type
	}
	return o
}

// Taken gives the symbols whose new name something else has already, and where.
func (c *Code) Taken(symbols []Symbol) []string {
	var found []string
	packages.Visit(c.pkgs, nil, func(p *packages.Package) {
		for _, s := range symbols {
			if p.Types == nil || p.PkgPath != s.Package {
				continue
			}
			var o types.Object
			if s.Type == "" {
				o = p.Types.Scope().Lookup(s.To)
			} else {
				o = member(p.Types, s.Type, s.To)
			}
			if _, goes := c.to[o]; o == nil || goes {
				continue
			}
			what := strings.TrimPrefix(s.Type+"."+s.To, ".")
			at := c.fset.Position(o.Pos())
			said := fmt.Sprintf("%s:%d: there is a %s already", c.below(at.Filename), at.Line, what)
			if !slices.Contains(found, said) {
				found = append(found, said)
			}
		}
	})
	return found
}

func (c *Code) below(file string) string {
	if at, err := filepath.Rel(c.dir, file); err == nil {
		return filepath.ToSlash(at)
	}
	return file
}

// read notes what the identifiers of a package are.
func (c *Code) read(p *packages.Package) {
	if p.TypesInfo == nil {
		return
	}
	for _, file := range p.Syntax {
		at := c.below(c.fset.Position(file.FileStart).Filename)
		all := map[int]ident{}
		ast.Inspect(file, func(n ast.Node) bool {
			id, is := n.(*ast.Ident)
			if !is {
				return true
			}
			one := ident{name: id.Name, object: p.TypesInfo.Uses[id]}
			if def := p.TypesInfo.Defs[id]; def != nil {
				one.object, one.defines = def, true
			}
			if one.object != nil {
				all[c.fset.Position(id.Pos()).Offset] = one
			}
			return true
		})
		c.objects[at] = append(c.objects[at], all)
	}
}

// Knows reports whether the file was compiled.
func (c *Code) Knows(at string) bool { return len(c.objects[at]) > 0 }

// Follow gives the edits by which a file follows. words are those that follow from what was
// rendered: of identifiers, types have the last word, where they are known.
func (c *Code) Follow(at string, text []byte, words []Edit) []Edit {
	local := map[types.Object]string{} // what the file's functions call otherwise
	sure := map[int]Edit{}
	for _, e := range words {
		sure[e.At] = e
		for _, known := range c.objects[at] {
			if id, is := known[e.At]; is && id.defines && id.name == e.Old && e.Sure && inFunction(id.object) {
				local[id.object] = e.To
			}
		}
	}
	edits := map[int]Edit{}
	for _, e := range words {
		if e.Sure || !slices.ContainsFunc(c.objects[at], func(known map[int]ident) bool { _, is := known[e.At]; return is }) {
			edits[e.At] = e
		}
	}
	for _, known := range c.objects[at] {
		for offset, id := range known {
			to, is := c.to[origin(id.object)]
			if other, follows := local[id.object]; follows {
				to, is = other, true
			}
			if is && strings.HasPrefix(string(text[min(offset, len(text)):]), id.name) && id.name != to {
				edits[offset] = Edit{At: offset, Old: id.name, To: to, Sure: true}
			}
		}
	}
	all := make([]Edit, 0, len(edits))
	for _, e := range edits {
		all = append(all, e)
	}
	return all
}

// inFunction reports whether an object is declared within a function.
func inFunction(o types.Object) bool {
	v, is := o.(*types.Var)
	return is && !v.IsField() && o.Pkg() != nil && o.Parent() != o.Pkg().Scope()
}

// origin is what an instance of a generic type's member was declared as.
func origin(o types.Object) types.Object {
	switch o := o.(type) {
	case *types.Var:
		return o.Origin()
	case *types.Func:
		return o.Origin()
	default:
		return o
	}
}

// Unknown gives the lines of a file that have the old name and nothing says for certain what
// they mean: identifiers without a known type, strings and comments of Go, and lines of any
// other file.
// What edits change is none of them.
func (c *Code) Unknown(n Names, at string, text []byte, edits []Edit) []int {
	var lines []int
	edited := func(at int) bool { return slices.ContainsFunc(edits, func(e Edit) bool { return e.At == at }) }
	add := func(line int) {
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	if filepath.Ext(at) != ".go" {
		if n.Telling() {
			for _, w := range words(text) {
				if n.Says(w.text) && !edited(w.at) {
					add(w.line + 1)
				}
			}
		}
		return lines
	}
	for _, t := range tokens(text) {
		switch t.kind {
		case token.IDENT:
			if n.Says(t.text) && !edited(t.at) && !slices.ContainsFunc(c.objects[at], func(known map[int]ident) bool { _, is := known[t.at]; return is }) {
				add(t.line)
			}
		case token.STRING, token.COMMENT:
			all := words([]byte(t.text))
			for _, w := range all {
				if n.Says(w.text) && !edited(t.at+w.at) && (n.Telling() || t.kind == token.STRING && len(all) == 3) { // "name", in quotes
					add(t.line + w.line)
				}
			}
		}
	}
	return lines
}
