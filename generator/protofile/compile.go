// Package protofile reads .proto files and makes Go, gRPC, gateway and OpenAPI
// code of them. Files are compiled in this process (bufbuild/protocompile); the
// official plugins, at pinned versions, write the code.
package protofile

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/linker"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
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

// Compile links all sources. The well-known types and google/api are built in.
// An error names file, line and column.
func Compile(ctx context.Context, sources Sources) (linker.Files, error) {
	resolver := protocompile.CompositeResolver{
		&protocompile.SourceResolver{Accessor: func(path string) (io.ReadCloser, error) {
			text, ok := sources[path]
			if !ok {
				return nil, fs.ErrNotExist
			}
			return io.NopCloser(bytes.NewReader(text)), nil
		}},
		protocompile.ResolverFunc(builtin),
	}
	compiler := protocompile.Compiler{
		Resolver:       protocompile.WithStandardImports(resolver),
		SourceInfoMode: protocompile.SourceInfoStandard,
	}
	files, err := compiler.Compile(ctx, sources.Paths()...)
	if err != nil {
		return nil, fmt.Errorf("compile protos: %w", err)
	}
	return files, nil
}

// builtin finds what every API may import without bringing it along.
func builtin(path string) (protocompile.SearchResult, error) {
	for _, file := range []protoreflect.FileDescriptor{
		annotations.File_google_api_annotations_proto,
		annotations.File_google_api_http_proto,
		annotations.File_google_api_client_proto,
		annotations.File_google_api_field_behavior_proto,
		annotations.File_google_api_resource_proto,
	} {
		if file.Path() == path {
			return protocompile.SearchResult{Proto: protodesc.ToFileDescriptorProto(file)}, nil
		}
	}
	return protocompile.SearchResult{}, fs.ErrNotExist
}
