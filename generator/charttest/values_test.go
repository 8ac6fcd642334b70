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
	t.Parallel()
	got := manifests(t, chart(t, everything("inventory")))
	config := got["ConfigMap/inventory-conf"].document(t, "config.yaml")
	assert.Equal(t, []any{
		"file:///opt/spaceone/inventory/config/database.yaml",
		"file:///opt/spaceone/inventory/config/shared.yaml",
		"file:///opt/spaceone/inventory/config/application.yaml",
		"file:///opt/spaceone/inventory/config/shared-secret.yaml?optional=true",
		"file:///opt/spaceone/inventory/config/postgresql.yaml?optional=true",
		"file:///opt/spaceone/inventory/config/secret.yaml?optional=true",
		"file:///opt/spaceone/inventory/config/postgresql-host?optional=true&key=DATABASES.default.host",
		"file:///opt/spaceone/inventory/config/postgresql-port?optional=true&key=DATABASES.default.port",
		"file:///opt/spaceone/inventory/config/postgresql-db?optional=true&key=DATABASES.default.db",
		"file:///opt/spaceone/inventory/config/postgresql-username?optional=true&key=DATABASES.default.username",
		"file:///opt/spaceone/inventory/config/postgresql-password?optional=true&key=DATABASES.default.password",
		"file:///opt/spaceone/inventory/config/postgresql-sslmode?optional=true&key=DATABASES.default.sslmode",
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
	t.Parallel()
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
	t.Parallel()
	dir := chart(t, everything("inventory"))
	text := mustTemplate(t, "helm3", dir, "test", ".", "--values", values(t, "credentials"), "--set", "developer=true")
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
	t.Parallel()
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

// Every value is documented, typed, and has a default; the three agree.
func TestValuesSchemaAndReadme(t *testing.T) {
	t.Parallel()
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
	without := []string{"sidecar", "volumeMounts", "replicas_grpc", "replicas_rest", "replicas_scheduler", "replicas_worker"}
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

// values.yaml begins with what umbrella charts of Cloudforet set, in this order, and
// says which servers run.
func TestOrderOfValues(t *testing.T) {
	t.Parallel()
	first := strings.Fields(`enabled developer grpc rest scheduler worker name replicas image imagePullPolicy imagePullSecrets database
		application application_grpc application_rest application_scheduler application_worker resources volumes service ingress pod gracePeriod global`)
	for name, s := range specs(t) {
		text, err := os.ReadFile(filepath.Join(chart(t, s), "values.yaml"))
		require.NoError(t, err)
		var doc yaml.Node
		require.NoError(t, yaml.Unmarshal(text, &doc))
		var keys []string
		for i := 0; i < len(doc.Content[0].Content); i += 2 {
			keys = append(keys, doc.Content[0].Content[i].Value)
		}
		assert.Equal(t, first, keys[:len(first)], name)
		for _, server := range spec.Servers() {
			line := fmt.Sprintf("\n%s: %t\n", server, slices.Contains(s.Servers, server))
			assert.Contains(t, string(text), line, name)
		}
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
	t.Parallel()
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
