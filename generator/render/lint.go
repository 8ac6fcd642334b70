package render

import (
	"path"
	"slices"
	"strconv"

	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/cloudforet-io/spacegen/generator/protofile"
)

// sameRules are buf's rules that the files of a package have something in
// common, and what that is.
func sameRules() []sameRule {
	option := func(get func(*descriptorpb.FileOptions) string) func(protoreflect.FileDescriptor) string {
		return func(file protoreflect.FileDescriptor) string {
			options, _ := file.Options().(*descriptorpb.FileOptions)
			return get(options)
		}
	}
	return []sameRule{
		{"PACKAGE_SAME_CSHARP_NAMESPACE", option((*descriptorpb.FileOptions).GetCsharpNamespace)},
		{"PACKAGE_SAME_DIRECTORY", func(file protoreflect.FileDescriptor) string { return path.Dir(file.Path()) }},
		{"PACKAGE_SAME_GO_PACKAGE", option((*descriptorpb.FileOptions).GetGoPackage)},
		{"PACKAGE_SAME_JAVA_MULTIPLE_FILES", option(func(o *descriptorpb.FileOptions) string { return strconv.FormatBool(o.GetJavaMultipleFiles()) })},
		{"PACKAGE_SAME_JAVA_PACKAGE", option((*descriptorpb.FileOptions).GetJavaPackage)},
		{"PACKAGE_SAME_PHP_NAMESPACE", option((*descriptorpb.FileOptions).GetPhpNamespace)},
		{"PACKAGE_SAME_RUBY_PACKAGE", option((*descriptorpb.FileOptions).GetRubyPackage)},
		{"PACKAGE_SAME_SWIFT_PREFIX", option((*descriptorpb.FileOptions).GetSwiftPrefix)},
	}
}

type sameRule struct {
	name string
	of   func(protoreflect.FileDescriptor) string
}

// Differing are the rules of sameRules that people's protos break where they are
// of a package that is rendered to, or will be with the first resource: adding
// one must not touch buf.yaml. To ignore people's files does not help: buf
// reports the others just as well.
func (v *View) Differing() ([]string, error) {
	rendered, err := v.exemplars()
	if err != nil {
		return nil, err
	}
	var differing []string
	for _, rule := range sameRules() {
		if slices.ContainsFunc(v.foreign.files, func(file linker.File) bool {
			other := rendered[file.Package()]
			return other != nil && v.Brings(file.Path()) && rule.of(file) != rule.of(other)
		}) {
			differing = append(differing, rule.name)
		}
	}
	return differing, nil
}

// exemplars are rendered protos, one of each package.
func (v *View) exemplars() (map[protoreflect.FullName]protoreflect.FileDescriptor, error) {
	resource, err := protodesc.NewFile(&descriptorpb.FileDescriptorProto{
		Name:    proto.String(path.Join(v.PackagePath, "resource.proto")),
		Package: proto.String(v.Package),
		Options: &descriptorpb.FileOptions{GoPackage: proto.String(v.APIImport + ";" + v.APIPackage)},
	}, nil)
	if err != nil {
		return nil, err
	}
	of := map[protoreflect.FullName]protoreflect.FileDescriptor{resource.Package(): resource}
	for _, file := range v.foreign.files {
		if !v.foreign.owns(file.Path()) {
			of[file.Package()] = file
		}
	}
	return of, nil
}

// Versioned reports whether the Spec's package ends in a version.
func (v *View) Versioned() bool { return protofile.IsVersion(v.APIVersion) }
