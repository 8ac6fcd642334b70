package charttest

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// What the members' pods mount and need in order to run, the pod that migrates
// has as well, each step what is its member's.
func TestPlatformInitializerHasWhatPodsHave(t *testing.T) {
	t.Parallel()
	dir := platform(t, tool(t, "helm3", "helm"), spec.Platform{Members: members("identity", "inventory")})
	chart := filepath.Join(dir, "deploy/helm")
	got := judge(t, chart, "--values", given(t, `
global:
  backend: {volumes: [{name: timezone, hostPath: {path: /usr/share/zoneinfo/Asia/Seoul}}]}
  volumes: [{name: unused, emptyDir: {}}]
inventory:
  timezone: Asia/Seoul
  imagePullSecrets: [{name: registry}]
  volumes: [{name: ca, secret: {secretName: inventory-ca}}, {name: scratch, emptyDir: {}}]
  volumeMounts:
    application_grpc: [{name: ca, mountPath: /etc/ssl/inventory, readOnly: true}, {name: more, mountPath: /more}, {name: more, mountPath: /opt/spaceone/inventory/config/x.yaml, subPath: x.yaml}]
    application_rest: [{name: scratch, mountPath: /scratch}]
  pod:
    spec:
      nodeSelector: {disk: ssd}
      imagePullSecrets: [{name: registry}, {name: other}]
      tolerations: [{key: a, operator: Exists}]
      volumes: [{name: more, configMap: {name: more}}]
identity:
  volumes: [{name: ca, secret: {secretName: identity-ca}}]
  volumeMounts: {application_grpc: [{name: ca, mountPath: /etc/ssl/identity}]}
  pod: {spec: {nodeSelector: {arch: arm64}, tolerations: [{key: a, operator: Exists}], dnsPolicy: Default, securityContext: {fsGroup: 1000}}}
`))
	job := got["Job/spaceone-initializer"]
	pod := job.pod()
	assert.Equal(t, []any{map[string]any{"name": "registry"}, map[string]any{"name": "other"}}, pod.list("imagePullSecrets"))
	assert.Equal(t, map[string]any{"disk": "ssd", "arch": "arm64"}, pod.get("nodeSelector"))
	assert.Len(t, pod.list("tolerations"), 1)
	assert.Equal(t, "Default", pod.text("dnsPolicy"))
	assert.Equal(t, 1000, pod.get("securityContext", "fsGroup"))
	assert.Equal(t, true, pod.get("securityContext", "runAsNonRoot"))

	// Each step mounts what is its member's, by what the member calls it.
	mounted := func(container object) map[string]string {
		found := map[string]string{}
		for _, each := range container.list("volumeMounts") {
			mount, _ := asMap(each)
			volume, _ := asMap(pod.get("volumes", object(mount).text("name")))
			require.NotNil(t, volume, "%v is a volume", mount)
			for kind, source := range volume {
				if kind != "name" && kind != "projected" {
					found[object(mount).text("mountPath")] = kind + fmt.Sprint(source)
				}
			}
		}
		return found
	}
	zone := "hostPathmap[path:/usr/share/zoneinfo/Asia/Seoul]"
	inventory, _ := asMap(pod.get("initContainers", "migrate-inventory"))
	assert.Equal(t, map[string]string{
		"/etc/ssl/inventory": "secretmap[secretName:inventory-ca]", "/more": "configMapmap[name:more]", "/etc/localtime": zone, "/tmp": "emptyDirmap[]",
	}, mounted(inventory))
	assert.Equal(t, "Asia/Seoul", object(inventory).text("env", "TZ", "value"))
	identity, _ := asMap(pod.get("containers", "bootstrap"))
	assert.Equal(t, map[string]string{
		"/etc/ssl/identity": "secretmap[secretName:identity-ca]", "/etc/localtime": zone, "/tmp": "emptyDirmap[]",
	}, mounted(identity))
	names := pod.names("volumes")
	assert.Len(t, slices.Compact(slices.Sorted(slices.Values(names))), len(names), "no two volumes of one name")
	assert.NotContains(t, fmt.Sprint(pod.list("volumes")), "unused")

	// The account is its own, and there before the Job, which is a hook.
	assert.Equal(t, "spaceone-initializer", pod.text("serviceAccountName"))
	assert.Equal(t, false, pod.get("automountServiceAccountToken"))
	account := got["ServiceAccount/spaceone-initializer"]
	require.NotNil(t, account)
	assert.Nil(t, account.get("metadata", "annotations"))
}

func TestPlatformInitializerAccount(t *testing.T) {
	t.Parallel()
	dir := platform(t, tool(t, "helm3", "helm"), spec.Platform{Members: members("identity")})
	chart := filepath.Join(dir, "deploy/helm")
	for set, want := range map[string]struct {
		name string
		made bool
	}{
		"global.serviceAccountName=theirs":                                                  {"theirs", false},
		"initializer.serviceAccount.create=false":                                           {"default", false},
		"initializer.serviceAccount.create=false,initializer.serviceAccount.name=migrating": {"migrating", false},
		"initializer.serviceAccount.annotations.role=database":                              {"spaceone-initializer", true},
	} {
		got := manifests(t, chart, "--set", set)
		assert.Equal(t, want.name, got["Job/spaceone-initializer"].pod().text("serviceAccountName"), set)
		account, made := got["ServiceAccount/"+want.name]
		assert.Equal(t, want.made, made, set)
		if made {
			assert.Equal(t, "database", account.text("metadata", "annotations", "role"))
		}
	}
	assert.NotContains(t, manifests(t, chart, "--set", "initializer.enabled=false"), "ServiceAccount/spaceone-initializer")
}

// What people set of the initializer's pod itself.
func TestPlatformInitializerPod(t *testing.T) {
	t.Parallel()
	dir := platform(t, tool(t, "helm3", "helm"), spec.Platform{Members: members("identity", "inventory")})
	chart := filepath.Join(dir, "deploy/helm")
	got := judge(t, chart, "--values", given(t, `
inventory: {pod: {spec: {nodeSelector: {disk: ssd}}}}
initializer:
  podAnnotations: {sidecar.istio.io/inject: "false"}
  podLabels: {database: client}
  pod:
    spec:
      nodeSelector: {pool: jobs}
      priorityClassName: high
      initContainers: [{name: proxy, image: example/proxy}]
      volumes: [{name: socket, emptyDir: {}}]
`))
	job := got["Job/spaceone-initializer"]
	pod := job.pod()
	assert.Equal(t, map[string]any{"pool": "jobs"}, pod.get("nodeSelector"), "in place of what members say")
	assert.Equal(t, "high", pod.text("priorityClassName"))
	assert.Equal(t, []string{"proxy", "migrate-identity", "migrate-inventory"}, pod.names("initContainers"))
	assert.Contains(t, pod.names("volumes"), "socket")
	assert.Equal(t, "false", job.text("spec", "template", "metadata", "annotations", "sidecar.istio.io/inject"))
	labels, _ := asMap(job.get("spec", "template", "metadata", "labels"))
	assert.Contains(t, slices.Collect(maps.Keys(labels)), "database")
	for version := range helms(t) {
		out, err := template(t, version, chart, "test", ".", "--set", "initializer.pod.spec.containers[0].name=x")
		require.Error(t, err, version)
		assert.Contains(t, out, "containers", version)
	}
}
