package protofile

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/bufbuild/protocompile/ast"
	"github.com/bufbuild/protocompile/parser"
	"github.com/bufbuild/protocompile/reporter"
)

// SameNumbers compares two texts of a file. It gives an error, with the line of
// after, for each field and each enum value that both have by the same name and
// with different numbers, or that has the number that another had before. A text
// that does not parse has none: compiling says why.
func SameNumbers(at string, before, after []byte) error {
	old, now := numbersOf(at, before), numbersOf(at, after)
	named := map[string]number{}
	for _, n := range old {
		named[n.scope+"."+n.name] = n
	}
	var faults []error
	for _, n := range now {
		if was, ok := named[n.scope+"."+n.name]; ok {
			if was.number != n.number {
				faults = append(faults, fmt.Errorf("%s:%d:%d: %s of %s has the number %d, and clients know it by that; %d would break them; write %d again",
					at, n.at.Line, n.at.Col, n.name, n.scope, was.number, n.number, was.number))
			}
			continue
		}
		i := slices.IndexFunc(old, func(was number) bool { return was.scope == n.scope && was.number == n.number })
		if i >= 0 {
			faults = append(faults, fmt.Errorf("%s:%d:%d: the number %d of %s in %s was that of %s, and clients that still know it would take one for the other; take a free number",
				at, n.at.Line, n.at.Col, n.number, n.name, n.scope, old[i].name))
		}
	}
	return errors.Join(faults...)
}

// A number is that of a field in its message, or of a value in its enum.
type number struct {
	scope, name string
	number      int64
	at          ast.SourcePos
}

// numbersOf reads the numbers of a file, which need not compile.
func numbersOf(at string, text []byte) []number {
	file, err := parser.Parse(at, bytes.NewReader(text), reporter.NewHandler(reporter.NewReporter(func(reporter.ErrorWithPos) error { return nil }, nil)))
	if err != nil || file == nil {
		return nil
	}
	var all []number
	add := func(scope string, name *ast.IdentNode, value ast.Node, n int64) {
		all = append(all, number{scope, name.Val, n, file.NodeInfo(value).Start()})
	}
	var message func(scope string, decls []ast.MessageElement)
	enum := func(scope string, e *ast.EnumNode) {
		for _, decl := range e.Decls {
			if v, ok := decl.(*ast.EnumValueNode); ok {
				if n, ok := ast.AsInt32(v.Number, -1<<31, 1<<31-1); ok {
					add(scope+e.Name.Val, v.Name, v.Number, int64(n))
				}
			}
		}
	}
	message = func(scope string, decls []ast.MessageElement) {
		for _, decl := range decls {
			switch d := decl.(type) {
			case *ast.FieldNode:
				add(scope, d.Name, d.Tag, int64(d.Tag.Val))
			case *ast.MapFieldNode:
				add(scope, d.Name, d.Tag, int64(d.Tag.Val))
			case *ast.OneofNode:
				for _, one := range d.Decls {
					if f, ok := one.(*ast.FieldNode); ok {
						add(scope, f.Name, f.Tag, int64(f.Tag.Val))
					}
				}
			case *ast.EnumNode:
				enum(scope+".", d)
			case *ast.MessageNode:
				message(scope+"."+d.Name.Val, d.Decls)
			}
		}
	}
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.EnumNode:
			enum("", d)
		case *ast.MessageNode:
			message(d.Name.Val, d.Decls)
		}
	}
	return all
}
