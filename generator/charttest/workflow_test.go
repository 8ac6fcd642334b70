package charttest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// actionlint, with shellcheck for every run block, finds nothing.
func TestWorkflows(t *testing.T) {
	t.Parallel()
	actionlint, shellcheck := tool(t, "actionlint"), tool(t, "shellcheck")
	all := specs(t)
	for name, change := range map[string]func(*spec.Spec){
		"no chart":   func(s *spec.Spec) { s.Chart = false },
		"docker hub": func(s *spec.Spec) { s.Image.Registry = "cloudforet" },
		"own host":   func(s *spec.Spec) { s.Image.Registry = "registry.example.com:5000/team" },
	} {
		s := everything("inventory")
		change(s)
		all[name] = s
	}
	for name, s := range all {
		t.Run(name, func(t *testing.T) {
			if s.CI != spec.GitHub {
				t.Skip("has no workflows")
			}
			dir := write(t, emit(t, s))
			files, err := filepath.Glob(filepath.Join(dir, ".github", "workflows", "*.yaml"))
			require.NoError(t, err)
			want := 5
			if !s.Chart {
				want = 4
			}
			require.Len(t, files, want)
			// What calls another workflow is looked up in a repository.
			require.NoError(t, os.Mkdir(filepath.Join(dir, ".git"), 0o750))
			mustRun(t, dir, actionlint, append([]string{"-shellcheck", shellcheck}, files...)...)
			for _, file := range files {
				safe(t, file)
			}
		})
	}
}

// A workflow is what the rules below look at.
type workflow struct {
	Permissions any                       `yaml:"permissions"`
	Concurrency map[string]any            `yaml:"concurrency"`
	On          map[string]any            `yaml:"on"`
	Jobs        map[string]map[string]any `yaml:"jobs"`
}

// pinned is an action at a commit, with the version that it is in words.
var pinned = regexp.MustCompile(`^\s*(- )?uses: ([\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\./\.github/workflows/[\w-]+\.yaml)$`)

// safe holds a workflow to what an attacker or a hanging job would make use of.
func safe(t *testing.T, file string) {
	t.Helper()
	name := filepath.Base(file)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	var w workflow
	require.NoError(t, yaml.Unmarshal(text, &w))
	assert.Equal(t, map[string]any{"contents": "read"}, w.Permissions, "%s: a job asks for more by itself", name)
	if _, called := w.On["workflow_call"]; !called || len(w.On) > 1 { // one that is only called runs in its caller's group
		assert.NotEmpty(t, w.Concurrency["group"], name)
	}
	assert.NotContains(t, w.On, "pull_request_target", name)
	for id, job := range w.Jobs {
		if job["uses"] == nil {
			assert.NotNil(t, job["timeout-minutes"], "%s: job %s", name, id)
		}
		steps, _ := job["steps"].([]any)
		for _, step := range steps {
			run, _ := step.(map[string]any)["run"].(string)
			assert.NotContains(t, run, "${{", "%s: job %s: expressions reach a script by env alone", name, id)
			assert.NotContains(t, run, "secrets.", name)
		}
	}
	for _, line := range strings.Split(string(text), "\n") {
		if strings.Contains(line, "uses:") {
			assert.Regexp(t, pinned, line, name)
		}
		assert.NotContains(t, line, "ubuntu-latest", name)
	}
}

// An action has one version in all workflows.
func TestActionsAgree(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	uses := regexp.MustCompile(`uses: ([\w./-]+)@(.*)`)
	for path, file := range emit(t, everything("inventory")) {
		if !strings.HasPrefix(path, ".github/workflows/") {
			continue
		}
		for _, m := range uses.FindAllStringSubmatch(string(file.Body), -1) {
			if before, ok := seen[m[1]]; ok {
				assert.Equal(t, before, m[2], "%s in %s", m[1], path)
			}
			seen[m[1]] = m[2]
		}
	}
	assert.NotEmpty(t, seen)
}

// What a Spec lacks leaves nothing behind in its workflows.
func TestNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spec   *spec.Spec
		absent []string
	}{
		"no database, no queue": {&spec.Spec{Name: "minimal", Servers: []spec.Server{spec.GRPCServer}, Chart: true}, []string{"postgres", "redis", "services:"}},
		"a queue alone":         {&spec.Spec{Name: "jobs", Servers: []spec.Server{spec.WorkerServer}, Chart: true}, []string{"postgres"}},
		"no chart":              {&spec.Spec{Name: "minimal", Servers: []spec.Server{spec.GRPCServer}}, []string{"helm", "chart", "Chart", "kubeconform"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.spec.Version, c.spec.Kind = spec.Version, spec.KindService
			for path, file := range emit(t, spec.Defaults(c.spec)) {
				if !strings.HasPrefix(path, ".github/") && path != "Makefile" {
					continue
				}
				for _, word := range c.absent {
					assert.NotContains(t, string(file.Body), word, path)
				}
			}
		})
	}
	none := everything("inventory")
	none.CI = spec.NoCI
	for _, path := range emit(t, none).Paths() {
		assert.False(t, strings.HasPrefix(path, ".github"), path)
	}
	assert.Contains(t, emit(t, none).Paths(), "Makefile")
}
