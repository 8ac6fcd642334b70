package charttest

import (
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/charttest/k8sschema"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// platform lays out a platform and its members as they stand beside each other
// on a disk, fetches the members' charts, and names the platform's folder.
func platform(t *testing.T, helm string, p spec.Platform) string {
	t.Helper()
	return platformOf(t, helm, p, func(m spec.Member) *spec.Spec { return everything(m.Name) })
}

func platformOf(t *testing.T, helm string, p spec.Platform, of func(spec.Member) *spec.Spec) string {
	t.Helper()
	s := spec.Defaults(&spec.Spec{Kind: spec.KindPlatform, Name: "spaceone", Chart: true, Platform: p})
	require.NoError(t, s.Validate())
	sets, err := render.LoadSets(templates.FS, "platform")
	require.NoError(t, err)
	rendering, err := render.New(t.Context(), s, render.Input{}, sets...)
	require.NoError(t, err)
	top := t.TempDir()
	put(t, filepath.Join(top, "spaceone"), rendering.Tree)
	for _, m := range s.Platform.Charts() {
		if m.Path != "" {
			put(t, filepath.Join(top, "spaceone", m.Path), emit(t, of(m)))
		}
	}
	dir := filepath.Join(top, "spaceone")
	mustRun(t, dir, helm, "dependency", "update", "deploy/helm")
	return dir
}

// put writes a tree into a folder.
func put(t *testing.T, dir string, tree render.Tree) {
	t.Helper()
	for path, file := range tree {
		target := filepath.Join(dir, filepath.FromSlash(path))
		require.NoError(t, os.MkdirAll(filepath.Dir(target), 0o750))
		require.NoError(t, os.WriteFile(target, file.Body, file.Mode))
	}
}

func members(names ...string) []spec.Member {
	all := make([]spec.Member, len(names))
	for i, name := range names {
		all[i] = spec.Member{Name: name}
	}
	return all
}

// judge renders a chart with Helm 3 and 4, and has kubeconform look at it.
func judge(t *testing.T, chart string, args ...string) objects {
	t.Helper()
	kubeconform := tool(t, "kubeconform")
	schemas := filepath.Join(cache(t), "k8s-schemas-1")
	var three objects
	for _, version := range []string{oldest, newest} {
		require.NoError(t, k8sschema.Folder(t.Context(), schemas, version))
		// Passwords that are made up differ from one rendering to the next.
		args := append([]string{"test", chart, "--kube-version", version,
			"--set", "global.shared_secret.DATABASES.default.password=pw", "--set", "initializer.existingSecret=admin"}, args...)
		text := mustTemplate(t, "helm3", ".", args...)
		three = parse(t, text)
		assert.Equal(t, three, parse(t, mustTemplate(t, "helm4", ".", args...)), "Helm 3 and 4 differ")
		file := filepath.Join(t.TempDir(), "all.yaml")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		out := mustRun(t, ".", kubeconform, "-strict", "-summary", "-kubernetes-version", version,
			"-schema-location", k8sschema.Location(schemas), file)
		assert.Contains(t, out, "Invalid: 0, Errors: 0, Skipped: 0")
	}
	return three
}

// What the initializer mounts is there by this name, with these keys.
func TestPlatformInitializerReadsWhatPodsRead(t *testing.T) {
	t.Parallel()
	helm := tool(t, "helm3", "helm")
	dir := platformOf(t, helm, spec.Platform{Members: members("identity", "gate", "jobs", "plain")}, func(m spec.Member) *spec.Spec {
		s := everything(m.Name)
		switch m.Name {
		case "gate":
			s.Servers, s.Schedulers = []spec.Server{spec.RESTServer}, nil
		case "jobs":
			s.Servers, s.Schedulers = []spec.Server{spec.WorkerServer}, nil
		case "plain":
			s.Resources, s.Database = nil, spec.NoDatabase
		}
		return spec.Defaults(s)
	})
	got := judge(t, filepath.Join(dir, "deploy/helm"), "--set", "gate.secret.TOKEN=x")
	pod := got["Job/spaceone-initializer"].pod()
	assert.Equal(t, []string{"migrate-identity", "migrate-gate", "migrate-jobs"}, pod.names("initContainers"), "plain keeps nothing")
	for _, volume := range pod.list("volumes") {
		v, _ := asMap(volume)
		for _, source := range object(v).list("projected", "sources") {
			s, _ := asMap(source)
			if name := object(s).text("configMap", "name"); name != "" && name != "kube-root-ca.crt" { // which is in every namespace
				assert.Contains(t, got, "ConfigMap/"+name)
			}
			name := object(s).text("secret", "name")
			if name == "" || object(s).get("secret", "optional") == true && got["Secret/"+name] == nil {
				continue
			}
			for _, item := range object(s).list("secret", "items") {
				i, _ := asMap(item)
				data, _ := asMap(got["Secret/"+name].get("stringData"))
				assert.Contains(t, data, i["key"], name)
			}
		}
	}
	assert.Contains(t, got, "Secret/gate-secret")
	gate, _ := asMap(pod.get("volumes", "gate"))
	assert.Contains(t, fmt.Sprint(gate), "rest.yaml")
	assert.Contains(t, fmt.Sprint(gate), "gate-application-rest-conf")
}

func TestPlatformSwitches(t *testing.T) {
	t.Parallel()
	helm := tool(t, "helm3", "helm")
	dir := platform(t, helm, spec.Platform{Members: []spec.Member{
		{Name: "identity"}, {Name: "inventory"},
		{Name: "inventory", Alias: "inventory-eu", Path: "../inventory"},
		{Name: "cost-analysis", Condition: "extras.costs", Alias: "costs"},
	}})
	chart := filepath.Join(dir, "deploy/helm")
	got := judge(t, chart)
	for _, name := range []string{"inventory", "inventory-eu", "costs"} {
		assert.Contains(t, got, "Deployment/"+name)
	}
	eu := got["ConfigMap/inventory-eu-database-conf"].document(t, "database.yaml")
	assert.Contains(t, fmt.Sprint(eu), "inventory_eu", "two of one chart share no database")
	script := fmt.Sprint(got["StatefulSet/postgresql"])
	assert.Contains(t, script, "ensure inventory_eu inventory_eu")

	off := judge(t, chart, "--set", "identity.enabled=false,extras.costs=false")
	for _, id := range off.ids() {
		assert.NotContains(t, id, "identity")
		assert.NotContains(t, id, "costs")
	}
	assert.Equal(t, []string{"migrate-inventory-eu"}, off["Job/spaceone-initializer"].pod().names("containers"))

	none := judge(t, chart, "--set", "initializer.enabled=false")
	assert.Empty(t, none.ofKind("Job"))

	// Servers that run elsewhere.
	away := judge(t, chart, "--set", "postgresql.enabled=false,redis.enabled=false,external.postgresql.host=db.example.com,external.redis.host=redis.example.com")
	assert.Empty(t, away.ofKind("StatefulSet"))
	assert.Equal(t, "db.example.com", away["Service/postgresql"].text("spec", "externalName"))
	assert.Equal(t, "redis.example.com", away["Service/redis"].text("spec", "externalName"))

	for version := range helms(t) {
		for values, want := range map[string]string{
			"external.postgresql.host=db":                                "postgresql is installed as well",
			"postgresql.enabled=false,external.postgresql.host=10.0.0.7": "set global.shared_conf.DATABASES.default.host",
			"redis.enabled=false,external.redis.host=fd00::7":            "set global.shared_conf.CACHES.default.host",
			"global.shared_secret.enabled=false":                         "reads its password, database-password,",
			"initializer.skip={nobody}":                                  "skip",
			"identity.replicas=x":                                        "replicas",
			"postgresql.databases.a-b=c":                                 "a-b",
		} {
			out, err := template(t, version, dir, "test", chart, "--set", values)
			require.Error(t, err, "%s %s", version, values)
			assert.Contains(t, out, want, version)
		}
	}
	// Credentials reach no ConfigMap.
	hidden := judge(t, chart, "--set", "global.shared.TOKEN=geheim,global.shared_conf.LOG.level=debug")
	assert.NotContains(t, fmt.Sprint(hidden["ConfigMap/shared-conf"]), "geheim")
	assert.Contains(t, fmt.Sprint(hidden["ConfigMap/shared-conf"]), "debug")
}

func TestPlatformWithExternalServers(t *testing.T) {
	t.Parallel()
	helm := tool(t, "helm3", "helm")
	dir := platform(t, helm, spec.Platform{Members: members("identity"), PostgreSQL: spec.External, Redis: spec.External})
	assert.NoDirExists(t, filepath.Join(dir, "deploy/helm/charts/postgresql"))
	got := judge(t, filepath.Join(dir, "deploy/helm"), "--set", "external.postgresql.host=db.example.com")
	assert.Contains(t, got, "Service/postgresql")
	assert.Empty(t, got.ofKind("StatefulSet"))
}

// make-helm-chart makes a chart repository that any web server may serve.
func TestPlatformChartRepository(t *testing.T) {
	t.Parallel()
	make := tool(t, "make")
	for version, helm := range helms(t) {
		t.Run(version, func(t *testing.T) {
			dir := platform(t, helm, spec.Platform{Members: members("identity", "cost-analysis")})
			out, err := runWith(t, dir, []string{"HELM=" + helm, "CHART_VERSION=1.2.3"}, make, "make-helm-chart")
			require.NoError(t, err, out)
			server := httptest.NewServer(http.FileServer(http.Dir(filepath.Join(dir, "dist"))))
			defer server.Close()
			home := t.TempDir()
			env := []string{"HELM_CACHE_HOME=" + home, "HELM_CONFIG_HOME=" + home, "HELM_DATA_HOME=" + home}
			call := func(args ...string) string {
				out, err := runWith(t, home, env, helm, args...)
				require.NoError(t, err, out)
				return out
			}
			call("repo", "add", "platform", server.URL)
			found := call("search", "repo", "platform/")
			for _, chart := range []string{"platform/spaceone", "platform/identity", "platform/cost-analysis"} {
				assert.Contains(t, found, chart)
			}
			assert.Contains(t, call("template", "test", "platform/spaceone"), "name: cost-analysis-rest")
			assert.Contains(t, call("show", "chart", "platform/spaceone"), "version: 1.2.3")
			notes := call(append([]string{"install", "test", "platform/spaceone"}, dryRun(t, version)...)...)
			assert.Contains(t, notes, "1. Wait until everything runs.")
			assert.Contains(t, notes, "kubectl --namespace default get secret spaceone-admin")
			assert.NotContains(t, notes, "nothing here is called so")

			pages := t.TempDir()
			out, err = runWith(t, dir, []string{"HELM=" + helm, "PAGES=" + pages}, make, "chart-index")
			require.NoError(t, err, out)
			index, err := os.ReadFile(filepath.Join(pages, "index.yaml"))
			require.NoError(t, err)
			assert.Contains(t, string(index), "spaceone-1.2.3.tgz")
		})
	}
}

// Passwords are made up, and differ.
func TestPlatformPasswords(t *testing.T) {
	t.Parallel()
	helm := tool(t, "helm3", "helm")
	dir := platform(t, helm, spec.Platform{Members: members("identity")})
	got := manifests(t, filepath.Join(dir, "deploy/helm"))
	database, admin := got["Secret/shared-secret"].text("stringData", "database-password"), got["Secret/spaceone-admin"].text("stringData", "password")
	assert.Len(t, database, 32)
	assert.Len(t, admin, 24)
	assert.Equal(t, "keep", got["Secret/spaceone-admin"].text("metadata", "annotations", "helm.sh/resource-policy"))
	again := manifests(t, filepath.Join(dir, "deploy/helm"))
	assert.NotEqual(t, database, again["Secret/shared-secret"].text("stringData", "database-password"))
	_, err := base64.StdEncoding.DecodeString(database)
	assert.NoError(t, err, "letters and digits")

	// Another password takes another pod, and only that does.
	sum := func(o objects) any {
		return o["StatefulSet/postgresql"].get("spec", "template", "metadata", "annotations", "checksum/password")
	}
	assert.NotEmpty(t, sum(got))
	assert.Equal(t, sum(got), sum(again))
	given := manifests(t, filepath.Join(dir, "deploy/helm"), "--set", "global.shared_secret.DATABASES.default.password=12345678")
	assert.NotEqual(t, sum(got), sum(given))
}

// A platform of every kind of member there is.
func TestPlatformOfAllKinds(t *testing.T) {
	t.Parallel()
	helm := tool(t, "helm3", "helm")
	g, err := generator.New(templates.FS, "test")
	require.NoError(t, err)
	top := t.TempDir()
	add := func(s *spec.Spec) {
		s.Chart = s.Kind != spec.KindPlugin
		s = spec.Defaults(s)
		require.NoError(t, s.Validate())
		tree, err := rendered(t.Context(), g, s, render.Input{})
		require.NoError(t, err)
		put(t, filepath.Join(top, s.Name), tree)
	}
	add(everything("identity"))
	add(everything("inventory"))
	add(&spec.Spec{Kind: spec.KindSupervisor, Name: "supervisor"})
	add(&spec.Spec{Kind: spec.KindFrontend, Name: "console"})
	add(&spec.Spec{Kind: spec.KindPlatform, Name: "spaceone", Platform: spec.Platform{Members: []spec.Member{
		{Name: "identity"}, {Name: "inventory"}, {Name: "plugin-asset", Kind: spec.KindPlugin},
		{Name: "supervisor", Kind: spec.KindSupervisor}, {Name: "console", Kind: spec.KindFrontend},
	}}})
	dir := filepath.Join(top, "spaceone")
	mustRun(t, dir, helm, "dependency", "update", "deploy/helm")
	for version, helm := range helms(t) {
		out := mustRun(t, dir, helm, "lint", "--strict", "--with-subcharts", "deploy/helm")
		assert.NotContains(t, out, "[WARNING]", version)
	}
	got := judge(t, filepath.Join(dir, "deploy/helm"))
	assert.Contains(t, got, "Deployment/console")
	assert.Contains(t, got, "Service/console")
	assert.NotEmpty(t, got.ofKind("Role"), "the supervisor's")
	for _, id := range got.ids() {
		if id != "Service/plugin-asset" {
			assert.NotContains(t, id, "plugin-asset", "the supervisor deploys plugins")
		}
	}
	// The console is told of the services by what all share.
	assert.Contains(t, fmt.Sprint(got.ofKind("ConfigMap")), "http://inventory-rest")
	assert.Equal(t, "/identity", got["Deployment/identity"].pod().text("containers", "identity", "command", 0))
	for version, helm := range helms(t) {
		notes := mustRun(t, dir, helm, append([]string{"install", "test", "deploy/helm"}, dryRun(t, version)...)...)
		assert.Contains(t, notes, "into the Secret system-token.")
		assert.Contains(t, notes, "port-forward service/console 8080:80")
		assert.Regexp(t, `\n  plugin-asset +plugin 0\.1\.0\n`, notes, "what the supervisor runs")
	}
}

// What PostgreSQL is told when it starts makes users and databases that are not
// there, once, and a changed password holds.
func TestE2EPlatformDatabases(t *testing.T) {
	helm := tool(t, "helm3", "helm")
	dir := platform(t, helm, spec.Platform{Members: members("identity", "cost-analysis")})
	pod := manifests(t, filepath.Join(dir, "deploy/helm"))["StatefulSet/postgresql"].pod()
	command := pod.list("containers", 0, "lifecycle", "postStart", "exec", "command")
	require.Len(t, command, 3)

	host, port, err := net.SplitHostPort(startPostgres(t))
	require.NoError(t, err)
	psql := tool(t, "psql")
	as := func(user, password, database, sql string) (string, error) {
		return runWith(t, dir, []string{"PGPASSWORD=" + password}, psql, "--host="+host, "--port="+port, "--username="+user,
			"--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--dbname="+database, "--command="+sql)
	}
	out, err := as("inventory", "postgres-password", "inventory", "CREATE ROLE postgres SUPERUSER LOGIN PASSWORD 'pw'")
	require.NoError(t, err, out)
	const odd = `it's "odd" \$x`
	for _, password := range []string{odd, odd, "another"} {
		out, err := runWith(t, dir, []string{"PGPORT=" + port, "PGPASSWORD=pw", "POSTGRES_PASSWORD=" + password},
			fmt.Sprint(command[0]), fmt.Sprint(command[1]), fmt.Sprint(command[2]))
		require.NoError(t, err, out)
		out, err = as("cost_analysis", password, "cost_analysis", "CREATE TABLE IF NOT EXISTS costs (x int); SELECT current_user")
		require.NoError(t, err, out)
		assert.Contains(t, out, "cost_analysis")
	}
	out, err = as("cost_analysis", odd, "cost_analysis", "SELECT 1")
	assert.Error(t, err, out)
	out, err = as("cost_analysis", "another", "identity", "CREATE TABLE x (y int)")
	assert.Error(t, err, "a service writes to no other's database: %s", out)
}
