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

// CheckNames finds names that differ in a proto and are one in Go, such as those
// of the rpcs run and Run. The error names all of them, with file, line and
// column.
func CheckNames(files linker.Files) error {
	var errs []error
	sorted := slices.Clone(files)
	slices.SortFunc(sorted, func(a, b linker.File) int { return strings.Compare(a.Path(), b.Path()) })
	packages := map[string]names{}
	for _, file := range sorted {
		if Builtin(file.Path()) {
			continue
		}
		folder := path.Dir(file.Path())
		if packages[folder] == nil {
			packages[folder] = names{}
		}
		errs = append(errs, packages[folder].file(file)...)
	}
	return errors.Join(errs...)
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
	at := d.ParentFile().SourceLocations().ByDescriptor(d)
	return fmt.Sprintf("%s:%d:%d", d.ParentFile().Path(), at.StartLine+1, at.StartColumn+1)
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
