package render

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"text/template"
	syntax "text/template/parse"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// A partial is a file of an overlay that defines templates: blocks of spacegen's, which
// it fills, and its own.
type partial struct {
	origin string
	text   string
	shared bool // by all sets
}

// into adds what a partial defines to a template, in place of what has its name. That
// counts where it is empty, too: text/template by itself would keep what was there.
func (p partial) into(t *template.Template, known template.FuncMap) error {
	parsed, err := template.New(p.origin).Delims("[[", "]]").Funcs(known).Parse(p.text)
	if err != nil {
		return err
	}
	for _, one := range parsed.Templates() {
		if one.Name() == p.origin {
			continue
		}
		if syntax.IsEmptyTree(one.Root) {
			one.Root.Nodes = append(one.Root.Nodes, word(one.Root, 1))
		}
		if _, err := t.AddParseTree(one.Name(), one.Tree); err != nil {
			return err
		}
	}
	return nil
}

// named is what a template says that has blocks, or calls other templates.
var named = regexp.MustCompile(`\[\[-?\s*(block|template)\s`)

// partials are the files of an overlay that define templates: first those of all sets, so
// that of two that fill a block the one of the set counts.
func (o Overlay) partials() []string {
	var shared, own []string
	for _, at := range slices.Sorted(maps.Keys(o.Files)) {
		set, file, _ := strings.Cut(at, "/")
		switch {
		case set == partialFolder:
			shared = append(shared, at)
		case set != BaseFolder && strings.HasPrefix(file, partialFolder+"/"):
			own = append(own, at)
		}
	}
	return slices.Concat(shared, own)
}

// partialsOf gives the set that a partial is for; "" is all of them.
func partialsOf(at string) string {
	if strings.HasPrefix(at, partialFolder+"/") {
		return ""
	}
	set, _, _ := strings.Cut(at, "/")
	return set
}

// overlaid reads what the overlays have for the set beside files of its own.
func (set *Set) overlaid() error {
	for _, o := range set.overlays {
		for _, at := range o.partials() {
			if of := partialsOf(at); of == "" || of == set.Name {
				set.partials = append(set.partials, partial{o.origin(at), string(o.Files[at]), of == ""})
			}
		}
		if o.Manifest.Header != "" {
			header, err := parse(o.origin(ManifestName)+"#header", o.Manifest.Header) // its lines are those of the header
			if err != nil {
				return err
			}
			if err := header.checkAlways("the header"); err != nil {
				return err
			}
			set.header = header
		}
		if len(o.Manifest.Modules) > 0 && set.modules != nil {
			set.modules = set.modules.with(o.Manifest.Modules)
		}
	}
	return nil
}

// several is what an entry may be emitted for each of.
func (set *Set) several() []string {
	var all []string
	for _, each := range Eaches() {
		all = append(all, each.Name)
	}
	for _, o := range set.overlays {
		all = append(all, o.Manifest.lists()...)
	}
	return all
}

// called are the names of the templates that those of the set call: its blocks, and what
// partials have besides.
func (set *Set) called() map[string]bool {
	found := map[string]bool{}
	for _, e := range set.entries {
		if e.body == nil {
			continue
		}
		body, err := e.body()
		if err != nil {
			continue // Load has said so
		}
		for _, t := range body.Templates() {
			if t.Tree != nil {
				calls(t.Root, found)
			}
		}
	}
	return found
}

// unusedPartials refuses definitions that nothing calls: in the set, or in any if all
// share them.
func (s Sets) unusedPartials() error {
	if !slices.ContainsFunc(s, func(set *Set) bool { return len(set.partials) > 0 }) {
		return nil
	}
	anywhere := map[string]bool{}
	in := make([]map[string]bool, len(s))
	for i, set := range s {
		in[i] = set.called()
		maps.Copy(anywhere, in[i])
	}
	var errs []error
	for i, set := range s {
		for _, p := range set.partials {
			where, called := "template of "+set.Name, in[i]
			if p.shared {
				where, called = "template", anywhere
			}
			if i == 0 || !p.shared {
				errs = append(errs, p.unused(where, called))
			}
		}
	}
	return errors.Join(errs...)
}

func (p partial) unused(where string, called map[string]bool) error {
	t, err := parse(p.origin, p.text)
	if err != nil {
		return err
	}
	var errs []error
	for _, name := range defined(t.Template) {
		if called[name] {
			continue
		}
		blocks := slices.Sorted(maps.Keys(called))
		fix := "known: " + strings.Join(blocks, ", ")
		if near := spec.Closest(name, blocks); near != "" {
			fix = "did you mean " + near + "?"
		}
		errs = append(errs, fmt.Errorf("%s: no %s has a block %q, and none calls it; %s", p.origin, where, name, fix))
	}
	return errors.Join(errs...)
}

func defined(t *template.Template) []string {
	var names []string
	for _, one := range t.Templates() {
		if one.Name() != t.Name() {
			names = append(names, one.Name())
		}
	}
	slices.Sort(names)
	return names
}

// calls adds the names of the templates that a node calls.
func calls(node syntax.Node, found map[string]bool) {
	branch := func(b *syntax.BranchNode) {
		calls(b.List, found)
		if b.ElseList != nil {
			calls(b.ElseList, found)
		}
	}
	switch node := node.(type) {
	case *syntax.ListNode:
		if node != nil {
			for _, n := range node.Nodes {
				calls(n, found)
			}
		}
	case *syntax.TemplateNode:
		found[node.Name] = true
	case *syntax.IfNode:
		branch(&node.BranchNode)
	case *syntax.RangeNode:
		branch(&node.BranchNode)
	case *syntax.WithNode:
		branch(&node.BranchNode)
	}
}

// headed puts the header of the overlays before a Go file. It is a comment of its own,
// and none of the package's.
func (set *Set) headed(body []byte, view *View) ([]byte, error) {
	if set.header == nil {
		return body, nil
	}
	text, err := execute(set.header, view)
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		line = strings.TrimRight(line, " \t\r")
		if !strings.HasPrefix(line, "//") {
			line = strings.TrimRight("// "+line, " ")
		}
		out.WriteString(line + "\n")
	}
	return append([]byte(out.String()+"\n"), body...), nil
}
