package render

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/template"
	syntax "text/template/parse"
)

// A Watch sees what becomes of templates: which of their branches were taken, and from
// where in a template each line of a file comes. The sets that it watches render one
// repository at a time.
type Watch struct {
	Later []string // entries of overlays that are for repositories with a history alone

	branches map[string]*Branch
	places   []placed
	marks    []mark             // of the template that is being executed
	files    map[string]written // of the last rendering
	ours     []string           // how the origins of overlays begin
}

// A Branch is a part of an overlay that is rendered, or not.
type Branch struct {
	At    string // acme:ci/notice.tmpl:3:5
	What  string // the branch, as a reader of the template knows it
	Taken bool
}

// A placed is something of a template that is about to be executed.
type placed struct {
	template     string
	line, column int
	text         []byte  // that it writes as it stands
	branch       *Branch // that begins there
}

// A mark says how much had been written when a place was reached.
type mark struct{ offset, place int }

// A written is how a file came to be.
type written struct {
	template string
	body     []byte // as the template wrote it
	marks    []mark
}

// passed is the name of the function that tells a Watch of a place. No template can call
// it, since it is unknown when they are parsed.
const passed = "passed"

// Watch has the templates of the sets tell what they do, from now on.
func (s Sets) Watch() *Watch {
	w := &Watch{branches: map[string]*Branch{}, files: map[string]written{}}
	for _, o := range s.overlays() {
		w.ours = append(w.ours, o.origin(""))
	}
	for _, set := range s {
		set.watch = w
		under := set.under()
		for i := range set.entries {
			e := &set.entries[i]
			if w.overlaid(e.at) {
				if e.Each == "renames" || e.Each == "uniques" || e.Each == "indexes" || e.Each == "added fields" {
					w.Later = append(w.Later, fmt.Sprintf("%s: the entry of %s", e.at, e.Path))
					continue
				}
				e.branch = w.branch(e.at, "the entry of "+e.Path)
			}
			if e.body == nil {
				continue
			}
			if body, err := e.body(); err == nil { // whoever renders it gets the error
				w.program(body, under)
			}
		}
		if set.header != nil {
			w.program(set.header, nil)
		}
	}
	return w
}

// overlaid reports whether a place is one of an overlay.
func (w *Watch) overlaid(at string) bool {
	return slices.ContainsFunc(w.ours, func(origin string) bool { return strings.HasPrefix(at, origin) })
}

// branch gives the branch at a place: one for all programs that a partial is a part of.
func (w *Watch) branch(at, what string) *Branch {
	key := at + " " + what
	if w.branches[key] == nil {
		w.branches[key] = &Branch{At: at, What: what}
	}
	return w.branches[key]
}

// Untaken are the branches of the overlays that no rendering has taken, in their order.
func (w *Watch) Untaken() []Branch {
	var left []Branch
	for _, key := range slices.Sorted(maps.Keys(w.branches)) {
		if b := w.branches[key]; !b.Taken {
			left = append(left, *b)
		}
	}
	slices.SortStableFunc(left, func(a, b Branch) int { return byPlace(a.At, b.At) })
	return left
}

// byPlace compares places as a reader orders them: lines are numbers.
func byPlace(a, b string) int {
	as, bs := strings.Split(a, ":"), strings.Split(b, ":")
	for i := range min(len(as), len(bs)) {
		m, errM := strconv.Atoi(as[i])
		n, errN := strconv.Atoi(bs[i])
		c := strings.Compare(as[i], bs[i])
		if errM == nil && errN == nil {
			c = cmp.Compare(m, n)
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Compare(len(as), len(bs))
}

// program instruments all templates of a program. What an override has as spacegen's own
// template has it is none of the overlay's branches.
func (w *Watch) program(p *program, under func(name string) map[string]bool) {
	p.watch = w
	for _, t := range p.Templates() {
		if t.Tree == nil || t.Root == nil || t.Name() == t.ParseName && t.Name() != p.Name() { // what is around definitions
			continue
		}
		in := instrument{w, t.Tree, nil, w.overlaid(t.ParseName)}
		if in.ours && under != nil {
			in.known = under(t.ParseName)
		}
		in.list(t.Root, nil, "the template "+strings.TrimPrefix(t.Name(), t.ParseName), t.Root)
	}
}

// under gives what the branches of a template of spacegen's are, by the name of the
// template of an overlay that replaces it.
func (set *Set) under() func(name string) map[string]bool {
	all := map[string]map[string]bool{}
	return func(name string) map[string]bool {
		if known, ok := all[name]; ok {
			return known
		}
		known := map[string]bool{}
		all[name] = known
		_, at, _ := strings.Cut(name, ":")
		text, err := fs.ReadFile(set.base, at)
		if err != nil {
			return known
		}
		p, err := parse(at, string(text))
		if err != nil {
			return known
		}
		for _, t := range p.Templates() {
			if t.Tree != nil && t.Root != nil {
				branches(t.Root, func(_ *syntax.BranchNode, head string, body *syntax.ListNode) { known[head+body.String()] = true })
			}
		}
		return known
	}
}

// branches visits all branches below a list. An empty one is none.
func branches(list *syntax.ListNode, visit func(of *syntax.BranchNode, head string, body *syntax.ListNode)) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		of, word := branching(node)
		if of == nil {
			continue
		}
		head := "[[ " + word + " " + of.Pipe.String() + " ]]"
		visit(of, head, of.List)
		branches(of.List, visit)
		if of.ElseList != nil {
			visit(of, "the else of "+head, of.ElseList)
			branches(of.ElseList, visit)
		}
	}
}

func branching(node syntax.Node) (of *syntax.BranchNode, word string) {
	switch node := node.(type) {
	case *syntax.IfNode:
		return &node.BranchNode, "if"
	case *syntax.WithNode:
		return &node.BranchNode, "with"
	case *syntax.RangeNode:
		return &node.BranchNode, "range"
	}
	return nil, ""
}

// An instrument puts marks into a template.
type instrument struct {
	watch *Watch
	tree  *syntax.Tree
	known map[string]bool // branches that are spacegen's
	ours  bool
}

// list puts a mark before each node. The first one says that the branch was taken.
func (in instrument) list(list *syntax.ListNode, of *syntax.BranchNode, what string, at syntax.Node) {
	if list == nil {
		return
	}
	var branch *Branch
	template, line, column := in.place(at)
	if in.ours && (of == nil || !in.known[what+list.String()]) {
		branch = in.watch.branch(fmt.Sprintf("%s:%d:%d", template, line, column), strings.TrimRight(what, " "))
	}
	nodes := []syntax.Node{in.mark(at, placed{template: template, line: line, column: column, branch: branch})}
	for _, node := range list.Nodes {
		if call, ok := node.(*syntax.ActionNode); !ok || call.Pipe.String() != turn {
			p := placed{}
			p.template, p.line, p.column = in.place(node)
			if text, ok := node.(*syntax.TextNode); ok {
				p.text = text.Text
			}
			nodes = append(nodes, in.mark(node, p))
		}
		nodes = append(nodes, node)
		if of, word := branching(node); of != nil {
			head := "[[ " + word + " " + of.Pipe.String() + " ]]"
			in.list(of.List, of, head, of.Pipe)
			in.list(of.ElseList, of, "the else of "+head, of.Pipe)
		}
	}
	list.Nodes = nodes
}

// place is where a node stands.
func (in instrument) place(node syntax.Node) (template string, line, column int) {
	location, _ := in.tree.ErrorContext(node)
	rest, last, _ := cutLast(location)
	template, middle, _ := cutLast(rest)
	line, _ = strconv.Atoi(middle)
	column, _ = strconv.Atoi(last)
	return template, line, column + 1
}

func cutLast(text string) (before, after string, ok bool) {
	i := strings.LastIndexByte(text, ':')
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+1:], true
}

// mark is the call of passed with the number of a place.
func (in instrument) mark(at syntax.Node, p placed) syntax.Node {
	n := len(in.watch.places)
	in.watch.places = append(in.watch.places, p)
	call := word(at, p.line)
	action, _ := call.(*syntax.ActionNode)
	command := action.Pipe.Cmds[0]
	number := &syntax.NumberNode{NodeType: syntax.NodeNumber, Pos: at.Position(), IsInt: true, Int64: int64(n), Text: strconv.Itoa(n)}
	command.Args = []syntax.Node{syntax.NewIdentifier(passed).SetPos(at.Position()), number}
	return action
}

// funcs is what the programs call.
func (w *Watch) funcs(out *bytes.Buffer) template.FuncMap {
	w.marks = nil
	return template.FuncMap{passed: func(n int) string {
		if b := w.places[n].branch; b != nil {
			b.Taken = true
		}
		w.marks = append(w.marks, mark{out.Len(), n})
		return ""
	}}
}

// emits hears of a file that an entry emits, before it is formatted.
func (w *Watch) emits(e *entry, to, template string, body []byte) {
	if w == nil {
		return
	}
	if e.branch != nil {
		e.branch.Taken = true
	}
	if e.Copy != "" {
		w.marks = nil // of the template before it
	}
	w.files[to] = written{template, body, w.marks}
	w.marks = nil
}

// Begin forgets the files of the last rendering.
func (w *Watch) Begin() { w.files = map[string]written{} }

// Where gives the place in a template that a line of a rendered file comes from: the one
// whose line reads likewise, since Go files are formatted after they were written. Line 0
// is the whole file. It is the path itself for a file that no template wrote.
func (w *Watch) Where(at string, body []byte, line int) string {
	file, ok := w.files[at]
	if !ok {
		return at
	}
	if path.Ext(at) == ".go" {
		line = raw(file.body, body, line)
	}
	return w.place(file, line)
}

// place gives the place that a line of what a template wrote comes from.
func (w *Watch) place(file written, line int) string {
	if line < 1 {
		return file.template
	}
	if len(file.marks) == 0 { // a copy
		return fmt.Sprintf("%s:%d:1", file.template, line)
	}
	lines := bytes.SplitAfter(file.body, []byte("\n"))
	offset := 0
	for _, text := range lines[:min(line-1, len(lines))] {
		offset += len(text)
	}
	if line <= len(lines) { // white space at its beginning is often another's
		offset += len(lines[line-1]) - len(bytes.TrimLeft(lines[line-1], " \t"))
	}
	i := len(file.marks) - 1
	for i > 0 && file.marks[i].offset > offset {
		i--
	}
	at := w.places[file.marks[i].place]
	if before := offset - file.marks[i].offset; before <= len(at.text) {
		lines := bytes.Split(at.text[:before], []byte("\n"))
		if below := len(lines) - 1; below > 0 {
			at.line, at.column = at.line+below, 1
		}
		at.column += len(lines[len(lines)-1])
	}
	return fmt.Sprintf("%s:%d:%d", at.template, at.line, at.column)
}

// raw gives the line of a text before gofmt that became a line after it: the nearest that
// reads likewise.
func raw(before, after []byte, line int) int {
	words := func(text []byte) string { return strings.Join(strings.Fields(string(text)), " ") }
	formatted := bytes.Split(after, []byte("\n"))
	if line < 1 || line > len(formatted) {
		return line
	}
	wanted, best := words(formatted[line-1]), 0
	for i, text := range bytes.Split(before, []byte("\n")) {
		if words(text) == wanted && (best == 0 || max(i+1-line, line-i-1) < max(best-line, line-best)) {
			best = i + 1
		}
	}
	return cmp.Or(best, line)
}

// invalid says where in a template the Go begins to be none.
func (w *Watch) invalid(e *entry, to string, err error) error {
	if w == nil {
		return fmt.Errorf("render %s: %s is no valid Go: %w", to, e.Template, err)
	}
	file := w.files[to]
	var errs scanner.ErrorList
	_, whole := parser.ParseFile(token.NewFileSet(), "", file.body, parser.ParseComments|parser.SkipObjectResolution)
	if !errors.As(whole, &errs) || len(errs) == 0 {
		return fmt.Errorf("%s: render %s: this is no valid Go: %w", file.template, to, err)
	}
	return fmt.Errorf("%s: render %s: this is no valid Go: line %d there: %s", w.place(file, errs[0].Pos.Line), to, errs[0].Pos.Line, errs[0].Msg)
}
