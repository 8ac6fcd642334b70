package charttest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAllOffAndDisabled(t *testing.T) {
	t.Parallel()
	dir := chart(t, everything("inventory"))
	assert.Empty(t, manifests(t, dir, "--values", values(t, "disabled")))
	got := manifests(t, dir, "--values", values(t, "all-off"))
	for _, id := range got.ids() {
		assert.True(t, strings.HasPrefix(id, "ConfigMap/") || strings.HasPrefix(id, "ServiceAccount/"), id)
	}
}

func TestAllOn(t *testing.T) {
	t.Parallel()
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

func TestPodMonitor(t *testing.T) {
	t.Parallel()
	dir := chart(t, everything("inventory"))
	assert.Empty(t, manifests(t, dir).ofKind("PodMonitor"))
	got := manifests(t, dir, "--set", "podMonitor.enabled=true,podMonitor.interval=30s,podMonitor.labels.release=prometheus")
	monitor := got["PodMonitor/inventory"]
	assert.Equal(t, "prometheus", monitor.text("metadata", "labels", "release"))
	assert.Equal(t, "30s", monitor.text("spec", "podMetricsEndpoints", 0, "interval"))
	port, selected := monitor.text("spec", "podMetricsEndpoints", 0, "port"), monitor.get("spec", "selector", "matchLabels")
	require.NotEmpty(t, selected)
	for _, d := range got.ofKind("Deployment") {
		assert.Subset(t, d.get("spec", "template", "metadata", "labels"), selected)
		assert.Equal(t, 9090, d.get("spec", "template", "spec", "containers", 0, "ports", port, "containerPort"))
	}
}

func TestSidecars(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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
	t.Parallel()
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
	t.Parallel()
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
	t.Parallel()
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
