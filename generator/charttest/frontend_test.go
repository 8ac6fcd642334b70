package charttest

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/charttest/k8sschema"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// frontend writes the repository of a console into a new folder, and names it.
func frontend(t *testing.T, change ...func(*spec.Spec)) string {
	t.Helper()
	s := spec.Defaults(&spec.Spec{Version: spec.Version, Kind: spec.KindFrontend, Name: "console", Chart: true, CI: spec.GitHub})
	for _, c := range change {
		c(s)
	}
	sets, err := render.LoadSets(templates.FS, "frontend")
	require.NoError(t, err)
	rendering, err := render.New(t.Context(), s, render.Input{}, sets...)
	require.NoError(t, err)
	return write(t, rendering.Tree)
}

func frontendChart(t *testing.T) string {
	t.Helper()
	return filepath.Join(frontend(t), "deploy", "helm")
}

// The files of the platform's frontend charts have these names.
func TestFrontendFileNames(t *testing.T) {
	t.Parallel()
	chart := frontendChart(t)
	for _, name := range []string{
		"templates/NOTES.txt", "templates/_helpers.tpl", "templates/deployment.yaml", "templates/service.yaml", "templates/ingress.yaml",
		"templates/conf.yaml", "templates/nginx-conf.yaml", "templates/spa-conf.yaml", "config/nginx.conf", "config/production.json",
		"Chart.yaml", "values.yaml", "values.schema.json",
	} {
		assert.FileExists(t, filepath.Join(chart, name))
	}
}

func TestFrontendLintAndSchemas(t *testing.T) {
	t.Parallel()
	chart, found, kubeconform := frontendChart(t), helms(t), tool(t, "kubeconform")
	for name, c := range map[string]struct {
		args []string
		want int
	}{
		"defaults": {nil, 5},
		"nginx":    {[]string{"--set", "server=nginx,services.inventory=http://inventory-rest"}, 7},
		"all": {[]string{
			"--set", "ingress.enabled=true,ingress.className=nginx,ingress.hosts[0].host=c.example.com,ingress.tls[0].secretName=tls",
			"--set", "sidecar[0].name=log,sidecar[0].image=log:1,volumes[0].name=v,pod.spec.nodeSelector.a=b,service.annotations.nil=x",
			"--set", "env[0].name=SPACEONE_TITLE,env[0].value=x,imagePullSecrets[0].name=s",
		}, 6},
		"umbrella": {[]string{"--set", "global.namespace=spaceone,global.serviceAccountName=sa,global.shared.ENDPOINTS.identity=grpc://identity:50051"}, 4},
		"disabled": {[]string{"--set", "enabled=false"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			for version, helm := range found {
				out := mustRun(t, chart, helm, append([]string{"lint", "--strict", "."}, c.args...)...)
				assert.NotContains(t, strings.ToLower(out), "warning", version)
			}
			for _, version := range []string{oldest, newest} {
				args := append([]string{"test", ".", "--skip-tests", "--kube-version", version}, c.args...)
				text := mustTemplate(t, "helm3", chart, args...)
				three := parse(t, text)
				assert.Equal(t, three, parse(t, mustTemplate(t, "helm4", chart, args...)), "Helm 3 and 4 differ")
				assert.Len(t, three, c.want, three.ids())
				schemas := filepath.Join(cache(t), "k8s-schemas-1")
				require.NoError(t, k8sschema.Folder(t.Context(), schemas, version))
				file := filepath.Join(t.TempDir(), "all.yaml")
				require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
				out := mustRun(t, ".", kubeconform, "-strict", "-summary", "-kubernetes-version", version,
					"-schema-location", k8sschema.Location(schemas), file)
				assert.Contains(t, out, "Invalid: 0, Errors: 0, Skipped: 0")
			}
		})
	}
}

func TestFrontendRefusedValues(t *testing.T) {
	t.Parallel()
	chart := frontendChart(t)
	for value, want := range map[string]string{
		"services.a=grpc://a:50051":       "services",
		"services.A=http://a":             "propertyName 'A'",
		"services.a=http://a b":           "services",
		"services.a=http://a;evil":        "services",
		"server=apache":                   "server",
		"name=Console":                    "name",
		"nginx.resolver=":                 "resolver",
		"global.shared.ENDPOINTS.a\\;b=x": "a;b",
	} {
		out, err := template(t, "helm3", chart, "test", ".", "--set", value)
		require.Error(t, err, value)
		assert.Contains(t, out, want, value)
	}
}

// What the pods are told, and that they are replaced when it changes.
func TestFrontendConfiguration(t *testing.T) {
	t.Parallel()
	chart := frontendChart(t)
	got := manifests(t, chart, "--set", "title=Acme,services.inventory=https://inventory.example.com/base")
	configuration := got["ConfigMap/console-conf"].document(t, "config.yaml")
	assert.Equal(t, object{"host": "0.0.0.0", "port": 8080, "title": "Acme", "services": map[string]any{"inventory": "https://inventory.example.com/base"}}, configuration)
	pod := got["Deployment/console"].pod()
	mountsExist(t, pod)
	assert.Equal(t, []any{"/console", "run"}, pod.list("containers", 0, "command"))

	umbrella := manifests(t, chart, "--set", "global.shared.ENDPOINTS.identity=grpc://identity:50051,global.shared.ENDPOINTS.inventory=grpc://x")
	services := map[string]any{"identity": "http://identity-rest", "inventory": "http://inventory-rest"}
	assert.Equal(t, services, umbrella["ConfigMap/console-conf"].document(t, "config.yaml").get("services"))

	sum := func(o objects) string {
		return o["Deployment/console"].text("spec", "template", "metadata", "annotations", "checksum/config")
	}
	assert.NotEqual(t, sum(got), sum(umbrella))
	assert.Equal(t, sum(got), sum(manifests(t, chart, "--set", "replicas=2,title=Acme,services.inventory=https://inventory.example.com/base")))

	behind := manifests(t, chart, "--set", `server=nginx,services.inventory=http://inventory-rest,title=A "b" \\ c`)
	var read struct {
		Title    string
		Services map[string]string
	}
	require.NoError(t, json.Unmarshal([]byte(behind["ConfigMap/console-conf"].text("data", "config.json")), &read))
	assert.Equal(t, `A "b" \ c`, read.Title)
	assert.Equal(t, map[string]string{"inventory": "/api/inventory"}, read.Services)
	mountsExist(t, behind["Deployment/console"].pod())
	assert.Contains(t, behind["ConfigMap/console-spa-conf"].text("data", "spa.conf"), "set $service http://inventory-rest.default.svc.cluster.local;")
}

// frontendNginx runs nginx as its pod does, on a folder instead of /.
func frontendNginx(t *testing.T, got objects) (url string) {
	t.Helper()
	dir, address := t.TempDir(), freeAddress(t)
	at := strings.NewReplacer(
		" /tmp/", " "+dir+"/tmp/", "include mime.types", "include /etc/nginx/mime.types",
		"/etc/nginx/headers.conf", dir+"/headers.conf", "/etc/nginx/proxy.conf", dir+"/proxy.conf", "/etc/nginx/conf.d/", dir+"/conf.d/",
		"/etc/nginx/config/", dir+"/config/", "/usr/share/nginx/html", dir+"/html", "listen 8080", "listen "+address,
		"/dev/stdout", dir+"/access.log", "/dev/stderr", dir+"/error.log",
		"resolver kube-dns.kube-system.svc.cluster.local", "resolver 127.0.0.1",
	)
	put := func(path, text string) {
		file := filepath.Join(dir, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	put("tmp/keep", "")
	for _, name := range []string{"nginx.conf", "headers.conf", "proxy.conf"} {
		put(name, at.Replace(got["ConfigMap/console-nginx-conf"].text("data", name)))
	}
	put("conf.d/spa.conf", at.Replace(got["ConfigMap/console-spa-conf"].text("data", "spa.conf")))
	put("config/config.json", got["ConfigMap/console-conf"].text("data", "config.json"))
	put("html/index.html", "<title>app</title>")
	put("html/assets/index-1a.js", strings.Repeat("console.log(1);", 200))
	startNginx(t, filepath.Join(dir, "nginx.conf"), address)
	return "http://" + address
}

func TestFrontendNginx(t *testing.T) {
	t.Parallel()
	tool(t, "nginx")
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Set-Cookie", "a=b")
		_, _ = fmt.Fprintf(w, `{"path": %q, "domain": %q, "cookie": %q, "origin": %q}`, r.URL.RequestURI(), r.Header["X_domain_id"], r.Header["Cookie"], r.Header["Origin"])
	}))
	t.Cleanup(service.Close)
	url := frontendNginx(t, manifests(t, frontendChart(t), "--set", "server=nginx,title=Acme,services.inventory="+service.URL+"/base,services.gone=http://127.0.0.1:9"))
	get := func(path string, headers ...string) (*http.Response, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+path, nil)
		require.NoError(t, err)
		for i := 0; i < len(headers); i += 2 {
			r.Header[headers[i]] = []string{headers[i+1]}
		}
		res, err := http.DefaultTransport.RoundTrip(r)
		require.NoError(t, err)
		defer func() { _ = res.Body.Close() }()
		text, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return res, string(text)
	}
	for path, cache := range map[string]string{"/": "no-store", "/inventory/region/a.b": "no-store", "/config.json": "no-store", "/assets/index-1a.js": "public, max-age=31536000, immutable"} {
		res, _ := get(path)
		assert.Equal(t, http.StatusOK, res.StatusCode, path)
		assert.Equal(t, []string{cache}, res.Header["Cache-Control"], path)
		require.Len(t, res.Header["Content-Security-Policy"], 1, path)
		assert.Contains(t, res.Header.Get("Content-Security-Policy"), "default-src 'none'; script-src 'self'; style-src 'self'", path)
		assert.Equal(t, "nosniff", res.Header.Get("X-Content-Type-Options"), path)
		assert.Equal(t, "nginx", res.Header.Get("Server"), "not its version")
	}
	_, page := get("/inventory/region")
	assert.Equal(t, "<title>app</title>", page)
	_, configuration := get("/config.json")
	assert.JSONEq(t, `{"title": "Acme", "services": {"inventory": "/api/inventory", "gone": "/api/gone"}}`, configuration)
	res, _ := get("/assets/gone.js")
	assert.Equal(t, http.StatusNotFound, res.StatusCode)

	res, _ = get("/assets/index-1a.js", "Accept-Encoding", "gzip")
	require.Equal(t, "gzip", res.Header.Get("Content-Encoding"))
	_, zipped := get("/assets/index-1a.js", "Accept-Encoding", "gzip")
	_, err := gzip.NewReader(strings.NewReader(zipped))
	require.NoError(t, err)

	res, body := get("/api/inventory/inventory/v1/region/list?x=a%2Fb", "x_domain_id", "domain-1", "Cookie", "c=d")
	assert.Equal(t, http.StatusOK, res.StatusCode)
	assert.JSONEq(t, `{"path": "/base/inventory/v1/region/list?x=a%2Fb", "domain": ["domain-1"], "cookie": [], "origin": []}`, body)
	assert.Empty(t, res.Header.Get("Set-Cookie"))
	assert.Contains(t, res.Header.Get("Content-Security-Policy"), "sandbox")

	// Services take calls of the app's own pages, and see where others came from.
	host := strings.TrimPrefix(url, "http://")
	for origin, want := range map[string]string{
		url: "[]", "https://" + host: "[]",
		"http://evil.example.com": `["http://evil.example.com"]`, "null": `["null"]`,
		url + "0": `["` + url + `0"]`, "http://x." + host: `["http://x.` + host + `"]`,
	} {
		_, body := get("/api/inventory/x", "Origin", origin)
		assert.Contains(t, body, `"origin": `+want, origin)
	}

	for path, want := range map[string]struct {
		status int
		code   string
	}{"/api/gone/x": {http.StatusBadGateway, "ERROR_SERVICE_UNREACHABLE"}, "/api/none/x": {http.StatusNotFound, "ERROR_UNSUPPORTED_API"}} {
		res, body := get(path)
		assert.Equal(t, want.status, res.StatusCode, path)
		assert.Equal(t, "application/json", strings.Split(res.Header.Get("Content-Type"), ";")[0], path)
		var e struct {
			Detail struct{ Code, Message string }
		}
		require.NoError(t, json.Unmarshal([]byte(body), &e), body)
		assert.Equal(t, want.code, e.Detail.Code, path)
		assert.NotEmpty(t, e.Detail.Message, path)
	}
}

// The workflows are as safe as those of services, and call targets that are there.
func TestFrontendWorkflows(t *testing.T) {
	t.Parallel()
	actionlint, shellcheck, make := tool(t, "actionlint"), tool(t, "shellcheck"), tool(t, "make")
	for name, change := range map[string]func(*spec.Spec){
		"with a chart": func(*spec.Spec) {},
		"no chart":     func(s *spec.Spec) { s.Chart = false },
		"docker hub":   func(s *spec.Spec) { s.Image.Registry = "cloudforet" },
	} {
		t.Run(name, func(t *testing.T) {
			dir := frontend(t, change)
			files, err := filepath.Glob(filepath.Join(dir, ".github", "workflows", "*.yaml"))
			require.NoError(t, err)
			require.NotEmpty(t, files)
			require.NoError(t, os.Mkdir(filepath.Join(dir, ".git"), 0o750))
			mustRun(t, dir, actionlint, append([]string{"-shellcheck", shellcheck}, files...)...)
			for _, file := range files {
				safe(t, file)
			}
			help := mustRun(t, dir, make, "--no-print-directory")
			for _, target := range strings.Fields("help app build run dev test e2e vet lint vuln image clean check update") {
				assert.Regexp(t, `(?m)^  `+target+` +\S`, help)
				mustRun(t, dir, make, "--dry-run", target)
			}
		})
	}
}
