package app_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	core "github.com/cloudforet-io/spacegen/core/config"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/structpb"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/cloudforet-io/supervisor/internal/connector"
	"github.com/cloudforet-io/supervisor/internal/manager"
	"github.com/cloudforet-io/supervisor/internal/service"
)

const here = "root-supervisor"

// platform stands for the plugin service and the repository.
type platform struct {
	mu     sync.Mutex
	wanted []string          // plugin@version
	states map[string]string // as they were last reported
}

func (p *platform) Dispatch(_ context.Context, _, method string, params map[string]any) (map[string]any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch method {
	case "Supervisor.publish":
		p.states = map[string]string{}
		for _, info := range params["plugin_info"].([]any) {
			info := info.(map[string]any)
			p.states[fmt.Sprint(info["plugin_id"], "@", info["version"])] = fmt.Sprint(info["state"])
		}
		return map[string]any{"supervisor_id": "supervisor-1", "state": "ENABLED"}, nil
	case "Supervisor.list_plugins":
		var results []any
		for _, plugin := range p.wanted {
			id, version, _ := strings.Cut(plugin, "@")
			results = append(results, map[string]any{"plugin_id": id, "version": version, "domain_id": "domain-1"})
		}
		return map[string]any{"results": results, "total_count": len(results)}, nil
	default: // Plugin.get of the repository
		return map[string]any{"image": fmt.Sprint("example/", params["plugin_id"]), "resource_type": "inventory.Collector"}, nil
	}
}

// supervised is a cluster, the supervisor in it, and the platform that says what
// ought to run.
type supervised struct {
	*platform
	client kubernetes.Interface
	sync   *service.PluginSync
}

// supervise lets a supervisor work on a cluster.
func supervise(t *testing.T, client kubernetes.Interface) *supervised {
	t.Helper()
	defaults := [][]byte{[]byte("NAME: root\nHOSTNAME: " + here + ".svc.cluster.local")}
	cfg, err := core.Load(t.Context(), defaults, "")
	require.NoError(t, err)
	cluster, err := connector.NewCluster(client, "root", "", connector.ClusterSettings{
		Namespace: here, Replica: map[string]int32{"inventory.Collector": 2},
	})
	require.NoError(t, err)
	p := &platform{}
	endpoints := map[string]string{"plugin": "grpc://plugin:50051", "repository": "grpc://repository:50051"}
	managers := manager.New(connector.Connectors{
		Plugin:  connector.NewPlugin(connector.Deps{Config: cfg, Services: p, Endpoints: endpoints}),
		Runtime: &connector.Runtime{Backend: cluster},
	})
	return &supervised{platform: p, client: client, sync: service.New(managers, prometheus.NewRegistry()).PluginSync}
}

// want says what ought to run from now on.
func (s *supervised) want(plugins ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wanted = plugins
}

// settles brings plugins in line, again and again, until the platform knows
// them in these states.
func (s *supervised) settles(t *testing.T, states map[string]string) {
	t.Helper()
	var last map[string]string
	ok := assert.Eventually(t, func() bool {
		_, err := s.sync.Run(t.Context(), &structpb.Struct{})
		if !assert.NoError(t, err) {
			return false
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		last = s.states
		return assert.ObjectsAreEqual(states, last)
	}, time.Minute, 20*time.Millisecond)
	require.True(t, ok, "want %v, last %v", states, last)
}

// deployed are the plugins that have a Deployment and a Service, as
// plugin@version: name.
func (s *supervised) deployed(t *testing.T) map[string]string {
	t.Helper()
	deployments, err := s.client.AppsV1().Deployments(here).List(t.Context(), metav1.ListOptions{LabelSelector: "supervisor_name"})
	require.NoError(t, err)
	all := map[string]string{}
	for _, d := range deployments.Items {
		if _, err := s.client.CoreV1().Services(here).Get(t.Context(), d.Name, metav1.GetOptions{}); err == nil {
			all[d.Labels["plugin_id"]+"@"+d.Labels["version"]] = d.Name
		}
	}
	return all
}

// controllers do what a cluster's own do, as they learn it from a watch: pods
// of an image that can be had serve, others wait. They note what they see.
type controllers struct {
	mu   sync.Mutex
	seen []string
}

func (c *controllers) run(t *testing.T, client kubernetes.Interface) {
	t.Helper()
	events, err := client.AppsV1().Deployments(metav1.NamespaceAll).Watch(t.Context(), metav1.ListOptions{})
	require.NoError(t, err)
	t.Cleanup(events.Stop)
	go func() {
		for event := range events.ResultChan() {
			d, ok := event.Object.(*appsv1.Deployment)
			if !ok {
				continue
			}
			c.note(event.Type, d)
			if event.Type != watch.Deleted {
				c.act(context.Background(), client, d)
			}
		}
	}()
}

func (c *controllers) note(event watch.EventType, d *appsv1.Deployment) {
	c.mu.Lock()
	defer c.mu.Unlock()
	what := d.Labels["plugin_id"] + "@" + d.Labels["version"]
	switch {
	case event == watch.Deleted:
		what = "deleted " + what
	case d.Status.AvailableReplicas > 0:
		what = "serves " + what
	default:
		return
	}
	if !slices.Contains(c.seen, what) {
		c.seen = append(c.seen, what)
	}
}

// forget begins the notes anew.
func (c *controllers) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen = nil
}

// saw waits until so much was seen, and gives it.
func (c *controllers) saw(t *testing.T, n int) []string {
	t.Helper()
	require.Eventually(t, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.seen) >= n
	}, time.Minute, 10*time.Millisecond)
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.seen)
}

func (c *controllers) act(ctx context.Context, client kubernetes.Interface, d *appsv1.Deployment) {
	if strings.HasSuffix(d.Spec.Template.Spec.Containers[0].Image, ":broken") {
		pods := client.CoreV1().Pods(d.Namespace)
		pod, err := pods.Create(ctx, &corev1.Pod{
			ObjectMeta: metav1.ObjectMeta{Name: d.Name + "-1", Namespace: d.Namespace, Labels: d.Spec.Template.Labels},
			Spec:       d.Spec.Template.Spec,
		}, metav1.CreateOptions{})
		if err == nil {
			pod.Status.ContainerStatuses = []corev1.ContainerStatus{{Name: "plugin", State: corev1.ContainerState{
				Waiting: &corev1.ContainerStateWaiting{Reason: "ImagePullBackOff", Message: "no such image"},
			}}}
			_, _ = pods.UpdateStatus(ctx, pod, metav1.UpdateOptions{})
		}
		return
	}
	n := *d.Spec.Replicas
	want := appsv1.DeploymentStatus{
		Replicas: n, UpdatedReplicas: n, ReadyReplicas: n, AvailableReplicas: n, ObservedGeneration: d.Generation,
	}
	if !assert.ObjectsAreEqual(want, d.Status) {
		d = d.DeepCopy()
		d.Status = want
		_, _ = client.AppsV1().Deployments(d.Namespace).UpdateStatus(ctx, d, metav1.UpdateOptions{})
	}
}

// bystander is a Deployment that is none of the supervisor's business.
func bystander(namespace, name string, labels map[string]string) *appsv1.Deployment {
	pods := map[string]string{"app": name}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace, Labels: labels},
		Spec: appsv1.DeploymentSpec{
			Replicas: new(int32),
			Selector: &metav1.LabelSelector{MatchLabels: pods},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: pods},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "example/bystander"}}},
			},
		},
	}
}

func TestPluginsInKubernetes(t *testing.T) {
	client := fake.NewClientset()
	keepsPlugins(t, client, supervise(t, client))
}

// keepsPlugins lets a supervisor do all that it does on a cluster, which client
// may do everything with.
func keepsPlugins(t *testing.T, client kubernetes.Interface, s *supervised) {
	t.Helper()
	deployments, services := client.AppsV1().Deployments(here), client.CoreV1().Services(here)
	for _, d := range []*appsv1.Deployment{
		bystander(here, "redis", nil),
		bystander("default", "orphan", map[string]string{
			"app.kubernetes.io/managed-by": "spaceone-supervisor", "supervisor_name": "root", "plugin_instance": "orphan",
		}),
	} {
		_, err := client.AppsV1().Deployments(d.Namespace).Create(t.Context(), d, metav1.CreateOptions{})
		require.NoError(t, err)
	}
	c := &controllers{}
	c.run(t, client)

	s.want("a@1", "b@1")
	s.settles(t, map[string]string{"a@1": "ACTIVE", "b@1": "ACTIVE"})

	t.Run("killed, it comes back", func(t *testing.T) {
		names := s.deployed(t)
		require.NoError(t, deployments.Delete(t.Context(), names["a@1"], metav1.DeleteOptions{}))
		require.NoError(t, services.Delete(t.Context(), names["b@1"], metav1.DeleteOptions{}))
		s.settles(t, map[string]string{"a@1": "ACTIVE", "b@1": "ACTIVE"})
		assert.Equal(t, names, s.deployed(t))
	})
	t.Run("what somebody scaled is as it was", func(t *testing.T) {
		name := s.deployed(t)["a@1"]
		d, err := deployments.Get(t.Context(), name, metav1.GetOptions{})
		require.NoError(t, err)
		d.Spec.Replicas = new(int32)
		_, err = deployments.Update(t.Context(), d, metav1.UpdateOptions{})
		require.NoError(t, err)
		require.Eventually(t, func() bool {
			_, err := s.sync.Run(t.Context(), &structpb.Struct{})
			require.NoError(t, err)
			d, err = deployments.Get(t.Context(), name, metav1.GetOptions{})
			return err == nil && *d.Spec.Replicas == 2
		}, time.Minute, 20*time.Millisecond)
		s.settles(t, map[string]string{"a@1": "ACTIVE", "b@1": "ACTIVE"})
	})
	t.Run("a version that can't run leaves the old one", func(t *testing.T) {
		s.want("a@broken", "b@1")
		s.settles(t, map[string]string{"a@1": "ACTIVE", "a@broken": "ERROR", "b@1": "ACTIVE"})
	})
	t.Run("a new version serves before the old one goes", func(t *testing.T) {
		c.forget()
		s.want("a@2", "b@1")
		s.settles(t, map[string]string{"a@2": "ACTIVE", "b@1": "ACTIVE"})
		seen := c.saw(t, 3)
		assert.Equal(t, "serves a@2", seen[0])
		assert.ElementsMatch(t, []string{"deleted a@1", "deleted a@broken"}, seen[1:])
	})
	t.Run("orphans go", func(t *testing.T) {
		s.want("a@2")
		s.settles(t, map[string]string{"a@2": "ACTIVE"})
		assert.Len(t, s.deployed(t), 1)
		left, err := services.List(t.Context(), metav1.ListOptions{})
		require.NoError(t, err)
		assert.Len(t, left.Items, 1)
	})
	t.Run("others stay as they are", func(t *testing.T) {
		_, err := client.AppsV1().Deployments("default").Get(t.Context(), "orphan", metav1.GetOptions{})
		require.NoError(t, err)
		_, err = deployments.Get(t.Context(), "redis", metav1.GetOptions{})
		require.NoError(t, err)
	})
}
