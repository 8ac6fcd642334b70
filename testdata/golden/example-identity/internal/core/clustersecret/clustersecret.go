// Package clustersecret reads and writes Secrets of the Kubernetes cluster in
// which this process runs, by the rights of its pod's account.
package clustersecret

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// account is where a pod has its account's token, the API's authority and the
// name of its namespace.
const account = "/var/run/secrets/kubernetes.io/serviceaccount"

const (
	timeout   = 30 * time.Second
	maxAnswer = 4 << 20 // bytes; a Secret has 1 MiB at the most
)

// A Client calls the API of the cluster.
type Client struct {
	api       string // its URL
	namespace string // of Secrets that name none
	token     string
	http      *http.Client
}

// InCluster makes a client of what every pod is told.
func InCluster() (*Client, error) { return open(account) }

func open(folder string) (*Client, error) {
	host, port := os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT")
	if host == "" || port == "" {
		return nil, errors.New("this is no pod of a cluster that keeps Secrets: KUBERNETES_SERVICE_HOST is not set")
	}
	read := map[string][]byte{}
	for _, name := range []string{"token", "ca.crt", "namespace"} {
		text, err := os.ReadFile(filepath.Join(folder, name)) //nolint:gosec // a constant folder
		if err != nil {
			return nil, fmt.Errorf("read the account of the pod: %w", err)
		}
		read[name] = bytes.TrimSpace(text)
	}
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM(read["ca.crt"]) {
		return nil, fmt.Errorf("%s holds no certificate", filepath.Join(folder, "ca.crt"))
	}
	return &Client{
		api: "https://" + net.JoinHostPort(host, port), namespace: string(read["namespace"]), token: string(read["token"]),
		http: &http.Client{
			Timeout:   timeout,
			Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12}},
		},
	}, nil
}

// Get gives one key of a Secret, called NAME or NAMESPACE/NAME; empty where the
// Secret has no such key.
func (c *Client) Get(ctx context.Context, secret, key string) (string, error) {
	answer, err := c.call(ctx, http.MethodGet, secret, nil)
	if err != nil {
		return "", fmt.Errorf("read the Secret %s: %w", secret, err)
	}
	var read struct {
		Data map[string][]byte `json:"data"`
	}
	if err := json.Unmarshal(answer, &read); err != nil {
		return "", fmt.Errorf("read the Secret %s: %w", secret, err)
	}
	return string(read.Data[key]), nil
}

// Set sets one key of a Secret, which has to be there, and leaves the others.
func (c *Client) Set(ctx context.Context, secret, key, value string) error {
	patch, err := json.Marshal(map[string]any{"data": map[string][]byte{key: []byte(value)}})
	if err != nil {
		return fmt.Errorf("write the Secret %s: %w", secret, err)
	}
	if _, err := c.call(ctx, http.MethodPatch, secret, patch); err != nil {
		return fmt.Errorf("write the Secret %s: %w", secret, err)
	}
	return nil
}

func (c *Client) call(ctx context.Context, method, secret string, body []byte) (answer []byte, err error) {
	namespace, name, ok := strings.Cut(secret, "/")
	if !ok {
		namespace, name = c.namespace, secret
	}
	at := c.api + "/api/v1/namespaces/" + url.PathEscape(namespace) + "/secrets/" + url.PathEscape(name)
	req, err := http.NewRequestWithContext(ctx, method, at, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/merge-patch+json")
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	answer, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the cluster answers %s%s", res.Status, reason(answer))
	}
	return answer, nil
}

// reason is what the cluster says of an error.
func reason(answer []byte) string {
	var status struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(answer, &status) != nil || status.Message == "" {
		return ""
	}
	return ": " + status.Message
}
