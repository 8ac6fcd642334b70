package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/semver"

	"github.com/cloudforet-io/spacegen/generator/spec"
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
	// Implied are, of modules that the tests of others import, those whose go.mod names
	// them in their version: beside one of these a go.mod need not.
	Implied map[string][]string `json:"implied"`

	more map[string]bool // modules that overlays name
}

// with knows modules more, of which nothing but the version is known: go.sum has their
// sums by go mod tidy.
func (m *Modules) with(more map[string]string) *Modules {
	all := *m
	all.Versions = maps.Clone(m.Versions)
	all.more = maps.Clone(m.more)
	if all.more == nil {
		all.more = map[string]bool{}
	}
	for at, version := range more {
		if known, ok := all.Versions[at]; !ok || semver.Compare(version, known) > 0 {
			all.Versions[at] = version
		}
		all.more[at] = true
	}
	return &all
}

// other gives the module beyond spacegen's that a package is of; "" if it is of none.
func (m *Modules) other(pkg string) string {
	for at := pkg; at != "."; at = path.Dir(at) {
		if m.more[at] {
			return at
		}
	}
	return ""
}

// A Package is what one import brings.
type Package struct {
	Module   string   `json:"module"`
	Requires []string `json:"requires"`        // modules, itself included
	Tests    []string `json:"tests,omitempty"` // of these, the ones that only tests of others import
	Sums     []int    `json:"sums"`            // indexes of Modules.Sums
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
func addModules(tree Tree, v *View, set *Set) error {
	if set.modules == nil {
		return nil
	}
	imports, err := tree.imports(v.Module)
	if err != nil {
		return err
	}
	if v.Spec.Kind.Layered() { // others have no code that is made of protos
		imports = slices.Concat(imports, GeneratedImports(len(v.Declared()) > 0), v.declaredImports(), v.generatedImports())
	}
	through := slices.Clone(v.uses) // packages of the framework, as its root has them
	imports = slices.DeleteFunc(imports, func(name string) bool {
		below, ok := inModule(name, v.Core)
		if ok && v.Core != v.Module {
			through = append(through, below)
		}
		return ok
	})
	need, err := set.modules.need(imports)
	if err != nil {
		return err
	}
	var framework *dependency
	var named map[string]bool // by the framework's go.mod
	if set.framework != nil && len(through) > 0 {
		reached, others := set.framework.reached(through)
		indirect, err := set.modules.need(others)
		if err != nil {
			return err
		}
		need.add(indirect)
		if v.Spec.Framework != spec.Vendored { // its tests are there, and go mod tidy looks at them
			tests, err := set.modules.need(set.framework.tested(reached))
			if err != nil {
				return err
			}
			for i := range tests.sums {
				if of, _, _ := strings.Cut(set.modules.Sums[i], " "); tests.all[of] { // what the tests' modules are tested with is not looked at
					need.sums[i] = true
				}
			}
		}
		framework = v.onFramework()
		standing, err := set.framework.standing(v, tree)
		if err != nil {
			return err
		}
		_, others = set.framework.reached(slices.Collect(maps.Keys(standing)))
		its, err := set.modules.need(others)
		if err != nil {
			return err
		}
		set.modules.settle(its, nil)
		named = its.all
	}
	set.modules.settle(need, named)
	set.modules.keep(need, v.kept)
	mod, err := set.modules.modFile(v.Module, need, framework)
	if err != nil {
		return fmt.Errorf("render go.mod: %w", err)
	}
	tree["go.mod"] = File{Body: mod, Mode: 0o644, Owner: Managed}
	tree["go.sum"] = File{Body: set.modules.sum(need), Mode: 0o644, Owner: Managed}
	return nil
}

// A need is what packages ask of a go.mod and a go.sum.
type need struct {
	direct map[string]bool // modules that are imported
	all    map[string]bool // and those that they bring
	used   map[string]bool // of all, those that have a package which is no test's
	sums   map[int]bool    // indexes of Modules.Sums
}

func (m *Modules) need(imports []string) (need, error) {
	n := need{direct: map[string]bool{}, all: map[string]bool{}, used: map[string]bool{}, sums: map[int]bool{}}
	for _, p := range imports {
		pkg, ok := m.Packages[p]
		if other := m.other(p); !ok && other != "" {
			n.direct[other], n.all[other] = true, true
			continue
		}
		if !ok {
			return n, fmt.Errorf("render go.mod: %s is imported, but %s does not know it; an overlay names the module in its %s, under modules", p, modulesFile, ManifestName)
		}
		n.direct[pkg.Module] = true
		for _, r := range pkg.Requires {
			n.all[r] = true
			n.used[r] = n.used[r] || !slices.Contains(pkg.Tests, r)
		}
		for _, i := range pkg.Sums {
			n.sums[i] = true
		}
	}
	return n, nil
}

// add puts what comes by another module into a need.
func (n need) add(indirect need) {
	maps.Copy(n.all, indirect.all)
	for m, used := range indirect.used {
		n.used[m] = n.used[m] || used
	}
	maps.Copy(n.sums, indirect.sums)
}

// settle leaves out the modules that only tests of others import and that a module of the
// need names in its go.mod, or that are named beside it.
func (m *Modules) settle(n need, beside map[string]bool) {
	stays := func(module string) bool { return n.direct[module] || n.used[module] }
	for module := range maps.Clone(n.all) {
		if stays(module) {
			continue
		}
		named := slices.ContainsFunc(m.Implied[module], func(by string) bool { return n.all[by] && stays(by) })
		if named || beside[module] {
			delete(n.all, module)
		}
	}
}

// sum is the go.sum of a need.
func (m *Modules) sum(n need) []byte {
	var sum bytes.Buffer
	for _, i := range slices.Sorted(maps.Keys(n.sums)) {
		sum.WriteString(m.Sums[i] + "\n")
	}
	return sum.Bytes()
}

// modFile is the go.mod of a need, and of a dependency beside it, if there is one.
func (m *Modules) modFile(module string, n need, beside *dependency) ([]byte, error) {
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
	for p := range n.all {
		r := new(modfile.Require)
		r.Mod.Path, r.Mod.Version, r.Indirect = p, m.Versions[p], !n.direct[p]
		requires = append(requires, r)
	}
	if beside != nil {
		requires = append(requires, &modfile.Require{Mod: beside.Version})
		if beside.folder != "" {
			if err := file.AddReplace(beside.Path, "", beside.folder, ""); err != nil {
				return nil, err
			}
		}
	}
	file.SetRequireSeparateIndirect(requires)
	file.SortBlocks()
	file.Cleanup()
	return file.Format()
}

// imports lists the packages of other modules that the Go files of a module import. A
// module below it is none of its own.
func (t Tree) imports(module string) ([]string, error) {
	var nested []string
	for _, p := range t.Paths() {
		if folder, ok := strings.CutSuffix(p, "/go.mod"); ok {
			nested = append(nested, folder+"/")
		}
	}
	found := map[string]bool{}
	for _, p := range t.Paths() {
		if path.Ext(p) != ".go" || slices.ContainsFunc(nested, func(folder string) bool { return strings.HasPrefix(p, folder) }) {
			continue
		}
		names, err := importsOf(p, t[p].Body)
		if err != nil {
			return nil, fmt.Errorf("render %s: %w", p, err)
		}
		for _, name := range names {
			if _, own := inModule(name, module); !own && foreignPackage(name) {
				found[name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found)), nil
}
