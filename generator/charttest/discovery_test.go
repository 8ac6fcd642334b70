package charttest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// discovery is as much of a Kubernetes API as Helm 3 asks for before it installs
// in a dry run: the version, and which kinds there are, in an empty cluster. It
// gives the API's address.
func discovery(t *testing.T) string {
	t.Helper()
	kinds := map[string]string{
		"/api/v1":                            "ServiceAccount Service ConfigMap Secret",
		"/apis/apps/v1":                      "Deployment StatefulSet",
		"/apis/batch/v1":                     "Job",
		"/apis/policy/v1":                    "PodDisruptionBudget",
		"/apis/autoscaling/v2":               "HorizontalPodAutoscaler",
		"/apis/networking.k8s.io/v1":         "Ingress NetworkPolicy",
		"/apis/rbac.authorization.k8s.io/v1": "Role RoleBinding",
	}
	var groups []any
	answers := map[string]any{
		"/version": map[string]any{"major": "1", "minor": "37", "gitVersion": "v" + newest},
		"/api":     map[string]any{"kind": "APIVersions", "versions": []string{"v1"}},
	}
	for at, names := range kinds {
		var resources []any
		for _, kind := range strings.Fields(names) {
			plural := strings.ToLower(kind) + "s"
			resources = append(resources, map[string]any{"name": strings.Replace(plural, "ys", "ies", 1), "kind": kind, "namespaced": true})
		}
		version := strings.TrimPrefix(strings.TrimPrefix(at, "/apis/"), "/api/")
		answers[at] = map[string]any{"kind": "APIResourceList", "groupVersion": version, "resources": resources}
		if group, v := path.Split(version); group != "" {
			one := map[string]any{"groupVersion": version, "version": v}
			groups = append(groups, map[string]any{"name": path.Clean(group), "versions": []any{one}, "preferredVersion": one})
		}
	}
	answers["/apis"] = map[string]any{"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, http.MethodGet, r.Method, "a dry run changes nothing: %s", r.URL)
		answer, ok := answers[r.URL.Path]
		w.Header().Set("Content-Type", "application/json")
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			answer = map[string]any{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": http.StatusNotFound}
		}
		assert.NoError(t, json.NewEncoder(w).Encode(answer))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// dryRun are the arguments of an install that changes nothing: Helm 3 asks a
// cluster even then.
func dryRun(t *testing.T, version string) []string {
	t.Helper()
	if version == "helm4" {
		return []string{"--dry-run=client"}
	}
	return []string{"--dry-run=client", "--disable-openapi-validation", "--kube-apiserver", discovery(t)}
}
