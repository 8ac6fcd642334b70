package spec

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Methods says who may call single methods of the API, by their names: Region.create.
type Methods map[string]MethodRule

// MethodRule is who may call a method. What it leaves empty is as for all methods: by
// whether the method reads or writes.
type MethodRule struct {
	Roles      []string `yaml:"roles"`
	Permission string   `yaml:"permission"` // that a token with permissions needs: inventory:Region.write
}

// Roles are those that a method may be for. SYSTEM_TOKEN alone is for other services;
// USER alone is about the caller himself.
func Roles() []string {
	return []string{"DOMAIN_ADMIN", "WORKSPACE_OWNER", "WORKSPACE_MEMBER", "USER", "SYSTEM_ADMIN", "SYSTEM_TOKEN"}
}

var (
	methodPattern     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*\.[A-Za-z][A-Za-z0-9_]*$`)
	permissionPattern = regexp.MustCompile(`^[a-z][a-z0-9_-]*:[A-Za-z][A-Za-z0-9_]*\.[A-Za-z][A-Za-z0-9_]*$`)
)

// methods checks what can be checked without the API.
func (v *validator) methods(s *Spec) {
	for _, name := range slices.Sorted(maps.Keys(s.Methods)) {
		rule, path := s.Methods[name], "methods."+name
		if !methodPattern.MatchString(name) {
			v.add(path, fmt.Sprintf("%q is no method", shorten(name)), `write the service and the method, as in "Region.create"`)
			continue
		}
		if rule.Roles == nil && rule.Permission == "" {
			v.add(path, name+" is given neither roles nor a permission", "give it one of them, or remove it")
		}
		if rule.Roles != nil && len(rule.Roles) == 0 {
			v.add(path+".roles", "nobody could call "+name, "name roles, or remove the key for those that such methods have: "+strings.Join(Roles(), ", "))
		}
		for i, role := range rule.Roles {
			at := fmt.Sprintf("%s.roles[%d]", path, i)
			if choice(v, at, "role", role, Roles()) && slices.Contains(rule.Roles[:i], role) {
				v.add(at, role+" is named twice", "keep one of the two")
			}
		}
		if rule.Permission != "" && !permissionPattern.MatchString(rule.Permission) {
			v.add(path+".permission", fmt.Sprintf("%q is no permission", shorten(rule.Permission)), `write it as in "inventory:Region.write"`)
		}
	}
}

// methods decodes rules by the names of their methods.
func (d *decoder) methods(path string, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.add(position{n.Line, n.Column}, path, "methods and who may call them are wanted here, not "+describe(n), `as in "Region.create: {roles: [DOMAIN_ADMIN]}"`)
		return
	}
	all := Methods{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		at := position{key.Line, key.Column}
		if _, twice := all[key.Value]; twice {
			d.add(at, path, fmt.Sprintf("the method %s is given twice", shorten(key.Value)), "keep one of the two")
			continue
		}
		var rule MethodRule
		d.value(join(path, key.Value), n.Content[i+1], reflect.ValueOf(&rule).Elem())
		d.where[join(path, key.Value)] = at
		all[key.Value] = rule
	}
	v.Set(reflect.ValueOf(all))
}

// CheckMethods finds the methods of a Spec that the API does not have. text is that of the
// Spec's file, for where they stand; it may be empty.
func (s *Spec) CheckMethods(file string, text []byte, known []string) error {
	var problems Problems
	for _, name := range slices.Sorted(maps.Keys(s.Methods)) {
		if slices.Contains(known, name) {
			continue
		}
		fix := "known methods: " + strings.Join(known, ", ")
		if near := Closest(name, known); near != "" {
			fix = fmt.Sprintf("did you mean %q?", near)
		} else if len(known) == 0 {
			fix = "remove it: the API has no methods"
		} else if len(known) > 12 {
			fix = "`spacegen list --explain` lists those of protos"
		}
		problems = append(problems, Problem{Path: "methods." + name, Message: "the API has no method " + shorten(name), Fix: fix})
	}
	if len(problems) == 0 {
		return nil
	}
	return problems.In(file, text)
}

// methods writes who may call what.
func (e *emitter) methods(methods Methods) {
	e.line(0, "methods:")
	for _, name := range slices.Sorted(maps.Keys(methods)) {
		e.line(1, "%s", methodItem(name, methods[name]))
	}
}
