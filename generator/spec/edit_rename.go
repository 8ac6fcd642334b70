package spec

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// RenameField gives the field of a resource another name. Its number stays, and so do its
// place and what is said of it; the order of lists follows. alias has queries know it by
// its old name as well.
func (f *File) RenameField(resource, from, to string, alias bool) error {
	i, err := f.resource(resource)
	if err != nil {
		return err
	}
	r := f.spec.Resources[i]
	j := slices.IndexFunc(r.Fields, func(field Field) bool { return field.Name == from })
	if err := f.canRename(r, from, to, j); err != nil {
		return err
	}
	want, at := f.draft(), fmt.Sprintf("resources[%d]", i)
	field, fieldAt := &want.Resources[i].Fields[j], fmt.Sprintf("%s.fields[%d]", at, j)
	field.Name, field.Number = to, r.Fields[j].Number
	order := map[int]string{}
	for k, key := range want.Resources[i].Order {
		sign, path := "", key
		if rest, down := strings.CutPrefix(key, "-"); down {
			sign, path = "-", rest
		}
		if name, below, deep := strings.Cut(path, "."); name == from {
			if order[k] = sign + to; deep {
				order[k] += "." + below
			}
			want.Resources[i].Order[k] = order[k]
		}
	}
	known := slices.Index(field.Aliases, to) // it was called so before, and is so again
	aliases := slices.DeleteFunc(slices.Clone(field.Aliases), func(a string) bool { return a == to })
	if alias && !slices.Contains(aliases, from) {
		aliases = append(aliases, from)
	}
	changed := known >= 0 || alias
	if changed {
		field.Aliases = aliases
	}
	return f.edit(want, fmt.Sprintf("rename the field %s of %s to %s", from, r.Name, to), func(d *document) error {
		if err := d.setKey(fieldAt, "name", text(to)); err != nil {
			return err
		}
		if err := d.setKey(fieldAt, "number", strconv.Itoa(field.Number)); err != nil {
			return err
		}
		for k, key := range order {
			if err := d.setItem(fmt.Sprintf("%s.order[%d]", at, k), text(key)); err != nil {
				return err
			}
		}
		if changed {
			return d.setAliases(fieldAt, aliases)
		}
		return nil
	})
}

// canRename says in words about the rename what would be wrong with the file after it. j is
// the place of the field; -1: there is none.
func (f *File) canRename(r Resource, from, to string, j int) error {
	known := names(r.Fields, func(field Field) string { return field.Name })
	switch {
	case j < 0 && (slices.Contains(scopeFields(), from) || commonFields[from] != "" || from == r.IDField()):
		return fmt.Errorf("%s: every resource has %s, which keeps its name", f.name, from)
	case j < 0:
		return f.missing("field", from, known)
	case from == to:
		return fmt.Errorf("%s: the field %s of %s is called so already", f.name, to, r.Name)
	case slices.Contains(known, to):
		return fmt.Errorf("%s: %s has a field %s already; choose another name, or rename that one first", f.name, r.Name, to)
	}
	for _, gone := range r.Reserved {
		if gone.Name == to {
			return fmt.Errorf("%s: the name %s is reserved: it was that of a field of %s that was removed, and clients may still know it; choose another name", f.name, to, r.Name)
		}
	}
	for _, other := range r.Fields {
		if other.Name != from && slices.Contains(other.Aliases, to) {
			return fmt.Errorf("%s: %s is another name of the field %s in queries; choose another name, or take it out of its aliases first", f.name, to, other.Name)
		}
	}
	return nil
}

// RenameResource gives a resource another name. What refers to it follows: references of
// other resources, who may call its methods, and tasks of schedulers. alias has clients of
// gRPC know it by its old name as well.
func (f *File) RenameResource(from, to string, alias bool) error {
	i, err := f.resource(from)
	if err != nil {
		return err
	}
	from = f.spec.Resources[i].Name
	if from == to {
		return fmt.Errorf("%s: the resource %s is called so already", f.name, to)
	}
	if other := f.spec.Resource(to); other != nil && other.Name != from {
		return fmt.Errorf("%s: there is a resource %s already; choose another name", f.name, other.Name)
	}
	was, is := naming.New(from), naming.New(to)
	if was.Snake() == is.Snake() {
		return fmt.Errorf("%s: %s is called %s but for its casing, by which nothing but this file knows it: write %s there by hand", f.name, from, to, to)
	}
	want := f.draft()
	texts := map[string]string{fmt.Sprintf("resources[%d].name", i): to} // by path
	want.Resources[i].Name = to
	aliases := slices.DeleteFunc(slices.Clone(want.Resources[i].Aliases), func(a string) bool { return naming.New(a).Snake() == is.Snake() })
	if alias {
		aliases = append(aliases, was.Pascal())
	}
	changed := !slices.Equal(aliases, want.Resources[i].Aliases)
	if len(aliases) == 0 {
		aliases = nil
	}
	want.Resources[i].Aliases = aliases
	for j, r := range want.Resources {
		for k, field := range r.Fields {
			if field.Ref == from {
				want.Resources[j].Fields[k].Ref = to
				texts[fmt.Sprintf("resources[%d].fields[%d].ref", j, k)] = to
			}
		}
	}
	for j, s := range want.Schedulers {
		if method, of := strings.CutPrefix(s.Task, was.Pascal()+"."); of {
			want.Schedulers[j].Task = is.Pascal() + "." + method
			texts[fmt.Sprintf("schedulers[%d].task", j)] = want.Schedulers[j].Task
		}
	}
	methods, rules := map[string]string{}, Methods{} // old → new
	for name, rule := range want.Methods {
		now := name
		if method, of := strings.CutPrefix(name, was.Pascal()+"."); of {
			now = is.Pascal() + "." + method
			methods[name] = now
		}
		if service, right, ok := strings.Cut(rule.Permission, ":"+was.Pascal()+"."); ok {
			rule.Permission = service + ":" + is.Pascal() + "." + right
			methods[name] = now
		}
		rules[now] = rule
	}
	if want.Methods != nil {
		want.Methods = rules
	}
	return f.edit(want, fmt.Sprintf("rename the resource %s to %s", from, to), func(d *document) error {
		for _, path := range slices.Sorted(maps.Keys(texts)) {
			if err := d.setItem(path, text(texts[path])); err != nil {
				return err
			}
		}
		for _, name := range slices.Sorted(maps.Keys(methods)) {
			if err := d.renameMethod(name, methods[name], want.Methods[methods[name]].Permission); err != nil {
				return err
			}
		}
		if changed {
			return d.setAliases(fmt.Sprintf("resources[%d]", i), aliases)
		}
		return nil
	})
}

// setAliases says what else a part is called.
func (d *document) setAliases(at string, aliases []string) error {
	if len(aliases) == 0 {
		return d.removeKey(at, "aliases")
	}
	return d.setKey(at, "aliases", flow(aliases))
}

// renameMethod gives a method that has a rule another name, and its rule a permission.
func (d *document) renameMethod(name, to, permission string) error {
	_, rules := d.find("methods")
	if rules == nil || rules.Kind != yaml.MappingNode {
		return errLayout
	}
	for i := 0; i+1 < len(rules.Content); i += 2 {
		key, rule := rules.Content[i], rules.Content[i+1]
		if key.Value != name {
			continue
		}
		for j := 0; j+1 < len(rule.Content); j += 2 { // from behind to the front: places before stay
			if rule.Content[j].Value == "permission" && rule.Content[j+1].Value != permission {
				if err := d.put(rule.Content[j+1], text(permission)); err != nil {
					return err
				}
			}
		}
		return d.put(key, text(to))
	}
	return errLayout
}

// put gives a single value that stands in the text another.
func (d *document) put(node *yaml.Node, text string) error {
	end, err := d.end(node)
	if err != nil {
		return err
	}
	return d.replace(d.offset(node), end, text)
}

// setItem gives an item of a list, a single value, a new text.
func (d *document) setItem(path, text string) error {
	_, value := d.find(path)
	if value == nil {
		return errLayout
	}
	return d.put(value, text)
}
