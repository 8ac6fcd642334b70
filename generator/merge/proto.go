package merge

import (
	"bytes"
	"strings"

	"github.com/bufbuild/protocompile/ast"
	"github.com/bufbuild/protocompile/parser"
	"github.com/bufbuild/protocompile/reporter"
)

// protoParts cuts a .proto file at its messages, fields, services and rpcs.
func protoParts(lines []string) (list, bool) {
	text := []byte(strings.Join(lines, ""))
	file, err := parser.Parse("", bytes.NewReader(text), reporter.NewHandler(reporter.NewReporter(func(err reporter.ErrorWithPos) error { return err }, nil)))
	if err != nil {
		return list{}, false
	}
	o := outline{from: 1, to: len(lines) + 1}
	if file.Syntax != nil {
		o.spans = append(o.spans, protoSpan(file, file.Syntax, "syntax"))
	}
	for _, d := range file.Decls {
		if span, ok := protoElement(file, d); ok {
			o.spans = append(o.spans, span)
		}
	}
	return cut(lines, o)
}

func protoSpan(file *ast.FileNode, n ast.Node, key string) span {
	info := file.NodeInfo(n)
	return span{key: key, from: info.Start().Line, to: info.End().Line + 1}
}

// protoElement gives where an element stands; an empty declaration is none.
func protoElement(file *ast.FileNode, n ast.Node) (span, bool) {
	line := func(n ast.Node) int { return file.NodeInfo(n).Start().Line }
	body := func(key string, open, end ast.Node, decls []ast.Node) (span, bool) {
		s := protoSpan(file, n, key)
		s.within = &outline{from: line(open) + 1, to: line(end)}
		for _, d := range decls {
			if element, ok := protoElement(file, d); ok {
				s.within.spans = append(s.within.spans, element)
			}
		}
		return s, true
	}
	switch n := n.(type) {
	case *ast.EmptyDeclNode:
		return span{}, false
	case *ast.MessageNode:
		return body("message "+n.Name.Val, n.OpenBrace, n.CloseBrace, protoNodes(n.Decls))
	case *ast.EnumNode:
		return body("enum "+n.Name.Val, n.OpenBrace, n.CloseBrace, protoNodes(n.Decls))
	case *ast.OneofNode:
		return body("oneof "+n.Name.Val, n.OpenBrace, n.CloseBrace, protoNodes(n.Decls))
	case *ast.ServiceNode:
		return body("service "+n.Name.Val, n.OpenBrace, n.CloseBrace, protoNodes(n.Decls))
	case *ast.RPCNode:
		if n.OpenBrace != nil {
			return body("rpc "+n.Name.Val, n.OpenBrace, n.CloseBrace, protoNodes(n.Decls))
		}
		return protoSpan(file, n, "rpc "+n.Name.Val), true
	case *ast.FieldNode:
		return protoSpan(file, n, "field "+n.Name.Val), true
	case *ast.MapFieldNode:
		return protoSpan(file, n, "field "+n.Name.Val), true
	case *ast.EnumValueNode:
		return protoSpan(file, n, "value "+n.Name.Val), true
	case *ast.OptionNode:
		return protoSpan(file, n, "option "+file.NodeInfo(n.Name).RawText()), true
	case *ast.PackageNode:
		return protoSpan(file, n, "package"), true
	default: // imports, reserved numbers, extensions: they are what they say
		return protoSpan(file, n, strings.Join(strings.Fields(file.NodeInfo(n).RawText()), " ")), true
	}
}

func protoNodes[N ast.Node](list []N) []ast.Node {
	all := make([]ast.Node, len(list))
	for i, n := range list {
		all[i] = n
	}
	return all
}
