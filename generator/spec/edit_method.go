package spec

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// AddMethodRule says who may call a method, where that is not as for all of them.
func AddMethodRule(name string, rule MethodRule) Edit {
	return func(f *File) error { return f.addMethodRule(name, rule) }
}

// RemoveMethodRule removes what is said of a method, if anything is.
func RemoveMethodRule(name string) Edit {
	return func(f *File) error { return f.removeMethodRule(name) }
}

func methodItem(name string, rule MethodRule) string {
	var parts []string
	if len(rule.Roles) > 0 {
		parts = append(parts, "roles: "+flow(rule.Roles))
	}
	if rule.Permission != "" {
		parts = append(parts, "permission: "+text(rule.Permission))
	}
	return name + ": {" + strings.Join(parts, ", ") + "}"
}

func (f *File) addMethodRule(name string, rule MethodRule) error {
	if rule.Roles == nil && rule.Permission == "" {
		return nil
	}
	want := f.draft()
	want.Methods = maps.Clone(want.Methods)
	if want.Methods == nil {
		want.Methods = Methods{}
	}
	if _, there := want.Methods[name]; there {
		return f.Problem("methods."+name, "it is said already who may call "+name, "leave out --roles and --permission, or change it here")
	}
	want.Methods[name] = rule
	return f.edit(want, "say who may call "+name, func(d *document) error {
		_, mapping := d.find("methods")
		if mapping == nil || mapping.Tag == "!!null" {
			return d.addTop("methods", "\n  "+methodItem(name, rule))
		}
		if mapping.Kind != yaml.MappingNode || mapping.Style&yaml.FlowStyle != 0 {
			return errLayout
		}
		at := d.blockEnd(d.lineStart(d.offset(mapping)), mapping.Column-1)
		return d.insertLines(at, strings.Repeat(" ", mapping.Column-1)+methodItem(name, rule)+"\n")
	})
}

func (f *File) removeMethodRule(name string) error {
	if _, there := f.spec.Methods[name]; !there {
		return nil
	}
	want := f.draft()
	want.Methods = maps.Clone(want.Methods)
	delete(want.Methods, name)
	if len(want.Methods) == 0 {
		want.Methods = nil
	}
	return f.edit(want, "remove who may call "+name, func(d *document) error {
		key, mapping := d.find("methods")
		if mapping == nil || mapping.Kind != yaml.MappingNode {
			return errLayout
		}
		if len(mapping.Content) == 2 {
			start := d.lineStart(d.offset(key))
			return d.replace(start, d.blockEnd(d.lineStart(d.offset(mapping)), mapping.Column-1), "")
		}
		return d.removeKey("methods", name)
	})
}

// ParseMethod reads SERVICE.METHOD. The service is that of a resource of the Spec, however
// it is cased, or one of your protos.
func (s *Spec) ParseMethod(form string) (service, method string, err error) {
	service, method, ok := strings.Cut(strings.TrimSpace(form), ".")
	if !ok || service == "" || method == "" {
		return "", "", fmt.Errorf("%q is no method: write the resource and the method, as in Order.cancel", shorten(form))
	}
	f := File{spec: s}
	if i, err := f.resource(service); err == nil {
		service = s.Resources[i].Naming().Pascal()
	}
	return service, method, nil
}

// ParseRequest reads the fields of a request as they are given on the command line, apart
// by commas: "reason", "reason!,amount:decimal,why:enum(LATE|LOST)".
func ParseRequest(form string) ([]Field, error) {
	var fields []Field
	for part := range strings.SplitSeq(form, ",") {
		field, err := ParseField(part)
		if err != nil {
			return nil, err
		}
		said, _ := parseField(part) // without what is implied
		wrong := ""
		switch {
		case !reflect.DeepEqual(said, Field{Name: said.Name, Type: said.Type, Values: said.Values, Repeated: said.Repeated, Required: said.Required}):
			wrong = "a field of a request has a type and is required or not; the rest is for fields of resources"
		case slices.ContainsFunc(fields, func(other Field) bool { return other.Name == field.Name }):
			wrong = "there are two fields " + field.Name
		}
		if wrong != "" {
			return nil, Problems{{Path: fmt.Sprintf("%q", shorten(part)), Message: wrong, Fix: `write it as in "reason" or "reason!,amount:int"`}}
		}
		fields = append(fields, field)
	}
	return fields, nil
}

// RequestType is the type of a request's field in a proto, and what its comment says of a
// text that isn't any text; of a message it is the name that the API has for it.
func RequestType(f Field) (typ, doc string) {
	switch f.Type { //nolint:exhaustive // all others are texts
	case Int:
		return "int64", ""
	case Int32, Double, Bool, Bytes:
		return string(f.Type), ""
	case Enum:
		return f.EnumName(), ""
	case Struct:
		return "google.protobuf.Struct", ""
	case Duration:
		return "google.protobuf.Duration", ""
	case Money:
		return "Money", ""
	case Decimal:
		return "string", `A decimal number, exact: "12.30".`
	case Date:
		return "string", `A day: "2026-01-31".`
	case Timestamp:
		return "string", "A time in RFC 3339."
	default:
		return "string", ""
	}
}

// KeepRendered refuses to remove a method that is rendered of a resource of the Spec.
func KeepRendered(service, method string) Edit {
	return func(f *File) error {
		i, err := f.resource(service)
		if err != nil || !slices.Contains([]string{"create", "update", "delete", "get", "list", "stat", "analyze"}, method) {
			return nil //nolint:nilerr // it is a service of the user's protos
		}
		return fmt.Errorf("%s.%s is rendered of the resource %s and would come back with the next update; to close it to users, let SYSTEM_TOKEN alone call it, under methods of spacegen.yaml",
			service, method, f.spec.Resources[i].Name)
	}
}
