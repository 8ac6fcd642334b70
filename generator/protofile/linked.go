package protofile

import (
	_ "embed"
	"fmt"
	"path"
	"strings"
	"sync"

	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// linkedFiles lists the proto files whose code a service may link beside its own API's,
// with what they declare. It is made by 'make modules'.
//
//go:embed linked.txt
var linkedFiles string

// A registry is what protobuf's registry of a program holds already: it takes no path and
// no name twice, and a program that tries ends when it starts.
type registry struct {
	paths, names map[string]string // → the file
}

// linkedRegistry is that of linkedFiles.
var linkedRegistry = sync.OnceValue(func() registry {
	r := registry{map[string]string{}, map[string]string{}}
	for line := range strings.Lines(linkedFiles) {
		words := strings.Split(strings.TrimSpace(line), " ")
		if strings.HasPrefix(line, "#") {
			continue
		}
		words = append(words, "") // a file need not have a package
		r.paths[words[0]] = words[1]
		for _, name := range words[2:] {
			r.names[name] = words[0]
		}
		delete(r.names, "")
	}
	return r
})

// checkLinked finds what no program can hold beside the code that services link: a file
// at the path of one of theirs, and names and numbers of extensions that they have.
func checkLinked(file linker.File) (errs []error) {
	r := linkedRegistry()
	pkg, taken := r.paths[file.Path()]
	if text, ours := emitted(file.Path()); ours {
		pkg, _ = packageOf(file.Path(), text) // it is one of spacegen's
		taken = pkg != string(file.Package())
	}
	if taken {
		return []error{fmt.Errorf("%s: services link another file at the path %s, of package %s, and no program can hold both; move this one to %s/%s, and mend the imports of it",
			position(file, file.SourceLocations().ByPath(protoreflect.SourcePath{packagePath})), file.Path(), pkg, strings.ReplaceAll(string(file.Package()), ".", "/"), path.Base(file.Path()))}
	}
	check := func(d protoreflect.Descriptor, name string) {
		if at, taken := r.names[name]; taken && at != file.Path() {
			cure := "rename it, or give the package another name"
			if strings.Contains(name, ":") {
				cure = "give it another number"
			}
			errs = append(errs, fmt.Errorf("%s: services link %s, of %s, and no program can hold the %s beside it; %s", place(d), name, at, title(d), cure))
		}
	}
	eachName(file, check)
	return errs
}

// eachName visits what a file declares that a program may hold once: what stands at the
// top, and extensions by what they extend and their numbers, wherever they stand.
func eachName(file protoreflect.FileDescriptor, visit func(d protoreflect.Descriptor, name string)) {
	for i := range file.Messages().Len() {
		visit(file.Messages().Get(i), string(file.Messages().Get(i).FullName()))
	}
	for i := range file.Enums().Len() {
		e := file.Enums().Get(i)
		visit(e, string(e.FullName()))
		for j := range e.Values().Len() {
			visit(e.Values().Get(j), string(e.Values().Get(j).FullName()))
		}
	}
	for i := range file.Services().Len() {
		visit(file.Services().Get(i), string(file.Services().Get(i).FullName()))
	}
	eachExtension(file, visit)
	eachMessage(file.Messages(), func(m protoreflect.MessageDescriptor) { eachExtension(m, visit) })
}

func eachMessage(messages protoreflect.MessageDescriptors, visit func(protoreflect.MessageDescriptor)) {
	for i := range messages.Len() {
		visit(messages.Get(i))
		eachMessage(messages.Get(i).Messages(), visit)
	}
}

func eachExtension(of interface {
	Extensions() protoreflect.ExtensionDescriptors
}, visit func(d protoreflect.Descriptor, name string),
) {
	for i := range of.Extensions().Len() {
		x := of.Extensions().Get(i)
		visit(x, string(x.FullName()))
		visit(x, fmt.Sprintf("%s:%d", x.ContainingMessage().FullName(), x.Number()))
	}
}
