package protofile

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// CheckNames finds what no Go program can hold: names that differ in a proto and
// are one in Go, such as those of the rpcs run and Run, and files and names that
// services link already. The error names all of them, with file, line and column.
func CheckNames(files linker.Files) error {
	var errs []error
	sorted := slices.Clone(files)
	slices.SortFunc(sorted, func(a, b linker.File) int { return strings.Compare(a.Path(), b.Path()) })
	packages := map[string]names{}
	for _, file := range sorted {
		if Builtin(file.Path()) {
			continue
		}
		if err := checkFile(file); err != nil {
			errs = append(errs, err)
		}
		own := linked(string(file.Package()))
		if own {
			errs = append(errs, fmt.Errorf("%s: every service links the code of package %s already, and no program can hold it twice; leave the file out, or give the package another name",
				position(file, file.SourceLocations().ByPath(protoreflect.SourcePath{packagePath})), file.Package()))
		}
		if !own {
			errs = append(errs, checkLinked(file)...)
		}
		folder := path.Dir(file.Path())
		if packages[folder] == nil {
			packages[folder] = names{}
		}
		errs = append(errs, packages[folder].file(file)...)
	}
	return errors.Join(errs...)
}

// packagePath is the field of FileDescriptorProto that names the package.
const packagePath = 2

// linked reports whether a package is one whose code is part of every service: of
// its health, its reflection, its logs, metrics and traces.
func linked(pkg string) bool {
	for _, of := range []string{"grpc.health.", "grpc.reflection.", "grpc.binarylog.", "io.prometheus.client.", "opentelemetry.proto."} {
		if strings.HasPrefix(pkg+".", of) {
			return true
		}
	}
	return false
}

// names are what is declared in one Go package, or of one type, by Go name.
type names map[string]protoreflect.Descriptor

func (n names) file(file protoreflect.FileDescriptor) (errs []error) {
	errs = n.types(file)
	for i := range file.Services().Len() {
		s := file.Services().Get(i)
		name := naming.ProtoGoType(string(s.Name()))
		for _, of := range []string{
			name + "Server", name + "Client", "Unsafe" + name + "Server", "Unimplemented" + name + "Server",
			"New" + name + "Client", "Register" + name + "Server", "Register" + name + "Handler", name + "_ServiceDesc",
		} {
			if err := n.add(of, s); err != nil {
				errs = append(errs, err)
				break // one says it
			}
		}
		methods := names{}
		for j := range s.Methods().Len() {
			m := s.Methods().Get(j)
			goName := naming.ProtoGoType(string(m.Name()))
			errs = append(errs, methods.add(goName, m), n.add(name+"_"+goName+"_FullMethodName", m))
			if m.IsStreamingClient() || m.IsStreamingServer() {
				errs = append(errs, n.add(name+"_"+goName+"Server", m), n.add(name+"_"+goName+"Client", m))
			}
		}
	}
	return errs
}

// types adds messages and enums, and those within them.
func (n names) types(of interface {
	Messages() protoreflect.MessageDescriptors
	Enums() protoreflect.EnumDescriptors
},
) (errs []error) {
	for i := range of.Enums().Len() {
		errs = append(errs, n.enum(of.Enums().Get(i))...)
	}
	for i := range of.Messages().Len() {
		m := of.Messages().Get(i)
		if m.IsMapEntry() {
			continue // it becomes no type
		}
		errs = append(errs, n.add(goType(m), m))
		errs = append(errs, n.types(m)...)
		errs = append(errs, n.fields(m)...)
	}
	return errs
}

// goType is the Go name of a message or an enum.
func goType(d protoreflect.Descriptor) string {
	return naming.ProtoGoType(strings.TrimPrefix(string(d.FullName()), string(d.ParentFile().Package())+"."))
}

// enum adds an enum, the maps of its names and its values, which are called after
// what the enum stands in.
func (n names) enum(e protoreflect.EnumDescriptor) (errs []error) {
	name := goType(e)
	errs = append(errs, n.add(name, e), n.add(name+"_name", e), n.add(name+"_value", e))
	within := name
	if m, nested := e.Parent().(protoreflect.MessageDescriptor); nested {
		within = goType(m)
	}
	for i := range e.Values().Len() {
		v := e.Values().Get(i)
		errs = append(errs, n.add(within+"_"+string(v.Name()), v))
	}
	return errs
}

// reflected is the method of messages that protoc-gen-go makes no room for.
const reflected = "ProtoReflect"

// members are the names of what a message has, each with its getter.
func members(m protoreflect.MessageDescriptor) (errs []error) {
	of := names{}
	add := func(d protoreflect.Descriptor, name string) {
		if name == reflected {
			errs = append(errs, fmt.Errorf("%s: the %s is %s in Go, as is a method of every message; rename it", place(d), title(d), reflected))
		}
		if err := of.add(name, d); err != nil {
			errs = append(errs, err)
		} else if err := of.add("Get"+name, d); err != nil {
			errs = append(errs, err)
		}
	}
	goNames := goFields(m)
	for i := range m.Fields().Len() {
		add(m.Fields().Get(i), goNames[m.Fields().Get(i)])
	}
	for i := range m.Oneofs().Len() {
		if o := m.Oneofs().Get(i); !o.IsSynthetic() {
			add(o, goNames[o])
		}
	}
	return errs
}

// fields adds the types that the fields of a message become beside its own: one
// for each of a oneof.
func (n names) fields(m protoreflect.MessageDescriptor) []error {
	errs, goNames := members(m), goFields(m)
	for i := range m.Fields().Len() {
		f := m.Fields().Get(i)
		if entry := f.Message(); f.IsMap() && !entry.Name().IsValid() {
			errs = append(errs, fmt.Errorf("%s: the map %s has entries called %s, which is no name; rename it", place(f), f.Name(), entry.Name()))
		}
		if oneof := f.ContainingOneof(); oneof == nil || oneof.IsSynthetic() {
			continue
		}
		wrapper := goType(m) + "_" + goNames[f]
		for within(m, wrapper) {
			wrapper += "_"
		}
		errs = append(errs, n.add(wrapper, f))
	}
	return errs
}

// within reports whether a message or an enum that stands in another has a name.
func within(m protoreflect.MessageDescriptor, name string) bool {
	for i := range m.Messages().Len() {
		if goType(m.Messages().Get(i)) == name {
			return true
		}
	}
	for i := range m.Enums().Len() {
		if goType(m.Enums().Get(i)) == name {
			return true
		}
	}
	return false
}

func (n names) add(name string, d protoreflect.Descriptor) error {
	other, taken := n[name]
	if !taken {
		n[name] = d
		return nil
	}
	return fmt.Errorf("%s: the %s is %s in Go, as is the %s at %s; rename one of them", place(d), title(d), name, title(other), place(other))
}

// place is where something is declared, as compilers say it.
func place(d protoreflect.Descriptor) string {
	return position(d.ParentFile(), d.ParentFile().SourceLocations().ByDescriptor(d))
}

// Position is where something is declared: file:line:column.
func Position(d protoreflect.Descriptor) string {
	file := d.ParentFile()
	return position(file, file.SourceLocations().ByDescriptor(d))
}

func position(file protoreflect.FileDescriptor, at protoreflect.SourceLocation) string {
	return fmt.Sprintf("%s:%d:%d", file.Path(), at.StartLine+1, at.StartColumn+1)
}

func title(d protoreflect.Descriptor) string {
	switch d.(type) {
	case protoreflect.ServiceDescriptor:
		return "service " + string(d.Name())
	case protoreflect.MethodDescriptor:
		return "rpc " + string(d.Name())
	case protoreflect.OneofDescriptor:
		return "oneof " + string(d.Name())
	case protoreflect.FieldDescriptor:
		return "field " + string(d.Name())
	case protoreflect.EnumValueDescriptor:
		return "value " + string(d.Name())
	case protoreflect.EnumDescriptor:
		return "enum " + string(d.Name())
	default:
		return "message " + string(d.Name())
	}
}
