package charttest

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// nginxConfig lays out the two ConfigMaps of a chart as its REST pod mounts
// them, below a folder instead of /, and on free ports instead of 80 and 8000.
func nginxConfig(t *testing.T, got objects, listen, upstream string) (config string) {
	t.Helper()
	dir := t.TempDir()
	text := got["ConfigMap/inventory-rest-nginx-conf"].text("data", "nginx.conf")
	proxy := got["ConfigMap/inventory-rest-nginx-proxy-conf"].text("data", "proxy.conf")
	replace := func(text, old, by string) string {
		require.Equal(t, 1, strings.Count(text, old), "%q in\n%s", old, text)
		return strings.Replace(text, old, by, 1)
	}
	text = strings.ReplaceAll(text, " /tmp/", " "+dir+"/tmp/")
	text = replace(text, "include /etc/nginx/conf.d/", "include "+dir+"/conf.d/")
	text = strings.ReplaceAll(text, "/dev/stdout", filepath.Join(dir, "access.log"))
	text = strings.ReplaceAll(text, "/dev/stderr", filepath.Join(dir, "error.log"))
	proxy = replace(proxy, "listen 80;", "listen "+listen+";")
	proxy = replace(proxy, "server 127.0.0.1:8000;", "server "+upstream+";")
	for _, folder := range []string{"conf.d", "tmp"} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, folder), 0o750))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "conf.d", "proxy.conf"), []byte(proxy), 0o600))
	config = filepath.Join(dir, "nginx.conf")
	require.NoError(t, os.WriteFile(config, []byte(text), 0o600))
	return config
}

// freeAddress gives a loopback address that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, l.Close()) }()
	return l.Addr().String()
}

// startNginx runs nginx until the test ends, and waits until it listens.
func startNginx(t *testing.T, config, address string) {
	t.Helper()
	nginx := tool(t, "nginx")
	mustRun(t, filepath.Dir(config), nginx, "-t", "-e", "stderr", "-c", config)
	directives := "daemon off;"
	if os.Geteuid() == 0 {
		directives += " user root;" // master and workers are one user in the pod, too
	}
	cmd := exec.Command(nginx, "-e", "stderr", "-c", config, "-g", directives)
	cmd.Stderr, cmd.Stdout = os.Stderr, os.Stderr
	start(t, cmd, syscall.SIGTERM)
	require.Eventually(t, func() bool {
		conn, err := net.DialTimeout("tcp", address, time.Second)
		if err != nil {
			return false
		}
		return conn.Close() == nil
	}, patience, 20*time.Millisecond)
}

// start runs a command until the test ends, and stops it by a signal.
func start(t *testing.T, cmd *exec.Cmd, stop syscall.Signal) {
	t.Helper()
	require.NoError(t, cmd.Start())
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait() // its status is that of a process that was told to stop
		close(done)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(stop)
		select {
		case <-done:
		case <-time.After(patience):
			_ = cmd.Process.Kill()
			<-done
			t.Errorf("%s did not end when told to", cmd.Path)
		}
	})
}

// nginx as configured passes on what the REST server needs: the platform's
// headers, underscores and all, large bodies up to the bound, and the path as
// it came.
func TestNginx(t *testing.T) {
	t.Parallel()
	tool(t, "nginx")
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		for _, name := range []string{"x_domain_id", "token", "Host", "X-Forwarded-For", "X-Forwarded-Proto"} {
			value := r.Header.Get(name)
			if name == "Host" {
				value = r.Host
			}
			w.Header().Set("Seen-"+strings.ReplaceAll(name, "_", "-"), value)
		}
		w.Header().Set("Seen-Path", r.URL.RequestURI())
		_, _ = w.Write([]byte("from upstream"))
	}))
	t.Cleanup(upstream.Close)
	address := freeAddress(t)
	got := manifests(t, chart(t, everything("inventory")))
	config := nginxConfig(t, got, address, upstream.Listener.Addr().String())
	startNginx(t, config, address)

	call := func(path string, body io.Reader) (int, http.Header) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+address+path, body)
		require.NoError(t, err)
		req.Host = "api.example.com"
		req.Header["x_domain_id"] = []string{"domain-1"}
		req.Header.Set("token", "a-token")
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		return res.StatusCode, res.Header
	}
	status, header := call("/inventory/v1/region/list?x=a%2Fb", nil)
	assert.Equal(t, http.StatusOK, status)
	assert.Equal(t, "domain-1", header.Get("Seen-x-domain-id"))
	assert.Equal(t, "a-token", header.Get("Seen-token"))
	assert.Equal(t, "api.example.com", header.Get("Seen-Host"))
	assert.Equal(t, "127.0.0.1", header.Get("Seen-X-Forwarded-For"))
	assert.Equal(t, "http", header.Get("Seen-X-Forwarded-Proto"))
	assert.Equal(t, "/inventory/v1/region/list?x=a%2Fb", header.Get("Seen-Path"))
	assert.Equal(t, "nginx", header.Get("Server"), "not its version")

	status, _ = call("/x", strings.NewReader(strings.Repeat("a", 15<<20)))
	assert.Equal(t, http.StatusOK, status)
	status, _ = call("/x", strings.NewReader(strings.Repeat("a", 17<<20)))
	assert.Equal(t, http.StatusRequestEntityTooLarge, status)

	var log []byte
	require.Eventually(t, func() bool {
		log, _ = os.ReadFile(filepath.Join(filepath.Dir(config), "access.log"))
		return strings.Count(string(log), "\n") >= 3
	}, patience, 20*time.Millisecond)
	assert.Contains(t, string(log), `"path":"/inventory/v1/region/list"`)
	assert.NotContains(t, string(log), "a-token")
}
