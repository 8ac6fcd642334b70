package app_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// account is the ServiceAccount that the chart makes.
const account = "supervisor"

// cluster gives access to the Kubernetes API that TEST_KUBECONFIG names, on
// which the chart is installed: with all rights, and with those of the
// supervisor's account.
func cluster(t *testing.T) (all *kubernetes.Clientset, own *rest.Config) {
	t.Helper()
	file := os.Getenv("TEST_KUBECONFIG")
	if file == "" {
		t.Skip("TEST_KUBECONFIG names no cluster")
	}
	access, err := clientcmd.BuildConfigFromFlags("", file)
	require.NoError(t, err)
	access.QPS = -1
	all, err = kubernetes.NewForConfig(access)
	require.NoError(t, err)
	token, err := all.CoreV1().ServiceAccounts(here).CreateToken(t.Context(), account, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	require.NoError(t, err)
	own = rest.AnonymousClientConfig(access)
	own.BearerToken = token.Status.Token
	return all, own
}

// recorder notes which verbs are used on which resources.
type recorder struct {
	http.RoundTripper
	mu   sync.Mutex
	used map[string]bool // "deployments get"
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	verb := map[string]string{"GET": "get", "POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}[req.Method]
	_, path, ok := strings.Cut(req.URL.Path, "/namespaces/"+here+"/")
	if !ok {
		path = "beyond the namespace: " + req.URL.Path
	}
	resource, name, _ := strings.Cut(path, "/")
	if verb == "get" && name == "" {
		verb = "list"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.used[resource+" "+verb] = true
	return r.RoundTripper.RoundTrip(req)
}

// The supervisor does all that it does with the rights that the chart gives it,
// and there is none among them that it does not need.
func TestTheRoleIsEnoughAndNoMore(t *testing.T) {
	all, own := cluster(t)
	r := &recorder{used: map[string]bool{}}
	own.WrapTransport = func(next http.RoundTripper) http.RoundTripper { r.RoundTripper = next; return r }
	client, err := kubernetes.NewForConfig(own)
	require.NoError(t, err)
	s := supervise(t, client)
	s.client = all
	keepsPlugins(t, all, s)

	role, err := all.RbacV1().Roles(here).Get(t.Context(), account, metav1.GetOptions{})
	require.NoError(t, err)
	granted := map[string]bool{}
	for _, rule := range role.Rules {
		for _, resource := range rule.Resources {
			for _, verb := range rule.Verbs {
				granted[resource+" "+verb] = true
			}
		}
	}
	assert.Equal(t, granted, r.used)

	t.Run("nothing else is allowed", func(t *testing.T) {
		for _, try := range []authorizationv1.ResourceAttributes{
			{Namespace: "default", Group: "apps", Resource: "deployments", Verb: "list"},
			{Namespace: "default", Group: "apps", Resource: "deployments", Verb: "delete"},
			{Namespace: "", Group: "apps", Resource: "deployments", Verb: "list"},
			{Namespace: here, Group: "apps", Resource: "deployments", Verb: "patch"},
			{Namespace: here, Group: "apps", Resource: "deployments", Verb: "deletecollection"},
			{Namespace: here, Resource: "pods", Verb: "create"},
			{Namespace: here, Resource: "pods", Verb: "delete"},
			{Namespace: here, Resource: "pods", Subresource: "exec", Verb: "create"},
			{Namespace: here, Resource: "secrets", Verb: "get"},
			{Namespace: here, Resource: "secrets", Verb: "list"},
			{Namespace: here, Resource: "configmaps", Verb: "get"},
			{Namespace: here, Resource: "serviceaccounts", Subresource: "token", Verb: "create"},
			{Namespace: here, Group: "rbac.authorization.k8s.io", Resource: "rolebindings", Verb: "create"},
			{Resource: "nodes", Verb: "list"},
			{Resource: "namespaces", Verb: "list"},
		} {
			review, err := client.AuthorizationV1().SelfSubjectAccessReviews().Create(t.Context(), &authorizationv1.SelfSubjectAccessReview{
				Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &try},
			}, metav1.CreateOptions{})
			require.NoError(t, err)
			assert.False(t, review.Status.Allowed, "%+v", try)
		}
	})
}

// The whole supervisor, as its command runs it, with the account's token.
func TestTheSupervisorOnACluster(t *testing.T) {
	all, own := cluster(t)
	file := filepath.Join(t.TempDir(), "kubeconfig")
	require.NoError(t, clientcmd.WriteToFile(api.Config{
		CurrentContext: "it",
		Contexts:       map[string]*api.Context{"it": {Cluster: "it", AuthInfo: "it"}},
		Clusters:       map[string]*api.Cluster{"it": {Server: own.Host, CertificateAuthority: own.CAFile, CertificateAuthorityData: own.CAData, InsecureSkipTLSVerify: own.Insecure}},
		AuthInfos:      map[string]*api.AuthInfo{"it": {Token: own.BearerToken}},
	}, file))
	start(t, settings+fmt.Sprintf(`
NAME: whole
BACKEND: kubernetes
SCHEDULERS: {sync_plugins: {interval: 1}}
WANTED_PLUGINS: [{plugin_id: plugin-asset, version: "1.0", image: example/asset, kind: inventory.Collector}]
CONNECTORS: {KubernetesConnector: {namespace: %s, kubeconfig: %s, replica: {inventory.Collector: 3}}}
`, here, file))
	mine := metav1.ListOptions{LabelSelector: "supervisor_name=whole"}
	var names []string
	require.Eventually(t, func() bool {
		deployments, err := all.AppsV1().Deployments(here).List(t.Context(), mine)
		require.NoError(t, err)
		names = nil
		for _, d := range deployments.Items {
			names = append(names, fmt.Sprint(d.Name, " ", *d.Spec.Replicas))
		}
		return len(names) > 0
	}, time.Minute, 100*time.Millisecond)
	services, err := all.CoreV1().Services(here).List(t.Context(), mine)
	require.NoError(t, err)
	require.Len(t, services.Items, 1)
	assert.True(t, slices.Equal(names, []string{services.Items[0].Name + " 3"}), names)
}
