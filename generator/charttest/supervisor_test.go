package charttest

import (
	"encoding/json"
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

// supervisorChart writes the chart of a supervisor into a new folder.
func supervisorChart(t *testing.T, name string) string {
	t.Helper()
	s := spec.Defaults(&spec.Spec{
		Version: spec.Version, Kind: spec.KindSupervisor, Name: name, Chart: true, Database: spec.NoDatabase,
		Servers:    []spec.Server{spec.SchedulerServer, spec.WorkerServer},
		Schedulers: []spec.Scheduler{{Name: "sync_plugins", Kind: spec.Interval, Interval: 30}},
	})
	require.NoError(t, s.Validate())
	sets, err := render.LoadSets(templates.FS, "supervisor")
	require.NoError(t, err)
	rendering, err := render.New(t.Context(), s, render.Input{}, sets...)
	require.NoError(t, err)
	return filepath.Join(write(t, rendering.Tree), "deploy", "helm")
}

// supervisorValues are what umbrella charts and people set.
func supervisorValues() map[string]string {
	return map[string]string{
		"default": `{}`,
		"upstream": `
enabled: true
developer: false
scheduler: true
worker: false
replicas: 1
image: {name: example/supervisor, version: "2.0"}
application_scheduler:
  NAME: root
  HOSTNAME: root-supervisor.svc.cluster.local
  BACKEND: KubernetesConnector
  TOKEN: top-secret
  CONNECTORS:
    KubernetesConnector: {start_port: 50051, end_port: 50052, headless: true, replica: {inventory.Collector: 4}}
sidecar: {scheduler: {}}
volumes:
  - {name: timezone, hostPath: {path: /usr/share/zoneinfo/Asia/Seoul}}
  - {name: log-volume, emptyDir: {}}
global: {supervisor_namespace: root-supervisor, shared: {ENDPOINTS: {plugin: "grpc://plugin.spaceone:50051"}}}
`,
		"everything": `
name: keeper
imagePullSecrets: [{name: registry}]
existingSecret: there
secret: {TOKEN: t}
sidecar: {redis: {enabled: false}}
volumeMounts: {application_scheduler: [{name: more, mountPath: /more}]}
env: [{name: HTTP_PROXY, value: "http://proxy"}]
podAnnotations: {a: b}
podLabels: {c: d}
pod: {spec: {nodeSelector: {a: b}, securityContext: {runAsUser: 1000}, volumes: [{name: more, emptyDir: {}}]}}
serviceAccount: {name: own, annotations: {e: f}}
global:
  supervisor: {sidecar: [{name: proxy, image: example/proxy}], volumes: [{name: all, emptyDir: {}}]}
  common_env: [{name: A, value: b}]
`,
	}
}

func given(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "values.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

func TestSupervisorLintAndSchemas(t *testing.T) {
	t.Parallel()
	found := helms(t)
	kubeconform := tool(t, "kubeconform")
	dir := supervisorChart(t, "supervisor")
	for name, text := range supervisorValues() {
		t.Run(name, func(t *testing.T) {
			file := given(t, text)
			for _, helm := range found {
				out := mustRun(t, dir, helm, "lint", "--strict", "--values", file, ".")
				assert.NotContains(t, strings.ToLower(out), "warning")
			}
			for _, version := range []string{oldest, newest} {
				args := []string{"test", ".", "--kube-version", version, "--values", file}
				three := mustTemplate(t, "helm3", dir, args...)
				assert.Equal(t, parse(t, three), parse(t, mustTemplate(t, "helm4", dir, args...)), "Helm 3 and 4 differ")
				rendered := given(t, three)
				schemas := filepath.Join(cache(t), "k8s-schemas-1")
				require.NoError(t, k8sschema.Folder(t.Context(), schemas, version))
				out := mustRun(t, dir, kubeconform, "-strict", "-summary", "-kubernetes-version", version,
					"-schema-location", k8sschema.Location(schemas), rendered)
				assert.Contains(t, out, "Invalid: 0, Errors: 0, Skipped: 0")
			}
		})
	}
}

func TestSupervisorObjects(t *testing.T) {
	t.Parallel()
	dir := supervisorChart(t, "supervisor")
	assert.Equal(t, []string{
		"ConfigMap/supervisor-application-scheduler-conf", "ConfigMap/supervisor-conf", "Deployment/supervisor-scheduler",
		"Role/supervisor", "RoleBinding/supervisor", "ServiceAccount/supervisor",
	}, manifests(t, dir).ids())
	assert.Empty(t, manifests(t, dir, "--set", "enabled=false"))

	all := manifests(t, dir, "--values", given(t, supervisorValues()["upstream"]))
	for id, o := range all {
		assert.Equal(t, "root-supervisor", o.text("metadata", "namespace"), id)
	}
	deployment := all["Deployment/supervisor-scheduler"]
	assert.Equal(t, "Recreate", deployment.text("spec", "strategy", "type"), "never two at once")
	assert.Equal(t, []string{"supervisor-scheduler", "redis"}, deployment.pod().names("containers"))
	assert.Equal(t, []any{"/supervisor", "run", "all"}, deployment.pod().list("containers", 0, "command"))
	assert.Equal(t, "example/supervisor:2.0", deployment.pod().text("containers", 0, "image"))

	conf := all["ConfigMap/supervisor-conf"].document(t, "config.yaml")
	assert.Equal(t, "root-supervisor", conf.get("GLOBAL", "CONNECTORS", "KubernetesConnector", "namespace"))
	assert.Equal(t, "localhost", conf.get("GLOBAL", "QUEUES", "supervisor_q", "host"))
	own := all["ConfigMap/supervisor-application-scheduler-conf"].document(t, "application.yaml")
	assert.Equal(t, "grpc://plugin.spaceone:50051", own.get("ENDPOINTS", "plugin"), "of all services")
	assert.Nil(t, own.get("TOKEN"), "a credential is in no ConfigMap")
	assert.Equal(t, "top-secret", all["Secret/supervisor-secret"].document(t, "secret.yaml").text("TOKEN"))
}

// The supervisor may do what it does, where it does it.
func TestSupervisorRole(t *testing.T) {
	t.Parallel()
	dir := supervisorChart(t, "supervisor")
	all := manifests(t, dir, "--values", given(t, supervisorValues()["upstream"]))
	assert.Empty(t, all.ofKind("ClusterRole"))
	assert.Empty(t, all.ofKind("ClusterRoleBinding"))
	may := map[string][]any{}
	for n := range all["Role/supervisor"].list("rules") {
		rule, _ := asMap(all["Role/supervisor"].get("rules", n))
		for _, resource := range object(rule).list("resources") {
			may[resource.(string)] = object(rule).list("verbs")
		}
	}
	assert.Equal(t, map[string][]any{
		"deployments": {"get", "list", "create", "update", "delete"},
		"services":    {"get", "list", "create", "delete"},
		"pods":        {"list"},
	}, may)
	assert.Equal(t, "supervisor", all["RoleBinding/supervisor"].text("subjects", 0, "name"))
	assert.Equal(t, "supervisor", all["Deployment/supervisor-scheduler"].pod().text("serviceAccountName"))

	given := manifests(t, dir, "--set", "global.serviceAccountName=theirs")
	assert.Empty(t, given.ofKind("ServiceAccount"))
	assert.Equal(t, "theirs", given["RoleBinding/supervisor"].text("subjects", 0, "name"))
	none := manifests(t, dir, "--set", "rbac.create=false,serviceAccount.create=false")
	assert.Empty(t, none.ofKind("Role"))
	assert.Empty(t, none.ofKind("RoleBinding"))
	assert.Equal(t, "default", none["Deployment/supervisor-scheduler"].pod().text("serviceAccountName"))
}

func TestSupervisorValuesAreTaken(t *testing.T) {
	t.Parallel()
	all := manifests(t, supervisorChart(t, "supervisor"), "--values", given(t, supervisorValues()["everything"]))
	pod := all["Deployment/keeper-scheduler"].pod()
	assert.Equal(t, []string{"keeper-scheduler", "proxy"}, pod.names("containers"))
	assert.ElementsMatch(t, []string{"system-token", "default-conf", "application-conf", "secret", "existing-secret", "tmp", "all", "more"}, pod.names("volumes"))
	assert.Equal(t, 1000, pod.get("securityContext", "runAsUser"))
	assert.Equal(t, true, pod.get("securityContext", "runAsNonRoot"), "merged, not replaced")
	assert.Equal(t, "b", pod.get("nodeSelector", "a"))
	assert.Subset(t, object{"e": pod.get("containers", 0)}.names("e", "env"), []string{"A", "HTTP_PROXY"})
	assert.Equal(t, "own", pod.text("serviceAccountName"))
	assert.Nil(t, all["ConfigMap/keeper-conf"].document(t, "config.yaml").get("GLOBAL", "QUEUES"), "a queue in memory")
}

func TestSupervisorRefusedValues(t *testing.T) {
	t.Parallel()
	dir := supervisorChart(t, "supervisor")
	for set, want := range map[string]string{
		"name=Not_a_name":           "name",
		"gracePeriod=0":             "gracePeriod",
		"imagePullPolicy=Sometimes": "imagePullPolicy",
		"rbac.create=maybe":         "create",
	} {
		out, err := template(t, "helm3", dir, "test", ".", "--set", set)
		require.Error(t, err, set)
		assert.Contains(t, out, want)
	}
}

func TestSupervisorValuesSchemaAndReadme(t *testing.T) {
	t.Parallel()
	dir := supervisorChart(t, "supervisor")
	text, err := os.ReadFile(filepath.Join(dir, "values.schema.json"))
	require.NoError(t, err)
	var schema struct {
		Properties map[string]any `json:"properties"`
	}
	require.NoError(t, json.Unmarshal(text, &schema))
	var undescribed []string
	describe(schema.Properties, "", &undescribed)
	assert.Empty(t, undescribed)
	readme, err := os.ReadFile(filepath.Join(dir, "README.md"))
	require.NoError(t, err)
	for key := range schema.Properties {
		if key != "developer" && key != "worker" && key != "replicas" { // taken, without effect
			assert.Regexp(t, "`"+key+"[`.]", string(readme), "README.md says nothing of %s", key)
		}
	}
}
