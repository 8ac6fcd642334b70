package rename

import (
	"go/scanner"
	"go/token"
)

// A goToken is one of a Go file.
type goToken struct {
	kind     token.Token
	at, line int
	text     string
}

// tokens are the identifiers, strings and comments of a Go file.
func tokens(text []byte) []goToken {
	var s scanner.Scanner
	fset := token.NewFileSet()
	file := fset.AddFile("", fset.Base(), len(text))
	s.Init(file, text, func(token.Position, string) {}, scanner.ScanComments)
	var all []goToken
	for {
		pos, kind, lit := s.Scan()
		if kind == token.EOF {
			return all
		}
		if kind == token.IDENT || kind == token.STRING || kind == token.COMMENT {
			all = append(all, goToken{kind, file.Offset(pos), file.Line(pos), lit})
		}
	}
}
