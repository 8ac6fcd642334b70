package charttest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// platformTree renders a platform of some members.
func platformTree(t *testing.T, change func(*spec.Spec)) render.Tree {
	t.Helper()
	s := &spec.Spec{Kind: spec.KindPlatform, Name: "spaceone", Chart: true, Platform: spec.Platform{Members: members("identity", "cost-analysis")}}
	change(s)
	s = spec.Defaults(s)
	require.NoError(t, s.Validate())
	sets, err := render.LoadSets(templates.FS, "platform")
	require.NoError(t, err)
	rendering, err := render.New(t.Context(), s, render.Input{}, sets...)
	require.NoError(t, err)
	return rendering.Tree
}

func TestPlatformWorkflows(t *testing.T) {
	t.Parallel()
	actionlint, shellcheck := tool(t, "actionlint"), tool(t, "shellcheck")
	for name, change := range map[string]func(*spec.Spec){
		"all":      func(*spec.Spec) {},
		"no chart": func(s *spec.Spec) { s.Chart = false },
	} {
		t.Run(name, func(t *testing.T) {
			dir := write(t, platformTree(t, change))
			files, err := filepath.Glob(filepath.Join(dir, ".github", "workflows", "*.yaml"))
			require.NoError(t, err)
			require.NotEmpty(t, files)
			require.NoError(t, os.Mkdir(filepath.Join(dir, ".git"), 0o750))
			mustRun(t, dir, actionlint, append([]string{"-shellcheck", shellcheck}, files...)...)
			makefile, err := os.ReadFile(filepath.Join(dir, "Makefile"))
			require.NoError(t, err)
			for _, file := range files {
				safe(t, file)
				text, err := os.ReadFile(file)
				require.NoError(t, err)
				for _, call := range regexp.MustCompile(`(?m)^\s*(?:- )?(?:run: )?make ([a-z-]+)`).FindAllStringSubmatch(string(text), -1) {
					assert.Regexp(t, `(?m)^`+call[1]+`:`, string(makefile), file)
				}
			}
		})
	}
	none := platformTree(t, func(s *spec.Spec) { s.CI = spec.NoCI })
	for path := range none {
		assert.False(t, strings.HasPrefix(path, ".github/"), path)
	}
}

func TestPlatformMakefile(t *testing.T) {
	t.Parallel()
	make, git := tool(t, "make"), tool(t, "git")
	top := t.TempDir()
	dir := filepath.Join(top, "spaceone")
	put(t, dir, platformTree(t, func(*spec.Spec) {}))
	help := mustRun(t, dir, make, "--no-print-directory")
	for _, target := range strings.Fields("help checkout run clean chart-dependencies chart make-helm-chart chart-validate chart-index check update") {
		assert.Regexp(t, `(?m)^  `+target+` +\S`, help)
		mustRun(t, dir, make, "--dry-run", target, "PAGES=x")
	}
	assert.Contains(t, mustRun(t, dir, make, "--dry-run", "update"), "update --all")

	// What is not there is cloned, what is there stays.
	for _, name := range []string{"identity", "cost-analysis"} {
		remote := filepath.Join(top, "remote", name)
		mustRun(t, top, git, "init", "--quiet", remote)
		mustRun(t, remote, git, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "--quiet", "--allow-empty", "--message=x")
	}
	require.NoError(t, os.Mkdir(filepath.Join(top, "identity"), 0o750))
	mustRun(t, dir, make, "checkout", "SOURCE=file://"+filepath.Join(top, "remote"))
	assert.DirExists(t, filepath.Join(top, "cost-analysis", ".git"))
	assert.NoDirExists(t, filepath.Join(top, "identity", ".git"))
	require.NoError(t, os.RemoveAll(filepath.Join(top, "identity")))
	out, err := run(t, dir, make, "checkout", "SOURCE=file://"+filepath.Join(top, "nowhere"))
	assert.Error(t, err, out)
}

// The platform's YAML is tidy, as far as it is YAML and no template.
func TestPlatformYAMLLint(t *testing.T) {
	t.Parallel()
	yamllint := tool(t, "yamllint")
	rules := filepath.Join(root(t), "testdata", "helm", "yamllint.yaml")
	dir := write(t, platformTree(t, func(s *spec.Spec) {
		s.Platform.Members = append(s.Platform.Members, asset(), spec.Member{Name: "supervisor", Kind: spec.KindSupervisor})
	}))
	mustRun(t, dir, yamllint, "--strict", "-c", rules, "deploy/helm/Chart.yaml", "deploy/helm/values.yaml",
		"deploy/helm/config/members.gen.yaml", "deploy/helm/charts/postgresql/values.yaml", "deploy/helm/charts/redis/values.yaml", ".github")
}
