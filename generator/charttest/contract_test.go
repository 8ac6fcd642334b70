package charttest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The file names of a chart are fixed, whatever servers the Spec has.
func TestFileNames(t *testing.T) {
	t.Parallel()
	platform := strings.Fields(`
		Chart.yaml values.yaml config/config.yaml
		templates/NOTES.txt templates/_helpers.tpl
		templates/application-grpc-conf.yaml templates/application-rest-conf.yaml
		templates/application-scheduler-conf.yaml templates/application-worker-conf.yaml
		templates/database-conf.yaml templates/default-conf.yaml
		templates/deployment-grpc.yaml templates/deployment-rest.yaml
		templates/deployment-scheduler.yaml templates/deployment-worker.yaml
		templates/ingress-rest.yaml templates/rest-nginx-conf.yaml templates/rest-nginx-proxy-conf.yaml
		templates/service-grpc.yaml templates/service-rest.yaml templates/shared-conf.yaml`)
	require.Len(t, platform, 21)
	ours := strings.Fields(`
		.helmignore README.md values.schema.json config/components.gen.yaml config/nginx.conf config/proxy.conf
		templates/_config.tpl templates/_known.tpl templates/_pod.tpl templates/_postgresql.tpl templates/_values.tpl monitoring/dashboard.json templates/_monitoring.tpl templates/dashboard.yaml templates/prometheusrule.yaml templates/hpa.yaml templates/networkpolicy.yaml templates/pdb.yaml templates/podmonitor.yaml
		templates/secret.yaml templates/serviceaccount.yaml templates/shared-secret.yaml
		templates/tests/test-connection.yaml`)
	want := slices.Sorted(slices.Values(append(platform, ours...)))
	for name, s := range specs(t) {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, path := range emit(t, s).Paths() {
				if file, ok := strings.CutPrefix(path, "deploy/helm/"); ok {
					got = append(got, file)
				}
			}
			assert.Equal(t, want, got)
		})
	}
}

func TestNoChart(t *testing.T) {
	t.Parallel()
	s := everything("inventory")
	s.Chart = false
	for _, path := range emit(t, s).Paths() {
		assert.NotContains(t, path, "deploy/")
		assert.NotContains(t, path, "helm-chart")
	}
}

// What umbrella charts and people on duty know the objects by.
func TestObjects(t *testing.T) {
	t.Parallel()
	got := manifests(t, chart(t, everything("inventory")), "--set", "developer=true,secret.TOKEN=x,ingress.rest.enabled=true")
	assert.Equal(t, strings.Fields(`
		ConfigMap/inventory-application-grpc-conf ConfigMap/inventory-application-rest-conf
		ConfigMap/inventory-application-scheduler-conf ConfigMap/inventory-application-worker-conf
		ConfigMap/inventory-conf ConfigMap/inventory-database-conf
		ConfigMap/inventory-rest-nginx-conf ConfigMap/inventory-rest-nginx-proxy-conf ConfigMap/shared-conf
		Deployment/inventory Deployment/inventory-rest Deployment/inventory-scheduler Deployment/inventory-worker
		Ingress/inventory-rest
		Pod/inventory-test
		PodDisruptionBudget/inventory PodDisruptionBudget/inventory-rest
		PodDisruptionBudget/inventory-scheduler PodDisruptionBudget/inventory-worker
		Secret/inventory-secret
		Service/inventory Service/inventory-rest
		ServiceAccount/inventory`), got.ids())

	for id, key := range map[string]string{
		"inventory-conf":                       "config.yaml",
		"inventory-database-conf":              "database.yaml",
		"inventory-application-grpc-conf":      "application.yaml",
		"inventory-application-rest-conf":      "application.yaml",
		"inventory-application-scheduler-conf": "application.yaml",
		"inventory-application-worker-conf":    "application.yaml",
		"inventory-rest-nginx-conf":            "nginx.conf",
		"inventory-rest-nginx-proxy-conf":      "proxy.conf",
		"shared-conf":                          "shared.yaml",
	} {
		data, _ := asMap(got["ConfigMap/"+id].get("data"))
		require.Len(t, data, 1, id)
		assert.Contains(t, data, key, id)
	}
	for _, o := range got {
		assert.Equal(t, "default", o.text("metadata", "namespace"))
		for label, want := range map[string]string{
			"helm.sh/chart":                "inventory-0.1.0",
			"app.kubernetes.io/name":       "inventory",
			"app.kubernetes.io/instance":   "test",
			"app.kubernetes.io/version":    "0.1.0",
			"app.kubernetes.io/part-of":    "spaceone",
			"app.kubernetes.io/managed-by": "Helm",
		} {
			assert.Equal(t, want, o.text("metadata", "labels", label), "%s of %s", label, o.text("metadata", "name"))
		}
	}
}

func TestDeployments(t *testing.T) {
	t.Parallel()
	got := manifests(t, chart(t, everything("inventory")), "--set", "secret.TOKEN=x,existingSecret=there,global.shared_secret.enabled=true")
	for _, c := range []struct {
		kind, name, container, server string
		ports                         map[string]int
	}{
		{"grpc", "inventory", "inventory", "grpc-server", map[string]int{"grpc": 50051, "admin": 9090}},
		{"rest", "inventory-rest", "inventory-rest", "rest-server", map[string]int{"rest": 8000, "admin": 9090}},
		{"scheduler", "inventory-scheduler", "inventory-scheduler", "scheduler", map[string]int{"admin": 9090}},
		{"worker", "inventory-worker", "inventory-worker", "worker", map[string]int{"admin": 9090}},
	} {
		t.Run(c.kind, func(t *testing.T) {
			d := got["Deployment/"+c.name]
			require.NotNil(t, d)
			selector := map[string]any{"spaceone.service": c.name}
			assert.Equal(t, selector, d.get("spec", "selector", "matchLabels"))
			assert.Equal(t, c.name, d.text("spec", "template", "metadata", "labels", "spaceone.service"))
			assert.Equal(t, c.kind, d.text("metadata", "labels", "app.kubernetes.io/component"))
			assert.Equal(t, 1, d.get("spec", "replicas"))
			assert.Equal(t, 0, d.get("spec", "strategy", "rollingUpdate", "maxUnavailable"))

			pod := d.pod()
			assert.Equal(t, "inventory", pod.text("serviceAccountName"))
			assert.Equal(t, false, pod.get("automountServiceAccountToken"))
			assert.Equal(t, 60, pod.get("terminationGracePeriodSeconds"))
			assert.Equal(t, true, pod.get("securityContext", "runAsNonRoot"))
			assert.Equal(t, "RuntimeDefault", pod.text("securityContext", "seccompProfile", "type"))
			assert.Len(t, pod.list("topologySpreadConstraints"), 2)

			main := object(pod.get("containers", c.container).(map[string]any))
			assert.Equal(t, []any{"/inventory", "run", c.server}, main.get("command"))
			assert.Equal(t, "ghcr.io/cloudforet-io/inventory:0.1.0", main.text("image"))
			assert.Equal(t, "/opt/spaceone/inventory/config/config.yaml", main.text("env", "SPACEONE_CONFIG_FILE", "value"))
			assert.Equal(t, "UTC", main.text("env", "TZ", "value"))
			assert.Equal(t, c.ports, ports(main))
			assert.NotEmpty(t, main.get("resources", "requests"))

			for volume, mount := range map[string]struct{ path, key, source string }{
				"default-conf":     {"config.yaml", "config.yaml", "configMap inventory-conf"},
				"database-conf":    {"database.yaml", "database.yaml", "configMap inventory-database-conf"},
				"shared-conf":      {"shared.yaml", "shared.yaml", "configMap shared-conf"},
				"application-conf": {"application.yaml", "application.yaml", "configMap inventory-application-" + c.kind + "-conf"},
				"shared-secret":    {"shared-secret.yaml", "shared-secret.yaml", "secret shared-secret"},
				"secret":           {"secret.yaml", c.kind + ".yaml", "secret inventory-secret"},
				"existing-secret":  {"existing-secret.yaml", "secret.yaml", "secret there"},
			} {
				at := "/opt/spaceone/inventory/config/" + mount.path
				assert.Equal(t, at, main.text("volumeMounts", volume, "mountPath"))
				assert.Equal(t, mount.key, main.text("volumeMounts", volume, "subPath"))
				assert.Equal(t, true, main.get("volumeMounts", volume, "readOnly"))
				source := fmt.Sprintf("configMap %v", pod.get("volumes", volume, "configMap", "name"))
				if secret := pod.text("volumes", volume, "secret", "secretName"); secret != "" {
					source = "secret " + secret
				}
				assert.Equal(t, mount.source, source)
			}
			for _, each := range pod.list("containers") {
				container := object(each.(map[string]any))
				assert.Equal(t, false, container.get("securityContext", "allowPrivilegeEscalation"))
				assert.Equal(t, true, container.get("securityContext", "readOnlyRootFilesystem"))
				assert.Equal(t, []any{"ALL"}, container.get("securityContext", "capabilities", "drop"))
				for _, probe := range []string{"readinessProbe", "livenessProbe"} {
					assert.NotNil(t, container.get(probe), "%s of %s", probe, container.text("name"))
				}
			}
			mountsExist(t, pod)
		})
	}
}

func ports(container object) map[string]int {
	all := map[string]int{}
	for _, name := range container.names("ports") {
		all[name], _ = container.get("ports", name, "containerPort").(int)
	}
	return all
}

// mountsExist checks that containers mount volumes that the pod has, each path
// once, and that no two containers or volumes have one name.
func mountsExist(t *testing.T, pod object) {
	t.Helper()
	volumes := pod.names("volumes")
	assert.Equal(t, len(volumes), len(slices.Compact(slices.Sorted(slices.Values(volumes)))), "volumes: %v", volumes)
	containers := pod.names("containers")
	assert.Equal(t, len(containers), len(slices.Compact(slices.Sorted(slices.Values(containers)))), "containers: %v", containers)
	for _, name := range containers {
		assert.LessOrEqual(t, len(name), 63)
		container := object(pod.get("containers", name).(map[string]any))
		paths := map[any]bool{}
		for _, each := range container.list("volumeMounts") {
			mount := object(each.(map[string]any))
			assert.Contains(t, volumes, mount.text("name"))
			assert.False(t, paths[mount.get("mountPath")], "two mounts at %s", mount.text("mountPath"))
			paths[mount.get("mountPath")] = true
		}
	}
}

func TestProbesAndNginx(t *testing.T) {
	t.Parallel()
	got := manifests(t, chart(t, everything("inventory")))

	grpc := object(got["Deployment/inventory"].pod().get("containers", "inventory").(map[string]any))
	for _, probe := range []string{"startupProbe", "readinessProbe"} {
		assert.Equal(t, 50051, grpc.get(probe, "grpc", "port"))
	}
	assert.Equal(t, "grpc", grpc.text("livenessProbe", "tcpSocket", "port"), "a restart brings no database back")
	for name, port := range map[string]string{"rest": "rest", "scheduler": "admin", "worker": "admin"} {
		c := object(got["Deployment/inventory-"+name].pod().get("containers", "inventory-"+name).(map[string]any))
		assert.Equal(t, "/check", c.text("readinessProbe", "httpGet", "path"))
		assert.Equal(t, port, c.text("readinessProbe", "httpGet", "port"))
		assert.Equal(t, port, c.text("livenessProbe", "tcpSocket", "port"), "a restart brings no database back")
	}

	pod := got["Deployment/inventory-rest"].pod()
	nginx := object(pod.get("containers", "inventory-nginx").(map[string]any))
	assert.Equal(t, map[string]int{"http": 80}, ports(nginx))
	assert.Equal(t, 101, nginx.get("securityContext", "runAsUser"))
	assert.Equal(t, "/etc/nginx/nginx.conf", nginx.text("volumeMounts", "rest-nginx-conf", "mountPath"))
	assert.Equal(t, "nginx.conf", nginx.text("volumeMounts", "rest-nginx-conf", "subPath"))
	assert.Equal(t, "/etc/nginx/conf.d", nginx.text("volumeMounts", "rest-nginx-proxy-conf", "mountPath"))
	assert.Equal(t, "/check", nginx.text("readinessProbe", "httpGet", "path"))
	assert.Equal(t, "net.ipv4.ip_unprivileged_port_start", pod.text("securityContext", "sysctls", 0, "name"))
}

func TestServices(t *testing.T) {
	t.Parallel()
	got := manifests(t, chart(t, everything("inventory")), "--set-json", `service.grpc.annotations={"nil":"nil","a/b":"c"}`)
	for name, port := range map[string]struct {
		name string
		port int
	}{"inventory": {"grpc", 50051}, "inventory-rest": {"rest", 80}} {
		s := got["Service/"+name]
		assert.Equal(t, "ClusterIP", s.text("spec", "type"))
		assert.Equal(t, map[string]any{"spaceone.service": name}, s.get("spec", "selector"))
		assert.Equal(t, port.name, s.text("spec", "ports", 0, "name"))
		assert.Equal(t, port.port, s.get("spec", "ports", 0, "port"))
		assert.Equal(t, port.port, s.get("spec", "ports", 0, "targetPort"))
	}
	assert.Equal(t, map[string]any{"a/b": "c"}, got["Service/inventory"].get("metadata", "annotations"))
	assert.Nil(t, got["Service/inventory-rest"].get("metadata", "annotations"))
}

// The servers that run by default are those of the Spec.
func TestServersOfTheSpec(t *testing.T) {
	t.Parallel()
	for name, s := range specs(t) {
		t.Run(name, func(t *testing.T) {
			got := manifests(t, chart(t, s))
			var want []string
			for _, server := range s.Servers {
				object := strings.TrimSuffix(truncated(s.ServiceName().Kebab()), "-")
				if server != "grpc" {
					object += "-" + string(server)
				}
				want = append(want, object)
			}
			var have []string
			for _, d := range got.ofKind("Deployment") {
				have = append(have, d.text("metadata", "name"))
				assert.Equal(t, "/"+s.ServiceName().Kebab(), d.text("spec", "template", "spec", "containers", 0, "command", 0))
				assert.Equal(t, s.Image.Reference()+":0.1.0", d.text("spec", "template", "spec", "containers", 0, "image"))
			}
			assert.ElementsMatch(t, want, have)
		})
	}
}

func truncated(name string) string { return name[:min(len(name), 53)] }
