// Package gosource reads the Go code of an emitted repository: which methods of its
// layers are written, and what those that are not say.
package gosource

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/render"
)

// Where the code of an emitted repository answers its API, and what it answers
// with where nobody has written it yet.
const (
	serviceFolder  = "internal/service"
	errorsPackage  = "apierror" // of the framework, wherever that comes from
	notImplemented = "NotImplemented"
	recordsPackage = "apirecord"
	unwritten      = "Unwritten"
	guardFolder    = "internal/handler/guard"
)

// A Method is a method of the service layer as it stands on disk.
type Method struct {
	At   string // file:line
	Says string // of a stub: the method of the API that it says is not implemented
	Stub bool   // it answers nothing else

	Refuses []string // fields of its request that it does nothing with
}

// Methods reads the methods of the service layer, by Type.Method.
func Methods(fsys fs.FS) (map[string]Method, error) {
	methods := map[string]Method{}
	return methods, eachMethod(fsys, serviceFolder, collect(methods))
}

// MethodsIn is Methods for a repository in memory.
func MethodsIn(tree render.Tree) map[string]Method {
	methods := map[string]Method{}
	for _, at := range tree.Paths() {
		if path.Dir(at) == serviceFolder && isSource(path.Base(at)) {
			parseFile(at, tree[at].Body, methodsOf(collect(methods)))
		}
	}
	return methods
}

// collect puts what methods do into a map, by Type.Method.
func collect(methods map[string]Method) func(at string, set *token.FileSet, file *ast.File, f *ast.FuncDecl) {
	return func(at string, set *token.FileSet, file *ast.File, f *ast.FuncDecl) {
		if f.Body == nil {
			return
		}
		m := Method{At: at + ":" + strconv.Itoa(set.Position(f.Pos()).Line)}
		m.Says, m.Stub = answersNothing(f.Body, NameOf(file, errorsPackage))
		m.Refuses = refusedFields(f.Body, NameOf(file, recordsPackage))
		methods[Receiver(f)+"."+f.Name.Name] = m
	}
}

// Standing gives the file of each method of the layers that answer the API:
// folder.Type.Method.
func Standing(fsys fs.FS) (map[string]string, error) {
	methods := map[string]string{}
	for _, folder := range []string{serviceFolder, guardFolder} {
		err := eachMethod(fsys, folder, func(at string, _ *token.FileSet, _ *ast.File, f *ast.FuncDecl) {
			methods[folder+"."+Receiver(f)+"."+f.Name.Name] = at
		})
		if err != nil {
			return nil, err
		}
	}
	return methods, nil
}

// MethodsOf names the methods of a file: folder.Type.Method.
func MethodsOf(at string, text []byte) map[string]bool {
	methods := map[string]bool{}
	parseFile(at, text, methodsOf(func(_ string, _ *token.FileSet, _ *ast.File, f *ast.FuncDecl) {
		methods[path.Dir(at)+"."+Receiver(f)+"."+f.Name.Name] = true
	}))
	return methods
}

// eachMethod visits the methods of a folder's types.
func eachMethod(fsys fs.FS, folder string, do func(at string, set *token.FileSet, file *ast.File, f *ast.FuncDecl)) error {
	return EachFile(fsys, folder, methodsOf(do))
}

// methodsOf visits the methods of the types of a file.
func methodsOf(do func(at string, set *token.FileSet, file *ast.File, f *ast.FuncDecl)) func(at string, set *token.FileSet, file *ast.File) {
	return func(at string, set *token.FileSet, file *ast.File) {
		for _, decl := range file.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok && Receiver(f) != "" {
				do(at, set, file, f)
			}
		}
	}
}

// EachFile parses the Go files of a folder but for tests. One that is no valid Go
// is left to the compiler, which says it better.
func EachFile(fsys fs.FS, folder string, do func(at string, set *token.FileSet, file *ast.File)) error {
	files, err := fs.ReadDir(fsys, folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", folder, err)
	}
	for _, file := range files {
		at := path.Join(folder, file.Name())
		if file.IsDir() || !isSource(at) {
			continue
		}
		text, err := fs.ReadFile(fsys, at)
		if err != nil {
			return fmt.Errorf("read %s: %w", at, err)
		}
		parseFile(at, text, do)
	}
	return nil
}

func isSource(at string) bool { return path.Ext(at) == ".go" && !strings.HasSuffix(at, "_test.go") }

func parseFile(at string, text []byte, do func(at string, set *token.FileSet, file *ast.File)) {
	set := token.NewFileSet()
	if parsed, err := parser.ParseFile(set, at, text, parser.SkipObjectResolution); err == nil {
		do(at, set, parsed)
	}
}

// NameOf is what a file calls a package that it imports, whose path is pkg or ends in it;
// empty if it imports none.
func NameOf(file *ast.File, pkg string) string {
	for _, i := range file.Imports {
		switch p, err := strconv.Unquote(i.Path.Value); {
		case err != nil || p != pkg && !strings.HasSuffix(p, "/"+pkg):
		case i.Name != nil:
			return i.Name.Name
		default:
			return path.Base(p)
		}
	}
	return ""
}

// Receiver names the type that a method belongs to.
func Receiver(f *ast.FuncDecl) string {
	if f.Recv == nil || len(f.Recv.List) != 1 {
		return ""
	}
	typ := f.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	name, ok := typ.(*ast.Ident)
	if !ok {
		return ""
	}
	return name.Name
}

// refusedFields are the fields that a method refuses until somebody writes what they do.
// What it takes from elsewhere is told as "…". pkg is what the file calls the package of
// records.
func refusedFields(body *ast.BlockStmt, pkg string) (fields []string) {
	ast.Inspect(body, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || !calls(call, pkg, unwritten) || len(call.Args) < 3 {
			return true
		}
		args := call.Args[2:]
		if said, ok := args[0].(*ast.CallExpr); ok && call.Ellipsis.IsValid() && isSaid(said) {
			args = said.Args
		}
		for _, arg := range args {
			name := "…"
			if text, ok := arg.(*ast.BasicLit); ok {
				if said, err := strconv.Unquote(text.Value); err == nil {
					name = said
				}
			}
			fields = append(fields, name)
		}
		return true
	})
	return fields
}

// isSaid reports whether a call leaves out of the names of fields those that a handler
// filled, as Said of a transaction does.
func isSaid(call *ast.CallExpr) bool {
	called, ok := call.Fun.(*ast.SelectorExpr)
	return ok && called.Sel.Name == "Said"
}

// calls reports whether a call is of a function of a package; without the package's
// name, of none.
func calls(call *ast.CallExpr, pkg, function string) bool {
	called, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || pkg == "" || called.Sel.Name != function {
		return false
	}
	x, ok := called.X.(*ast.Ident)
	return ok && x.Name == pkg
}

// answersNothing reports whether a method ends, wherever it ends, by saying that
// it is not implemented, and what it says so of: whether it has looked at its
// request before or not. pkg is what the file calls the package of that error.
func answersNothing(body *ast.BlockStmt, pkg string) (method string, stub bool) {
	otherwise := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.IfStmt:
			return !checks(n)
		case *ast.ReturnStmt:
			said, is := saysSo(n, pkg)
			otherwise = otherwise || !is
			method = said
		}
		return true
	})
	return method, method != "" && !otherwise
}

// checks reports whether a statement only refuses what a check found wrong.
func checks(n *ast.IfStmt) bool {
	assign, ok := n.Init.(*ast.AssignStmt)
	if !ok || n.Else != nil || len(assign.Rhs) != 1 {
		return false
	}
	call, ok := assign.Rhs[0].(*ast.CallExpr)
	if !ok {
		return false
	}
	called, ok := call.Fun.(*ast.SelectorExpr)
	return ok && (called.Sel.Name == "Check" || called.Sel.Name == unwritten)
}

func saysSo(r *ast.ReturnStmt, pkg string) (method string, is bool) {
	if len(r.Results) == 0 {
		return "", false
	}
	call, ok := r.Results[len(r.Results)-1].(*ast.CallExpr)
	if !ok || len(call.Args) != 1 || !calls(call, pkg, notImplemented) {
		return "", false
	}
	text, ok := call.Args[0].(*ast.BasicLit)
	if !ok {
		return "", false
	}
	method, err := strconv.Unquote(text.Value)
	return method, err == nil
}
