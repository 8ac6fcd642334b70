package connector

import (
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/cloudforet-io/supervisor/internal/model"
)

// instance says how the objects of an instance do.
func (k *Cluster) instance(name string, p *parts) model.Instance {
	var of metav1.Object = p.deployment
	if p.deployment == nil {
		of = p.service
	}
	plugin := described(of)
	i := model.Instance{
		Name: name, PluginID: plugin.ID, Version: plugin.Version, DomainID: plugin.DomainID,
		State: model.Provisioning, Started: of.GetCreationTimestamp().Time,
		Drifted: p.deployment == nil || p.service == nil ||
			k.serviceDiffers(p.service) || k.deploymentDiffers(p.deployment),
	}
	if p.service != nil {
		host := name + "." + k.hostname
		i.Endpoint = "grpc://" + net.JoinHostPort(host, strconv.Itoa(int(k.settings.Port)))
		i.Endpoints = []string{i.Endpoint}
		if k.settings.Headless {
			i.Endpoints = podEndpoints(p.pods)
		}
	}
	if p.deployment == nil {
		return i
	}
	if at, err := time.Parse(time.RFC3339, p.deployment.Spec.Template.Annotations[restartedAnnotation]); err == nil {
		i.Started = at
	}
	status := p.deployment.Status
	seen := status.ObservedGeneration >= p.deployment.Generation
	switch {
	case status.AvailableReplicas > 0:
		i.State = model.Active
		i.Ready = seen && p.service != nil && status.UpdatedReplicas == status.Replicas &&
			status.AvailableReplicas >= *p.deployment.Spec.Replicas
	case seen && *p.deployment.Spec.Replicas == 0:
		i.State, i.Ready = model.Active, p.service != nil
	default:
		if i.Reason = trouble(p); i.Reason != "" {
			i.State = model.Failed
		}
	}
	return i
}

// podEndpoints are where the pods that serve can be reached.
func podEndpoints(pods []*corev1.Pod) []string {
	var all []string
	for _, pod := range pods {
		ready := slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
			return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
		})
		if ready && pod.Status.PodIP != "" && pod.DeletionTimestamp == nil {
			all = append(all, "grpc://"+net.JoinHostPort(pod.Status.PodIP, strconv.Itoa(pluginPort)))
		}
	}
	slices.Sort(all)
	return all
}

// trouble says what keeps an instance from serving; nothing if it may yet. Its
// pods are tried again by Kubernetes, after longer and longer pauses.
func trouble(p *parts) string {
	for _, pod := range p.pods {
		for _, c := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
			if w := c.State.Waiting; w != nil && w.Reason != "ContainerCreating" && w.Reason != "PodInitializing" {
				return fmt.Sprintf("%s: %s (restarted %d times)", w.Reason, w.Message, c.RestartCount)
			}
		}
		for _, c := range pod.Status.Conditions {
			if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse {
				return fmt.Sprintf("%s: %s", c.Reason, c.Message)
			}
		}
	}
	for _, c := range p.deployment.Status.Conditions {
		switch {
		case c.Type == appsv1.DeploymentReplicaFailure && c.Status == corev1.ConditionTrue,
			c.Type == appsv1.DeploymentProgressing && c.Status == corev1.ConditionFalse:
			return fmt.Sprintf("%s: %s", c.Reason, c.Message)
		}
	}
	return ""
}
