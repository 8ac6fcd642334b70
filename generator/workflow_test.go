package generator_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/cloudforet-io/spacegen/generator/render"
)

// everyStep asks for the steps of workflows that take minutes: make workflows.
const everyStep = "SPACEGEN_WORKFLOWS"

// TestE2EWorkflowSteps runs the steps of the emitted workflows, in their order, on the
// Go that they install, and on no other.
func TestE2EWorkflowSteps(t *testing.T) {
	if testing.Short() {
		t.Skip("makes whole repositories")
	}
	t.Parallel()
	needModules(t)
	needPrograms(t, "make", "git", "buf")
	spacegen := buildSpacegen(t)
	dir := filepath.Join(t.TempDir(), "inventory")
	command(t, ".", spacegen, "new", "inventory", "--yes", "--dir", dir, "--resource", "Region:name!")
	asOnGitHub(t, dir)
	tools := []string{"SPACEGEN=" + spacegen}
	if os.Getenv(everyStep) == "" {
		tools = append(tools, "BUF=buf") // to build it takes minutes; TestPinnedTools knows whether that Go can
	}

	ran := map[string]bool{}
	for _, workflow := range []string{"ci.yaml", "test.yaml"} {
		text, err := os.ReadFile(filepath.Join(dir, ".github", "workflows", workflow)) //nolint:gosec // a test's own
		require.NoError(t, err)
		var of struct {
			Jobs map[string]struct {
				Steps []step `yaml:"steps"`
			} `yaml:"jobs"`
		}
		require.NoError(t, yaml.Unmarshal(text, &of))
		for id, job := range of.Jobs {
			t.Run(workflow+"/"+id, func(t *testing.T) {
				var goes *installed
				for _, s := range job.Steps {
					switch action, _, _ := strings.Cut(s.Uses, "@"); {
					case action == "actions/setup-go":
						require.Equal(t, "go.mod", s.With["go-version-file"])
						goes = install(t, dir)
					case s.Run != "" && s.wanted():
						require.NotNil(t, goes, "%q runs before Go is there", s.Run)
						goes.run(t, dir, s, tools...)
						ran[s.Run] = true
					}
				}
			})
		}
	}
	for _, run := range []string{"make check", "make proto-lint", "make proto-breaking", "go mod tidy -diff"} {
		assert.True(t, ran[run], "%s did not run", run)
	}
}

// A step is one of a job.
type step struct {
	Uses string            `yaml:"uses"`
	With map[string]string `yaml:"with"`
	Run  string            `yaml:"run"`
	Env  map[string]string `yaml:"env"`
}

// wanted reports whether a step can be run here: what it needs is there, and it
// takes no longer than was asked for.
func (s step) wanted() bool {
	quick := []string{"make check", "make proto-lint", "make proto-breaking", "go mod tidy -diff"}
	long := []string{"make lint", "make build", "make vet", "make race", "make chart"}
	return slices.Contains(quick, s.Run) || os.Getenv(everyStep) != "" && slices.Contains(long, s.Run)
}

// installed is a Go.
type installed struct{ root string }

// install gives the Go that actions/setup-go installs for a repository.
func install(t *testing.T, dir string) *installed {
	t.Helper()
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod")) //nolint:gosec // a test's own
	require.NoError(t, err)
	version := goOf(t, mod)
	assert.Equal(t, render.Toolchain, version)
	cmd := exec.CommandContext(t.Context(), "go", "env", "GOROOT")
	cmd.Dir = t.TempDir()
	if runtime.Version() != version {
		cmd.Env = append(os.Environ(), "GOTOOLCHAIN="+version)
	}
	out, err := cmd.Output()
	require.NoError(t, err, "%s is not to be had", version)
	return &installed{strings.TrimSpace(string(out))}
}

// run runs a step, with what expressions of GitHub mean.
func (g *installed) run(t *testing.T, dir string, s step, env ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", "-e", "-o", "pipefail", "-c", s.Run) //nolint:gosec // what is emitted
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), append(env,
		"PATH="+filepath.Join(g.root, "bin")+string(filepath.ListSeparator)+os.Getenv("PATH"), "GOROOT="+g.root, "GOTOOLCHAIN=local", "CI=true")...)
	if s.Run == "make race" {
		cmd.Env = append(cmd.Env, "CGO_ENABLED=1")
	}
	for key, value := range s.Env {
		cmd.Env = append(cmd.Env, key+"="+strings.ReplaceAll(value, "${{ github.base_ref }}", "main"))
	}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s\n%s", s.Run, out)
}

// asOnGitHub commits a repository, and has it know its branch main as that of its
// origin.
func asOnGitHub(t *testing.T, dir string) {
	t.Helper()
	origin := filepath.Join(t.TempDir(), "origin.git")
	command(t, ".", "git", "init", "--quiet", "--bare", origin)
	command(t, dir, "git", "add", "--all")
	command(t, dir, "git", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "one")
	command(t, dir, "git", "remote", "add", "origin", origin)
	command(t, dir, "git", "push", "--quiet", "origin", "HEAD:main")
	command(t, dir, "git", "fetch", "--quiet", "origin")
}
