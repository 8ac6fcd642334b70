package render

import (
	"fmt"
	"slices"
	"strings"
	syntax "text/template/parse"
)

// An Each is what a Spec has several of: an entry of a table may be emitted for each of
// them.
type Each struct {
	Name string // what the entry says: each: resources
	Sets string // the fields of the view that are set then
	What string // that there are
}

// Eaches are all of them but the lists among an overlay's values, each of which sets Item.
func Eaches() []Each {
	return []Each{
		{"resources", "Resource", "resources: those of the Spec, and those that the API of your protos keeps"},
		{"declared resources", "Resource", "resources of the Spec alone"},
		{"added fields", "Resource Added", "fields that came after their resource's table was made"},
		{"added methods", "Resource Method", "methods that were added to the proto of a resource of the Spec, and that no other file answers"},
		{"renames", "Resource Rename", "columns that were given another name"},
		{"table renames", "Resource Rename", "tables that were given another name"},
		{"uniques", "Resource Unique", "columns that were made unique, or no longer unique, after they were made"},
		{"indexes", "Resource Indexed", "columns that were given an index after they were made"},
		{"apis", "API", "services of your protos"},
		{"schedulers", "Job", "schedulers of the Spec, if it has the server `scheduler`"},
		{"tasks", "Task", "tasks of schedulers that no API offers"},
		{"services", "Part", "services of the Spec that belong to no resource"},
		{"managers", "Part", "managers of the Spec that belong to no resource"},
		{"connectors", "Part", "connectors of the Spec"},
		{"handlers", "Part", "handlers of the Spec"},
		{"workers", "Part", "workers of the Spec, beside the one that every worker server has"},
	}
}

// nouns say what a file is for whose view has the field.
func nouns() map[string]string {
	return map[string]string{"Resource": "resource", "Part": "part of a layer", "Job": "scheduler", "Task": "task", "API": "service of your protos", "Added": "field that was added", "Method": "method that was added", "Rename": "column that was renamed", "Unique": "column that became unique", "Indexed": "column that was given an index", "Item": "item of a list"}
}

// itemList stands for any list among an overlay's values, where a message names what may be
// repeated.
const itemList = "a list of values"

// setBy gives the fields of the view that an entry's each sets; "" sets none.
func setBy(each string) []string {
	for _, known := range Eaches() {
		if known.Name == each {
			return strings.Fields(known.Sets)
		}
	}
	if each == "" {
		return nil
	}
	return []string{"Item"}
}

// setters gives, for each field of the view that is set for some files only, what sets it.
func setters() map[string][]string {
	all := map[string][]string{"Item": {itemList}}
	for _, each := range Eaches() {
		for _, field := range strings.Fields(each.Sets) {
			all[field] = append(all[field], each.Name)
		}
	}
	return all
}

// checkItems refuses a template that uses a field of the view which is not set for the files
// of an entry, by its each. What stands in an if or a with that asks for the field is left
// alone.
func (p *program) checkItems(each string) error {
	why := "its entry has no each"
	if each != "" {
		why = "its entry says each: " + each
	}
	return p.check(each, func(field string, by []string) string {
		return fmt.Sprintf("this file is for no %s, because %s; .%s is there with each: %s", nouns()[field], why, field, strings.Join(by, ", or "))
	})
}

// checkAlways refuses a template that uses such a field at all, since it is rendered where
// there is none.
func (p *program) checkAlways(what string) error {
	return p.check("", func(field string, _ []string) string {
		return fmt.Sprintf("%s is not of a file for each %s; ask first, as in [[ if .%s ]]", what, nouns()[field], field)
	})
}

func (p *program) check(each string, say func(field string, by []string) string) error {
	c := &itemCheck{program: p, set: setBy(each), setters: setters(), seen: map[string]bool{}, say: say}
	c.template(p.Name())
	return c.err
}

type itemCheck struct {
	program *program
	tree    *syntax.Tree
	set     []string
	setters map[string][]string
	seen    map[string]bool
	say     func(field string, by []string) string
	err     error
}

// template checks a template that is called with the view.
func (c *itemCheck) template(name string) {
	t := c.program.Lookup(name)
	if c.seen[name] || t == nil || t.Tree == nil {
		return
	}
	c.seen[name] = true
	was := c.tree
	c.tree = t.Tree
	c.nodes(t.Root, true, nil)
	c.tree = was
}

// nodes checks the nodes of a list. dot says whether the dot is the view there, asked which
// fields an if or with around them asks for.
func (c *itemCheck) nodes(list *syntax.ListNode, dot bool, asked []string) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch node := node.(type) {
		case *syntax.ActionNode:
			c.pipe(node.Pipe, dot, asked)
		case *syntax.IfNode:
			c.branch(&node.BranchNode, dot, dot, asked)
		case *syntax.WithNode:
			c.branch(&node.BranchNode, dot, false, asked)
		case *syntax.RangeNode:
			c.branch(&node.BranchNode, dot, false, asked)
		case *syntax.TemplateNode:
			c.pipe(node.Pipe, dot, asked)
			if passesView(node.Pipe, dot) && len(asked) == 0 {
				c.template(node.Name)
			}
		}
	}
}

func (c *itemCheck) branch(b *syntax.BranchNode, dot, within bool, asked []string) {
	if b.NodeType != syntax.NodeRange {
		asked = append(slices.Clone(asked), c.asks(b.Pipe, dot)...)
	}
	c.pipe(b.Pipe, dot, asked)
	c.nodes(b.List, within, asked)
	c.nodes(b.ElseList, dot, asked)
}

// asks gives the fields that a condition asks for: .Resource, by itself.
func (c *itemCheck) asks(pipe *syntax.PipeNode, dot bool) []string {
	var fields []string
	walk(pipe, func(node syntax.Node) {
		if path := fromView(node, dot); len(path) == 1 {
			fields = append(fields, path[0])
		}
	})
	return fields
}

func (c *itemCheck) pipe(pipe *syntax.PipeNode, dot bool, asked []string) {
	walk(pipe, func(node syntax.Node) {
		path := fromView(node, dot)
		if len(path) == 0 || c.err != nil {
			return
		}
		by, some := c.setters[path[0]]
		if some && !slices.Contains(c.set, path[0]) && !slices.Contains(asked, path[0]) {
			at, _ := c.tree.ErrorContext(node)
			c.err = fmt.Errorf("%s: .%s: %s", at, strings.Join(path, "."), c.say(path[0], by))
		}
	})
}

// walk calls f for the nodes of a pipe.
func walk(node syntax.Node, f func(syntax.Node)) {
	switch node := node.(type) {
	case *syntax.PipeNode:
		if node != nil {
			for _, command := range node.Cmds {
				for _, arg := range command.Args {
					walk(arg, f)
				}
			}
		}
	case *syntax.ChainNode:
		walk(node.Node, f)
	default:
		f(node)
	}
}

// fromView gives the names by which a node leads on from the view, .Resource.File;
// nil if it begins elsewhere.
func fromView(node syntax.Node, dot bool) []string {
	switch node := node.(type) {
	case *syntax.FieldNode:
		if dot {
			return node.Ident
		}
	case *syntax.VariableNode:
		if node.Ident[0] == "$" {
			return node.Ident[1:]
		}
	}
	return nil
}

// passesView reports whether a template is called with the view.
func passesView(pipe *syntax.PipeNode, dot bool) bool {
	if pipe == nil || len(pipe.Cmds) != 1 || len(pipe.Cmds[0].Args) != 1 {
		return false
	}
	switch arg := pipe.Cmds[0].Args[0].(type) {
	case *syntax.DotNode:
		return dot
	case *syntax.VariableNode:
		return len(arg.Ident) == 1 && arg.Ident[0] == "$"
	}
	return false
}
