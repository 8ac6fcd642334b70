//go:build unix

package charttest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
)

// service is the repository whose chart and binary are run: the golden one, or
// what SPACEGEN_SERVICE names.
func service(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("SPACEGEN_SERVICE")
	if os.Geteuid() != 0 {
		t.Skip("only root may run a command in a root folder of its own")
	}
	if testing.Short() {
		t.Skip("builds and runs a service")
	}
	if dir == "" {
		dir = filepath.Join(root(t), "testdata", "golden", "inventory")
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Skipf("no service to run: %v", err)
	}
	return dir
}

// built builds the service, as the image has it.
func built(t *testing.T, dir string) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), "inventory")
	out, err := runWith(t, dir, []string{"CGO_ENABLED=0", "GOWORK=off"}, "go", "build", "-o", binary, "./cmd/inventory")
	require.NoError(t, err, out)
	return binary
}

// The pods of the rendered chart run without Kubernetes: for each Deployment a
// root folder is made of its ConfigMaps, Secrets and volumes, and its command
// is run in it with its environment and as its user, beside a real PostgreSQL
// and Redis. A call passes through nginx with the rendered configuration, and
// the worker runs a task that the scheduler made.
func TestE2EPodsForReal(t *testing.T) {
	dir := service(t)
	tool(t, "nginx")
	binary := built(t, dir)

	postgres, redis := startPostgres(t), startRedis(t)
	addresses := map[string]string{}
	for _, name := range []string{"grpc", "rest", "nginx", "scheduler", "worker"} {
		addresses[name] = freeAddress(t)
	}
	chart := filepath.Join(dir, "deploy", "helm")
	got := manifests(t, chart, "--values", podValues(t, postgres, redis, addresses))
	for _, name := range []string{"postgres-password", "redis-password"} {
		for _, config := range got.ofKind("ConfigMap") {
			assert.NotContains(t, fmt.Sprint(config["data"]), name)
		}
	}
	logs := map[string]*log{}
	for _, d := range got.ofKind("Deployment") {
		logs[d.text("metadata", "labels", "app.kubernetes.io/component")] = startPod(t, got, d, binary)
	}
	ready(t, logs, addresses)

	config := nginxConfig(t, got, addresses["nginx"], addresses["rest"])
	startNginx(t, config, addresses["nginx"])
	created := post(t, addresses["nginx"], "/inventory/v1/region/create", regionRequest(t, dir))
	require.NotEmpty(t, created["region_id"])
	listed := post(t, addresses["nginx"], "/inventory/v1/region/list", map[string]any{})
	assert.EqualValues(t, 1, number(listed["total_count"]))

	logs["worker"].waitFor(t, "census taken")
	logs["worker"].waitFor(t, "task done")
	for name, l := range logs {
		assert.NotContains(t, l.String(), "postgres-password", name)
		assert.NotContains(t, l.String(), "redis-password", name)
	}
}

// A call without a token is refused: the handlers that the chart configures
// are in force unless developer mode says otherwise.
func TestE2EPodAsksWhoCalls(t *testing.T) {
	dir := service(t)
	binary := built(t, dir)

	postgres := startPostgres(t)
	addresses := map[string]string{}
	for _, name := range []string{"grpc", "rest", "scheduler", "worker"} {
		addresses[name] = freeAddress(t)
	}
	values := podValues(t, postgres, postgres, addresses)
	got := manifests(t, filepath.Join(dir, "deploy", "helm"), "--values", values, "--set", "developer=false")
	// What an umbrella chart would bring.
	got["ConfigMap/shared-conf"] = object{"data": map[string]any{"shared.yaml": "{}\n"}}
	l := startPod(t, got, got["Deployment/inventory-rest"], binary)
	ready(t, map[string]*log{"rest": l}, addresses)
	status, body := request(t, "http://"+addresses["rest"]+"/inventory/v1/region/list", map[string]any{})
	assert.Equal(t, http.StatusUnauthorized, status, body)
	assert.Contains(t, body, "ERROR_AUTHENTICATE_FAILURE")
}

// podValues is a file of values that has the pods use what the test has
// started, on loopback. Credentials stand where people would put them.
func podValues(t *testing.T, postgres, redis string, addresses map[string]string) string {
	t.Helper()
	port := func(address string) int {
		_, text, err := net.SplitHostPort(address)
		require.NoError(t, err)
		n, err := strconv.Atoi(text)
		require.NoError(t, err)
		return n
	}
	queues := map[string]any{"inventory_q": map[string]any{"port": port(redis), "password": "redis-password"}}
	soon := time.Now().UTC().Add(45 * time.Second) // by then it runs, on a slow machine too
	doc := map[string]any{
		"developer": true,
		"database":  map[string]any{"DATABASES": map[string]any{"default": map[string]any{"port": port(postgres), "password": "postgres-password"}}},
		"application": map[string]any{
			"HOST": "127.0.0.1", "ADMIN_PORT": 0,
			"CACHES": map[string]any{"default": map[string]any{"port": port(redis), "password": "redis-password"}},
		},
		"application_grpc":   map[string]any{"PORT": port(addresses["grpc"])},
		"application_rest":   map[string]any{"REST_PORT": port(addresses["rest"])},
		"application_worker": map[string]any{"QUEUES": queues, "ADMIN_PORT": port(addresses["worker"])},
		"application_scheduler": map[string]any{
			"QUEUES": queues, "ADMIN_PORT": port(addresses["scheduler"]),
			"SCHEDULERS": map[string]any{"soon": map[string]any{
				"backend": "HourlyScheduler", "queue": "inventory_q", "interval": 1, "minute": soon.Format(":04:05"),
			}},
		},
	}
	text, err := json.Marshal(doc)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "values.yaml")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	return file
}

// startPod runs the first container of a Deployment until the test ends.
func startPod(t *testing.T, all objects, d object, binary string) *log {
	t.Helper()
	pod := d.pod()
	container := object(pod.get("containers", 0).(map[string]any))
	uid := id(t, pod.get("securityContext", "runAsUser"))
	gid := id(t, pod.get("securityContext", "runAsGroup"))
	command := strs(container.list("command"))

	base, err := os.MkdirTemp("", "pod-")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(base)) })
	require.NoError(t, os.Chmod(base, 0o755)) //nolint:gosec // the pod is another user
	place(t, base, command[0], mustRead(t, binary), 0o555)
	// The cluster's DNS.
	place(t, base, "/etc/hosts", []byte("127.0.0.1 localhost postgresql redis identity\n"), 0o444)
	for _, each := range container.list("volumeMounts") {
		mount := object(each.(map[string]any))
		volume := object(pod.get("volumes", mount.text("name")).(map[string]any))
		at := mount.text("mountPath")
		secret := volume.text("secret", "secretName")
		if volume["emptyDir"] != nil || volume.get("secret", "optional") == true && all["Secret/"+secret] == nil {
			target := filepath.Join(base, at)
			require.NoError(t, os.MkdirAll(target, 0o755)) //nolint:gosec // likewise
			require.NoError(t, os.Chown(target, uid, gid))
			continue
		}
		source := "ConfigMap/" + volume.text("configMap", "name")
		if secret != "" {
			source = "Secret/" + secret
		}
		content := all[source].text("data", mount.text("subPath")) + all[source].text("stringData", mount.text("subPath"))
		require.NotEmpty(t, content, "%s of %s", mount.text("subPath"), source)
		place(t, base, at, []byte(content), 0o444)
	}

	cmd := exec.Command(command[0], command[1:]...) //nolint:gosec // the chart's command
	cmd.Path, cmd.Dir = command[0], "/"
	for _, each := range container.list("env") {
		env := object(each.(map[string]any))
		cmd.Env = append(cmd.Env, env.text("name")+"="+env.text("value"))
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Chroot:     base,
		Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, //nolint:gosec // small
	}
	l := newLog(t, d.text("metadata", "name"))
	cmd.Stdout, cmd.Stderr = l, l
	start(t, cmd, syscall.SIGTERM)
	return l
}

func id(t *testing.T, value any) int {
	t.Helper()
	n, ok := value.(int)
	require.True(t, ok && n > 0, "%v is no user", value)
	return n
}

// place writes a file below a pod's root. Its folders are root's, so that
// nothing but the volumes can be written.
func place(t *testing.T, base, path string, content []byte, mode os.FileMode) {
	t.Helper()
	target := filepath.Join(base, path)
	require.NoError(t, os.MkdirAll(filepath.Dir(target), 0o755)) //nolint:gosec // the pod is another user
	require.NoError(t, os.WriteFile(target, content, mode))
	require.NoError(t, os.Chmod(target, mode))
}

func mustRead(t *testing.T, file string) []byte {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	return content
}

func strs(list []any) []string {
	var all []string
	for _, each := range list {
		all = append(all, fmt.Sprint(each))
	}
	return all
}

// ready waits until the pods say so to their probes' own questions.
func ready(t *testing.T, logs map[string]*log, addresses map[string]string) {
	t.Helper()
	if _, on := logs["grpc"]; on {
		conn, err := grpc.NewClient(addresses["grpc"], grpc.WithTransportCredentials(insecure.NewCredentials()))
		require.NoError(t, err)
		t.Cleanup(func() { assert.NoError(t, conn.Close()) })
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		res, err := grpc_health_v1.NewHealthClient(conn).Check(ctx, &grpc_health_v1.HealthCheckRequest{}, grpc.WaitForReady(true))
		require.NoError(t, err, logs["grpc"])
		assert.Equal(t, grpc_health_v1.HealthCheckResponse_SERVING, res.GetStatus())
	}
	for _, name := range []string{"rest", "scheduler", "worker"} {
		if _, on := logs[name]; !on {
			continue
		}
		require.Eventually(t, func() bool {
			res, err := http.Get("http://" + addresses[name] + "/check") //nolint:noctx // a poll
			return err == nil && res.Body.Close() == nil && res.StatusCode == http.StatusOK
		}, patience, 50*time.Millisecond, name)
	}
}

// post calls a method by REST and expects it to succeed.
func post(t *testing.T, address, path string, body map[string]any) map[string]any {
	t.Helper()
	status, text := request(t, "http://"+address+path, body)
	require.Equal(t, http.StatusOK, status, text)
	var answer map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &answer))
	return answer
}

func request(t *testing.T, url string, body map[string]any) (status int, text string) {
	t.Helper()
	payload, err := json.Marshal(body)
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader(payload))
	require.NoError(t, err)
	req.Header["x_domain_id"] = []string{"domain-1"}
	req.Header["x_workspace_id"] = []string{"workspace-1"}
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res.StatusCode, string(answer)
}

// regionRequest fills in what the service's region needs.
func regionRequest(t *testing.T, dir string) map[string]any {
	t.Helper()
	proto := string(mustRead(t, filepath.Join(dir, "proto", "spaceone", "api", "inventory", "v1", "region.proto")))
	body := map[string]any{}
	for _, field := range []string{"name", "region_code", "provider"} {
		if strings.Contains(proto, "string "+field+" =") {
			body[field] = "test-" + field
		}
	}
	return body
}

// number reads a number of protobuf's JSON, in which the large are text.
func number(value any) int64 {
	switch n := value.(type) {
	case float64:
		return int64(n)
	case string:
		i, _ := strconv.ParseInt(n, 10, 64)
		return i
	default:
		return -1
	}
}

// startPostgres runs a PostgreSQL with the database and user that the chart
// has by itself, until the test ends.
func startPostgres(t *testing.T) (address string) {
	t.Helper()
	bins, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	require.NoError(t, err)
	slices.Reverse(bins)
	t.Setenv("PATH", strings.Join(append(bins, os.Getenv("PATH")), ":"))
	initdb, postgres, createdb := tool(t, "initdb"), tool(t, "postgres"), tool(t, "createdb")
	owner, err := user.Lookup("postgres")
	require.NoError(t, err)
	uid, err := strconv.Atoi(owner.Uid)
	require.NoError(t, err)
	gid, err := strconv.Atoi(owner.Gid)
	require.NoError(t, err)
	dir, err := os.MkdirTemp("", "postgres-")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(dir)) })
	require.NoError(t, os.Chown(dir, uid, gid))
	as := &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}} //nolint:gosec // small
	place(t, dir, "password", []byte("postgres-password"), 0o444)

	address = freeAddress(t)
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	//nolint:gosec // initdb
	init := exec.CommandContext(t.Context(), initdb, "--no-sync", "--username=inventory", "--auth=scram-sha-256",
		"--pwfile="+filepath.Join(dir, "password"), "--pgdata="+filepath.Join(dir, "data"))
	init.SysProcAttr, init.Dir = as, dir
	out, err := init.CombinedOutput()
	require.NoError(t, err, string(out))
	cmd := exec.Command(postgres, "-D", filepath.Join(dir, "data"), "-p", port, //nolint:gosec // postgres
		"-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-k", dir)
	cmd.SysProcAttr, cmd.Dir = as, dir
	l := newLog(t, "postgres")
	cmd.Stdout, cmd.Stderr = l, l
	start(t, cmd, syscall.SIGINT)
	require.Eventually(t, func() bool {
		_, err := runWith(t, dir, []string{"PGPASSWORD=postgres-password"}, createdb,
			"--host=127.0.0.1", "--port="+port, "--username=inventory", "--no-password", "inventory")
		return err == nil
	}, patience, 200*time.Millisecond, l)
	return address
}

// startRedis runs a Redis until the test ends.
func startRedis(t *testing.T) (address string) {
	t.Helper()
	redis := tool(t, "redis-server")
	address = freeAddress(t)
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	cmd := exec.Command(redis, "--bind", "127.0.0.1", "--port", port, "--save", "", "--requirepass", "redis-password") //nolint:gosec // redis
	cmd.Dir = t.TempDir()
	start(t, cmd, syscall.SIGTERM)
	require.Eventually(t, func() bool {
		conn, err := net.DialTimeout("tcp", address, time.Second)
		return err == nil && conn.Close() == nil
	}, patience, 50*time.Millisecond)
	return address
}
