package connector

import (
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/cloudforet-io/supervisor/internal/model"
)

const here = "root-supervisor"

// ec2 is a plugin as the platform has them.
var ec2 = model.Plugin{
	ID: "plugin-aws-ec2", Version: "1.2+build", DomainID: "domain-1", Kind: "inventory.Collector",
	Image: "registry.example/pyengine/aws-ec2", PullSecret: "registry",
}

func cluster(t *testing.T, s ClusterSettings, objects ...runtime.Object) (*Cluster, *fake.Clientset) {
	t.Helper()
	s.Namespace = here
	client := fake.NewClientset(objects...)
	k, err := NewCluster(client, "root", "", s)
	require.NoError(t, err)
	t.Cleanup(func() {
		for _, a := range client.Actions() {
			assert.Equal(t, here, a.GetNamespace(), "%s %s", a.GetVerb(), a.GetResource().Resource)
		}
	})
	return k, client
}

func get(t *testing.T, client *fake.Clientset, name string) (*appsv1.Deployment, *corev1.Service) {
	t.Helper()
	d, err := client.AppsV1().Deployments(here).Get(t.Context(), name, metav1.GetOptions{})
	require.NoError(t, err)
	s, err := client.CoreV1().Services(here).Get(t.Context(), name, metav1.GetOptions{})
	require.NoError(t, err)
	return d, s
}

func TestAPluginInKubernetes(t *testing.T) {
	k, client := cluster(t, ClusterSettings{
		Replica: map[string]int32{"inventory.Collector": 4, "monitoring.Metric": 2}, PullSecrets: []string{"mirror"},
		Env: []corev1.EnvVar{{Name: "HTTP_PROXY", Value: "http://proxy"}}, ServiceAccount: "plugin",
		NodeSelector: map[string]string{"Category": "supervisor"},
	})
	require.NoError(t, k.Start(t.Context(), ec2))
	d, s := get(t, client, ec2.Name())

	labels := map[string]string{
		"app.kubernetes.io/managed-by": "spaceone-supervisor", "supervisor_name": "root", "plugin_instance": ec2.Name(),
		"plugin_id": "plugin-aws-ec2", "version": "1.2_build", "domain_id": "domain-1", "resource_type": "inventory.Collector",
	}
	assert.Equal(t, labels, d.Labels)
	assert.Equal(t, labels, d.Spec.Template.Labels)
	assert.Equal(t, labels, s.Labels)
	assert.Equal(t, "1.2+build", d.Annotations["spaceone.supervisor.plugin.version"])
	assert.EqualValues(t, 4, *d.Spec.Replicas)
	assert.Equal(t, d.Spec.Selector.MatchLabels, s.Spec.Selector)
	assert.EqualValues(t, 50051, s.Spec.Ports[0].Port)
	pod := d.Spec.Template.Spec
	assert.Equal(t, []corev1.LocalObjectReference{{Name: "registry"}, {Name: "mirror"}}, pod.ImagePullSecrets)
	assert.Equal(t, "registry.example/pyengine/aws-ec2:1.2+build", pod.Containers[0].Image)
	assert.Equal(t, "http://proxy", pod.Containers[0].Env[0].Value)
	assert.Equal(t, "supervisor", pod.NodeSelector["Category"])
	assert.Equal(t, "plugin", pod.ServiceAccountName)
	assert.False(t, *pod.AutomountServiceAccountToken, "a plugin gets no way into the cluster")

	all, err := k.List(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 1)
	assert.Equal(t, model.Instance{
		Name: ec2.Name(), PluginID: ec2.ID, Version: ec2.Version, DomainID: ec2.DomainID, State: model.Provisioning,
		Endpoint:  "grpc://" + ec2.Name() + ".root-supervisor.svc.cluster.local:50051",
		Endpoints: []string{"grpc://" + ec2.Name() + ".root-supervisor.svc.cluster.local:50051"},
	}, all[0])
}

func TestReplicasByKindAndPlugin(t *testing.T) {
	k, _ := cluster(t, ClusterSettings{Replica: map[string]int32{
		"inventory.Collector": 4, "inventory.Collector?plugin-aws-ec2": 8,
	}})
	other := ec2
	other.ID = "plugin-other"
	metric := ec2
	metric.Kind = "monitoring.Metric"
	assert.EqualValues(t, 8, k.replicas(ec2))
	assert.EqualValues(t, 4, k.replicas(other))
	assert.EqualValues(t, 1, k.replicas(metric))
}

// What is not as it was started is found, and set right by another start.
func TestDrift(t *testing.T) {
	ready := int32(1)
	for name, c := range map[string]struct {
		change   func(*testing.T, *Cluster, *fake.Clientset)
		settings ClusterSettings
	}{
		"the Deployment is gone": {change: func(t *testing.T, _ *Cluster, client *fake.Clientset) {
			require.NoError(t, client.AppsV1().Deployments(here).Delete(t.Context(), ec2.Name(), metav1.DeleteOptions{}))
		}},
		"the Service is gone": {change: func(t *testing.T, _ *Cluster, client *fake.Clientset) {
			require.NoError(t, client.CoreV1().Services(here).Delete(t.Context(), ec2.Name(), metav1.DeleteOptions{}))
		}},
		"somebody scaled it": {change: func(t *testing.T, _ *Cluster, client *fake.Clientset) {
			d, _ := get(t, client, ec2.Name())
			*d.Spec.Replicas = 0
			_, err := client.AppsV1().Deployments(here).Update(t.Context(), d, metav1.UpdateOptions{})
			require.NoError(t, err)
		}},
		"somebody set another image": {change: func(t *testing.T, _ *Cluster, client *fake.Clientset) {
			d, _ := get(t, client, ec2.Name())
			d.Spec.Template.Spec.Containers[0].Image = "miner"
			_, err := client.AppsV1().Deployments(here).Update(t.Context(), d, metav1.UpdateOptions{})
			require.NoError(t, err)
		}},
		"somebody led the Service elsewhere": {change: func(t *testing.T, _ *Cluster, client *fake.Clientset) {
			_, s := get(t, client, ec2.Name())
			s.Spec.Selector = map[string]string{"app": "other"}
			_, err := client.CoreV1().Services(here).Update(t.Context(), s, metav1.UpdateOptions{})
			require.NoError(t, err)
		}},
		"the settings are others": {change: func(_ *testing.T, k *Cluster, _ *fake.Clientset) {
			k.settings.Env = []corev1.EnvVar{{Name: "A", Value: "b"}}
		}},
		"headless from now on": {change: func(_ *testing.T, k *Cluster, _ *fake.Clientset) { k.settings.Headless = true }},
		"more replicas from now on": {change: func(_ *testing.T, k *Cluster, _ *fake.Clientset) {
			k.settings.Replica = map[string]int32{ec2.Kind: 3}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			k, client := cluster(t, c.settings)
			require.NoError(t, k.Start(t.Context(), ec2))
			drifted := func() bool {
				all, err := k.List(t.Context())
				require.NoError(t, err)
				require.Len(t, all, 1)
				return all[0].Drifted
			}
			require.False(t, drifted())
			c.change(t, k, client)
			require.True(t, drifted())
			require.NoError(t, k.Start(t.Context(), ec2))
			assert.False(t, drifted())
			d, _ := get(t, client, ec2.Name())
			assert.Equal(t, ec2.Image+":"+ec2.Version, d.Spec.Template.Spec.Containers[0].Image)
			assert.GreaterOrEqual(t, *d.Spec.Replicas, ready)
		})
	}
}

func TestRestartKeepsTheRest(t *testing.T) {
	k, client := cluster(t, ClusterSettings{})
	require.NoError(t, k.Start(t.Context(), ec2))
	require.NoError(t, k.Restart(t.Context(), ec2.Name()))
	d, _ := get(t, client, ec2.Name())
	at := d.Spec.Template.Annotations[restartedAnnotation]
	assert.NotEmpty(t, at)
	require.NoError(t, k.Start(t.Context(), ec2))
	d, _ = get(t, client, ec2.Name())
	assert.Equal(t, at, d.Spec.Template.Annotations[restartedAnnotation], "to set things right is not to restart")
	all, err := k.List(t.Context())
	require.NoError(t, err)
	assert.False(t, all[0].Drifted)
	assert.False(t, all[0].Started.IsZero())
}

// Nothing that the supervisor did not make is shown or touched, whatever its
// name.
func TestWhatIsOthersStaysAsItIs(t *testing.T) {
	name := ec2.Name()
	mine := map[string]string{managedByLabel: managedBy, supervisorLabel: "root", instanceLabel: name}
	for what, labels := range map[string]map[string]string{
		"no labels":              nil,
		"another manager":        {managedByLabel: "Helm", supervisorLabel: "root", instanceLabel: name},
		"another supervisor":     {managedByLabel: managedBy, supervisorLabel: "other", instanceLabel: name},
		"labels of another name": {managedByLabel: managedBy, supervisorLabel: "root", instanceLabel: "other"},
	} {
		t.Run(what, func(t *testing.T) {
			theirs := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: here, Labels: labels}}
			service := &corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: here, Labels: labels}}
			elsewhere := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "other", Labels: mine}}
			k, client := cluster(t, ClusterSettings{}, theirs, service, elsewhere)
			for _, err := range []error{
				k.Start(t.Context(), ec2), k.Restart(t.Context(), name), k.Stop(t.Context(), name),
			} {
				require.Error(t, err)
				assert.Equal(t, "ERROR_NOT_UNIQUE", apierror.From(err).Code)
			}
			for _, a := range client.Actions() {
				assert.Contains(t, []string{"get", "list"}, a.GetVerb())
			}
		})
	}
}

func TestStopLeavesNothing(t *testing.T) {
	k, client := cluster(t, ClusterSettings{})
	require.NoError(t, k.Start(t.Context(), ec2))
	require.NoError(t, client.AppsV1().Deployments(here).Delete(t.Context(), ec2.Name(), metav1.DeleteOptions{}))
	all, err := k.List(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 1, "a Service alone is an instance too")
	require.NoError(t, k.Stop(t.Context(), ec2.Name()))
	all, err = k.List(t.Context())
	require.NoError(t, err)
	assert.Empty(t, all)
	assert.NoError(t, k.Stop(t.Context(), ec2.Name()), "twice is no error")
}

func TestStatesInKubernetes(t *testing.T) {
	waiting := func(reason, message string) corev1.PodStatus {
		return corev1.PodStatus{ContainerStatuses: []corev1.ContainerStatus{{
			RestartCount: 3, State: corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}},
		}}}
	}
	for name, c := range map[string]struct {
		status appsv1.DeploymentStatus
		pod    corev1.PodStatus
		state  model.State
		ready  bool
		reason string
	}{
		"just made": {state: model.Provisioning},
		"it starts": {pod: waiting("ContainerCreating", ""), state: model.Provisioning},
		"all serve": {status: appsv1.DeploymentStatus{Replicas: 2, UpdatedReplicas: 2, AvailableReplicas: 2}, state: model.Active, ready: true},
		"one serves": {
			status: appsv1.DeploymentStatus{Replicas: 2, UpdatedReplicas: 2, AvailableReplicas: 1}, state: model.Active,
		},
		"it rolls": {
			status: appsv1.DeploymentStatus{Replicas: 4, UpdatedReplicas: 2, AvailableReplicas: 3}, state: model.Active,
		},
		"no image": {
			pod: waiting("ImagePullBackOff", "not found"), state: model.Failed, reason: "ImagePullBackOff: not found (restarted 3 times)",
		},
		"it crashes": {pod: waiting("CrashLoopBackOff", "back-off"), state: model.Failed, reason: "CrashLoopBackOff: back-off (restarted 3 times)"},
		"no room": {
			pod: corev1.PodStatus{Conditions: []corev1.PodCondition{{
				Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable", Message: "no node",
			}}},
			state: model.Failed, reason: "Unschedulable: no node",
		},
		"quota": {
			status: appsv1.DeploymentStatus{Conditions: []appsv1.DeploymentCondition{{
				Type: appsv1.DeploymentReplicaFailure, Status: corev1.ConditionTrue, Reason: "FailedCreate", Message: "exceeded quota",
			}}},
			state: model.Failed, reason: "FailedCreate: exceeded quota",
		},
	} {
		t.Run(name, func(t *testing.T) {
			k, client := cluster(t, ClusterSettings{Headless: true, Replica: map[string]int32{ec2.Kind: 2}})
			require.NoError(t, k.Start(t.Context(), ec2))
			d, _ := get(t, client, ec2.Name())
			d.Status = c.status
			_, err := client.AppsV1().Deployments(here).UpdateStatus(t.Context(), d, metav1.UpdateOptions{})
			require.NoError(t, err)
			pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "p", Namespace: here, Labels: d.Spec.Template.Labels}, Status: c.pod}
			_, err = client.CoreV1().Pods(here).Create(t.Context(), pod, metav1.CreateOptions{})
			require.NoError(t, err)
			all, err := k.List(t.Context())
			require.NoError(t, err)
			require.Len(t, all, 1)
			assert.Equal(t, c.state, all[0].State)
			assert.Equal(t, c.ready, all[0].Ready)
			assert.Equal(t, c.reason, all[0].Reason)
			assert.False(t, all[0].Drifted, "Kubernetes tries again by itself")
		})
	}
}

func TestAHeadlessServiceHasEndpointsOfItsPods(t *testing.T) {
	k, client := cluster(t, ClusterSettings{Headless: true})
	require.NoError(t, k.Start(t.Context(), ec2))
	d, _ := get(t, client, ec2.Name())
	for name, status := range map[string]corev1.PodStatus{
		"ready":  {PodIP: "10.0.0.1", Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}},
		"starts": {PodIP: "10.0.0.2", Conditions: []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionFalse}}},
	} {
		pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: here, Labels: d.Spec.Template.Labels}, Status: status}
		_, err := client.CoreV1().Pods(here).Create(t.Context(), pod, metav1.CreateOptions{})
		require.NoError(t, err)
	}
	all, err := k.List(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"grpc://10.0.0.1:50051"}, all[0].Endpoints)
}

func TestSettingsOfAClusterThatCanNotBe(t *testing.T) {
	_, err := NewCluster(fake.NewClientset(), "no label!", "", ClusterSettings{})
	assert.ErrorContains(t, err, "NAME")
	_, err = NewCluster(fake.NewClientset(), "", "", ClusterSettings{})
	assert.ErrorContains(t, err, "NAME")
	for name, c := range map[string]struct {
		settings map[string]any
		want     string
	}{
		"misspelt":      {map[string]any{"name_space": "x"}, `unknown field "name_space"`},
		"no namespace":  {map[string]any{}, "namespace"},
		"no cluster":    {map[string]any{"namespace": here, "kubeconfig": "/nowhere"}, "/nowhere"},
		"another type":  {map[string]any{"replica": 3}, "replica"},
		"half a number": {map[string]any{"resources": map[string]any{"limits": map[string]any{"cpu": "much"}}}, "quantities"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newKubernetes(&config.Config{Connectors: map[string]map[string]any{"KubernetesConnector": c.settings}})
			assert.ErrorContains(t, err, c.want)
		})
	}
}
