package generator_test

import (
	"encoding/json"
	"errors"
	gover "go/version"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"

	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// goOf is the Go that actions/setup-go installs for a go.mod, and that then runs
// alone: the action sets GOTOOLCHAIN=local.
func goOf(t *testing.T, text []byte) string {
	t.Helper()
	mod, err := modfile.Parse("go.mod", text, nil)
	require.NoError(t, err)
	if mod.Toolchain != nil {
		return mod.Toolchain.Name
	}
	return "go" + mod.Go.Version
}

// pin is a Go program at a version, as commands and scripts name it.
var pin = regexp.MustCompile(`([a-z0-9-]+(?:\.[a-z0-9-]+)+/[\w./-]+)(?:@| )(v\d+\.\d+\.\d+(?:-[\w.-]*\w)?)\b`)

// pins finds the programs that a file runs at a version: program@version.
func pins(found map[string]bool, text []byte) {
	for _, m := range pin.FindAllSubmatch(text, -1) {
		found[string(m[1])+"@"+string(m[2])] = true
	}
}

// TestPinnedTools: the Go that a workflow installs can build every program that
// the repository runs at a version: that is what `go run` refuses otherwise.
func TestPinnedTools(t *testing.T) {
	needModules(t)
	directives := map[string]string{} // of programs, each asked for once
	for name, s := range goldens(t) {
		if s.Kind == spec.KindPlatform {
			continue // it has no go.mod; its workflows install the newest Go
		}
		t.Run(name, func(t *testing.T) {
			tree := goldenTree(t, name, s)
			runs := map[string]bool{}
			for at, file := range tree {
				if base := path.Base(at); base == "Makefile" || base == "Dockerfile" || strings.HasPrefix(base, "buf.") || strings.HasPrefix(at, ".github/") {
					pins(runs, file.Body)
				}
			}
			require.NotEmpty(t, runs)
			satisfied(t, goOf(t, tree["go.mod"].Body), runs, directives)
		})
	}
	for _, tool := range []string{"buf", "golangci-lint", "govulncheck", "helm", "kubeconform", "protoc-gen-go", "protoc-gen-go-grpc", "protoc-gen-grpc-gateway", "protoc-gen-openapiv2"} {
		assert.True(t, slices.ContainsFunc(slices.Collect(maps.Keys(directives)), func(p string) bool {
			program, _, _ := strings.Cut(p, "@")
			return path.Base(program) == tool
		}), "%s was not looked at", tool)
	}

	t.Run("spacegen itself", func(t *testing.T) {
		runs := map[string]bool{}
		files, err := filepath.Glob("../scripts/*")
		require.NoError(t, err)
		for _, file := range append(files, "../Makefile", "../.ci/run", "../.github/workflows/ci.yaml") {
			text, err := os.ReadFile(file) //nolint:gosec // this repository's own
			if errors.Is(err, os.ErrNotExist) {
				continue
			}
			require.NoError(t, err)
			pins(runs, text)
		}
		require.NotEmpty(t, runs)
		mod, err := os.ReadFile("../go.mod")
		require.NoError(t, err)
		assert.Equal(t, render.Toolchain, goOf(t, mod), "what is emitted is tested with the Go that it names")
		satisfied(t, goOf(t, mod), runs, directives)
	})
}

// satisfied holds the go directives of programs against a Go.
func satisfied(t *testing.T, installed string, programs map[string]bool, directives map[string]string) {
	t.Helper()
	for _, program := range slices.Sorted(maps.Keys(programs)) {
		wants, known := directives[program]
		if !known {
			wants = directive(t, program)
			directives[program] = wants
		}
		assert.LessOrEqual(t, gover.Compare(wants, installed), 0, "%s needs %s, and the workflow has %s", program, wants, installed)
	}
}

// directive is the Go that the module of a program at a version asks for.
func directive(t *testing.T, program string) string {
	t.Helper()
	at, version, _ := strings.Cut(program, "@")
	var said []byte
	for module := at; strings.Contains(module, "/"); module = path.Dir(module) {
		cmd := exec.CommandContext(t.Context(), "go", "list", "-m", "-json", module+"@"+version) //nolint:gosec // what is emitted
		cmd.Dir = t.TempDir()                                                                    // outside any module
		out, err := cmd.Output()
		if err == nil {
			var found struct{ GoVersion string }
			require.NoError(t, json.Unmarshal(out, &found))
			return "go" + found.GoVersion
		}
		said = append(said, out...)
	}
	require.Fail(t, "no module has "+program, string(said))
	return ""
}

// needModules skips a test where the go command reaches no modules.
func needModules(t *testing.T) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-m", "github.com/bufbuild/buf@v1.75.0")
	cmd.Dir = t.TempDir()
	if out, err := cmd.CombinedOutput(); err != nil {
		if os.Getenv("SPACEGEN_REQUIRE_TOOLS") != "" {
			require.NoError(t, err, string(out))
		}
		t.Skipf("the go command reaches no modules: %s", out)
	}
}
