package merge

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ast/astutil"
)

// errNoGo means that one of the three sides is no Go that can be parsed.
var errNoGo = errors.New("no valid Go")

// mergeGo merges Go files by their top-level declarations, all three formatted
// first: two sides that changed different declarations don't conflict, however
// close to each other they stand.
func mergeGo(ctx context.Context, s sides, l labels) ([]byte, bool, error) {
	var base, ours, theirs goFile
	for _, side := range []struct {
		text []byte
		into *goFile
	}{{s.base, &base}, {s.ours, &ours}, {s.theirs, &theirs}} {
		file, err := parseGo(side.text)
		if err != nil {
			return nil, false, err
		}
		*side.into = file
	}
	if bothReworded(base, ours, theirs) {
		return nil, false, errNoGo
	}
	m := &partMerge{ctx: ctx, labels: l, inline: []brackets{{"{", "}", ", "}}}
	body := m.declarations(base, ours, theirs)
	clause := strings.TrimRight(m.text(withEnd(base.clause), withEnd(ours.clause), withEnd(theirs.clause)), "\n")
	if m.err != nil {
		return nil, false, m.err
	}
	imports, err := mergeImports(base, ours, theirs, body)
	if err != nil {
		return nil, false, err
	}
	text := clause + "\n\n"
	if imports != "" {
		text += imports + "\n"
	}
	text += body
	if m.conflict {
		return aligned([]byte(text), s), true, nil
	}
	out, err := format.Source([]byte(text))
	if err != nil {
		return nil, false, errNoGo
	}
	return out, false, nil
}

// A goFile is a Go file in parts.
type goFile struct {
	text    []byte
	clause  string // up to and with the package clause
	imports string // all import declarations
	set     map[string]string
	decls   []decl
}

// A decl is a top-level declaration with its comment, or a comment between
// declarations.
type decl struct {
	key  string // "func Store.Get", "type Store", the text of a comment
	name string // the key, unless that is the text
	gap  string // the white space before it
	text string

	comment bool
}

// bothReworded reports whether both sides changed a comment that stands between
// declarations. Nothing but its text names it, so that its versions cannot be
// paired: lines do better.
func bothReworded(base, ours, theirs goFile) bool {
	was, have, want := index(base), index(ours), index(theirs)
	fresh := func(f goFile, other map[string]decl) bool {
		return slices.ContainsFunc(f.decls, func(d decl) bool {
			_, old := was[d.key]
			_, shared := other[d.key]
			return d.comment && !old && !shared
		})
	}
	gone := slices.ContainsFunc(base.decls, func(d decl) bool {
		_, inOurs := have[d.key]
		_, inTheirs := want[d.key]
		return d.comment && !inOurs && !inTheirs
	})
	return gone && fresh(ours, want) && fresh(theirs, have)
}

func parseGo(text []byte) (goFile, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return goFile{}, nil
	}
	text, err := format.Source(text)
	if err != nil {
		return goFile{}, errNoGo
	}
	text = unaligned(text)
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, "", text, parser.ParseComments)
	if err != nil {
		return goFile{}, errNoGo
	}
	at := func(p token.Pos) int { return fset.Position(p).Offset }
	f := goFile{text: text, set: map[string]string{}}
	end := lineEnd(text, at(parsed.Name.End()))
	f.clause = strings.TrimSpace(string(text[:end]))
	for _, spec := range parsed.Imports {
		name := ""
		if spec.Name != nil {
			name = spec.Name.Name
		}
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return goFile{}, errNoGo
		}
		f.set[p] = name
	}
	seen := map[string]int{}
	for _, d := range parsed.Decls {
		stop := lineEnd(text, at(d.End()))
		whole := string(text[end:stop])
		end = stop
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			f.imports += strings.TrimLeft(whole, "\n")
			continue
		}
		doc := at(docStart(d)) - (stop - len(whole))
		f.addComments(whole[:doc], seen)
		before, own := strings.TrimRight(whole[:doc], "\n"), whole[doc:]
		name := keyOf(d, "")
		f.add(decl{key: cmp.Or(name, own), name: name, gap: whole[len(before):doc], text: strings.TrimRight(own, "\n")}, seen)
	}
	f.addComments(string(text[end:]), seen)
	return f, nil
}

// docStart is where a declaration begins, with the comment that documents it.
func docStart(d ast.Decl) token.Pos {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Doc != nil {
			return d.Doc.Pos()
		}
	case *ast.GenDecl:
		if d.Doc != nil {
			return d.Doc.Pos()
		}
	}
	return d.Pos()
}

// addComments adds the comments between declarations, that document none, each
// paragraph as a part of its own.
func (f *goFile) addComments(text string, seen map[string]int) {
	for paragraph := range strings.SplitSeq(text, "\n\n") {
		if paragraph = strings.Trim(paragraph, "\n"); strings.TrimSpace(paragraph) != "" {
			f.add(decl{key: paragraph, gap: "\n", text: paragraph, comment: true}, seen)
		}
	}
}

// add adds a part, under a key that is its alone.
func (f *goFile) add(d decl, seen map[string]int) {
	if seen[d.key]++; seen[d.key] > 1 {
		d.key += "#" + strconv.Itoa(seen[d.key])
	}
	f.decls = append(f.decls, d)
}

func lineEnd(text []byte, from int) int {
	if i := bytes.IndexByte(text[from:], '\n'); i >= 0 {
		return from + i + 1
	}
	return len(text)
}

// keyOf names a declaration, so that it is found again in another version.
func keyOf(d ast.Decl, text string) string {
	switch d := d.(type) {
	case *ast.FuncDecl:
		receiver := ""
		if d.Recv != nil && len(d.Recv.List) > 0 {
			receiver = typeName(d.Recv.List[0].Type) + "."
		}
		return "func " + receiver + d.Name.Name
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				return "type " + spec.Name.Name
			case *ast.ValueSpec:
				if name := spec.Names[0].Name; name != "_" {
					return d.Tok.String() + " " + name
				}
			}
		}
	}
	return text
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.IndexExpr:
		return typeName(e.X)
	case *ast.IndexListExpr:
		return typeName(e.X)
	case *ast.Ident:
		return e.Name
	default:
		return "?"
	}
}

// declarations merges what follows the imports, in the order of ours; what
// theirs adds comes behind what it stands behind there.
func (m *partMerge) declarations(base, ours, theirs goFile) string {
	was, have, want := index(base), index(ours), index(theirs)
	order := make([]string, 0, len(ours.decls))
	for _, d := range ours.decls {
		order = append(order, d.key)
	}
	for i, d := range theirs.decls {
		if slices.Contains(order, d.key) {
			continue
		}
		at := 0
		for j := i - 1; j >= 0; j-- {
			if k := slices.Index(order, theirs.decls[j].key); k >= 0 {
				at = k + 1
				break
			}
		}
		order = slices.Insert(order, at, d.key)
	}
	var out strings.Builder
	for _, key := range order {
		text := m.declaration(was[key], have[key], want[key])
		if text == "" {
			continue
		}
		gap := have[key].gap
		if gap == "" {
			gap = want[key].gap
		}
		if gap == "" || strings.HasPrefix(text, markOurs) {
			gap = "\n"
		}
		out.WriteString(gap + strings.TrimRight(text, "\n") + "\n")
	}
	return out.String()
}

func index(f goFile) map[string]decl {
	all := make(map[string]decl, len(f.decls))
	for _, d := range f.decls {
		all[d.key] = d
	}
	return all
}

// declaration merges one declaration, by its parts where it has some.
func (m *partMerge) declaration(base, ours, theirs decl) string {
	switch {
	case ours.text == theirs.text, theirs.text == base.text:
		return ours.text
	case ours.text == base.text:
		return theirs.text
	}
	o, ok := declaration(withEnd(ours.text))
	t, too := declaration(withEnd(theirs.text))
	b, all := declaration(withEnd(base.text))
	if !ok || !too || !all && base.text != "" {
		return m.text(withEnd(base.text), withEnd(ours.text), withEnd(theirs.text))
	}
	was := &b
	if base.text == "" {
		was = nil
	}
	return m.part(was, &o, &t)
}

func withEnd(text string) string {
	if text == "" {
		return ""
	}
	return text + "\n"
}

// mergeImports merges imports as the set that they are. One that a side
// dropped stays if the merged code still needs it.
func mergeImports(base, ours, theirs goFile, body string) (string, error) {
	switch {
	case theirs.imports == base.imports, theirs.imports == ours.imports:
		return ours.imports, nil
	case ours.text == nil || ours.imports == base.imports && uses(body, theirs.set):
		return theirs.imports, nil
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", ours.text, parser.ParseComments)
	if err != nil {
		return "", errNoGo
	}
	for p, name := range theirs.set {
		if _, there := ours.set[p]; there {
			continue
		}
		if _, dropped := base.set[p]; !dropped || used(body, p, name) {
			astutil.AddNamedImport(fset, file, name, p)
		}
	}
	for p, name := range ours.set {
		_, was := base.set[p]
		if _, stays := theirs.set[p]; was && !stays && !used(body, p, name) {
			astutil.DeleteNamedImport(fset, file, name, p)
		}
	}
	var out bytes.Buffer
	if err := format.Node(&out, fset, file); err != nil {
		return "", fmt.Errorf("merge imports: %w", err)
	}
	merged, err := parseGo(out.Bytes())
	return merged.imports, err
}

// uses reports whether none of the imports would be left unused.
func uses(body string, set map[string]string) bool {
	for p, name := range set {
		if !used(body, p, name) {
			return false
		}
	}
	return true
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// used reports whether code mentions the package of an import, by the name
// that it is imported under or that its path suggests.
func used(body, p, name string) bool {
	if name == "_" || name == "." {
		return true
	}
	if name == "" {
		name = path.Base(p)
		if majorVersion.MatchString(name) {
			name = path.Base(path.Dir(p))
		}
		name = strings.TrimSuffix(strings.TrimPrefix(name, "go-"), "-go")
		name, _, _ = strings.Cut(name, ".")
	}
	found, err := regexp.MatchString(`\b`+regexp.QuoteMeta(name)+`\.`, body)
	return err == nil && found
}
