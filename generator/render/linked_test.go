package render_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// listLinked prints the proto files that a program links: the path, the package, the
// names that are declared at the top, and the numbers of extensions.
const listLinked = `package main

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
%s)

func main() {
	protoregistry.GlobalFiles.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		var names []string
		for i := range f.Messages().Len() {
			names = append(names, string(f.Messages().Get(i).FullName()))
		}
		for i := range f.Enums().Len() {
			names = append(names, string(f.Enums().Get(i).FullName()))
			for j := range f.Enums().Get(i).Values().Len() {
				names = append(names, string(f.Enums().Get(i).Values().Get(j).FullName()))
			}
		}
		for i := range f.Services().Len() {
			names = append(names, string(f.Services().Get(i).FullName()))
		}
		for i := range f.Extensions().Len() {
			x := f.Extensions().Get(i)
			names = append(names, string(x.FullName()), fmt.Sprintf("%%s:%%d", x.ContainingMessage().FullName(), x.Number()))
		}
		slices.Sort(names)
		fmt.Println(f.Path(), f.Package(), strings.Join(names, " "))
		return true
	})
}
`

// TestLinked holds the list of proto files whose code a service may link against what
// the packages that services import do link, each at the version that they get.
func TestLinked(t *testing.T) {
	const path = "../protofile/linked.txt"
	known := readModules(t, modulesPath)
	text, err := json.Marshal([]any{known.Versions, slices.Sorted(maps.Keys(known.Packages))})
	require.NoError(t, err)
	title := fmt.Sprintf("# What services may link, of the modules %x: path, package, names.\n", sha256.Sum256(text))
	if *update {
		var imports strings.Builder
		for _, name := range templateImports(t) {
			if !strings.Contains(name, "/internal/") && !strings.HasPrefix(name, "k8s.io/") { // supervisors answer no API
				fmt.Fprintf(&imports, "\t_ %q\n", name)
			}
		}
		program := filepath.Join(t.TempDir(), "main.go")
		require.NoError(t, os.WriteFile(program, fmt.Appendf(nil, listLinked, imports.String()), 0o600))
		cmd := exec.CommandContext(t.Context(), "go", "run", program)
		cmd.Env = append(os.Environ(), "GOLANG_PROTOBUF_REGISTRATION_CONFLICT=warn")
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		require.NoError(t, err, stderr.String())
		lines := slices.Sorted(strings.Lines(string(out)))
		require.NoError(t, os.WriteFile(path, []byte(title+strings.Join(lines, "")), 0o600))
	}
	text, err = os.ReadFile(path)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(text), title), "other modules: run go test ./generator/render -run 'TestModules|TestLinked' -update")
	for _, at := range []string{"google/protobuf/any.proto google.protobuf", "asynq.proto asynq", "grpc/health/v1/health.proto grpc.health.v1", "google/api/http.proto google.api"} {
		assert.Contains(t, string(text), "\n"+at+" ")
	}
}
