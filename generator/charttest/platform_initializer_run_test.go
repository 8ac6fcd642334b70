//go:build unix

package charttest

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// The initializer runs without Kubernetes, at an installation and at an upgrade:
// each of its steps in a root folder of its own, as its user, with its mounts,
// beside a real PostgreSQL that the chart's own script has prepared, and an API
// that lets it do what its Role says.
func TestE2EPlatformInitializerForReal(t *testing.T) {
	service(t)
	helm := tool(t, "helm3", "helm")
	golden := map[string]string{}
	var members []spec.Member
	for name, folder := range map[string]string{"identity": "example-identity", "inventory": "inventory"} {
		golden[name] = filepath.Join(root(t), "testdata", "golden", folder)
		members = append(members, spec.Member{Name: name, Repository: "file://" + golden[name] + "/deploy/helm"})
	}
	slices.SortFunc(members, func(a, b spec.Member) int { return strings.Compare(a.Name, b.Name) })
	dir := platform(t, helm, spec.Platform{Members: members})

	host, port, err := net.SplitHostPort(startPostgres(t))
	require.NoError(t, err)
	psql := tool(t, "psql")
	query := func(user, password, database, sql string) string {
		out, err := runWith(t, dir, []string{"PGPASSWORD=" + password}, psql, "--host="+host, "--port="+port, "--username="+user,
			"--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", "--dbname="+database, "--command="+sql)
		require.NoError(t, err, out)
		return strings.TrimSpace(out)
	}
	query("inventory", "postgres-password", "inventory", "CREATE ROLE postgres SUPERUSER LOGIN PASSWORD 'pw'")
	got := manifests(t, filepath.Join(dir, "deploy/helm"), "--set",
		"global.shared_secret.DATABASES.default.password=pw,global.shared_conf.DATABASES.default.port="+port)
	prepare := strs(got["StatefulSet/postgresql"].pod().list("containers", 0, "lifecycle", "postStart", "exec", "command"))
	out, err := runWith(t, dir, []string{"PGPORT=" + port, "PGPASSWORD=pw", "POSTGRES_PASSWORD=pw"}, prepare[0], prepare[1:]...)
	require.NoError(t, err, out)

	binaries := map[string]string{}
	for name, folder := range golden {
		binaries[name] = filepath.Join(t.TempDir(), name)
		out, err := runWith(t, folder, []string{"CGO_ENABLED=0", "GOWORK=off"}, "go", "build", "-o", binaries[name], "./cmd/"+name)
		require.NoError(t, err, out)
	}
	cluster := startCluster(t, got)
	pod := got["Job/spaceone-initializer"].pod()
	for range 2 {
		for _, each := range append(pod.list("initContainers"), pod.list("containers")...) {
			container, _ := asMap(each)
			name := path.Base(strings.Split(object(container).text("image"), ":")[0])
			said := runStep(t, got, pod, container, golden[name], binaries[name], cluster)
			assert.NotContains(t, said, "eyJ", "a Job's log is kept")
		}
		tables := "SELECT string_agg(tablename, ' ' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'public'"
		assert.Regexp(t, `\bdomain\b.*\bsession\b.*\bsign_in\b.*\buser\b`, query("identity", "pw", "identity", tables))
		assert.Regexp(t, `\bcloud_service\b.*\bregion\b`, query("inventory", "pw", "inventory", tables))
		assert.Equal(t, "root true\nspaceone false", query("identity", "pw", "identity", `SELECT concat_ws(' ', name, is_root::text) FROM "domain" ORDER BY name`))
		assert.Equal(t, "admin DOMAIN_ADMIN", query("identity", "pw", "identity", `SELECT concat_ws(' ', user_id, role_type) FROM "user"`))
		assert.Equal(t, 1, cluster.written)
		assert.Equal(t, "SYSTEM_TOKEN", claims(t, cluster.data["token"]).text("typ"))
	}
}

// claims reads what a token says.
func claims(t *testing.T, token []byte) object {
	t.Helper()
	parts := strings.Split(string(token), ".")
	require.Len(t, parts, 3)
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	var said map[string]any
	require.NoError(t, json.Unmarshal(text, &said))
	return said
}

// A cluster is an API with the Secrets of a chart, for an account that may do
// with them what the Roles say.
type cluster struct {
	env     []string
	account map[string]string // files

	mu      sync.Mutex
	data    map[string][]byte // of the Secret system-token
	written int
}

func startCluster(t *testing.T, all objects) *cluster {
	t.Helper()
	secret, rule := all["Secret/system-token"], all["Role/spaceone-initializer"].list("rules")[0].(map[string]any)
	c := &cluster{data: map[string][]byte{}}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		assert.Equal(t, "Bearer account-token", r.Header.Get("Authorization"))
		at, name := path.Split(r.URL.Path)
		assert.Equal(t, "/api/v1/namespaces/"+secret.text("metadata", "namespace")+"/secrets/", at)
		assert.Contains(t, rule["resourceNames"], name)
		assert.Contains(t, rule["verbs"], strings.ToLower(r.Method))
		if r.Method == http.MethodPatch {
			c.written++
			assert.NoError(t, json.NewDecoder(r.Body).Decode(&struct {
				Data *map[string][]byte `json:"data"`
			}{&c.data}))
		}
		assert.NoError(t, json.NewEncoder(w).Encode(map[string]any{"kind": "Secret", "data": c.data}))
	}))
	t.Cleanup(server.Close)
	host, port, err := net.SplitHostPort(server.Listener.Addr().String())
	require.NoError(t, err)
	c.env = []string{"KUBERNETES_SERVICE_HOST=" + host, "KUBERNETES_SERVICE_PORT=" + port}
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	c.account = map[string]string{"token": "account-token", "ca.crt": string(authority), "namespace": secret.text("metadata", "namespace")}
	return c
}

// runStep runs a container of a pod to its end, with the command that its image
// has by the repository's Dockerfile, and gives what it says.
func runStep(t *testing.T, all objects, pod, container object, repository, binary string, c *cluster) string {
	t.Helper()
	entry := regexp.MustCompile(`(?m)^ENTRYPOINT \["([^"]+)"\]$`).FindSubmatch(mustRead(t, filepath.Join(repository, "Dockerfile")))
	require.NotNil(t, entry)
	uid, gid := id(t, pod.get("securityContext", "runAsUser")), id(t, pod.get("securityContext", "runAsGroup"))
	base, err := os.MkdirTemp("", "step-")
	require.NoError(t, err)
	defer func() { assert.NoError(t, os.RemoveAll(base)) }()
	require.NoError(t, os.Chmod(base, 0o755)) //nolint:gosec // the pod is another user
	place(t, base, string(entry[1]), mustRead(t, binary), 0o555)
	place(t, base, "/etc/hosts", []byte("127.0.0.1 localhost postgresql redis\n"), 0o444)
	for _, each := range container.list("volumeMounts") {
		mount := object(each.(map[string]any))
		volume, at := object(pod.get("volumes", mount.text("name")).(map[string]any)), mount.text("mountPath")
		if volume["emptyDir"] != nil {
			require.NoError(t, os.MkdirAll(filepath.Join(base, at), 0o755)) //nolint:gosec // likewise
			require.NoError(t, os.Chown(filepath.Join(base, at), uid, gid))
			continue
		}
		require.NotEmpty(t, volume.list("projected", "sources"), "%s is a volume of another kind", mount.text("name"))
		for _, source := range volume.list("projected", "sources") {
			for file, text := range projected(t, all, source.(map[string]any), c) {
				place(t, base, path.Join(at, file), []byte(text), 0o444)
			}
		}
	}
	cmd := exec.CommandContext(t.Context(), string(entry[1]), strs(container.list("args"))...) //nolint:gosec // the chart's command
	cmd.Path, cmd.Dir, cmd.Env = string(entry[1]), "/", c.env
	for _, each := range container.list("env") {
		env := object(each.(map[string]any))
		value := env.text("value")
		if from := env.text("valueFrom", "secretKeyRef", "name"); from != "" {
			value = all["Secret/"+from].text("stringData", env.text("valueFrom", "secretKeyRef", "key"))
		}
		cmd.Env = append(cmd.Env, env.text("name")+"="+value)
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Chroot:     base,
		Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, //nolint:gosec // small
	}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s: %s", container.text("name"), out)
	return string(out)
}

// projected are the files of one source of a projected volume.
func projected(t *testing.T, all objects, source object, c *cluster) map[string]string {
	t.Helper()
	files := map[string]string{}
	if file := source.text("serviceAccountToken", "path"); file != "" {
		files[file] = c.account["token"]
	}
	for _, each := range source.list("downwardAPI", "items") {
		item := object(each.(map[string]any))
		require.Equal(t, "metadata.namespace", item.text("fieldRef", "fieldPath"))
		files[item.text("path")] = c.account["namespace"]
	}
	for kind, id := range map[string]string{
		"configMap": "ConfigMap/" + source.text("configMap", "name"), "secret": "Secret/" + source.text("secret", "name"),
	} {
		from, ok := asMap(source[kind])
		if !ok {
			continue
		}
		stored := object{"data": map[string]any{"ca.crt": c.account["ca.crt"]}}
		if id != "ConfigMap/kube-root-ca.crt" {
			stored = all[id]
		}
		require.True(t, stored != nil || from["optional"] == true, "%s is not there", id)
		items := object(from).list("items")
		for _, data := range []string{"data", "stringData"} {
			texts, _ := asMap(stored.get(data))
			for key, text := range texts {
				at := key
				if items != nil {
					at = ""
					for _, each := range items {
						if item := object(each.(map[string]any)); item.text("key") == key {
							at = item.text("path")
						}
					}
				}
				if at != "" {
					files[at] = fmt.Sprint(text)
				}
			}
		}
	}
	return files
}
