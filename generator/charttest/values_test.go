package charttest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

func TestConfiguration(t *testing.T) {
	got := manifests(t, chart(t, everything("inventory")))
	config := got["ConfigMap/inventory-conf"].document(t, "config.yaml")
	assert.Equal(t, []any{
		"file:///opt/spaceone/inventory/config/database.yaml",
		"file:///opt/spaceone/inventory/config/shared.yaml",
		"file:///opt/spaceone/inventory/config/application.yaml",
		"file:///opt/spaceone/inventory/config/shared-secret.yaml?optional=true",
		"file:///opt/spaceone/inventory/config/secret.yaml?optional=true",
		"file:///opt/spaceone/inventory/config/existing-secret.yaml?optional=true",
	}, config.get("IMPORT"))
	assert.Equal(t, "0.0.0.0", config.get("GLOBAL", "HOST"))
	for kind, backend := range map[string]string{
		"authentication": "SpaceONEAuthenticationHandler",
		"authorization":  "SpaceONEAuthorizationHandler",
		"mutation":       "SpaceONEMutationHandler",
	} {
		assert.Contains(t, config.text("GLOBAL", "HANDLERS", kind, 0, "backend"), backend)
	}
	assert.Nil(t, config.get("GLOBAL", "AUTHENTICATION"), "nobody is let in unasked")
	assert.Equal(t, "postgresql", config.get("GLOBAL", "DATABASES", "default", "engine"))
	assert.Equal(t, "redis", config.get("GLOBAL", "CACHES", "default", "host"))

	queues := map[string]any{"inventory_q": map[string]any{
		"backend": "spaceone.core.queue.redis_queue.RedisQueue", "host": "redis", "port": 6379, "channel": "inventory",
	}}
	scheduler := got["ConfigMap/inventory-application-scheduler-conf"].document(t, "application.yaml")
	assert.Equal(t, object{"QUEUES": queues, "SCHEDULERS": map[string]any{
		"hourly_scheduler": map[string]any{"backend": "HourlyScheduler", "queue": "inventory_q", "interval": 2, "minute": ":15"},
		"tick":             map[string]any{"backend": "TickScheduler", "queue": "inventory_q", "interval": 30},
		"nightly":          map[string]any{"backend": "NightlyScheduler", "queue": "inventory_q", "rule": "0 3 * * *"},
	}}, scheduler)
	worker := got["ConfigMap/inventory-application-worker-conf"].document(t, "application.yaml")
	assert.Equal(t, object{"QUEUES": queues, "WORKERS": map[string]any{
		"inventory_worker": map[string]any{
			"backend": "spaceone.core.scheduler.worker.BaseWorker", "queue": "inventory_q", "pool": 8,
		},
	}}, worker)
}

func TestDeveloperMode(t *testing.T) {
	dir := chart(t, everything("inventory"))
	assert.NotContains(t, manifests(t, dir).ids(), "ConfigMap/shared-conf")

	got := manifests(t, dir, "--values", values(t, "developer"))
	shared := got["ConfigMap/shared-conf"].document(t, "shared.yaml")
	assert.Equal(t, "none", shared.get("AUTHENTICATION"))
	assert.Empty(t, shared.list("HANDLERS", "authentication"))
	assert.Equal(t, "cache", shared.get("CACHES", "default", "host"))
	assert.Nil(t, shared.get("TOKEN"))
	assert.Equal(t, "a-developers-token", got["Secret/inventory-secret"].document(t, "grpc.yaml").get("TOKEN"))
}

// Wherever a credential is given, it reaches a Secret and nothing else.
func TestCredentials(t *testing.T) {
	helm := tool(t, "helm3", "helm")
	dir := chart(t, everything("inventory"))
	text := mustRun(t, dir, helm, "template", "test", ".", "--values", values(t, "credentials"), "--set", "developer=true")
	got := parse(t, text)
	for id, o := range got {
		if strings.HasPrefix(id, "Secret/") {
			continue
		}
		body, err := json.Marshal(o)
		require.NoError(t, err)
		assert.NotContains(t, string(body), "hidden-", id)
	}
	secret := got["Secret/inventory-secret"]
	worker := secret.document(t, "worker.yaml")
	for want, path := range map[string][]any{
		"hidden-1":                               {"DATABASES", "default", "password"},
		"hidden-2":                               {"CONNECTORS", "SpaceConnector", "token"},
		"hidden-3":                               {"QUEUES", "jobs", "Password"},
		"https://user:hidden-4@example.com":      {"UPSTREAMS", 0, "url"},
		"https://user:hidden-5@example.com/hook": {"WEBHOOK"},
		"hidden-6":                               {"TOKEN"},
		"hidden-7":                               {"AWS_SECRET_ACCESS_KEY"},
	} {
		assert.Equal(t, want, worker.get(path...), "%v", path)
	}
	grpc := secret.document(t, "grpc.yaml")
	assert.Equal(t, "hidden-1", grpc.get("DATABASES", "default", "password"))
	assert.Nil(t, grpc.get("WEBHOOK"), "the worker's alone")

	assert.Equal(t, map[string]any{"default": map[string]any{"host": "db", "username": "service"}},
		got["ConfigMap/inventory-database-conf"].document(t, "database.yaml").get("DATABASES"))
	application := got["ConfigMap/inventory-application-worker-conf"].document(t, "application.yaml")
	assert.Equal(t, "grpc://secret:50051", application.get("GLOBAL", "CONNECTORS", "SpaceConnector", "endpoints", "secret"),
		"a service called secret is none")

	// A change of a credential restarts the pods that read it.
	changed := manifests(t, dir, "--values", values(t, "credentials"), "--set", "developer=true,secret.TOKEN=other")
	before := got["Deployment/inventory"].text("spec", "template", "metadata", "annotations", "checksum/secret")
	after := changed["Deployment/inventory"].text("spec", "template", "metadata", "annotations", "checksum/secret")
	assert.NotEqual(t, before, after)
}

// Pods are replaced when what they read changes, and only those.
func TestChecksums(t *testing.T) {
	tool(t, "helm3", "helm")
	tool(t, "helm3", "helm")
	dir := chart(t, everything("inventory"))
	flags := func(server string, args ...string) map[string]any {
		d := manifests(t, dir, args...)["Deployment/"+server]
		m, _ := asMap(d.get("spec", "template", "metadata", "annotations"))
		return m
	}
	for _, c := range []struct {
		set             string
		changed, stable []string
	}{
		{"database.A=1", []string{"inventory spaceone.database-flag", "inventory-worker spaceone.database-flag"}, nil},
		{"global.shared.A=1", []string{"inventory spaceone.shared-flag", "inventory-rest spaceone.shared-flag"}, []string{"inventory spaceone.database-flag"}},
		{"application_grpc.A=1", []string{"inventory spaceone.application-flag"}, []string{"inventory-rest spaceone.application-flag"}},
		{"application.A=1", []string{"inventory spaceone.application-flag", "inventory-rest spaceone.application-flag"}, nil},
		{"gracePeriod=90", []string{"inventory checksum/config"}, []string{"inventory spaceone.database-flag"}},
	} {
		t.Run(c.set, func(t *testing.T) {
			for _, each := range c.changed {
				server, flag, _ := strings.Cut(each, " ")
				assert.NotEqual(t, flags(server)[flag], flags(server, "--set", c.set)[flag], each)
			}
			for _, each := range c.stable {
				server, flag, _ := strings.Cut(each, " ")
				require.NotEmpty(t, flags(server)[flag])
				assert.Equal(t, flags(server)[flag], flags(server, "--set", c.set)[flag], each)
			}
		})
	}
}

func TestAllOffAndDisabled(t *testing.T) {
	dir := chart(t, everything("inventory"))
	assert.Empty(t, manifests(t, dir, "--values", values(t, "disabled")))
	got := manifests(t, dir, "--values", values(t, "all-off"))
	for _, id := range got.ids() {
		assert.True(t, strings.HasPrefix(id, "ConfigMap/") || strings.HasPrefix(id, "ServiceAccount/"), id)
	}
}

func TestAllOn(t *testing.T) {
	got := manifests(t, chart(t, everything("inventory")), "--values", values(t, "all-on"))
	for name, replicas := range map[string]any{
		"inventory": nil, "inventory-rest": nil, "inventory-scheduler": 2, "inventory-worker": nil,
	} {
		d := got["Deployment/"+name]
		assert.Equal(t, replicas, d.get("spec", "replicas"), name)
		assert.Equal(t, "registry.example.com:5000/team/service:2.1.0-rc.1", d.text("spec", "template", "spec", "containers", 0, "image"))
		assert.Equal(t, "Always", d.text("spec", "template", "spec", "containers", 0, "imagePullPolicy"))
		assert.Equal(t, []string{"registry"}, d.pod().names("imagePullSecrets"))
		assert.Equal(t, "platform", d.text("spec", "template", "metadata", "labels", "team"))
		assert.Equal(t, "1", d.text("spec", "template", "spec", "containers", 0, "env", "EXTRA", "value"))
		assert.Contains(t, got, "NetworkPolicy/"+name)
	}
	assert.Len(t, got.ofKind("HorizontalPodAutoscaler"), 3)
	worker := got["HorizontalPodAutoscaler/inventory-worker"]
	assert.Equal(t, []string{"memory"}, []string{worker.text("spec", "metrics", 0, "resource", "name")})
	assert.Len(t, worker.list("spec", "metrics"), 1)

	policy := got["NetworkPolicy/inventory-worker"]
	assert.Len(t, policy.list("spec", "ingress"), 1, "nobody calls a worker but for its metrics")
	assert.Equal(t, 9090, policy.get("spec", "ingress", 0, "ports", 0, "port"))
	assert.Equal(t, []any{"Ingress", "Egress"}, policy.get("spec", "policyTypes"))

	// Zero replicas are zero, not none given.
	zero := manifests(t, chart(t, everything("inventory")), "--set", "replicas_worker=0,replicas=3")
	assert.Equal(t, 0, zero["Deployment/inventory-worker"].get("spec", "replicas"))
	assert.Equal(t, 3, zero["Deployment/inventory-scheduler"].get("spec", "replicas"))
}

func TestSidecars(t *testing.T) {
	dir := chart(t, everything("inventory"))
	list := manifests(t, dir, "--values", values(t, "sidecar-list"))
	for _, d := range list.ofKind("Deployment") {
		names := d.pod().names("containers")
		assert.Equal(t, []string{"proxy", "agent"}, names[len(names)-2:])
	}
	byType := manifests(t, dir, "--values", values(t, "sidecar-map"))
	assert.Equal(t, []string{"inventory", "proxy"}, byType["Deployment/inventory"].pod().names("containers"))
	assert.Equal(t, []string{"inventory-worker"}, byType["Deployment/inventory-worker"].pod().names("containers"))
	rest := byType["Deployment/inventory-rest"].pod()
	assert.Equal(t, []string{"inventory-rest", "inventory-nginx"}, rest.names("containers"))
	assert.Equal(t, "registry.example.com/nginx:1.27", rest.text("containers", "inventory-nginx", "image"))
	assert.Equal(t, "64Mi", rest.text("containers", "inventory-nginx", "resources", "limits", "memory"))

	umbrella := manifests(t, dir, "--values", values(t, "umbrella-globals"))
	for _, d := range umbrella.ofKind("Deployment") {
		assert.Subset(t, d.pod().names("containers"), []string{"everywhere", "backends"})
		assert.Equal(t, "certificates", d.pod().text("volumes", "certificates", "secret", "secretName"))
		assert.Equal(t, "spaceone", d.pod().text("serviceAccountName"))
		assert.Equal(t, "eu-1", d.text("spec", "template", "spec", "containers", 0, "env", "REGION", "value"))
		mountsExist(t, d.pod())
	}
	assert.Empty(t, umbrella.ofKind("ServiceAccount"))
	for id, o := range umbrella {
		assert.Equal(t, "spaceone", o.text("metadata", "namespace"), id)
	}
}

func TestVolumes(t *testing.T) {
	got := manifests(t, chart(t, everything("inventory")), "--values", values(t, "volumes"))
	for _, d := range got.ofKind("Deployment") {
		main := object(d.pod().get("containers", 0).(map[string]any))
		assert.Equal(t, "/etc/localtime", main.text("volumeMounts", "timezone", "mountPath"))
		assert.Equal(t, "/var/log/spaceone", main.text("volumeMounts", "log-volume", "mountPath"))
		assert.Equal(t, "kept", d.pod().text("volumes", "data", "persistentVolumeClaim", "claimName"))
		mountsExist(t, d.pod())
	}
	grpc := object(got["Deployment/inventory"].pod().get("containers", 0).(map[string]any))
	assert.Equal(t, "/models", grpc.text("volumeMounts", "models", "mountPath"))
	plain := manifests(t, chart(t, everything("inventory")))
	for _, d := range plain.ofKind("Deployment") {
		for _, volume := range d.pod().list("volumes") {
			assert.NotContains(t, volume, "hostPath")
		}
	}
}

func TestPodSpecIsMerged(t *testing.T) {
	dir := chart(t, everything("inventory"))
	for _, d := range manifests(t, dir, "--values", values(t, "node-selector")).ofKind("Deployment") {
		assert.Equal(t, map[string]any{"application": "my-node-group"}, d.pod().get("nodeSelector"))
		assert.Equal(t, "dedicated", d.pod().text("tolerations", 0, "key"))
		assert.Equal(t, true, d.pod().get("securityContext", "runAsNonRoot"))
	}
	pod := manifests(t, dir, "--values", values(t, "pod-spec"))["Deployment/inventory"].pod()
	assert.Equal(t, true, pod.get("automountServiceAccountToken"))
	assert.Equal(t, false, pod.get("securityContext", "runAsNonRoot"), "false overrides true")
	assert.Equal(t, 1000, pod.get("securityContext", "runAsUser"))
	assert.Equal(t, 65532, pod.get("securityContext", "fsGroup"), "what is not named stays")
	assert.Equal(t, []string{"wait"}, pod.names("initContainers"))
	assert.Equal(t, []string{"inventory", "extra"}, pod.names("containers"))
	assert.Equal(t, true, pod.get("containers", "inventory", "tty"))
	assert.NotNil(t, pod.get("containers", "inventory", "command"))
	assert.Contains(t, pod.names("volumes"), "more")
	assert.Contains(t, pod.names("volumes"), "default-conf")
}

func TestIngress(t *testing.T) {
	dir := chart(t, everything("inventory"))
	assert.Empty(t, manifests(t, dir).ofKind("Ingress"))
	tls := manifests(t, dir, "--values", values(t, "ingress-tls"))["Ingress/inventory-rest"]
	assert.Equal(t, "nginx", tls.text("spec", "ingressClassName"))
	assert.Equal(t, map[string]any{"example.com/idle-timeout": "600"}, tls.get("metadata", "annotations"))
	assert.Equal(t, "api-tls", tls.text("spec", "tls", 0, "secretName"))
	assert.Equal(t, "api.example.com", tls.text("spec", "rules", 0, "host"))
	assert.Equal(t, "Exact", tls.text("spec", "rules", 0, "http", "paths", 1, "pathType"))
	assert.Equal(t, "/", tls.text("spec", "rules", 1, "http", "paths", 0, "path"))
	assert.Equal(t, "inventory-rest", tls.text("spec", "rules", 1, "http", "paths", 0, "backend", "service", "name"))
	plain := manifests(t, dir, "--values", values(t, "ingress-plain"))["Ingress/inventory-rest"]
	assert.Equal(t, "/api", plain.text("spec", "rules", 0, "http", "paths", 0, "path"))
	assert.Equal(t, 80, plain.get("spec", "rules", 0, "http", "paths", 0, "backend", "service", "port", "number"))
	assert.Nil(t, plain.get("spec", "ingressClassName"))
}

// A pod that stops serves on first, drains next, and is never killed before.
func TestGrace(t *testing.T) {
	dir := chart(t, everything("inventory"))
	for _, c := range []struct {
		set                      string
		grace, delay, lag, drain int
	}{
		{"gracePeriod=60", 60, 5, 5, 45},
		{"gracePeriod=10,drainDelay=4", 10, 4, 1, 4},
		{"gracePeriod=30,drainDelay=0", 30, 0, 5, 20},
		{"gracePeriod=7", 7, 5, 0, 2},
	} {
		t.Run(c.set, func(t *testing.T) {
			got := manifests(t, dir, "--set", c.set)
			drain := got["ConfigMap/inventory-conf"].document(t, "config.yaml").get("GLOBAL", "GRACE_PERIOD")
			assert.Equal(t, fmt.Sprintf("%ds", c.drain), drain)
			assert.LessOrEqual(t, c.delay+c.lag+c.drain, c.grace)
			sleep := func(deployment, container string) any {
				return got["Deployment/"+deployment].pod().get("containers", container, "lifecycle", "preStop", "sleep", "seconds")
			}
			if c.delay > 0 {
				assert.Equal(t, c.delay, sleep("inventory", "inventory"))
			} else {
				assert.Nil(t, sleep("inventory", "inventory"))
			}
			assert.Equal(t, c.delay+c.lag, sleep("inventory-rest", "inventory-rest"), "nginx stops first")
			assert.Equal(t, c.grace, got["Deployment/inventory"].pod().get("terminationGracePeriodSeconds"))
		})
	}
	old := manifests(t, dir, "--kube-version", oldest)
	assert.Nil(t, old["Deployment/inventory"].pod().get("containers", "inventory", "lifecycle"), "Kubernetes 1.28 knows no such wait")
	delay := func(got objects) any {
		return got["ConfigMap/inventory-conf"].document(t, "config.yaml").get("GLOBAL", "DRAIN_DELAY")
	}
	assert.Equal(t, "10s", delay(old), "so that the server waits itself")
	assert.Equal(t, "0s", delay(manifests(t, dir)))
}

// Every value is documented, typed, and has a default; the three agree.
func TestValuesSchemaAndReadme(t *testing.T) {
	dir := chart(t, everything("inventory"))
	read := func(name string) []byte {
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		return text
	}
	var schema struct {
		Properties map[string]any `json:"properties"`
	}
	require.NoError(t, json.Unmarshal(read("values.schema.json"), &schema))
	var defaults map[string]any
	require.NoError(t, yaml.Unmarshal(read("values.yaml"), &defaults))
	readme := string(read("README.md"))
	// No default: it would have a type, and the value may have one of two; or
	// it stands in for another.
	without := []string{"sidecar", "replicas_grpc", "replicas_rest", "replicas_scheduler", "replicas_worker"}
	for key := range schema.Properties {
		assert.Regexp(t, "`"+key+"[`.]", readme, "README.md says nothing of %s", key)
		if !slices.Contains(without, key) {
			assert.Contains(t, defaults, key, "values.yaml has no default")
		}
	}
	var undescribed []string
	describe(schema.Properties, "", &undescribed)
	assert.Empty(t, undescribed)
	for _, word := range []string{"aws", "alb.", "gcp", "azure"} {
		assert.NotContains(t, strings.ToLower(string(read("values.yaml"))), word)
	}
}

// describe finds properties without a description.
func describe(properties map[string]any, path string, missing *[]string) {
	for key, value := range properties {
		m, _ := value.(map[string]any)
		if m["description"] == nil && m["$ref"] == nil {
			*missing = append(*missing, path+key)
		}
		inner, _ := m["properties"].(map[string]any)
		describe(inner, path+key+".", missing)
	}
}

// What the reference has of umbrella charts' values is taken as it stands.
func TestValuesOfThePlatform(t *testing.T) {
	const text = `
enabled: true
developer: false
grpc: true
scheduler: true
worker: true
rest: true
name: inventory
replicas: 1
replicas_rest: 2
replicas_worker: 2
image: {name: spaceone/inventory, version: latest}
imagePullPolicy: IfNotPresent
imagePullSecrets: []
resources: {}
database: {DATABASES: {default: {db: inventory, host: mongodb, port: 27017}}}
application: {}
application_grpc: {}
application_rest: {}
application_scheduler: {QUEUES: {collector_q: {backend: spaceone.core.queue.redis_queue.RedisQueue, host: redis, port: 6379, channel: collector}}}
application_worker: {WORKERS: {collector_worker: {backend: spaceone.core.scheduler.worker.BaseWorker, queue: collector_q, pool: 1}}}
sidecar:
  rest_web: {image: {name: nginx, version: stable, imagePullPolicy: IfNotPresent}, resources: {}}
  grpc: {}
  rest: {}
  scheduler: {}
  worker: {}
volumes:
  - {name: timezone, hostPath: {path: /usr/share/zoneinfo/Asia/Seoul}}
  - {name: log-volume, emptyDir: {}}
gracePeriod: 30
global:
  namespace: spaceone
  shared: {}
  sidecar: []
  backend: {sidecar: [], volumes: []}
service:
  grpc: {type: ClusterIP, annotations: {nil: nil}, ports: [{name: grpc, port: 50051, targetPort: 50051, protocol: TCP}]}
  rest: {type: ClusterIP, annotations: {nil: nil}, ports: [{name: rest, port: 80, targetPort: 80, protocol: TCP}]}
ingress: {rest: {enabled: false}, servicePort: 80, path: /}
volumeMounts: {application_grpc: [], application_rest: [], application_scheduler: [], application_worker: []}
pod: {spec: {}}
`
	file := filepath.Join(t.TempDir(), "values.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	for name, s := range map[string]*spec.Spec{"everything": everything("inventory"), "grpc-only": specs(t)["grpc-only"]} {
		t.Run(name, func(t *testing.T) {
			got := manifests(t, chart(t, s), "--values", file)
			assert.Len(t, got.ofKind("Deployment"), 4)
			assert.Contains(t, got.ids(), "Deployment/inventory-worker")
		})
	}
}
