package charttest

import (
	"crypto/sha256"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// Members whose repositories are nowhere on this disk: their charts come by
// https and from an OCI registry, and are all that the platform's chart knows of
// them.
func TestPlatformFromRepositories(t *testing.T) {
	t.Parallel()
	helm, make := tool(t, "helm3", "helm"), tool(t, "make")
	dist := t.TempDir()
	for _, name := range []string{"identity", "cost-analysis", "plain"} {
		s := everything(name)
		if name == "plain" {
			s.Resources, s.Database = nil, spec.NoDatabase
		}
		mustRun(t, dist, helm, "package", chart(t, s), "--version", "1.2.3")
	}
	mustRun(t, dist, helm, "repo", "index", ".")
	mux := http.NewServeMux()
	mux.Handle("/stable/", http.StripPrefix("/stable", http.FileServer(http.Dir(dist))))
	mux.Handle("/v2/", registry(t, "charts/cost-analysis", "1.2.3", mustRead(t, filepath.Join(dist, "cost-analysis-1.2.3.tgz"))))
	server := httptest.NewTLSServer(mux)
	defer server.Close()
	authority := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))

	members := []spec.Member{
		{Name: "identity", Repository: server.URL + "/stable"},
		{Name: "cost-analysis", Repository: strings.Replace(server.URL, "https:", "oci:", 1) + "/charts", Version: "~1.2.0"},
		{Name: "identity", Repository: server.URL + "/stable", Alias: "sso", Condition: "extras.sso", Version: "1.2.3"},
		{Name: "plain", Repository: server.URL + "/stable"},
	}
	dir := filepath.Join(t.TempDir(), "spaceone")
	for version, helm := range helms(t) {
		put(t, dir, platformTree(t, func(s *spec.Spec) { s.Platform.Members = members }))
		home := t.TempDir()
		env := []string{
			"HELM=" + helm, "SSL_CERT_FILE=" + authority,
			"HELM_CACHE_HOME=" + home, "HELM_CONFIG_HOME=" + home, "HELM_DATA_HOME=" + home,
		}
		out, err := runWith(t, dir, env, make, "chart-dependencies")
		require.NoError(t, err, "%s: %s", version, out)
		fetched, err := filepath.Glob(filepath.Join(dir, "deploy/helm/charts/*-1.2.3.tgz"))
		require.NoError(t, err)
		assert.Len(t, fetched, 3, version)
		out = mustRun(t, dir, helm, "lint", "--strict", "--with-subcharts", "deploy/helm")
		assert.NotContains(t, out, "[WARNING]", version)
	}

	got := judge(t, filepath.Join(dir, "deploy/helm"))
	for _, name := range []string{"identity", "cost-analysis", "sso", "plain"} {
		assert.Contains(t, got, "Deployment/"+name)
		assert.Equal(t, "grpc://"+name+":50051", got["ConfigMap/shared-conf"].document(t, "shared.yaml").get("ENDPOINTS", name))
	}
	pod := got["Job/spaceone-initializer"].pod()
	assert.Equal(t, []string{"migrate-identity", "migrate-cost-analysis", "migrate-sso"}, pod.names("initContainers"), "plain keeps nothing")
	assert.Equal(t, "ghcr.io/cloudforet-io/identity:0.1.0", pod.text("containers", "bootstrap", "image"))
	script := fmt.Sprint(got["StatefulSet/postgresql"])
	assert.Contains(t, script, "ensure cost_analysis cost_analysis")
	assert.Contains(t, script, "ensure sso sso")
	assert.NotContains(t, manifests(t, filepath.Join(dir, "deploy/helm"), "--set", "extras.sso=false"), "Deployment/sso")
	assert.Equal(t, "CHARTS :=", strings.Split(string(mustRead(t, filepath.Join(dir, "members.mk"))), "\n")[3], "none lies here")
}

// registry is as much of an OCI registry as Helm asks for one chart.
func registry(t *testing.T, name, version string, chart []byte) http.Handler {
	t.Helper()
	digest := func(blob []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(blob)) }
	descriptor := func(media string, blob []byte) map[string]any {
		return map[string]any{"mediaType": media, "digest": digest(blob), "size": len(blob)}
	}
	config, err := json.Marshal(map[string]any{"name": path.Base(name), "version": version, "apiVersion": "v2"})
	require.NoError(t, err)
	const media = "application/vnd.oci.image.manifest.v1+json"
	manifest, err := json.Marshal(map[string]any{
		"schemaVersion": 2, "mediaType": media,
		"config": descriptor("application/vnd.cncf.helm.config.v1+json", config),
		"layers": []any{descriptor("application/vnd.cncf.helm.chart.content.v1.tar+gzip", chart)},
	})
	require.NoError(t, err)
	tags, err := json.Marshal(map[string]any{"name": name, "tags": []string{"1.1.0", version, "2.0.0"}})
	require.NoError(t, err)
	answers := map[string][]byte{
		"":                                      {},
		name + "/tags/list":                     tags,
		name + "/manifests/" + version:          manifest,
		name + "/manifests/" + digest(manifest): manifest,
		name + "/blobs/" + digest(config):       config,
		name + "/blobs/" + digest(chart):        chart,
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, ok := answers[strings.TrimPrefix(r.URL.Path, "/v2/")]
		switch {
		case !ok:
			http.NotFound(w, r)
			return
		case strings.Contains(r.URL.Path, "/manifests/"):
			w.Header().Set("Content-Type", media)
		case strings.HasSuffix(r.URL.Path, "/list"):
			w.Header().Set("Content-Type", "application/json")
		}
		w.Header().Set("Docker-Content-Digest", digest(answer))
		_, _ = w.Write(answer)
	})
}
