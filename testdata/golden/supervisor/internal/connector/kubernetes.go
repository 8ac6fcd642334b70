package connector

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/config"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/cloudforet-io/supervisor/internal/model"
)

// ownNamespace is where a pod finds the namespace that it runs in.
const ownNamespace = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

// A Cluster runs each plugin as a Deployment with a Service before it. It
// touches nothing beyond one namespace, and in it nothing that has not the
// labels of this supervisor.
type Cluster struct {
	client   kubernetes.Interface
	name     string // of this supervisor
	hostname string // what follows a Service's name in its address
	settings ClusterSettings
}

// ClusterSettings are CONNECTORS.KubernetesConnector.
type ClusterSettings struct {
	Namespace  string `json:"namespace"`  // default: the supervisor's own
	Kubeconfig string `json:"kubeconfig"` // outside a cluster

	Port     int32 `json:"start_port"` // of the Services
	EndPort  int32 `json:"end_port"`   // Services need but one port
	Headless bool  `json:"headless"`
	// Replica says how many there are of a kind of plugin (inventory.Collector)
	// or of one plugin (inventory.Collector?plugin-id); 1 where it says nothing.
	Replica map[string]int32 `json:"replica"`

	ServiceAccount string                      `json:"service_account"`
	PullSecrets    []string                    `json:"image_pull_secrets"` // beside those that plugins name
	Env            []corev1.EnvVar             `json:"env"`
	Resources      corev1.ResourceRequirements `json:"resources"`
	NodeSelector   map[string]string           `json:"nodeSelector"`
	Volumes        []corev1.Volume             `json:"volumes"`
	VolumeMounts   []corev1.VolumeMount        `json:"volume_mounts"`

	Backend string `json:"backend"` // the platform's own key
}

func newKubernetes(c *config.Config) (*Cluster, error) {
	var s ClusterSettings
	const key = "CONNECTORS.KubernetesConnector"
	if err := setting(key, c.Connectors["KubernetesConnector"], &s); err != nil {
		return nil, err
	}
	if s.Namespace == "" {
		own, err := os.ReadFile(ownNamespace)
		if err != nil {
			return nil, apierror.Configuration(key+".namespace", "it is required outside a cluster")
		}
		s.Namespace = strings.TrimSpace(string(own))
	}
	access, err := clusterAccess(s.Kubeconfig)
	if err != nil {
		return nil, apierror.Configuration(key+".kubeconfig", err.Error())
	}
	client, err := kubernetes.NewForConfig(access)
	if err != nil {
		return nil, apierror.Configuration(key, err.Error())
	}
	return NewCluster(client, text(c, "NAME"), text(c, "HOSTNAME"), s)
}

func clusterAccess(kubeconfig string) (*rest.Config, error) {
	if kubeconfig == "" {
		return rest.InClusterConfig()
	}
	return clientcmd.BuildConfigFromFlags("", kubeconfig)
}

// NewCluster makes the backend of the supervisor of this name.
func NewCluster(client kubernetes.Interface, name, hostname string, s ClusterSettings) (*Cluster, error) {
	if faults := validation.IsValidLabelValue(name); name == "" || len(faults) > 0 {
		return nil, apierror.Configuration("NAME", fmt.Sprintf("%q does not do as a label %v", name, faults))
	}
	if s.Port == 0 {
		s.Port = pluginPort
	}
	if hostname == "" {
		hostname = s.Namespace + ".svc.cluster.local"
	}
	return &Cluster{client: client, name: name, hostname: hostname, settings: s}, nil
}

// owned selects what this supervisor made.
func (k *Cluster) owned() metav1.ListOptions {
	return metav1.ListOptions{LabelSelector: metav1.FormatLabelSelector(&metav1.LabelSelector{MatchLabels: k.marks()})}
}

// List gives the instances of which there is a Deployment or a Service.
func (k *Cluster) List(ctx context.Context) ([]model.Instance, error) {
	deployments, err := k.client.AppsV1().Deployments(k.settings.Namespace).List(ctx, k.owned())
	if err != nil {
		return nil, fmt.Errorf("list Deployments: %w", err)
	}
	services, err := k.client.CoreV1().Services(k.settings.Namespace).List(ctx, k.owned())
	if err != nil {
		return nil, fmt.Errorf("list Services: %w", err)
	}
	pods, err := k.client.CoreV1().Pods(k.settings.Namespace).List(ctx, k.owned())
	if err != nil {
		return nil, fmt.Errorf("list Pods: %w", err)
	}
	all := map[string]*parts{}
	for n := range deployments.Items {
		d := &deployments.Items[n]
		part(all, d.Name).deployment = d
	}
	for n := range services.Items {
		s := &services.Items[n]
		part(all, s.Name).service = s
	}
	for n := range pods.Items {
		pod := &pods.Items[n]
		if p, ok := all[pod.Labels[instanceLabel]]; ok {
			p.pods = append(p.pods, pod)
		}
	}
	instances := make([]model.Instance, 0, len(all))
	for _, name := range slices.Sorted(maps.Keys(all)) {
		instances = append(instances, k.instance(name, all[name]))
	}
	return instances, nil
}

// Start makes what is missing of an instance, and sets right what differs.
func (k *Cluster) Start(ctx context.Context, p model.Plugin) error {
	if p.Image == "" {
		return apierror.Required("image")
	}
	if err := k.startService(ctx, p); err != nil {
		return fmt.Errorf("start the plugin %s: %w", p.ID, err)
	}
	if err := k.startDeployment(ctx, p); err != nil {
		return fmt.Errorf("start the plugin %s: %w", p.ID, err)
	}
	return nil
}

func (k *Cluster) startDeployment(ctx context.Context, p model.Plugin) error {
	api := k.client.AppsV1().Deployments(k.settings.Namespace)
	want := k.deployment(p)
	have, err := api.Get(ctx, want.Name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		_, err = api.Create(ctx, want, metav1.CreateOptions{})
		return err
	case err != nil:
		return err
	case !k.owns(have):
		return k.foreign("Deployment", want.Name)
	case !equality.Semantic.DeepEqual(have.Spec.Selector, want.Spec.Selector):
		// A selector can't be changed; the next start makes it anew.
		return api.Delete(ctx, have.Name, exactly(have))
	}
	if at, ok := have.Spec.Template.Annotations[restartedAnnotation]; ok {
		want.Spec.Template.Annotations[restartedAnnotation] = at
	}
	want.ResourceVersion = have.ResourceVersion
	_, err = api.Update(ctx, want, metav1.UpdateOptions{})
	return err
}

func (k *Cluster) startService(ctx context.Context, p model.Plugin) error {
	api := k.client.CoreV1().Services(k.settings.Namespace)
	want := k.service(p)
	have, err := api.Get(ctx, want.Name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
	case err != nil:
		return err
	case !k.owns(have):
		return k.foreign("Service", want.Name)
	case !k.serviceDiffers(have):
		return nil
	default:
		// A cluster IP can't be changed.
		if err := api.Delete(ctx, have.Name, exactly(have)); err != nil && !apierrors.IsNotFound(err) {
			return err
		}
	}
	_, err = api.Create(ctx, want, metav1.CreateOptions{})
	return err
}

// Restart lets the Deployment make new pods, each before an old one ends.
func (k *Cluster) Restart(ctx context.Context, name string) error {
	api := k.client.AppsV1().Deployments(k.settings.Namespace)
	have, err := api.Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return fmt.Errorf("restart the plugin %s: %w", name, err)
	}
	if !k.owns(have) {
		return k.foreign("Deployment", name)
	}
	if have.Spec.Template.Annotations == nil {
		have.Spec.Template.Annotations = map[string]string{}
	}
	have.Spec.Template.Annotations[restartedAnnotation] = time.Now().UTC().Format(time.RFC3339)
	if _, err := api.Update(ctx, have, metav1.UpdateOptions{}); err != nil {
		return fmt.Errorf("restart the plugin %s: %w", name, err)
	}
	return nil
}

// Stop deletes the Service and the Deployment of an instance.
func (k *Cluster) Stop(ctx context.Context, name string) error {
	services := k.client.CoreV1().Services(k.settings.Namespace)
	service, err := services.Get(ctx, name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
	case err != nil:
		return fmt.Errorf("stop the plugin %s: %w", name, err)
	case !k.owns(service):
		return k.foreign("Service", name)
	default:
		if err := services.Delete(ctx, name, exactly(service)); err != nil && !apierrors.IsNotFound(err) {
			return fmt.Errorf("stop the plugin %s: %w", name, err)
		}
	}
	deployments := k.client.AppsV1().Deployments(k.settings.Namespace)
	deployment, err := deployments.Get(ctx, name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return nil
	case err != nil:
		return fmt.Errorf("stop the plugin %s: %w", name, err)
	case !k.owns(deployment):
		return k.foreign("Deployment", name)
	}
	if err := deployments.Delete(ctx, name, exactly(deployment)); err != nil && !apierrors.IsNotFound(err) {
		return fmt.Errorf("stop the plugin %s: %w", name, err)
	}
	return nil
}

// exactly deletes an object and what belongs to it, unless another took its
// name since it was read.
func exactly(o metav1.Object) metav1.DeleteOptions {
	uid, background := o.GetUID(), metav1.DeletePropagationBackground
	return metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}, PropagationPolicy: &background}
}

// owns reports whether this supervisor made an object.
func (k *Cluster) owns(o metav1.Object) bool {
	for key, value := range k.marks() {
		if o.GetLabels()[key] != value {
			return false
		}
	}
	return o.GetLabels()[instanceLabel] == o.GetName()
}

func (k *Cluster) foreign(kind, name string) error {
	return apierror.NotUnique(kind, k.settings.Namespace+"/"+name+", which is not of the supervisor "+k.name)
}

// parts are the objects of an instance.
type parts struct {
	deployment *appsv1.Deployment
	service    *corev1.Service
	pods       []*corev1.Pod
}

func part(all map[string]*parts, name string) *parts {
	if all[name] == nil {
		all[name] = &parts{}
	}
	return all[name]
}
