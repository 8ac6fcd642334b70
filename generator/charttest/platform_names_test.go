package charttest

import (
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// cloudforet are the names of the platform's own charts.
func cloudforet(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(t), "testdata", "names.txt"))
	require.NoError(t, err)
	return strings.Fields(string(text))
}

func TestE2EPlatformOfTwenty(t *testing.T) {
	t.Parallel()
	helm := tool(t, "helm3", "helm")
	names := cloudforet(t)[:20]
	dir := platform(t, helm, spec.Platform{Members: members(names...)})
	for version, helm := range helms(t) {
		out := mustRun(t, dir, helm, "lint", "--strict", "--with-subcharts", "deploy/helm")
		assert.NotContains(t, out, "[WARNING]", version)
	}
	got := judge(t, filepath.Join(dir, "deploy/helm"))
	assert.Len(t, got.ofKind("Deployment"), 20*4)
	assert.Len(t, got.ofKind("StatefulSet"), 2)
	shared := got["ConfigMap/shared-conf"].document(t, "shared.yaml")
	for _, name := range names {
		assert.Equal(t, "grpc://"+name+":50051", shared.get("ENDPOINTS", name))
		assert.Contains(t, got, "Service/"+name, "an endpoint is a Service's name")
	}

	// One step after the other, in the order of the members, identity's last.
	pod := got["Job/spaceone-initializer"].pod()
	var steps []string
	for _, name := range names {
		steps = append(steps, "migrate-"+name)
	}
	assert.Equal(t, steps, pod.names("initContainers"))
	assert.Equal(t, []string{"bootstrap"}, pod.names("containers"))
	assert.Equal(t, "ghcr.io/cloudforet-io/identity:0.1.0", pod.text("containers", 0, "image"))
	assert.Contains(t, pod.list("containers", 0, "args"), "bootstrap")
	assert.Equal(t, []any{"--secret", "default/system-token"}, pod.list("containers", 0, "args")[7:], "a Job's log is kept, and has no token")

	// PostgreSQL makes what the services then look for, with their password.
	script := fmt.Sprint(got["StatefulSet/postgresql"].get("spec", "template", "spec", "containers", 0, "lifecycle", "postStart", "exec", "command"))
	assert.Contains(t, script, "ensure cost_analysis cost_analysis\n")
	secret := got["Secret/shared-secret"]
	assert.Equal(t, "pw", secret.text("stringData", "database-password"))
	assert.Equal(t, "pw", secret.document(t, "shared-secret.yaml").text("DATABASES", "default", "password"))
	database := got["ConfigMap/cost-analysis-conf"].document(t, "config.yaml")
	assert.Equal(t, "cost_analysis", database.get("GLOBAL", "DATABASES", "default", "db"))
	assert.Equal(t, "postgresql", database.get("GLOBAL", "DATABASES", "default", "host"))
}

// Every chart's name will do as that of a service: twenty at once above, and here
// the others, of which each reads what it is given by its own name.
func TestE2EPlatformOfAnyName(t *testing.T) {
	t.Parallel()
	helm := tool(t, "helm3", "helm")
	names := cloudforet(t)[20:]
	dir := platform(t, helm, spec.Platform{Members: members(append([]string{"identity"}, names...)...)})
	for version, helm := range helms(t) {
		out := mustRun(t, dir, helm, "lint", "--strict", "--with-subcharts", "deploy/helm")
		assert.NotContains(t, out, "[WARNING]", version)
	}
	got := judge(t, filepath.Join(dir, "deploy/helm"))
	script := fmt.Sprint(got["StatefulSet/postgresql"])
	for _, name := range names {
		assert.Contains(t, got, "Service/"+name)
		database := strings.ReplaceAll(name, "-", "_")
		assert.Equal(t, database, got["ConfigMap/"+name+"-conf"].document(t, "config.yaml").get("GLOBAL", "DATABASES", "default", "db"), name)
		assert.Contains(t, script, "ensure "+database+" "+database)
		assert.Contains(t, got["Job/spaceone-initializer"].pod().names("initContainers"), "migrate-"+name)
	}
}

// Each is the name of a whole service: what is rendered of it is Go.
func TestServiceOfAnyName(t *testing.T) {
	t.Parallel()
	g, err := generator.New(templates.FS, "test")
	require.NoError(t, err)
	for _, name := range cloudforet(t) {
		tree, err := rendered(t.Context(), g, everything(name), render.Input{})
		require.NoError(t, err, name)
		assert.Contains(t, tree, "cmd/"+name+"/main.go")
		for path, file := range tree {
			if strings.HasSuffix(path, ".go") {
				_, err := parser.ParseFile(token.NewFileSet(), path, file.Body, parser.SkipObjectResolution)
				require.NoError(t, err, name)
			}
		}
	}
}
