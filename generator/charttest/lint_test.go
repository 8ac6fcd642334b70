package charttest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/charttest/k8sschema"
)

// Every chart with what it says by itself, and one with every file of values,
// is without fault to helm lint, and renders to objects that Kubernetes takes.
func TestE2ELintAndSchemas(t *testing.T) {
	t.Parallel()
	found := helms(t)
	kubeconform := tool(t, "kubeconform")
	rendered := map[string]string{oldest: t.TempDir(), newest: t.TempDir()}

	type useCase struct{ name, chart, values string }
	var cases []useCase
	for name, s := range specs(t) {
		dir := chart(t, s)
		cases = append(cases, useCase{name, dir, values(t, "developer")})
		if name != "everything" {
			continue
		}
		for _, file := range matrix(t) {
			cases = append(cases, useCase{"matrix " + strings.TrimSuffix(filepath.Base(file), ".yaml"), dir, file})
		}
	}
	t.Run("charts", func(t *testing.T) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				for version, helm := range found {
					out := mustRun(t, c.chart, helm, "lint", "--strict", "--values", c.values, ".")
					assert.NotContains(t, out, "[WARNING]", version)
					assert.NotContains(t, out, "warning", version)
				}
				for version, dir := range rendered {
					args := []string{"test", ".", "--kube-version", version, "--values", c.values}
					three := mustTemplate(t, "helm3", c.chart, args...)
					assert.NotContains(t, three, "warning")
					four := mustTemplate(t, "helm4", c.chart, args...)
					assert.Equal(t, parse(t, three), parse(t, four), "Helm 3 and 4 differ")
					file := filepath.Join(dir, strings.ReplaceAll(c.name, "/", "-")+".yaml")
					require.NoError(t, os.WriteFile(file, []byte(three), 0o600))
				}
			})
		}
	})
	for version, dir := range rendered {
		t.Run("kubeconform "+version, func(t *testing.T) {
			schemas := filepath.Join(cache(t), "k8s-schemas-1")
			require.NoError(t, k8sschema.Folder(t.Context(), schemas, version))
			out := mustRun(t, dir, kubeconform, "-strict", "-summary", "-kubernetes-version", version,
				"-schema-location", k8sschema.Location(schemas), ".")
			assert.Contains(t, out, "Invalid: 0, Errors: 0, Skipped: 0")
			assert.Regexp(t, `Summary: [1-9]\d\d resources found`, out, "hundreds of objects were judged")

			// The judge itself is awake.
			const bad = "{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {porst: []}}"
			file := filepath.Join(t.TempDir(), "bad.yaml")
			require.NoError(t, os.WriteFile(file, []byte(bad), 0o600))
			out, err := run(t, dir, kubeconform, "-strict", "-kubernetes-version", version,
				"-schema-location", k8sschema.Location(schemas), file)
			require.Error(t, err)
			assert.Contains(t, out, "porst")
		})
	}
}

// Values that cannot be meant are refused, and the message names the key.
func TestRefusedValues(t *testing.T) {
	t.Parallel()
	dir := chart(t, everything("inventory"))
	files, err := filepath.Glob(filepath.Join(root(t), "testdata", "helm", "refused", "*.yaml"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 14)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			first, _, _ := strings.Cut(string(text), "\n")
			want, ok := strings.CutPrefix(first, "# want: ")
			require.True(t, ok, "the first line says what the message must hold")
			for _, version := range both {
				out, err := template(t, version, dir, "test", ".", "--values", file)
				require.Error(t, err, "%s\n%s", version, out)
				assert.Contains(t, out, want, version)
			}
		})
	}
}

// The chart's own YAML is tidy too, as far as it is YAML and no template.
func TestYAMLLint(t *testing.T) {
	t.Parallel()
	yamllint := tool(t, "yamllint")
	rules := filepath.Join(root(t), "testdata", "helm", "yamllint.yaml")
	for name, s := range specs(t) {
		t.Run(name, func(t *testing.T) {
			dir := write(t, emit(t, s))
			files := []string{"deploy/helm/Chart.yaml", "deploy/helm/values.yaml", "deploy/helm/config/config.yaml"}
			if s.CI != "none" {
				files = append(files, ".github")
			}
			mustRun(t, dir, yamllint, append([]string{"--strict", "-c", rules}, files...)...)
		})
	}
}
