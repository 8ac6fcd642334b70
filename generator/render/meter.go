package render

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"text/template"
	syntax "text/template/parse"
	"unicode"
)

// A program is a template with the names of the functions that it may call.
type program struct {
	*template.Template
	calls []string
	watch *Watch // that hears of its execution; nil: none
}

// parse makes a template. The delimiters are [[ ]] because Helm and GitHub
// Actions own {{ }}. It knows the functions whose names occur in it and no others:
// every execution copies them, and all two hundred would take longer than the rest.
// Partials replace the blocks of the template that they define, and may be called by it.
func parse(name, text string, partials ...partial) (*program, error) {
	all, known := functions(), template.FuncMap{}
	texts := []string{text}
	if len(partials) > 0 && !named.MatchString(text) {
		partials = nil
	}
	for _, p := range partials {
		texts = append(texts, p.text)
	}
	for _, part := range strings.Split(strings.Join(texts, "\n"), "[[")[1:] {
		for _, word := range strings.FieldsFunc(part[:max(0, strings.LastIndex(part, "]]"))], noWord) {
			if f, ok := all[word]; ok {
				known[word] = f
			}
		}
	}
	t, err := template.New(name).Delims("[[", "]]").Option("missingkey=error").Funcs(known).Parse(text)
	if err != nil {
		return nil, err
	}
	for _, p := range partials {
		if err := p.into(t, known); err != nil {
			return nil, err
		}
	}
	return &program{Template: metered(t), calls: append(slices.Collect(maps.Keys(known)), turn)}, nil
}

func noWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }

// metered has each template, and each turn of a loop, begin by a word with the budget.
func metered(t *template.Template) *template.Template {
	for _, each := range t.Templates() {
		if each.Tree != nil && each.Root != nil {
			each.Root.Nodes = append([]syntax.Node{word(each.Root, 1)}, each.Root.Nodes...)
			meter(each.Root)
		}
	}
	return t
}

func meter(list *syntax.ListNode) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch node := node.(type) {
		case *syntax.RangeNode:
			node.List.Nodes = append([]syntax.Node{word(node, node.Line)}, node.List.Nodes...)
			meter(node.List)
			meter(node.ElseList)
		case *syntax.IfNode:
			meter(node.List)
			meter(node.ElseList)
		case *syntax.WithNode:
			meter(node.List)
			meter(node.ElseList)
		}
	}
}

// word is the call of turn, at the place of another node.
func word(at syntax.Node, line int) syntax.Node {
	pos := at.Position()
	call := &syntax.CommandNode{NodeType: syntax.NodeCommand, Pos: pos, Args: []syntax.Node{syntax.NewIdentifier(turn).SetPos(pos)}}
	pipe := &syntax.PipeNode{NodeType: syntax.NodePipe, Pos: pos, Line: line, Cmds: []*syntax.CommandNode{call}}
	return &syntax.ActionNode{NodeType: syntax.NodeAction, Pos: pos, Line: line, Pipe: pipe}
}

// place is where an error of text/template says that it happened.
var place = regexp.MustCompile(`^template: (.+?:\d+)(?::\d+)?: `)

// execute renders a template over a view, within the view's budget.
func execute(tmpl *program, view *View) ([]byte, error) {
	b := view.budget
	counted := template.FuncMap{}
	for _, name := range tmpl.calls {
		counted[name] = b.funcs[name]
	}
	copied, err := tmpl.Clone()
	if err != nil {
		return nil, err
	}
	b.out = new(bytes.Buffer)
	if tmpl.watch != nil {
		maps.Copy(counted, tmpl.watch.funcs(b.out))
	}
	err = copied.Funcs(counted).Execute(b, view)
	switch stopped := (unbounded{}); {
	case err == nil:
		return b.out.Bytes(), nil
	case b.ctx.Err() != nil:
		return nil, b.ctx.Err()
	case errors.As(err, &stopped):
		if at := place.FindStringSubmatch(err.Error()); at != nil {
			return nil, fmt.Errorf("%s: %w", at[1], stopped)
		}
		return nil, fmt.Errorf("%s: %w", tmpl.Name(), stopped)
	default:
		return nil, err
	}
}

// Write takes what a template writes, up to what a file may hold.
func (b *budget) Write(p []byte) (int, error) {
	if b.out.Len()+len(p) > maxFile+maxValue {
		return 0, unbounded{fmt.Sprintf("it has written %d bytes", b.out.Len())}
	}
	return b.out.Write(p)
}
