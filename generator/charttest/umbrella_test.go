package charttest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// umbrella lays out the umbrella chart of testdata with three emitted services
// as its sub-charts.
func umbrella(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "spaceone")
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(root(t), "testdata", "helm", "umbrella"))))
	for name, s := range map[string]*spec.Spec{
		"identity":      everything("identity"),
		"inventory":     everything("inventory"),
		"cost-analysis": spec.Defaults(&spec.Spec{Version: 1, Name: "cost-analysis", Servers: []spec.Server{spec.GRPCServer}, Chart: true}),
	} {
		require.NoError(t, os.CopyFS(filepath.Join(dir, "charts", name), os.DirFS(chart(t, s))))
	}
	return dir
}

func TestUmbrella(t *testing.T) {
	t.Parallel()
	dir := umbrella(t)
	for version, helm := range helms(t) {
		out := mustRun(t, dir, helm, "lint", "--strict", "--with-subcharts", ".")
		assert.NotContains(t, out, "[WARNING]", version)
		// parse refuses two objects of one name.
		assert.NotEmpty(t, parse(t, mustTemplate(t, version, dir, "test", ".", "--kube-version", newest)))
	}

	got := manifests(t, dir)
	assert.Len(t, got.ofKind("Deployment"), 4+4+1)
	shared := got["ConfigMap/shared-conf"].document(t, "shared.yaml")
	assert.Equal(t, "grpc://identity:50051", shared.get("ENDPOINTS", "identity"))
	assert.Nil(t, shared.get("AUTHENTICATION"), "developer says nothing inside an umbrella")
	for _, name := range []string{"identity", "inventory", "cost-analysis"} {
		assert.Equal(t, "system-token", got["Secret/"+name+"-secret"].document(t, "grpc.yaml").get("TOKEN"))
	}
	for id, o := range got {
		assert.Equal(t, "spaceone", o.text("metadata", "namespace"), id)
	}
	assert.Equal(t, "ghcr.io/cloudforet-io/cost-analysis:9.9.9",
		got["Deployment/cost-analysis"].text("spec", "template", "spec", "containers", 0, "image"))
	assert.Equal(t, 2, got["Deployment/identity"].get("spec", "replicas"))
	assert.Equal(t, 1, got["Deployment/inventory"].get("spec", "replicas"))

	off := manifests(t, dir, "--set", "inventory.enabled=false")
	for _, id := range off.ids() {
		assert.False(t, strings.Contains(id, "inventory"), id)
	}
	assert.Len(t, off.ofKind("Deployment"), 4+1)

	// What is shared restarts the pods of all when it changes.
	changed := manifests(t, dir, "--set", "global.shared.LOG.level=debug")
	for _, name := range []string{"identity", "inventory", "cost-analysis"} {
		flag := []any{"spec", "template", "metadata", "annotations", "spaceone.shared-flag"}
		assert.NotEqual(t, got["Deployment/"+name].get(flag...), changed["Deployment/"+name].get(flag...))
	}
}
