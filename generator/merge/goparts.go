package merge

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"strings"
)

// unaligned gives Go code without the columns that gofmt makes, line by line: these
// are no change, and come back when the merged file is formatted.
func unaligned(text []byte) []byte {
	var s scanner.Scanner
	set := token.NewFileSet()
	file := set.AddFile("", set.Base(), len(text))
	s.Init(file, text, nil, scanner.ScanComments)
	var out []byte
	end := 0
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return append(out, text[end:]...)
		}
		at := file.Offset(pos)
		if tok == token.SEMICOLON && lit == "\n" || at < end {
			continue
		}
		gap := string(text[end:at])
		if strings.Trim(gap, " \t") == "" && len(gap) > 1 && end > 0 && text[end-1] != '\n' {
			gap = " "
		}
		out = append(out, gap...)
		if lit == "" {
			lit = tok.String()
		}
		end = min(at+len(lit), len(text))
		out = append(out, text[at:end]...)
	}
}

// goParts cuts a Go file at its declarations.
func goParts(lines []string) (list, bool) {
	file, err := parseGo([]byte(strings.Join(lines, "")))
	if err != nil {
		return list{}, false
	}
	var l list
	for _, d := range file.decls {
		p, ok := declaration(withEnd(d.text))
		if !ok {
			continue // a comment
		}
		// init, and what assigns to nothing, may stand in a file more than once.
		p.key, p.named = d.name, d.name != "" && d.name != "func init"
		l.parts = append(l.parts, p)
	}
	return l, true
}

// declaration cuts a top-level declaration, with its comment, into parts.
func declaration(text string) (part, bool) {
	const clause = "package p\n"
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "", clause+text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil || len(file.Decls) != 1 {
		return part{}, false
	}
	c := &goCutter{set: set, whole: clause + text, lines: strings.SplitAfter(clause+text, "\n")}
	decl := file.Decls[0]
	whole := part{lead: c.text(2, c.line(decl.Pos())), pieces: c.pieces(decl, c.line(decl.Pos()), len(c.lines))}
	return whole, true
}

// A goCutter cuts Go code into lists of whole lines.
type goCutter struct {
	set   *token.FileSet
	whole string
	lines []string
}

func (c *goCutter) at(p token.Pos) token.Position { return c.set.PositionFor(p, false) }
func (c *goCutter) line(p token.Pos) int          { return c.at(p).Line }

// text gives lines, counted from 1, without the one that it ends before.
func (c *goCutter) text(from, to int) string {
	return strings.Join(c.lines[from-1:max(from, to)-1], "")
}

// code gives what a node says, in one line.
func (c *goCutter) code(n ast.Node) string {
	return strings.Join(strings.Fields(c.whole[c.at(n.Pos()).Offset:c.at(n.End()).Offset]), " ")
}

// pieces cuts the lines of a node, and what stands in them besides, at the lists in it.
func (c *goCutter) pieces(n ast.Node, from, to int) []piece {
	var pieces []piece
	ast.Inspect(n, func(n ast.Node) bool {
		if n == nil {
			return false
		}
		elements, first, end, ok := c.elements(n)
		if !ok || first < from {
			return true
		}
		pieces = append(pieces, piece{text: c.text(from, first)}, piece{list: c.list(n, elements, first, end)})
		from = end
		return false
	})
	return append(pieces, piece{text: c.text(from, to)})
}

// list gives the elements that stand in some lines.
func (c *goCutter) list(of ast.Node, elements []ast.Node, from, to int) *list {
	_, call := of.(*ast.CallExpr)
	l := &list{strict: call}
	for _, e := range elements {
		at, end := c.line(e.Pos()), c.line(e.End())+1
		l.parts = append(l.parts, part{key: c.key(e), named: named(e), lead: c.text(from, at), pieces: c.pieces(e, at, end), last: terminates(e)})
		from = end
	}
	l.tail = c.text(from, to)
	return l
}

// elements are those of a node that each stand in lines of their own, between a line
// that opens and one that closes; first and end are the lines between.
func (c *goCutter) elements(n ast.Node) (elements []ast.Node, first, end int, ok bool) {
	var from, to token.Pos
	switch n := n.(type) {
	case *ast.CompositeLit:
		from, to, elements = n.Lbrace, n.Rbrace, nodes(n.Elts)
	case *ast.CallExpr:
		from, to, elements = n.Lparen, n.Rparen, nodes(n.Args)
	case *ast.FieldList:
		from, to, elements = n.Opening, n.Closing, nodes(n.List)
	case *ast.BlockStmt:
		from, to, elements = n.Lbrace, n.Rbrace, nodes(n.List)
	case *ast.GenDecl:
		if !counts(n) {
			from, to, elements = n.Lparen, n.Rparen, nodes(n.Specs)
		}
	case *ast.CaseClause:
		return c.clause(n.Colon, nodes(n.Body))
	case *ast.CommClause:
		return c.clause(n.Colon, nodes(n.Body))
	}
	if !from.IsValid() || !to.IsValid() || len(elements) == 0 {
		return nil, 0, 0, false
	}
	first, end = c.line(from)+1, c.line(to)
	return elements, first, end, c.apart(elements, first, end)
}

// clause gives the statements of a case.
func (c *goCutter) clause(colon token.Pos, body []ast.Node) (elements []ast.Node, first, end int, ok bool) {
	if len(body) == 0 {
		return nil, 0, 0, false
	}
	first, end = c.line(colon)+1, c.line(body[len(body)-1].End())+1
	return body, first, end, c.apart(body, first, end)
}

// apart reports whether no two elements share a line.
func (c *goCutter) apart(elements []ast.Node, first, end int) bool {
	for _, e := range elements {
		if c.line(e.Pos()) < first {
			return false
		}
		first = c.line(e.End()) + 1
	}
	return first <= end
}

// counts reports whether the constants of a declaration follow from their order.
func counts(d *ast.GenDecl) bool {
	if d.Tok != token.CONST {
		return false
	}
	for _, s := range d.Specs {
		value, ok := s.(*ast.ValueSpec)
		if !ok || len(value.Values) == 0 {
			return true
		}
		iota := false
		ast.Inspect(value, func(n ast.Node) bool {
			name, ok := n.(*ast.Ident)
			iota = iota || ok && name.Name == "iota"
			return true
		})
		if iota {
			return true
		}
	}
	return false
}

// key names an element, so that it is found again when its value was changed.
func (c *goCutter) key(n ast.Node) string {
	switch n := n.(type) {
	case *ast.KeyValueExpr:
		return c.code(n.Key)
	case *ast.CompositeLit:
		if len(n.Elts) > 0 { // {Name: "state", Type: query.Enum}
			if pair, ok := n.Elts[0].(*ast.KeyValueExpr); ok {
				return c.code(pair)
			}
		}
	case *ast.Field:
		return c.names(n.Names, n.Type)
	case *ast.ValueSpec:
		return c.names(n.Names, n)
	case *ast.TypeSpec:
		return n.Name.Name
	case *ast.ImportSpec:
		return n.Path.Value
	case *ast.CaseClause:
		return "case " + c.expressions(n.List)
	case *ast.IfStmt:
		head := c.code(n.Cond)
		if n.Init != nil {
			head = c.code(n.Init) + "; " + head
		}
		return "if " + head
	case *ast.AssignStmt:
		return c.expressions(n.Lhs) + " " + n.Tok.String()
	case *ast.ReturnStmt:
		return "return"
	case *ast.FuncLit:
		return "func"
	case ast.Stmt: // a loop, a switch: its head
		first, _, _ := strings.Cut(c.whole[c.at(n.Pos()).Offset:c.at(n.End()).Offset], "\n")
		return first
	}
	return c.code(n)
}

// named reports whether two elements of one list cannot have the same key.
func named(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.KeyValueExpr, *ast.TypeSpec, *ast.CaseClause:
		return true
	case *ast.Field:
		return len(n.Names) > 0 && n.Names[0].Name != "_"
	case *ast.ValueSpec:
		return n.Names[0].Name != "_"
	default:
		return false
	}
}

func (c *goCutter) names(names []*ast.Ident, otherwise ast.Node) string {
	if len(names) == 0 || names[0].Name == "_" {
		return c.code(otherwise)
	}
	return c.expressions(identifiers(names))
}

func (c *goCutter) expressions(list []ast.Expr) string {
	all := make([]string, len(list))
	for i, e := range list {
		all[i] = c.code(e)
	}
	return strings.Join(all, ", ")
}

func identifiers(names []*ast.Ident) []ast.Expr {
	all := make([]ast.Expr, len(names))
	for i, n := range names {
		all[i] = n
	}
	return all
}

func nodes[N ast.Node](list []N) []ast.Node {
	all := make([]ast.Node, len(list))
	for i, n := range list {
		all[i] = n
	}
	return all
}

// terminates reports whether no statement is reached that follows one.
func terminates(n ast.Node) bool {
	switch n.(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	default:
		return false
	}
}
