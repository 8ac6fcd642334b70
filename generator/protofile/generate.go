package protofile

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/protoutil"
	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"
)

// A Plugin writes code for protos. It is run by `go run Package@Version`, so
// that nothing has to be installed and every run uses the same version.
type Plugin struct {
	Package string
	Version string
	Out     string // the folder its files go to
	Options string
	Binary  string // the program, if it was installed; see Install
}

// Name is the plugin's short name: protoc-gen-go.
func (p Plugin) Name() string { return path.Base(p.Package) }

// Plugins are the plugins that an emitted repository's code is made with, in
// the order in which they run. service names the OpenAPI document.
func Plugins(service string) []Plugin {
	const gateway = "github.com/grpc-ecosystem/grpc-gateway/v2/"
	return []Plugin{
		{"google.golang.org/protobuf/cmd/protoc-gen-go", "v1.36.12", "gen/go", "paths=source_relative", ""},
		{"google.golang.org/grpc/cmd/protoc-gen-go-grpc", "v1.6.2", "gen/go", "paths=source_relative", ""},
		{gateway + "protoc-gen-grpc-gateway", "v2.33.0", "gen/go", "paths=source_relative", ""},
		{gateway + "protoc-gen-openapiv2", "v2.33.0", "gen/openapi",
			"allow_merge=true,merge_file_name=" + service + ",json_names_for_fields=false,openapi_naming_strategy=simple,disable_default_errors=true", ""},
	}
}

// Generate compiles the sources and runs the plugins over them. It returns the
// files that they write: path → content. Code of files that name another Go
// package than one of the module goes to the module all the same. progress is told of each step.
func Generate(ctx context.Context, sources Sources, module string, plugins []Plugin, progress func(step string)) (map[string][]byte, error) {
	files, err := Compile(ctx, sources)
	if err != nil {
		return nil, err
	}
	if err := Check(files); err != nil {
		return nil, err
	}
	request := newRequest(files, sources)
	mappings := Mappings(files, module, func(at string) bool { _, own := sources[at]; return own })
	out := map[string][]byte{}
	for _, p := range plugins {
		progress(p.Name() + " " + p.Version)
		p.Options = strings.Join(append([]string{p.Options}, mappings...), ",")
		response, err := p.run(ctx, request)
		if err != nil {
			return nil, err
		}
		for _, file := range response.GetFile() {
			if file.GetInsertionPoint() != "" {
				return nil, fmt.Errorf("%s: %s: insertion points are not supported", p.Name(), file.GetName())
			}
			out[path.Join(p.Out, file.GetName())] = []byte(file.GetContent())
		}
	}
	return out, nil
}

// newRequest makes what all plugins are asked, but for their options.
func newRequest(files linker.Files, sources Sources) *pluginpb.CodeGeneratorRequest {
	request := new(pluginpb.CodeGeneratorRequest)
	seen := map[string]bool{}
	var add func(file protoreflect.FileDescriptor)
	add = func(file protoreflect.FileDescriptor) {
		if seen[file.Path()] {
			return
		}
		seen[file.Path()] = true
		for i := range file.Imports().Len() {
			add(file.Imports().Get(i).FileDescriptor)
		}
		if _, own := sources[file.Path()]; own {
			// In the order of buf: what a file imports before it.
			request.FileToGenerate = append(request.FileToGenerate, file.Path())
		}
		request.ProtoFile = append(request.ProtoFile, withEditionComment(protoutil.ProtoFromFileDescriptor(file)))
	}
	for _, file := range files {
		add(file)
		request.SourceFileDescriptors = append(request.SourceFileDescriptors, protoutil.ProtoFromFileDescriptor(file))
	}
	return request
}

// withEditionComment puts the comment before a file's edition where plugins look
// for it: at the syntax, as buf does.
func withEditionComment(file *descriptorpb.FileDescriptorProto) *descriptorpb.FileDescriptorProto {
	const syntax, edition = 12, 14 // fields of FileDescriptorProto
	for _, location := range file.GetSourceCodeInfo().GetLocation() {
		if slices.Equal(location.GetPath(), []int32{edition}) {
			file = proto.CloneOf(file)
			at := proto.CloneOf(location)
			at.Path = []int32{syntax}
			file.SourceCodeInfo.Location = append(file.SourceCodeInfo.Location, at)
			return file
		}
	}
	return file
}

// Install builds plugins into a folder, for whoever runs them many times: that
// is once what `go run` does each time.
func Install(ctx context.Context, folder string, plugins []Plugin) ([]Plugin, error) {
	installed := slices.Clone(plugins)
	group, ctx := errgroup.WithContext(ctx) // each is linked on one processor
	for i, p := range installed {
		installed[i].Binary = filepath.Join(folder, p.Name()+executable())
		group.Go(func() error {
			cmd := exec.CommandContext(ctx, "go", "install", p.Package+"@"+p.Version)
			cmd.Dir = folder
			cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=", "GOBIN="+folder)
			if said, err := cmd.CombinedOutput(); err != nil {
				return fmt.Errorf("go install %s@%s: %w\n%s", p.Package, p.Version, err, strings.TrimSpace(string(said)))
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return installed, nil
}

func executable() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}

func (p Plugin) run(ctx context.Context, request *pluginpb.CodeGeneratorRequest) (*pluginpb.CodeGeneratorResponse, error) {
	request = proto.CloneOf(request)
	request.Parameter = proto.String(p.Options)
	input, err := proto.MarshalOptions{Deterministic: true}.Marshal(request)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name(), err)
	}
	empty, err := os.MkdirTemp("", "spacegen-plugin-")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name(), err)
	}
	defer os.RemoveAll(empty) //nolint:errcheck // a temporary folder

	cmd := exec.CommandContext(ctx, "go", "run", p.Package+"@"+p.Version)
	if p.Binary != "" {
		cmd = exec.CommandContext(ctx, p.Binary)
	}
	cmd.Dir = empty // outside any module, whose go.mod would be consulted
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	cmd.Stdin = bytes.NewReader(input)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("go run %s@%s: %w\n%s", p.Package, p.Version, err, strings.TrimSpace(stderr.String()))
	}
	response := new(pluginpb.CodeGeneratorResponse)
	if err := proto.Unmarshal(stdout.Bytes(), response); err != nil {
		return nil, fmt.Errorf("%s: read its answer: %w", p.Name(), err)
	}
	if response.Error != nil {
		return nil, fmt.Errorf("%s: %s", p.Name(), response.GetError())
	}
	return response, nil
}
