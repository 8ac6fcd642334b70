// Package protofile reads .proto files and makes Go, gRPC, gateway and OpenAPI
// code of them. Files are compiled in this process (bufbuild/protocompile); the
// official plugins, at pinned versions, write the code.
package protofile

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/ast"
	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/parser"
	"github.com/bufbuild/protocompile/reporter"

	"github.com/cloudforet-io/spacegen/templates"
)

// Sources are .proto files in memory: import path → text.
type Sources map[string][]byte

// Paths lists the import paths, sorted.
func (s Sources) Paths() []string {
	paths := make([]string, 0, len(s))
	for p := range s {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	return paths
}

// Over gives the sources, and those of others that they do not have.
func (s Sources) Over(others Sources) Sources {
	all := Sources{}
	maps.Copy(all, others)
	maps.Copy(all, s)
	return all
}

// Compile links all sources. The well-known types and what Builtin names are built in.
// An error names file, line and column.
func Compile(ctx context.Context, sources Sources) (linker.Files, error) {
	return compile(ctx, sources, sources.Paths(), protocompile.SourceInfoStandard|protocompile.SourceInfoExtraOptionLocations)
}

// link is Compile for the files named, of all sources, without comments.
func link(ctx context.Context, sources Sources, paths []string) (linker.Files, error) {
	return compile(ctx, sources, paths, protocompile.SourceInfoNone)
}

func compile(ctx context.Context, sources Sources, paths []string, info protocompile.SourceInfoMode) (linker.Files, error) {
	open := func(path string) (io.ReadCloser, error) { return openSource(sources, path) }
	var found faults
	compiler := protocompile.Compiler{
		Resolver:       protocompile.WithStandardImports(&protocompile.SourceResolver{Accessor: open}),
		SourceInfoMode: info,
		RetainASTs:     info != protocompile.SourceInfoNone, // they say on which line a comment stands
		Reporter:       reporter.NewReporter(found.add, nil),
	}
	files, err := compiler.Compile(ctx, paths...)
	if err != nil {
		found.imports(open, paths)
		return nil, fmt.Errorf("compile protos: %w", cmp.Or(found.join(), err))
	}
	return files, nil
}

// openSource gives the text of a file: one of sources, or one that is built in.
func openSource(sources Sources, path string) (io.ReadCloser, error) {
	if text, ok := sources[path]; ok {
		return io.NopCloser(bytes.NewReader(text)), nil
	}
	if file, err := wellKnownTypes.Open("wellknown/" + path); err == nil {
		return file, nil
	}
	if text, ok := builtin(path); ok {
		return io.NopCloser(bytes.NewReader(text)), nil
	}
	if text, ok := emitted(path); ok {
		return io.NopCloser(bytes.NewReader(text)), nil
	}
	return nil, fmt.Errorf("%s is in none of the folders that imports are relative to: %w", path, fs.ErrNotExist)
}

// emitted gives a file that repositories get of spacegen where an API imports it
// and does not have it.
func emitted(path string) ([]byte, bool) {
	of, ok := strings.CutPrefix(path, "spaceone/api/core/")
	if !ok {
		return nil, false
	}
	text, err := templates.FS.ReadFile("service/proto/core/" + of + ".tmpl")
	return bytes.ReplaceAll(text, []byte("[[ .Module ]]"), []byte("example.com")), err == nil
}

// version is a folder that says which version of an API lies in it.
var version = regexp.MustCompile(`^v\d+((alpha|beta|p)\d+)*$`)

// PackageOf is the package that the file of a path says it is of.
func (s Sources) PackageOf(at string) (string, error) { return packageOf(at, s[at]) }

// ServiceWith is the service of a file that has a method; empty if none has. The file is
// read alone: what it imports need not be there.
func (s Sources) ServiceWith(at, method string) (string, error) {
	var found faults
	file, _ := parser.Parse(at, bytes.NewReader(s[at]), reporter.NewHandler(reporter.NewReporter(found.add, nil)))
	if err := found.join(); err != nil {
		return "", fmt.Errorf("compile protos: %w", err)
	}
	for _, decl := range file.Decls {
		service, ok := decl.(*ast.ServiceNode)
		if !ok {
			continue
		}
		for _, one := range service.Decls {
			if rpc, ok := one.(*ast.RPCNode); ok && rpc.Name.Val == method {
				return service.Name.Val, nil
			}
		}
	}
	return "", nil
}

// packageOf gives the package of a file. What else is wrong with the file Compile
// says.
func packageOf(at string, text []byte) (string, error) {
	var found faults
	file, _ := parser.Parse(at, bytes.NewReader(text), reporter.NewHandler(reporter.NewReporter(found.add, nil)))
	if file != nil {
		for _, decl := range file.Decls {
			if p, ok := decl.(*ast.PackageNode); ok {
				return string(p.Name.AsIdentifier()), nil
			}
		}
	}
	if err := found.join(); err != nil {
		return "", fmt.Errorf("compile protos: %w", err)
	}
	return "", nil
}

// wellKnownTypes are the well-known types in source, as buf has them: what is made
// of them speaks of their comments, too.
//
//go:embed wellknown
var wellKnownTypes embed.FS

// thirdParty are the folders of files that every API may import without bringing
// them along. Their code comes from the Go modules of those who publish them: made once
// more, it could not be linked beside that.
func thirdParty() []string {
	return []string{"service/third_party/googleapis/", "service/third_party/protovalidate/"}
}

// builtin gives a file of these folders.
func builtin(at string) ([]byte, bool) {
	for _, folder := range thirdParty() {
		if text, err := templates.FS.ReadFile(folder + at); err == nil {
			return text, true
		}
	}
	return nil, false
}

// Builtin reports whether a file is one that spacegen brings along.
func Builtin(at string) bool {
	if strings.HasPrefix(at, "google/protobuf/") {
		return true
	}
	_, ok := builtin(at)
	return ok
}
