package connector

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/cloudforet-io/supervisor/internal/model"
)

// pluginPort is where a plugin listens in its container.
const pluginPort = 50051

// Labels by which objects are found, as the platform has them, and annotations
// that hold what a label's value can't.
const (
	managedByLabel  = "app.kubernetes.io/managed-by"
	supervisorLabel = "supervisor_name"
	instanceLabel   = "plugin_instance"
	pluginLabel     = "plugin_id"
	versionLabel    = "version"
	domainLabel     = "domain_id"
	kindLabel       = "resource_type"

	annotation          = "spaceone.supervisor."
	pluginAnnotation    = annotation + "plugin_id"
	domainAnnotation    = annotation + "domain_id"
	imageAnnotation     = annotation + "plugin.image"
	versionAnnotation   = annotation + "plugin.version"
	kindAnnotation      = annotation + "plugin.resource_type"
	secretAnnotation    = annotation + "plugin.image_pull_secret"
	specAnnotation      = annotation + "spec"
	restartedAnnotation = annotation + "restarted_at"
)

// managedBy is who made an object; the supervisor's name says which of them.
const managedBy = "spaceone-supervisor"

// marks are the labels of everything that this supervisor makes.
func (k *Cluster) marks() map[string]string {
	return map[string]string{managedByLabel: managedBy, supervisorLabel: k.name}
}

// meta is what the objects of a plugin have in common.
func (k *Cluster) meta(p model.Plugin) metav1.ObjectMeta {
	labels := k.selector(p)
	for key, value := range map[string]string{
		pluginLabel: p.ID, versionLabel: p.Version, domainLabel: p.DomainID, kindLabel: p.Kind,
	} {
		if value = labelValue(value); value != "" {
			labels[key] = value
		}
	}
	annotations := map[string]string{}
	for key, value := range map[string]string{
		pluginAnnotation: p.ID, versionAnnotation: p.Version, domainAnnotation: p.DomainID,
		kindAnnotation: p.Kind, imageAnnotation: p.Image, secretAnnotation: p.PullSecret,
	} {
		if value != "" {
			annotations[key] = value
		}
	}
	return metav1.ObjectMeta{Name: p.Name(), Namespace: k.settings.Namespace, Labels: labels, Annotations: annotations}
}

// selector finds the pods of a plugin's instance.
func (k *Cluster) selector(p model.Plugin) map[string]string {
	labels := k.marks()
	labels[instanceLabel] = p.Name()
	return labels
}

// described reads back of which plugin an object is.
func described(o metav1.Object) model.Plugin {
	a := o.GetAnnotations()
	return model.Plugin{
		ID: a[pluginAnnotation], Version: a[versionAnnotation], DomainID: a[domainAnnotation],
		Kind: a[kindAnnotation], Image: a[imageAnnotation], PullSecret: a[secretAnnotation],
	}
}

// labelValue turns a text into what a label's value may be.
func labelValue(text string) string {
	const longest = 63
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.':
			return r
		default:
			return '_'
		}
	}, text)
	return strings.Trim(clean[:min(len(clean), longest)], "-_.")
}

// replicas says how many pods a plugin has.
func (k *Cluster) replicas(p model.Plugin) int32 {
	for _, key := range []string{p.Kind + "?" + p.ID, p.Kind} {
		if n, ok := k.settings.Replica[key]; ok {
			return n
		}
	}
	return 1
}

func (k *Cluster) deployment(p model.Plugin) *appsv1.Deployment {
	replicas, none, all := k.replicas(p), intstr.FromInt32(0), intstr.FromString("100%")
	meta := k.meta(p)
	podLabels := maps.Clone(meta.Labels)
	d := &appsv1.Deployment{
		ObjectMeta: meta,
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas,
			Selector: &metav1.LabelSelector{MatchLabels: k.selector(p)},
			// New pods serve before old ones go.
			Strategy: appsv1.DeploymentStrategy{
				Type:          appsv1.RollingUpdateDeploymentStrategyType,
				RollingUpdate: &appsv1.RollingUpdateDeployment{MaxUnavailable: &none, MaxSurge: &all},
			},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: podLabels, Annotations: map[string]string{}},
				Spec:       k.pod(p),
			},
		},
	}
	d.Annotations[specAnnotation] = digest(d.Spec)
	return d
}

func (k *Cluster) pod(p model.Plugin) corev1.PodSpec {
	no := false
	listens := corev1.ProbeHandler{TCPSocket: &corev1.TCPSocketAction{Port: intstr.FromInt32(pluginPort)}}
	pod := corev1.PodSpec{
		ServiceAccountName: k.settings.ServiceAccount,
		// A plugin is not trusted: it gets no way into the cluster.
		AutomountServiceAccountToken: &no,
		EnableServiceLinks:           &no,
		NodeSelector:                 k.settings.NodeSelector,
		Volumes:                      k.settings.Volumes,
		SecurityContext:              &corev1.PodSecurityContext{SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault}},
		Containers: []corev1.Container{{
			Name:            "plugin",
			Image:           image(p),
			ImagePullPolicy: corev1.PullIfNotPresent,
			Ports:           []corev1.ContainerPort{{Name: "grpc", ContainerPort: pluginPort}},
			Env:             k.settings.Env,
			Resources:       k.settings.Resources,
			VolumeMounts:    k.settings.VolumeMounts,
			ReadinessProbe:  &corev1.Probe{ProbeHandler: listens, PeriodSeconds: 5},
			LivenessProbe:   &corev1.Probe{ProbeHandler: listens, InitialDelaySeconds: 30, FailureThreshold: 6},
			SecurityContext: &corev1.SecurityContext{AllowPrivilegeEscalation: &no},
		}},
	}
	for _, name := range append([]string{p.PullSecret}, k.settings.PullSecrets...) {
		if name != "" {
			pod.ImagePullSecrets = append(pod.ImagePullSecrets, corev1.LocalObjectReference{Name: name})
		}
	}
	return pod
}

// image is what the plugin's container runs.
func image(p model.Plugin) string {
	if p.Version == "" {
		return p.Image
	}
	return p.Image + ":" + p.Version
}

func (k *Cluster) service(p model.Plugin) *corev1.Service {
	s := &corev1.Service{
		ObjectMeta: k.meta(p),
		Spec: corev1.ServiceSpec{
			Selector: k.selector(p),
			Ports: []corev1.ServicePort{{
				Name: "grpc", Port: k.settings.Port, TargetPort: intstr.FromInt32(pluginPort),
			}},
		},
	}
	if k.settings.Headless {
		s.Spec.ClusterIP = corev1.ClusterIPNone
	}
	return s
}

// serviceDiffers reports whether a Service is not as it would be made today.
func (k *Cluster) serviceDiffers(s *corev1.Service) bool {
	return (s.Spec.ClusterIP == corev1.ClusterIPNone) != k.settings.Headless ||
		len(s.Spec.Ports) != 1 || s.Spec.Ports[0].Port != k.settings.Port ||
		!maps.Equal(s.Spec.Selector, k.selector(described(s)))
}

// deploymentDiffers reports whether a Deployment is not as it would be made
// today: the settings are others, or somebody changed it.
func (k *Cluster) deploymentDiffers(d *appsv1.Deployment) bool {
	p := described(d)
	containers := d.Spec.Template.Spec.Containers
	return p.Name() != d.Name || d.Annotations[specAnnotation] != digest(k.deployment(p).Spec) ||
		d.Spec.Replicas == nil || *d.Spec.Replicas != k.replicas(p) ||
		len(containers) != 1 || containers[0].Image != image(p)
}

// digest tells specifications apart. The API fills in what they leave open, so
// that they can't be compared with what it has.
func digest(spec appsv1.DeploymentSpec) string {
	text, err := json.Marshal(spec)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}
