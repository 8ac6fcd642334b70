package generator_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/protofile"
)

// An oddAPI is made of bytes: each decides what comes next, and when there are no
// more the rest is as plain as can be. What comes out compiles, but for a name now
// and then that protobuf refuses.
type oddAPI struct {
	bytes []byte
	pkg   string
	files protofile.Sources
}

// newOddAPI makes the API: one file, or two of one package, or one that imports
// another package.
func newOddAPI(bytes []byte) *oddAPI {
	o := &oddAPI{bytes: bytes, files: protofile.Sources{}}
	o.pkg = pick(o, "odd.v1", "odd.api.v1", "odd", "func.v1", "odd.type", "odd_api.Go.v2beta1", "core.odd.v1", "errors.status")
	main := o.file(o.pkg)
	same := o.file(o.pkg)
	same.taken = main.taken // one package has one scope
	others := []*oddFile{nil, nil, same, o.file(pick(o, "other.v1", "odd.v2", "api", "other.context.v1", "google.type.v1"))}
	other := others[o.below(len(others))]
	if other != nil {
		other.declare(1 + o.below(3))
		if other.pkg != o.pkg && o.one(2) {
			other.services(1)
		}
		main.imported, main.known = other, slices.Clone(other.known)
	}
	main.declare(1 + o.below(4))
	for range o.below(3) {
		main.resource()
	}
	main.services(1 + o.below(2))
	folder := strings.ReplaceAll(o.pkg, ".", "/") + "/"
	if o.one(4) {
		folder = ""
	}
	at := folder + pick(o, "a.proto", "odd.proto", "x_test.proto", "service.proto")
	if other != nil {
		to := strings.ReplaceAll(other.pkg, ".", "/") + "/other.proto"
		if other.pkg == o.pkg {
			to = folder + "other.proto"
		}
		o.files[to] = other.text("")
		o.files[at] = main.text(to)
		return o
	}
	o.files[at] = main.text("")
	return o
}

// below gives a number that the next byte decides.
func (o *oddAPI) below(n int) int {
	if len(o.bytes) == 0 || n <= 1 {
		return 0
	}
	b := o.bytes[0]
	o.bytes = o.bytes[1:]
	return int(b) % n
}

// one is true once in n times, and never when there are no more bytes.
func (o *oddAPI) one(n int) bool { return o.below(n) == n-1 && n > 1 }

func pick[T any](o *oddAPI, of ...T) T { return of[o.below(len(of))] }

// A message is what was declared: its full name, and those of its fields that a
// path or a body may name.
type oddMessage struct {
	name   string
	fields []oddField
}

type oddField struct {
	name, typ string
	plain     bool // one value
}

// An oddFile is one file as it is written.
type oddFile struct {
	*oddAPI
	pkg      string
	syntax   string
	imported *oddFile
	taken    map[string]bool // names at the top
	known    []oddMessage
	enums    []string
	body     strings.Builder
}

func (o *oddAPI) file(pkg string) *oddFile {
	return &oddFile{oddAPI: o, pkg: pkg, taken: map[string]bool{}, syntax: pick(o, `syntax = "proto3"`, `syntax = "proto3"`, `syntax = "proto2"`, `edition = "2023"`)}
}

func (f *oddFile) proto2() bool { return strings.Contains(f.syntax, "proto2") }

func (f *oddFile) text(imports string) []byte {
	var out strings.Builder
	fmt.Fprintf(&out, "%s;\n%s\npackage %s;\n", f.syntax, pick(f.oddAPI, "", "// Says */ what /* it is.\n", "/* `x` */"), f.pkg)
	for _, at := range slices.Sorted(maps.Keys(oddImports)) {
		if strings.Contains(f.body.String(), oddImports[at]) {
			fmt.Fprintf(&out, "import %q;\n", at)
		}
	}
	if imports != "" {
		fmt.Fprintf(&out, "import %q;\n", imports)
	}
	if strings.HasPrefix(f.syntax, "edition") && !f.one(4) {
		out.WriteString("option features.field_presence = IMPLICIT;\n")
	}
	if f.one(4) {
		fmt.Fprintf(&out, "option go_package = %q;\n", pick(f.oddAPI, "github.com/other/place", "place/v1;placev1", "./;main"))
	}
	out.WriteString(f.body.String())
	return []byte(out.String())
}

// unused gives a name that a scope does not have yet; in JSON, too.
func (o *oddAPI) unused(taken map[string]bool, names []string) string {
	name := names[o.below(len(names))]
	if o.one(12) {
		name += pick(o, "_", "1", "_2x", "X", "__y")
	}
	key := func() string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }
	for n := 2; taken[key()] || key() == ""; n++ {
		name += fmt.Sprintf("_q%d", n)
	}
	taken[key()] = true
	return name
}

// declare writes messages and enums.
func (f *oddFile) declare(n int) {
	if f.one(2) {
		name := f.unused(f.taken, oddTypes)
		fmt.Fprintf(&f.body, "enum %s {\n", name)
		for i, value := range []string{"UNSPECIFIED", "ENABLED", "type", "x"}[:1+f.below(4)] {
			fmt.Fprintf(&f.body, "  %s_%s = %d;\n", strings.ToUpper(name), value, i)
		}
		f.body.WriteString("}\n")
		f.enums = append(f.enums, "."+f.pkg+"."+name)
	}
	var names []string
	for range n {
		names = append(names, f.unused(f.taken, oddTypes))
		f.known = append(f.known, oddMessage{name: "." + f.pkg + "." + names[len(names)-1]})
	}
	for i, name := range names { // any may hold any: itself, too
		m := &f.known[len(f.known)-len(names)+i]
		m.fields = f.message(name, "", nil, f.below(7), 0)
	}
}

// message writes a message with some fields, and the lines that are given.
func (f *oddFile) message(name, indent string, lines []string, fields, depth int) (written []oddField) {
	fmt.Fprintf(&f.body, "%smessage %s {\n", indent, name)
	taken, number := map[string]bool{}, len(lines)
	for i, line := range lines {
		words := strings.Fields(strings.TrimPrefix(line, "optional "))
		one := oddField{words[len(words)-1], words[0], words[0] != "repeated"}
		written = append(written, one)
		taken[strings.ToLower(strings.ReplaceAll(one.name, "_", ""))] = true
		if f.proto2() && one.plain && !strings.HasPrefix(line, "map<") && !strings.HasPrefix(line, "optional ") {
			line = "optional " + line
		}
		fmt.Fprintf(&f.body, "%s  %s = %d;\n", indent, line, i+1)
	}
	var nested []string
	if depth < 2 && f.one(4) {
		in := map[string]bool{}
		name := f.unused(in, oddTypes)
		f.message(name, indent+"  ", nil, f.below(3), depth+1)
		nested = append(nested, name)
	}
	if depth < 2 && f.one(8) {
		fmt.Fprintf(&f.body, "%s  enum Kind { %s = 0; %s = 1; }\n", indent, pick(f.oddAPI, "KIND", "kind_x", "Reset"), pick(f.oddAPI, "ON", "name", "value"))
		nested = append(nested, "Kind")
	}
	for range fields {
		number += 1 + f.below(2)
		if f.one(7) && f.below(200) > 1 {
			fmt.Fprintf(&f.body, "%s  oneof %s {\n", indent, f.unused(taken, oddFields))
			for range 1 + f.below(3) {
				one := oddField{f.unused(taken, oddFields), f.typ(nested), true}
				fmt.Fprintf(&f.body, "%s    %s %s = %d;\n", indent, one.typ, one.name, number)
				written = append(written, one)
				number++
			}
			fmt.Fprintf(&f.body, "%s  }\n", indent)
			continue
		}
		if f.proto2() && depth < 2 && f.one(8) {
			group := f.unused(taken, []string{"Group", "Result", "Any", "Many_x"})
			fmt.Fprintf(&f.body, "%s  %s group %s = %d { optional string id = 1; }\n", indent, pick(f.oddAPI, "optional", "repeated"), group, number)
			continue
		}
		typ, label := f.typ(nested), pick(f.oddAPI, "", "", "optional ", "repeated ", "map")
		if f.proto2() && (label == "" || f.one(9)) {
			label = pick(f.oddAPI, "optional ", "required ")
		}
		if strings.HasPrefix(f.syntax, "edition") && label == "optional " {
			label = ""
		}
		if label == "map" {
			typ, label = fmt.Sprintf("map<%s, %s>", pick(f.oddAPI, "string", "int64", "bool", "uint32"), typ), ""
		}
		one := oddField{f.unused(taken, oddFields), typ, label != "repeated " && !strings.HasPrefix(typ, "map")}
		if f.one(6) {
			f.body.WriteString(indent + "  " + pick(f.oddAPI, "// +optional\n", "// It is %s.\n", "// `x` \"y\" \\n\n"))
		}
		option := ""
		switch {
		case f.one(16):
			option = " [deprecated = true]"
		case f.proto2() && typ == "string" && label == "optional " && f.one(3):
			option = " [default = \"it's \\\"`\"]"
		case f.one(6):
			option = " [(google.api.field_behavior) = " + pick(f.oddAPI, "REQUIRED", "OUTPUT_ONLY", "IMMUTABLE", "INPUT_ONLY", "IDENTIFIER") + "]"
		}
		fmt.Fprintf(&f.body, "%s  %s%s %s = %d%s;\n", indent, label, typ, one.name, number, option)
		written = append(written, one)
	}
	fmt.Fprintf(&f.body, "%s}\n", indent)
	return written
}

// typ is the type of a field.
func (f *oddFile) typ(nested []string) string {
	switch f.below(5) {
	case 1:
		return pick(f.oddAPI, "double", "float", "int64", "uint64", "int32", "fixed64", "bool", "bytes", "uint32", "sfixed32", "sint64")
	case 2:
		return pick(f.oddAPI, "google.protobuf.Timestamp", "google.protobuf.Struct", "google.protobuf.Duration", "google.protobuf.Any",
			"google.protobuf.FieldMask", "google.protobuf.Empty", "google.protobuf.Value", "google.protobuf.ListValue", "google.protobuf.StringValue",
			"google.protobuf.Int64Value", "google.type.Money")
	case 3:
		if len(f.known) > 0 {
			return f.known[f.below(len(f.known))].name
		}
	case 4:
		if all := slices.Concat(f.enums, nested); len(all) > 0 {
			return all[f.below(len(all))]
		}
	}
	return "string"
}

// services writes services of methods that are about nothing in particular.
func (f *oddFile) services(n int) {
	for range n {
		name := f.unused(f.taken, oddTypes)
		fmt.Fprintf(&f.body, "service %s {\n", name)
		taken := map[string]bool{}
		for range f.below(5) {
			f.method(f.unused(taken, oddMethods), f.known[f.below(len(f.known))], f.answer())
		}
		f.body.WriteString("}\n")
	}
}

func (f *oddFile) answer() string {
	if f.one(6) {
		return pick(f.oddAPI, "google.protobuf.Empty", "google.protobuf.Struct", "google.api.HttpBody", "google.longrunning.Operation", "google.protobuf.Timestamp")
	}
	return f.known[f.below(len(f.known))].name
}

func (f *oddFile) method(name string, in oddMessage, out string) {
	streams := pick(f.oddAPI, [2]string{}, [2]string{}, [2]string{}, [2]string{"stream ", ""}, [2]string{"", "stream "}, [2]string{"stream ", "stream "})
	if f.one(5) {
		f.body.WriteString("  // " + pick(f.oddAPI, "Makes \"one\"", "it's `x` */", name+" does.", "Says %d [[ .X ]].") + "\n")
	}
	fmt.Fprintf(&f.body, "  rpc %s(%s%s) returns (%s%s) {\n", name, streams[0], in.name, streams[1], out)
	if f.below(3) > 0 {
		plain := streams[0] != "" && !f.one(20) // what streams to the server has no parameters
		fmt.Fprintf(&f.body, "    option (google.api.http) = {%s", f.rule(name, in, plain))
		if at := slices.IndexFunc(f.known, func(m oddMessage) bool { return m.name == out }); at >= 0 && len(f.known[at].fields) > 0 && f.one(10) {
			fmt.Fprintf(&f.body, " response_body: %q", f.known[at].fields[0].name)
		}
		if f.one(5) {
			fmt.Fprintf(&f.body, " additional_bindings {%s}", f.rule("more/"+name, in, plain))
		}
		f.body.WriteString(" };\n")
	}
	f.body.WriteString("  }\n")
}

// rule is an http annotation: the paths of methods differ. The usual one is as
// plain as can be.
func (f *oddFile) rule(name string, in oddMessage, usual bool) string {
	path := fmt.Sprintf("/v1/%s", name)
	if usual || f.one(3) {
		return fmt.Sprintf(" post: %q body: \"*\"", path)
	}
	var plain []oddField
	for _, one := range in.fields {
		scalar := one.typ == "string" || !strings.Contains(one.typ, ".") && one.typ != "bytes" && strings.ToLower(one.typ) == one.typ
		if one.plain && scalar || (scalar || strings.HasPrefix(one.typ, "google.protobuf.")) && f.one(8) {
			plain = append(plain, one)
		}
	}
	var bound string
	if inner := holdsMessages(in); inner != "" && f.one(6) {
		for _, m := range f.known {
			for _, one := range m.fields {
				if strings.HasSuffix(inner, " "+m.name) && one.plain && one.typ == "string" {
					bound = strings.Fields(inner)[0] + "." + one.name
					path += "/{" + bound + "}"
					return fmt.Sprintf(" post: %q body: \"*\"", path)
				}
			}
		}
	}
	if len(plain) > 0 && f.one(2) {
		bound = plain[f.below(len(plain))].name
		path += fmt.Sprintf(pick(f.oddAPI, "/{%s}", "/{%s}/x", "/{%s=a/*}", "/{%s=a/*/b/**}", "/{%s}:do"), bound)
	}
	verb := pick(f.oddAPI, "post", "get", "put", "patch", "delete")
	if holdsMessages(in) != "" && !f.one(8) {
		verb = "post" // a query may have no end
	}
	rule := fmt.Sprintf(" %s: %q", verb, path)
	if verb == "get" || verb == "delete" {
		return rule
	}
	if holdsMessages(in) != "" && !f.one(8) {
		return rule + ` body: "*"`
	}
	switch f.below(3) {
	case 0:
		rule += ` body: "*"`
	case 1:
		for _, one := range in.fields {
			if one.name != bound {
				rule += fmt.Sprintf(" body: %q", one.name)
				break
			}
		}
	}
	return rule
}

// holdsMessages gives the first field that holds a message, and its type.
func holdsMessages(m oddMessage) string {
	for _, f := range m.fields {
		if f.plain && strings.HasPrefix(f.typ, ".") {
			return f.name + " " + f.typ
		}
	}
	return ""
}
