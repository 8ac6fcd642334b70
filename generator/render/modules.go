package render

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"
)

// modulesFile is where a set says which modules its Go files need.
const modulesFile = "modules.json"

// Modules knows, for every package that an emitted file may import, what
// `go mod tidy` would write for it: so a rendered go.mod and go.sum are
// complete and exact without any tool, and offline.
type Modules struct {
	Go       string             `json:"go"`       // the go directive
	Versions map[string]string  `json:"versions"` // module → version
	Sums     []string           `json:"sums"`     // lines of go.sum
	Packages map[string]Package `json:"packages"` // import path → what it brings
}

// A Package is what one import brings.
type Package struct {
	Module   string   `json:"module"`
	Requires []string `json:"requires"` // modules, itself included
	Sums     []int    `json:"sums"`     // indexes of Modules.Sums
}

func loadModules(fsys fs.FS) (*Modules, error) {
	data, err := fs.ReadFile(fsys, modulesFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // a set without Go files has none
	}
	if err != nil {
		return nil, err
	}
	m := new(Modules)
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("read %s: %w", modulesFile, err)
	}
	return m, nil
}

// gatewayImports is what the code of a REST form imports.
func gatewayImports() []string {
	return []string{
		"github.com/grpc-ecosystem/grpc-gateway/v2/runtime",
		"github.com/grpc-ecosystem/grpc-gateway/v2/utilities",
		"google.golang.org/grpc/grpclog",
		"google.golang.org/grpc/metadata",
		"google.golang.org/protobuf/proto",
	}
}

// ForeignImports is what the code of people's own protos may import.
func ForeignImports() []string {
	return append([]string{
		"cloud.google.com/go/longrunning/autogen/longrunningpb",
		"google.golang.org/genproto/googleapis/api",
		"google.golang.org/genproto/googleapis/api/annotations",
		"google.golang.org/genproto/googleapis/api/httpbody",
		"google.golang.org/genproto/googleapis/api/visibility",
		"google.golang.org/genproto/googleapis/rpc/code",
		"google.golang.org/genproto/googleapis/rpc/errdetails",
		"google.golang.org/genproto/googleapis/rpc/status",
		"google.golang.org/genproto/googleapis/type/calendarperiod",
		"google.golang.org/genproto/googleapis/type/color",
		"google.golang.org/genproto/googleapis/type/date",
		"google.golang.org/genproto/googleapis/type/datetime",
		"google.golang.org/genproto/googleapis/type/dayofweek",
		"google.golang.org/genproto/googleapis/type/decimal",
		"google.golang.org/genproto/googleapis/type/expr",
		"google.golang.org/genproto/googleapis/type/fraction",
		"google.golang.org/genproto/googleapis/type/interval",
		"google.golang.org/genproto/googleapis/type/latlng",
		"google.golang.org/genproto/googleapis/type/localized_text",
		"google.golang.org/genproto/googleapis/type/money",
		"google.golang.org/genproto/googleapis/type/month",
		"google.golang.org/genproto/googleapis/type/phone_number",
		"google.golang.org/genproto/googleapis/type/postaladdress",
		"google.golang.org/genproto/googleapis/type/quaternion",
		"google.golang.org/genproto/googleapis/type/timeofday",
		"google.golang.org/protobuf/types/descriptorpb",
		"google.golang.org/protobuf/types/known/anypb",
		"google.golang.org/protobuf/types/known/apipb",
		"google.golang.org/protobuf/types/known/durationpb",
		"google.golang.org/protobuf/types/known/emptypb",
		"google.golang.org/protobuf/types/known/fieldmaskpb",
		"google.golang.org/protobuf/types/known/sourcecontextpb",
		"google.golang.org/protobuf/types/known/structpb",
		"google.golang.org/protobuf/types/known/timestamppb",
		"google.golang.org/protobuf/types/known/typepb",
		"google.golang.org/protobuf/types/known/wrapperspb",
	}, gatewayImports()...)
}

// GeneratedImports is what the code imports that is made of the protos, which
// is no part of the tree.
func GeneratedImports(resources bool) []string {
	imports := []string{
		"google.golang.org/grpc",
		"google.golang.org/grpc/codes",
		"google.golang.org/grpc/status",
		"google.golang.org/protobuf/reflect/protoreflect",
		"google.golang.org/protobuf/runtime/protoimpl",
		"google.golang.org/protobuf/types/known/emptypb",
	}
	if resources {
		imports = append(imports, gatewayImports()...)
		imports = append(imports,
			"google.golang.org/genproto/googleapis/api/annotations",
			"google.golang.org/protobuf/types/known/structpb",
		)
	}
	return imports
}

// addModules writes the go.mod and go.sum that the tree's imports ask for.
func addModules(tree Tree, v *View, known *Modules) error {
	if known == nil {
		return nil
	}
	imports, err := tree.imports(v)
	if err != nil {
		return err
	}
	direct, all, sums := map[string]bool{}, map[string]bool{}, map[int]bool{}
	for _, p := range imports {
		pkg, ok := known.Packages[p]
		if !ok {
			return fmt.Errorf("render go.mod: %s is imported, but %s does not know it", p, modulesFile)
		}
		direct[pkg.Module] = true
		for _, m := range pkg.Requires {
			all[m] = true
		}
		for _, i := range pkg.Sums {
			sums[i] = true
		}
	}
	mod, err := known.modFile(v.Module, direct, all)
	if err != nil {
		return fmt.Errorf("render go.mod: %w", err)
	}
	var sum strings.Builder
	for _, i := range slices.Sorted(maps.Keys(sums)) {
		sum.WriteString(known.Sums[i] + "\n")
	}
	tree["go.mod"] = File{Body: mod, Mode: 0o644, Owner: Managed}
	tree["go.sum"] = File{Body: []byte(sum.String()), Mode: 0o644, Owner: Managed}
	return nil
}

func (m *Modules) modFile(module string, direct, all map[string]bool) ([]byte, error) {
	file := new(modfile.File)
	if err := file.AddModuleStmt(module); err != nil {
		return nil, err
	}
	if err := file.AddGoStmt(m.Go); err != nil {
		return nil, err
	}
	if err := file.AddToolchainStmt(Toolchain); err != nil {
		return nil, err
	}
	var requires []*modfile.Require
	for p := range all {
		r := new(modfile.Require)
		r.Mod.Path, r.Mod.Version, r.Indirect = p, m.Versions[p], !direct[p]
		requires = append(requires, r)
	}
	file.SetRequireSeparateIndirect(requires)
	file.SortBlocks()
	file.Cleanup()
	return file.Format()
}

// imports lists the packages of other modules that the tree's Go files import.
func (t Tree) imports(v *View) ([]string, error) {
	found := map[string]bool{}
	if v.Spec.Kind.Layered() { // others have no code that is made of protos
		for _, p := range append(GeneratedImports(len(v.Declared()) > 0), v.generatedImports()...) {
			found[p] = true
		}
	}
	for _, p := range t.Paths() {
		if path.Ext(p) != ".go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), p, t[p].Body, parser.ImportsOnly)
		if err != nil {
			return nil, fmt.Errorf("render %s: %w", p, err)
		}
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return nil, fmt.Errorf("render %s: %w", p, err)
			}
			first, _, _ := strings.Cut(name, "/")
			own := name == v.Module || strings.HasPrefix(name, v.Module+"/")
			if strings.Contains(first, ".") && !own {
				found[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}
