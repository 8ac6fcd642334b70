package protofile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"

	"github.com/cloudforet-io/spacegen/generator/naming"
)

// An API is the services of one proto package, and what is known of how they
// can be answered.
type API struct {
	Package   string
	Services  []*Service
	Resources []*Resource
}

// A Service is one service of an API.
type Service struct {
	File    protoreflect.FileDescriptor
	Name    string
	Doc     string
	Methods []*Method
}

// A Method is one rpc of a service.
type Method struct {
	Name                       string
	Doc                        string
	Input, Output              protoreflect.MessageDescriptor
	ClientStream, ServerStream bool
	HTTP                       bool   // it is called by REST, too: it has a google.api.http annotation
	Unrouted                   string // why it is not, although it has one
	Shape

	descriptor protoreflect.MethodDescriptor
}

// ErrNoPackage means that no file is of the package that was asked for.
var ErrNoPackage = errors.New("no file is of this package")

// ErrApart means that files of a package define the same names, so that no program
// can hold them all.
var ErrApart = errors.New("its files cannot be served by one service, since they define the same names")

// ReadAPI gives the services of a package that stand in one of the files named.
func ReadAPI(files linker.Files, pkg string, in func(path string) bool) *API {
	api := &API{Package: pkg}
	for _, file := range files {
		if string(file.Package()) != pkg || !in(file.Path()) {
			continue
		}
		for i := range file.Services().Len() {
			api.Services = append(api.Services, newService(file.Services().Get(i)))
		}
	}
	slices.SortFunc(api.Services, func(a, b *Service) int { return strings.Compare(a.Name, b.Name) })
	api.recognise()
	return api
}

// LeaveToPeople makes a stub of every method that was recognised, and says why.
func (api *API) LeaveToPeople(why string) {
	api.Resources = nil
	for _, s := range api.Services {
		for _, m := range s.Methods {
			if m.Verb != "" {
				m.stub(why)
			}
		}
	}
}

func newService(d protoreflect.ServiceDescriptor) *Service {
	s := &Service{File: d.ParentFile(), Name: string(d.Name()), Doc: docOf(d)}
	faults := unroutable(d)
	for i := range d.Methods().Len() {
		m := d.Methods().Get(i)
		s.Methods = append(s.Methods, &Method{
			Name: string(m.Name()), Doc: docOf(m), Input: m.Input(), Output: m.Output(),
			ClientStream: m.IsStreamingClient(), ServerStream: m.IsStreamingServer(),
			descriptor: m, HTTP: httpRule(m) != nil && faults[m.Name()] == nil,
		})
		if fault := faults[m.Name()]; fault != nil {
			s.Methods[i].Unrouted = fault.Error()
		}
	}
	return s
}

// NoSideEffects reports whether the API says so of the method, by its idempotency_level.
func (m *Method) NoSideEffects() bool {
	options, ok := m.descriptor.Options().(*descriptorpb.MethodOptions)
	return ok && options.GetIdempotencyLevel() == descriptorpb.MethodOptions_NO_SIDE_EFFECTS
}

// docOf gives the comment that stands before a declaration, in lines.
func docOf(d protoreflect.Descriptor) string {
	location := d.ParentFile().SourceLocations().ByDescriptor(d)
	var lines []string
	for line := range strings.Lines(printable(location.LeadingComments)) {
		lines = append(lines, strings.TrimRight(strings.TrimPrefix(line, " "), " \t\r\n"))
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// printable leaves out of a comment what no source may hold.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || r == '\ufeff' || unicode.IsControl(r) && r != '\n' && r != '\t' {
			return ' '
		}
		return r
	}, text)
}

// Needed gives the sources of a package (only some of them, if they are named),
// and whatever they import, from imports, too. The error is ErrNoPackage, with the
// packages that there are, or ErrApart.
func Needed(ctx context.Context, sources, imports Sources, pkg string, only ...string) (Sources, error) {
	wanted := Sources{}
	var packages, of []string
	for _, at := range sources.Paths() {
		its, err := packageOf(at, sources[at])
		if err != nil {
			return nil, err
		}
		if its == pkg {
			of = append(of, at)
		}
		if its == pkg && (len(only) == 0 || slices.Contains(only, at)) {
			wanted[at] = sources[at]
		}
		if its != "" && !slices.Contains(packages, its) {
			packages = append(packages, its)
		}
	}
	// A package belongs where its name says; the same one elsewhere is another API.
	if home := strings.ReplaceAll(pkg, ".", "/"); slices.ContainsFunc(wanted.Paths(), func(at string) bool { return path.Dir(at) == home }) {
		maps.DeleteFunc(wanted, func(at string, _ []byte) bool { return path.Dir(at) != home })
	}
	if len(wanted) == 0 {
		if len(only) > 0 && slices.Contains(packages, pkg) {
			return nil, fmt.Errorf("%w: %s has no file %s; its files are %s", ErrNoPackage, pkg, strings.Join(only, ", "), strings.Join(of, ", "))
		}
		return nil, noPackage(pkg, packages)
	}
	all := sources.Over(imports)
	needed, err := Closure(ctx, all, wanted.Paths())
	if err != nil && len(wanted) > 1 && apart(ctx, all, wanted) {
		return nil, fmt.Errorf("%s: %w: %w", pkg, ErrApart, err)
	}
	return needed, err
}

// NoPackage is the ErrNoPackage that names the packages of sources.
func NoPackage(sources Sources, pkg string) error {
	var packages []string
	for _, at := range sources.Paths() {
		its, err := packageOf(at, sources[at])
		if err != nil {
			return err
		}
		if its != "" && !slices.Contains(packages, its) {
			packages = append(packages, its)
		}
	}
	return noPackage(pkg, packages)
}

func noPackage(pkg string, packages []string) error {
	switch {
	case len(packages) == 0:
		return fmt.Errorf("%w: %s; there is no .proto file with a package at all", ErrNoPackage, pkg)
	case slices.Contains(packages, pkg):
		return fmt.Errorf("%w that has a service: %s", ErrNoPackage, pkg)
	default:
		slices.Sort(packages)
		return fmt.Errorf("%w: %s; there are %s", ErrNoPackage, pkg, strings.Join(packages, ", "))
	}
}

// apart reports whether each of the files compiles by itself.
func apart(ctx context.Context, all, files Sources) bool {
	return !slices.ContainsFunc(files.Paths(), func(at string) bool {
		_, err := link(ctx, all, []string{at})
		return err != nil
	})
}

// Closure gives files and whatever they import.
func Closure(ctx context.Context, all Sources, paths []string) (Sources, error) {
	files, err := link(ctx, all, paths)
	if err != nil {
		return nil, err
	}
	return closure(files, all), nil
}

func closure(files linker.Files, all Sources) Sources {
	needed := Sources{}
	var add func(file protoreflect.FileDescriptor)
	add = func(file protoreflect.FileDescriptor) {
		text, own := all[file.Path()]
		if _, done := needed[file.Path()]; done || !own {
			return
		}
		needed[file.Path()] = text
		for i := range file.Imports().Len() {
			add(file.Imports().Get(i).FileDescriptor)
		}
	}
	for _, file := range files {
		add(file)
	}
	return needed
}

// ReadSources reads the .proto files below folders, each of which is an import
// path: the first that has a file wins. What every API may import, such as
// google/api, is built in and left out.
func ReadSources(folders ...fs.FS) (Sources, error) {
	sources := Sources{}
	for _, folder := range folders {
		err := fs.WalkDir(folder, ".", func(at string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || path.Ext(at) != ".proto" {
				return err
			}
			if Builtin(at) {
				return checkBuiltin(folder, at)
			}
			if _, first := sources[at]; first {
				return nil
			}
			sources[at], err = fs.ReadFile(folder, at)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("read protos: %w", err)
		}
	}
	return sources, nil
}

// checkBuiltin refuses a file at the path of a built-in one that is of another package:
// whoever imports it would get what is built in.
func checkBuiltin(folder fs.FS, at string) error {
	text, err := fs.ReadFile(folder, at)
	if err != nil {
		return err
	}
	is, err := packageOf(at, text)
	if err != nil {
		return nil //nolint:nilerr // nobody reads it
	}
	want := "google.protobuf"
	if text, ok := builtin(at); ok {
		want, _ = packageOf(at, text)
	}
	if is == want || strings.HasPrefix(at, "google/protobuf/") && (strings.HasPrefix(is, "google.protobuf.") || is == "pb") {
		return nil
	}
	return fmt.Errorf("%s:%d: the file is of package %s, and services link another at this path, of package %s; move it into the folder of its package, and mend the imports of it", at, packageLine(text), is, want)
}

// packageLine is the line on which a file names its package.
func packageLine(text []byte) int {
	for i, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "package ") {
			return i + 1
		}
	}
	return 1
}

// GoRoot is the folder of a repository that the code of protos is below.
const GoRoot = "gen/go"

// GoImport gives the Go package of the code that is made of a file: what a
// built-in file says itself, or else the folder of gen/go that it lies in.
func GoImport(module string, file protoreflect.FileDescriptor) (importPath, name string) {
	if Builtin(file.Path()) {
		options, _ := file.Options().(*descriptorpb.FileOptions)
		importPath, name, _ = strings.Cut(options.GetGoPackage(), ";")
		if name == "" {
			name = path.Base(importPath)
		}
		return importPath, name
	}
	folder := path.Dir(file.Path())
	return path.Join(module, GoRoot, GoFolder(folder)), goPackage(folder, string(file.Package()))
}

// goPackage names the Go package of a folder: by its last element or, if that
// is a version, by the one before as well.
func goPackage(folder, pkg string) string {
	if folder == "." {
		folder = strings.ReplaceAll(pkg, ".", "/")
	}
	last := path.Base(folder)
	if version.MatchString(last) && path.Dir(folder) != "." {
		return naming.New(path.Base(path.Dir(folder))).GoPackage() + last
	}
	return naming.New(last).GoPackage()
}

// Mappings are the options by which plugins put the code of foreign files into
// the module: M<file>=<import path>;<name>, sorted. Files that say so themselves
// have none.
func Mappings(files linker.Files, module string, in func(path string) bool) []string {
	var options []string
	for _, file := range files {
		if !in(file.Path()) {
			continue
		}
		own, _ := file.Options().(*descriptorpb.FileOptions)
		at, name := GoImport(module, file)
		if own.GetGoPackage() != at+";"+name {
			options = append(options, "M"+file.Path()+"="+at+";"+name)
		}
	}
	slices.Sort(options)
	return options
}
