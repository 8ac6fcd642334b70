package rename

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// A Symbol is a declaration of Go that gets another name.
type Symbol struct {
	Package string // its import path
	Type    string // of which it is a field or a method; empty: it is the package's own
	Name    string
	To      string
}

// Declared gives what a Go file declares by another name after the rename.
func Declared(module, at string, before, after []byte) []Symbol {
	was, is := declarations(before), declarations(after)
	if len(was) != len(is) {
		return nil // what nobody can tell apart is listed where it is used
	}
	pkg := path.Join(module, path.Dir(at))
	var all []Symbol
	for i, d := range was {
		if d.kind == is[i].kind && d.name != is[i].name && d.name != "_" {
			all = append(all, Symbol{Package: pkg, Type: d.of, Name: d.name, To: is[i].name})
		}
	}
	return all
}

type declaration struct {
	kind     token.Token
	of, name string
}

// declarations are those of a file: of its package, the fields of its structs, the methods
// of its types and interfaces.
func declarations(text []byte) []declaration {
	file, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	var all []declaration
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			all = append(all, declaration{token.FUNC, receiver(d), d.Name.Name})
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.ValueSpec:
					for _, name := range s.Names {
						all = append(all, declaration{d.Tok, "", name.Name})
					}
				case *ast.TypeSpec:
					all = append(all, declaration{token.TYPE, "", s.Name.Name})
					for _, member := range members(s.Type) {
						all = append(all, declaration{token.VAR, s.Name.Name, member})
					}
				}
			}
		}
	}
	return all
}

// members are the names that a struct, or an interface, has.
func members(t ast.Expr) (names []string) {
	var list *ast.FieldList
	switch t := t.(type) {
	case *ast.StructType:
		list = t.Fields
	case *ast.InterfaceType:
		list = t.Methods
	default:
		return nil
	}
	for _, field := range list.List {
		for _, name := range field.Names {
			names = append(names, name.Name)
		}
	}
	return names
}

// receiver names the type that a method is of.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return ""
	}
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

// Generated gives what the code of a proto declares by another name after the rename, in the
// package of an import path.
func Generated(pkg string, before, after protoreflect.FileDescriptor) []Symbol {
	g := generated{pkg: pkg}
	g.messages(before.Messages(), after.Messages())
	g.enums("", "", before.Enums(), after.Enums())
	for i := range min(before.Services().Len(), after.Services().Len()) {
		g.service(before.Services().Get(i), after.Services().Get(i))
	}
	return g.all
}

type generated struct {
	pkg string
	all []Symbol
}

func (g *generated) add(of, name, to string) {
	if name != to {
		g.all = append(g.all, Symbol{Package: g.pkg, Type: of, Name: name, To: to})
	}
}

// goName is the Go name of a message or an enum.
func goName(d protoreflect.Descriptor) string {
	below := string(d.FullName())
	if pkg := string(d.ParentFile().Package()); pkg != "" {
		below = below[len(pkg)+1:]
	}
	return naming.ProtoGoType(below)
}

func (g *generated) messages(before, after protoreflect.MessageDescriptors) {
	if before.Len() != after.Len() {
		return
	}
	for i := range before.Len() {
		was, is := before.Get(i), after.Get(i)
		of := goName(was)
		g.add("", of, goName(is))
		from, to := goFields(was), goFields(is)
		for j := range was.Fields().Len() {
			f := was.Fields().Get(j)
			now := is.Fields().ByNumber(f.Number())
			if now == nil {
				continue
			}
			a, b := from[f.Index()], to[now.Index()]
			g.add(of, a, b)
			g.add(of, "Get"+a, "Get"+b)
		}
		g.enums(of, goName(is), was.Enums(), is.Enums())
		g.messages(was.Messages(), is.Messages())
	}
}

func goFields(m protoreflect.MessageDescriptor) []string {
	var names []string
	for i := range m.Fields().Len() {
		names = append(names, string(m.Fields().Get(i).Name()))
	}
	if len(names) == 0 {
		return nil
	}
	return naming.ProtoGoFields(names...)
}

// enums of a message, or of the file itself.
func (g *generated) enums(of, now string, before, after protoreflect.EnumDescriptors) {
	if before.Len() != after.Len() {
		return
	}
	for i := range before.Len() {
		was, is := before.Get(i), after.Get(i)
		a, b := goName(was), goName(is)
		g.add("", a, b)
		g.add("", a+"_name", b+"_name")
		g.add("", a+"_value", b+"_value")
		from, to := a, b // values of a nested enum are named after its message
		if of != "" {
			from, to = of, now
		}
		for j := range min(was.Values().Len(), is.Values().Len()) {
			g.add("", from+"_"+string(was.Values().Get(j).Name()), to+"_"+string(is.Values().Get(j).Name()))
		}
	}
}

func (g *generated) service(was, is protoreflect.ServiceDescriptor) {
	a, b := naming.ProtoGoType(string(was.Name())), naming.ProtoGoType(string(is.Name()))
	for _, form := range [][2]string{
		{"", "Client"}, {"", "Server"}, {"New", "Client"}, {"Register", "Server"}, {"Unimplemented", "Server"}, {"Unsafe", "Server"}, {"", "_ServiceDesc"},
		{"Register", "Handler"}, {"Register", "HandlerFromEndpoint"}, {"Register", "HandlerClient"}, {"Register", "HandlerServer"},
	} {
		g.add("", form[0]+a+form[1], form[0]+b+form[1])
	}
	for i := range was.Methods().Len() {
		if now := is.Methods().ByName(was.Methods().Get(i).Name()); now != nil {
			method := naming.ProtoGoType(string(now.Name()))
			g.add("", a+"_"+method+"_FullMethodName", b+"_"+method+"_FullMethodName")
		}
	}
}
