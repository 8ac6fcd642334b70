package charttest

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// The initializer may write the one Secret that it has to, in the one step that
// does it, and all pods mount that.
func TestPlatformToken(t *testing.T) {
	t.Parallel()
	dir := platform(t, tool(t, "helm3", "helm"), spec.Platform{Members: members("identity", "inventory")})
	got := judge(t, filepath.Join(dir, "deploy/helm"))
	assert.Nil(t, got["Secret/system-token"].get("stringData"), "what it says would override what was written")
	assert.Nil(t, got["Secret/system-token"].get("data"))
	assert.Equal(t, []any{map[string]any{
		"apiGroups": []any{""}, "resources": []any{"secrets"}, "resourceNames": []any{"system-token"}, "verbs": []any{"get", "patch"},
	}}, got["Role/spaceone-initializer"].list("rules"))
	binding := got["RoleBinding/spaceone-initializer"]
	assert.Equal(t, "spaceone-initializer", binding.text("roleRef", "name"))
	assert.Equal(t, []any{map[string]any{"kind": "ServiceAccount", "name": "spaceone-initializer", "namespace": "default"}}, binding.list("subjects"))

	pod := got["Job/spaceone-initializer"].pod()
	assert.Equal(t, "/var/run/secrets/kubernetes.io/serviceaccount", pod.text("containers", "bootstrap", "volumeMounts", "account", "mountPath"))
	for _, each := range pod.list("initContainers") {
		container, _ := asMap(each)
		assert.Nil(t, object(container).get("volumeMounts", "account"), "migrations have no account")
	}
	for _, d := range got.ofKind("Deployment") {
		assert.Equal(t, map[string]any{"secretName": "system-token", "optional": true}, d.pod().get("volumes", "system-token", "secret"))
		folder := d.pod().text("containers", 0, "volumeMounts", "system-token", "mountPath")
		service, _, _ := strings.Cut(d.text("metadata", "name"), "-")
		conf := got["ConfigMap/"+service+"-conf"].document(t, "config.yaml")
		assert.Equal(t, folder+"/token", conf.get("GLOBAL", "TOKEN_FILE"))
		assert.Empty(t, d.pod().text("containers", 0, "volumeMounts", "system-token", "subPath"), "a subPath never changes")
	}

	theirs := manifests(t, filepath.Join(dir, "deploy/helm"), "--set", "initializer.rbac.create=false,global.serviceAccountName=theirs")
	assert.Empty(t, theirs.ofKind("Role"))
	bound := manifests(t, filepath.Join(dir, "deploy/helm"), "--set", "global.serviceAccountName=theirs")
	assert.Equal(t, "theirs", bound["RoleBinding/spaceone-initializer"].text("subjects", 0, "name"))
}

// Who gives a token, or has no identity that could make one, gets none.
func TestPlatformTokenIsGiven(t *testing.T) {
	t.Parallel()
	dir := platform(t, tool(t, "helm3", "helm"), spec.Platform{Members: members("identity", "inventory")})
	for _, set := range []string{
		"global.shared_secret.TOKEN=geheim", "global.shared_conf.TOKEN=geheim", "identity.enabled=false", "initializer.enabled=false",
	} {
		got := manifests(t, filepath.Join(dir, "deploy/helm"), "--set", set)
		assert.NotContains(t, got, "Secret/system-token", set)
		assert.Empty(t, got.ofKind("Role"), set)
		job := fmt.Sprint(got["Job/spaceone-initializer"])
		assert.NotContains(t, job, "serviceAccountToken", set)
		assert.Equal(t, strings.Contains(set, "TOKEN"), strings.Contains(job, "--no-token"), set)
	}
}

// A supervisor in a namespace of its own has the token there.
func TestPlatformTokenElsewhere(t *testing.T) {
	t.Parallel()
	chart := platformWith(t, spec.Member{Name: "identity"}, spec.Member{Name: "supervisor", Kind: spec.KindSupervisor})
	text := mustTemplate(t, "helm3", chart, "test", ".", "--kube-version", newest, "--namespace", "spaceone",
		"--set", "global.supervisor_namespace=root-supervisor")
	all := map[string]object{}
	for _, document := range strings.Split(text, "\n---\n") {
		for _, o := range parse(t, document) {
			all[o.text("metadata", "namespace")+"/"+o.text("kind")+"/"+o.text("metadata", "name")] = o
		}
	}
	for _, namespace := range []string{"spaceone", "root-supervisor"} {
		assert.Contains(t, all, namespace+"/Secret/system-token")
		assert.Contains(t, all, namespace+"/Role/spaceone-initializer")
		assert.Equal(t, "spaceone", all[namespace+"/RoleBinding/spaceone-initializer"].text("subjects", 0, "namespace"))
	}
	assert.Equal(t, []any{"--secret", "spaceone/system-token", "--secret", "root-supervisor/system-token"},
		all["spaceone/Job/spaceone-initializer"].pod().list("containers", 0, "args")[7:])
	assert.Equal(t, "system-token", all["root-supervisor/Deployment/supervisor-scheduler"].pod().text("volumes", "system-token", "secret", "secretName"))
}

// A scheduler that was started before the token was there puts it into its tasks
// as soon as it is: testdata/late_token.go, among the emitted service's own tests.
func TestE2ESchedulersSeeALateToken(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds a service")
	}
	dir, err := filepath.Abs(filepath.Join(root(t), "testdata", "golden", "inventory"))
	require.NoError(t, err)
	file := overlay(t, "late_token.go", filepath.Join(dir, "internal", "app", "late_token_test.go"))
	out, err := runWith(t, dir, []string{"GOWORK=off"}, "go", "test", "-vet=off", "-overlay", file, "-run", "TestLateToken", "-v", "./internal/app")
	require.NoError(t, err, out)
	assert.Contains(t, out, "--- PASS: TestLateToken")
}
