package protofile

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/protoutil"
	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/pluginpb"

	"github.com/cloudforet-io/spacegen/generator/progress"
)

// A Plugin writes code for protos.
type Plugin struct {
	Package string
	Version string
	Out     string // the folder its files go to
	Options string
	Binary  string // the program; see Install
}

// Name is the plugin's short name: protoc-gen-go.
func (p Plugin) Name() string { return path.Base(p.Package) }

// routes reports whether the plugin writes of what is called by REST.
func (p Plugin) routes() bool {
	return p.Name() == "protoc-gen-grpc-gateway" || p.Name() == "protoc-gen-openapiv2"
}

// Plugins are the plugins that an emitted repository's code is made with, in
// the order in which they run. service names the OpenAPI document.
func Plugins(service string) []Plugin {
	const gateway = "github.com/grpc-ecosystem/grpc-gateway/v2/"
	return []Plugin{
		{"google.golang.org/protobuf/cmd/protoc-gen-go", "v1.36.12", GoRoot, "", ""},
		{"google.golang.org/grpc/cmd/protoc-gen-go-grpc", "v1.6.2", GoRoot, "", ""},
		{gateway + "protoc-gen-grpc-gateway", "v2.33.0", GoRoot, "", ""},
		{gateway + "protoc-gen-openapiv2", "v2.33.0", "gen/openapi",
			"allow_merge=true,merge_file_name=" + service + ",json_names_for_fields=false,openapi_naming_strategy=simple,disable_default_errors=true", ""},
	}
}

// Generate compiles the sources and runs the plugins over them. It returns the
// files that they write: path → content. Code of files that name another Go
// package than one of the module goes to the module all the same. facts are said of fields
// in the OpenAPI document. told hears of each step.
func Generate(ctx context.Context, sources Sources, module string, plugins []Plugin, facts Facts, told progress.Func) (map[string][]byte, error) {
	files, err := Compile(ctx, sources)
	if err != nil {
		return nil, err
	}
	if err := CheckNames(files); err != nil {
		return nil, err
	}
	request := newRequest(files, sources)
	routed := withoutRules(request, Unrouted(files, func(at string) bool { _, own := sources[at]; return own }))
	rules, err := openAPIRules(files, sources, facts)
	if err != nil {
		return nil, err
	}
	below := "module=" + path.Join(module, GoRoot)
	mappings := Mappings(files, module, func(at string) bool { _, own := sources[at]; return own })
	responses := make([]*pluginpb.CodeGeneratorResponse, len(plugins))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(2) // each takes some 60 MB of memory
	for i, p := range plugins {
		if p.Out == GoRoot {
			p.Options = below
		}
		p.Options = strings.Join(append([]string{p.Options}, mappings...), ",")
		ended := told(p.Name() + " " + p.Version)
		group.Go(func() (err error) {
			defer ended()
			switch {
			case p.Name() == "protoc-gen-openapiv2":
				responses[i], err = p.runWith(ctx, routed, rules)
			case p.routes():
				responses[i], err = p.run(ctx, routed)
			default:
				responses[i], err = p.run(ctx, request)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	if slices.ContainsFunc(plugins, func(p Plugin) bool { return p.Out == path.Dir(OpenAPIRules) }) {
		out[OpenAPIRules] = rules
	}
	for i, p := range plugins {
		for _, file := range responses[i].GetFile() {
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
		request.ProtoFile = append(request.ProtoFile, withComments(protoutil.ProtoFromFileDescriptor(file)))
	}
	for _, file := range files {
		add(file)
	}
	return request
}

// withComments gives a file with the comments that plugins look for, and without
// the places in the source of all else, which are most of it. The comment before
// a file's edition is put at the syntax, as buf does.
func withComments(file *descriptorpb.FileDescriptorProto) *descriptorpb.FileDescriptorProto {
	const syntax, edition = 12, 14 // fields of FileDescriptorProto
	info := new(descriptorpb.SourceCodeInfo)
	for _, location := range file.GetSourceCodeInfo().GetLocation() {
		if location.LeadingComments == nil && location.TrailingComments == nil && len(location.LeadingDetachedComments) == 0 {
			continue
		}
		info.Location = append(info.Location, location)
		if slices.Equal(location.GetPath(), []int32{edition}) {
			at := proto.CloneOf(location)
			at.Path = []int32{syntax}
			info.Location = append(info.Location, at)
		}
	}
	file = proto.CloneOf(file)
	file.SourceCodeInfo = info
	return file
}

func (p Plugin) run(ctx context.Context, request *pluginpb.CodeGeneratorRequest) (*pluginpb.CodeGeneratorResponse, error) {
	request = &pluginpb.CodeGeneratorRequest{
		FileToGenerate: request.FileToGenerate,
		ProtoFile:      request.ProtoFile,
		Parameter:      proto.String(p.Options),
	}
	input, err := proto.MarshalOptions{Deterministic: true}.Marshal(request)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Name(), err)
	}
	cmd := exec.CommandContext(ctx, p.Binary)
	cmd.Env = append(os.Environ(), "GOGC=400") // it ends before it has much to collect
	cmd.Stdin = bytes.NewReader(input)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", p.Name(), err, strings.TrimSpace(stderr.String()))
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
