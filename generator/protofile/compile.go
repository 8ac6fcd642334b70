// Package protofile reads .proto files and makes Go, gRPC, gateway and OpenAPI
// code of them. Files are compiled in this process (bufbuild/protocompile); the
// official plugins, at pinned versions, write the code.
package protofile

import (
	"bytes"
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
	return compile(ctx, sources, sources.Paths())
}

// compile links the files named, of all sources.
func compile(ctx context.Context, sources Sources, paths []string) (linker.Files, error) {
	resolver := &protocompile.SourceResolver{Accessor: func(path string) (io.ReadCloser, error) {
		if text, ok := sources[path]; ok {
			return io.NopCloser(bytes.NewReader(text)), nil
		}
		if file, err := wellKnownTypes.Open("wellknown/" + path); err == nil {
			return file, nil
		}
		if file, err := templates.FS.Open(googleAPIs + path); err == nil {
			return file, nil
		}
		if text, ok := emitted(path); ok {
			return io.NopCloser(bytes.NewReader(text)), nil
		}
		return nil, fmt.Errorf("%s is in none of the folders that imports are relative to: %w", path, fs.ErrNotExist)
	}}
	compiler := protocompile.Compiler{
		Resolver:       protocompile.WithStandardImports(resolver),
		SourceInfoMode: protocompile.SourceInfoStandard,
	}
	files, err := compiler.Compile(ctx, paths...)
	if err != nil {
		return nil, fmt.Errorf("compile protos: %w", err)
	}
	return files, nil
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

// packageOf gives the package of a file.
func packageOf(at string, text []byte) (string, error) {
	handler := reporter.NewHandler(nil)
	file, err := parser.Parse(at, bytes.NewReader(text), handler)
	if err != nil {
		return "", fmt.Errorf("compile protos: %w", err)
	}
	for _, decl := range file.Decls {
		if p, ok := decl.(*ast.PackageNode); ok {
			return string(p.Name.AsIdentifier()), nil
		}
	}
	return "", nil
}

// wellKnownTypes are the well-known types in source, as buf has them: what is made
// of them speaks of their comments, too.
//
//go:embed wellknown
var wellKnownTypes embed.FS

// googleAPIs is where the files lie that every API may import without bringing
// them along. Their code comes from Google's Go modules: made once more, it could
// not be linked beside that.
const googleAPIs = "service/third_party/googleapis/"

// Builtin reports whether a file is one that spacegen brings along.
func Builtin(at string) bool {
	if strings.HasPrefix(at, "google/protobuf/") {
		return true
	}
	info, err := fs.Stat(templates.FS, googleAPIs+at)
	return err == nil && !info.IsDir()
}
