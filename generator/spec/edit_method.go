package spec

import (
	"errors"
	"fmt"
	"maps"
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
// by commas: "reason", "reason!:max_length=500,amount:decimal:min=0,why:enum(LATE|LOST)".
func ParseRequest(form string) ([]Field, error) {
	var fields []Field
	for _, part := range outsideQuotes(form, ',') {
		said, err := parseField(part) // without what is implied
		if err == nil {
			err = checkForm(part, func(v *validator) { v.requested(said) })
		}
		var known Problems
		if err != nil && !errors.As(err, &known) {
			err = Problems{{Path: fmt.Sprintf("%q", shorten(part)), Message: err.Error(), Fix: requestFix}}
		}
		if err != nil {
			return nil, err
		}
		field, err := ParseField(part)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(fields, func(other Field) bool { return other.Name == field.Name }) {
			return nil, Problems{{Path: fmt.Sprintf("%q", shorten(part)), Message: "there are two fields " + field.Name, Fix: requestFix}}
		}
		fields = append(fields, field)
	}
	return fields, nil
}

const requestFix = `write it as in "reason" or "reason!:max_length=500,amount:int:min=1"`

// requestKeys are the properties that a field of a request has.
var requestKeys = []string{"max_length", "min", "max", "pattern", "format", "description"}

// requested refuses what no field of a request has: it is passed on, and not stored.
func (v *validator) requested(f Field) {
	const stored = "it is said of what is stored, and a request is not"
	refuse := func(key, why, fix string) {
		v.add(key, fmt.Sprintf("the field %s of a request cannot have %s: %s", f.Name, key, why), fix)
	}
	for _, s := range f.switches() {
		if *s.set {
			refuse(s.word, stored, "leave it out")
		}
	}
	for _, s := range f.settings() {
		switch {
		case s.get() == "" || slices.Contains(requestKeys, s.key):
		case s.key == "default":
			refuse(s.key, "what a request leaves out is for the method to decide", "leave it out, and set it in the method")
		case s.key == "ref":
			refuse(s.key, "nobody looks for what it names", "leave it out, and have the method get it: its manager says ERROR_NOT_FOUND")
		case s.key == "message":
			refuse(s.key, "it has no messages of its own", "leave it out")
		default:
			refuse(s.key, stored, "leave it out")
		}
	}
	switch {
	case f.Number != 0:
		refuse("number", "spacegen numbers them", "leave it out, or change it in the proto")
	case f.Type == Message:
		v.add("type", fmt.Sprintf("the field %s of a request cannot be a message here", f.Name), "write the message into the proto of the resource, and the field into the request there")
	}
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
