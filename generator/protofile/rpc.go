package protofile

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/ast"
	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// An RPC is a method that is added to a service.
type RPC struct {
	Service, Name string
	Doc           string     // its comment; may be empty
	Request       []RPCField // what the request has beside what says which resource is meant
	Response      string     // "info", "empty" or a message of the package
	Verb, Path    string     // of its REST form; both empty: as its sisters have it; "none": it has none
	Reads         bool       // it changes nothing

	ruled bool // requests of the service are checked by rules
}

// An RPCField is a field of the request of an RPC.
type RPCField struct {
	Name, Type string   // in the proto
	Doc        string   // its comment; may be empty
	Values     []string // of an enum, which the request gets
	Zero       string   // of an enum: its value that means that none is set
	Repeated   bool
	Required   bool
	Present    bool     // zero is told from nothing
	Rules      []string // its options of buf.validate, beside required
}

const emptyMessage protoreflect.FullName = "google.protobuf.Empty"

const (
	emptyFile = "google/protobuf/empty.proto"
	httpFile  = "google/api/annotations.proto"
)

// typeFiles are where types come from that are no scalars.
var typeFiles = map[string]string{
	"google.protobuf.Struct":   "google/protobuf/struct.proto",
	"google.protobuf.Duration": "google/protobuf/duration.proto",
}

// moneyMessage is an amount of money: a message of the API, not of everybody.
const moneyMessage = "Money"

var rpcName = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// AddRPC writes a method into the file of its service, and gives the file. Everything
// else in it stays as it stands.
func AddRPC(ctx context.Context, sources Sources, pkg string, rpc RPC) (at string, text []byte, err error) {
	s, err := serviceIn(ctx, sources, pkg, rpc.Service)
	if err != nil {
		return "", nil, err
	}
	if err := rpc.check(s); err != nil {
		return "", nil, &MethodError{err}
	}
	rpc.ruled = slices.ContainsFunc(rpc.Request, func(f RPCField) bool { return len(f.Rules) > 0 }) || validates(sources)
	at = s.ParentFile().Path()
	e := protoEdit{text: sources[at], file: astOf(s.ParentFile())}
	money := ""
	if slices.ContainsFunc(rpc.Request, RPCField.money) {
		if money, err = fileOf(ctx, sources, s, moneyMessage); err != nil {
			return "", nil, err
		}
	}
	method, message, imports, err := rpc.write(s, &e, money)
	if err != nil {
		return "", nil, &MethodError{err}
	}
	e.insert(e.endOf(rpc.Service), "\n"+method)
	e.insert(len(e.text), "\n"+message)
	for _, file := range imports {
		e.addImport(s.ParentFile(), file)
	}
	text = e.apply()
	all := sources.Over(nil)
	all[at] = text
	after, err := serviceIn(ctx, all, pkg, rpc.Service)
	if err != nil {
		return "", nil, err
	}
	if fault := unroutable(after)[protoreflect.Name(rpc.Name)]; fault != nil {
		_, why, _ := strings.Cut(fault.Error(), ": ") // without a place that nobody can look at
		return "", nil, &MethodError{fmt.Errorf("--http: %s %s can't be served by REST: %s", rpc.Verb, rpc.Path, why)}
	}
	return at, text, nil
}

// check refuses names that the API cannot take.
func (r RPC) check(s protoreflect.ServiceDescriptor) error {
	if !rpcName.MatchString(r.Name) {
		return fmt.Errorf("%q is no name of a method: write it in lower case, with underscores between words, as in %s.mark_paid", r.Name, r.Service)
	}
	name := naming.ProtoGoType(r.Name)
	if name == naming.ProtoGoType(r.Service) {
		return fmt.Errorf("a method can't be called like its service, %s; call it otherwise", r.Service)
	}
	for i := range s.Methods().Len() {
		if m := s.Methods().Get(i); naming.ProtoGoType(string(m.Name())) == name {
			return fmt.Errorf("%s has the method %s already: %s", r.Service, m.Name(), Position(m))
		}
	}
	if taken := s.ParentFile().Package().Append(protoreflect.Name(r.requestName())); find(s.ParentFile(), taken) != nil {
		return fmt.Errorf("the message %s, which would be the request of %s.%s, is there already; call the method otherwise, or write it into %s by hand",
			r.requestName(), r.Service, r.Name, s.ParentFile().Path())
	}
	return nil
}

func (r RPC) requestName() string { return naming.New(r.Name).Pascal() + r.Service + "Request" }

// find gives the message of a name in a file, or nil.
func find(file protoreflect.FileDescriptor, name protoreflect.FullName) protoreflect.MessageDescriptor {
	for i := range file.Messages().Len() {
		if m := file.Messages().Get(i); m.FullName() == name {
			return m
		}
	}
	return nil
}

// write gives the method and its request as texts, and the files that they need. money is
// the file that has an amount of money; empty: there is none.
func (r RPC) write(s protoreflect.ServiceDescriptor, e *protoEdit, money string) (method, message string, imports []string, err error) {
	answer, imports, err := r.answer(s)
	if err != nil {
		return "", "", nil, err
	}
	fields, needs, err := r.fields(s, money)
	if err != nil {
		return "", "", nil, err
	}
	imports = append(imports, needs...)
	indent := e.indentOf(s)
	var b strings.Builder
	for line := range strings.Lines(r.Doc) {
		b.WriteString(indent + "// " + strings.TrimSpace(line) + "\n")
	}
	b.WriteString(indent + "rpc " + r.Name + "(" + r.requestName() + ") returns (" + answer + ") {")
	options := r.rule(s)
	if len(options) > 0 {
		imports = append(imports, httpFile)
	}
	if r.Reads {
		options = append(options, "option idempotency_level = NO_SIDE_EFFECTS;")
	}
	for _, line := range options {
		b.WriteString("\n" + indent + "  " + line)
	}
	if len(options) > 0 {
		b.WriteString("\n" + indent)
	}
	b.WriteString("}\n")
	return b.String(), "message " + r.requestName() + " {\n" + fields + "}\n", imports, nil
}

// answer is the message that the method answers with.
func (r RPC) answer(s protoreflect.ServiceDescriptor) (name string, imports []string, err error) {
	pkg := s.ParentFile().Package()
	switch r.Response {
	case "empty":
		return string(emptyMessage), []string{emptyFile}, nil
	case "info":
		for _, verb := range []string{"get", "create", "update"} {
			if m := method(s, verb); m != nil && m.Output().FullName() != emptyMessage {
				return local(m.Output(), pkg), nil, nil
			}
		}
		return "", nil, fmt.Errorf("%s has neither get, create nor update, so that it is not known what it answers with; name a message by --response, or say --response empty", r.Service)
	}
	m := find(s.ParentFile(), pkg.Append(protoreflect.Name(r.Response)))
	if m == nil {
		return "", nil, fmt.Errorf("--response: %s has no message %q; write info, empty, or one of its messages", s.ParentFile().Path(), r.Response)
	}
	return r.Response, nil, nil
}

// fileOf is the file of a service's package that has a message; empty: none has.
func fileOf(ctx context.Context, sources Sources, s protoreflect.ServiceDescriptor, message protoreflect.Name) (string, error) {
	files, err := Compile(ctx, sources)
	if err != nil {
		return "", err
	}
	name := s.ParentFile().Package().Append(message)
	for _, file := range files {
		if find(file, name) != nil {
			return file.Path(), nil
		}
	}
	return "", nil
}

// method gives the method of a service that is called so, however it is cased.
func method(s protoreflect.ServiceDescriptor, verb string) protoreflect.MethodDescriptor {
	for i := range s.Methods().Len() {
		if m := s.Methods().Get(i); naming.New(string(m.Name())).Snake() == verb {
			return m
		}
	}
	return nil
}

// local is a message's name as a file of a package writes it.
func local(m protoreflect.MessageDescriptor, pkg protoreflect.FullName) string {
	return strings.TrimPrefix(string(m.FullName()), string(pkg)+".")
}

// fields are those of the request: what its sisters say which resource is meant by, with
// their numbers, then its own.
func (r RPC) fields(s protoreflect.ServiceDescriptor, money string) (text string, imports []string, err error) {
	var b strings.Builder
	for _, f := range r.Request {
		if len(f.Values) > 0 {
			b.WriteString(f.enum())
		}
	}
	taken, names := map[int]bool{}, map[string]bool{}
	id := protoreflect.Name(naming.New(r.Service).Snake() + "_id")
	for _, verb := range []string{"get", "delete", "update", "enable", "deregister"} {
		m := method(s, verb)
		if m == nil || m.Input().Fields().ByName(id) == nil {
			continue
		}
		for _, name := range []protoreflect.Name{id, "domain_id", "workspace_id"} {
			f := m.Input().Fields().ByName(name)
			if f == nil || f.Kind() != protoreflect.StringKind || f.IsList() {
				continue
			}
			if marked(f, optionalMark) {
				b.WriteString("  // " + optionalMark + "\n")
			}
			fmt.Fprintf(&b, "  string %s = %d;\n", name, f.Number())
			taken[int(f.Number())], names[string(name)] = true, true
		}
		break
	}
	number := 0
	for _, f := range r.Request {
		if names[f.Name] {
			return "", nil, fmt.Errorf("--request: the request has a field %s already", f.Name)
		}
		names[f.Name] = true
		for number++; taken[number]; number++ { //nolint:revive // the next free one
		}
		if f.Doc != "" {
			b.WriteString("  // " + f.Doc + "\n")
		}
		if !f.Required {
			b.WriteString("  // " + optionalMark + "\n")
		}
		label := ""
		switch {
		case f.Repeated:
			label = "repeated "
		case f.Present && (len(f.Rules) > 0 || r.ruled && f.Required):
			label = "optional "
		}
		options, needs := r.options(f)
		imports = append(imports, needs...)
		fmt.Fprintf(&b, "  %s%s %s = %d%s;\n", label, f.Type, f.Name, number, options)
		file := typeFiles[f.Type]
		if f.money() {
			if file = money; file == "" {
				return "", nil, fmt.Errorf("--request: %s is an amount of money, and the API has no message %s yet; add a field of the type money to a resource first, or write the message, with amount and currency", f.Name, moneyMessage)
			}
		}
		if file != "" && file != s.ParentFile().Path() {
			imports = append(imports, file)
		}
	}
	return b.String(), imports, nil
}

func (f RPCField) money() bool { return f.Type == moneyMessage && len(f.Values) == 0 }

// enum is the enum of a field of the request, within it.
func (f RPCField) enum() string {
	var b strings.Builder
	fmt.Fprintf(&b, "  enum %s {\n    %s = 0;\n", f.Type, f.Zero)
	for i, value := range f.Values {
		fmt.Fprintf(&b, "    %s = %d;\n", value, i+1)
	}
	return b.String() + "  }\n\n"
}

// rule is the method's annotation for REST, by lines; none if it has none.
func (r RPC) rule(s protoreflect.ServiceDescriptor) []string {
	verb, at := strings.ToLower(r.Verb), r.Path
	if verb == "none" {
		return nil
	}
	if verb == "" {
		verb = "post"
		for i := range s.Methods().Len() {
			rule := httpRule(s.Methods().Get(i))
			if to := rule.GetPost(); to != "" && !strings.ContainsAny(to, "{:") {
				at = path.Join(path.Dir(to), naming.New(r.Name).Kebab())
				break
			}
		}
		if at == "" {
			return nil
		}
	}
	lines := []string{"option (google.api.http) = {", fmt.Sprintf("  %s: %q", verb, at)}
	if verb != "get" && verb != "delete" {
		lines = append(lines, `  body: "*"`)
	}
	return append(lines, "};")
}

// serviceIn gives the service of a name.
func serviceIn(ctx context.Context, sources Sources, pkg, name string) (protoreflect.ServiceDescriptor, error) {
	files, err := Compile(ctx, sources)
	if err != nil {
		return nil, err
	}
	var known []string
	for _, file := range files {
		if string(file.Package()) != pkg {
			continue
		}
		for i := range file.Services().Len() {
			s := file.Services().Get(i)
			if string(s.Name()) == name {
				return s, nil
			}
			known = append(known, string(s.Name()))
		}
	}
	slices.Sort(known)
	if len(known) == 0 {
		return nil, &MethodError{fmt.Errorf("there is no service %q: the package %s has none", name, pkg)}
	}
	return nil, &MethodError{fmt.Errorf("there is no service %q; the API has %s", name, strings.Join(known, ", "))}
}

// A MethodError is what an API says of a method that is to be added or removed.
type MethodError struct{ err error }

func (e *MethodError) Error() string { return e.err.Error() }

// Unwrap gives what is wrong.
func (e *MethodError) Unwrap() error { return e.err }

// astOf is a file as it is written.
func astOf(file protoreflect.FileDescriptor) *ast.FileNode {
	if compiled, ok := file.(linker.Result); ok {
		return compiled.AST()
	}
	return nil
}
