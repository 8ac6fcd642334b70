// Command wanted prints, as JSON, what the supervisor that it is built in wants
// by the configuration that it is given, and starts in a cluster.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/cloudforet-io/supervisor/config"
	"github.com/cloudforet-io/supervisor/internal/connector"
	core "github.com/cloudforet-io/spacegen/core/config"
)

func main() {
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, file string) error {
	cfg, err := core.Load(ctx, config.Defaults(), file)
	if err != nil {
		return err
	}
	text, err := json.Marshal(cfg.Connectors["KubernetesConnector"])
	if err != nil {
		return err
	}
	var settings connector.ClusterSettings
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&settings); err != nil {
		return err
	}
	client := fake.NewClientset()
	cluster, err := connector.NewCluster(client, fmt.Sprint(cfg.Value("NAME")), fmt.Sprint(cfg.Value("HOSTNAME")), settings)
	if err != nil {
		return err
	}
	plugins, err := connector.NewPlugin(connector.Deps{Config: cfg, Endpoints: cfg.Endpoints, Services: nobody{}}).Wanted(ctx)
	if err != nil {
		return err
	}
	for _, p := range plugins {
		if err := cluster.Start(ctx, p); err != nil {
			return err
		}
	}
	started, err := client.AppsV1().Deployments(settings.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	all := []map[string]any{}
	for _, d := range started.Items {
		pod := d.Spec.Template
		all = append(all, map[string]any{
			"image": pod.Spec.Containers[0].Image, "replicas": d.Spec.Replicas, "labels": pod.Labels, "secrets": pod.Spec.ImagePullSecrets,
		})
	}
	return json.NewEncoder(os.Stdout).Encode(all)
}

// nobody is a platform of which no service answers.
type nobody struct{}

func (nobody) Dispatch(_ context.Context, service, method string, _ map[string]any) (map[string]any, error) {
	return nil, errors.New("asked " + service + " for " + method)
}
