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
// are one in Go, such as those of the rpcs run and Run, and packages whose code is
// part of every service. The error names all of them, with file, line and column.
func CheckNames(files linker.Files) error {
	var errs []error
	sorted := slices.Clone(files)
	slices.SortFunc(sorted, func(a, b linker.File) int { return strings.Compare(a.Path(), b.Path()) })
	packages := map[string]names{}
	for _, file := range sorted {
		if Builtin(file.Path()) {
			continue
		}
		if linked(string(file.Package())) {
			errs = append(errs, fmt.Errorf("%s: every service links the code of package %s already, and no program can hold it twice; leave the file out, or give the package another name",
				position(file, file.SourceLocations().ByPath(protoreflect.SourcePath{packagePath})), file.Package()))
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
		for _, of := range []string{name + "Server", name + "Client", "Unsafe" + name + "Server", "Unimplemented" + name + "Server"} {
			if err := n.add(of, s); err != nil {
				errs = append(errs, err)
				break // one says it
			}
		}
		methods := names{}
		for j := range s.Methods().Len() {
			m := s.Methods().Get(j)
			errs = append(errs, methods.add(naming.ProtoGoType(string(m.Name())), m))
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
	local := func(d protoreflect.Descriptor) string {
		return naming.ProtoGoType(strings.TrimPrefix(string(d.FullName()), string(d.ParentFile().Package())+"."))
	}
	for i := range of.Enums().Len() {
		errs = append(errs, n.add(local(of.Enums().Get(i)), of.Enums().Get(i)))
	}
	for i := range of.Messages().Len() {
		m := of.Messages().Get(i)
		if m.IsMapEntry() {
			continue // it becomes no type
		}
		errs = append(errs, n.add(local(m), m))
		errs = append(errs, n.types(m)...)
	}
	return errs
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
	case protoreflect.EnumDescriptor:
		return "enum " + string(d.Name())
	default:
		return "message " + string(d.Name())
	}
}
