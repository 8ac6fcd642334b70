//go:build unix

package chaostest

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// rate is how many calls a second come by the proxy, whether those before were answered or
// not.
const rate = 1000

// behindProxy restarts two replicas in turn behind nginx, while calls come at a steady
// rate. nginx asks the other replica where it could not reach the first; a client that tries
// again when it gets UNAVAILABLE notices nothing.
func (w *world) behindProxy(t *testing.T) {
	nginx, found := program("nginx")
	if !found {
		t.Skip("nginx is missing on this machine: install nginx (Debian: apt-get install nginx)")
	}
	name, settings := w.database(t)
	replicas := []*instance{w.start(t, settings, how{}), w.start(t, settings, how{})}
	proxy := w.proxy(t, nginx, replicas)
	restarts := 0
	calls := w.strain(t, load{caller: w.dial(t, proxy), again: true, rate: rate}, func() { restarts = w.restartInTurn(t, replicas) })
	v := w.judge(t, name, calls)
	took := calls[len(calls)-1].begun.Sub(calls[0].begun)
	t.Logf("%d restarts of two replicas behind nginx, %.0f calls a second: %s; slowest %s", restarts, float64(len(calls))/took.Seconds(), v, slowest(calls).Round(time.Millisecond))
	w.assertNothingLost(t, v, restarts, replicas...)
	assert.Zero(t, v.refused, "calls that failed, however often they were made")
}

// slowest is the longest time that a call took, with all its attempts.
func slowest(calls []call) (longest time.Duration) {
	for _, c := range calls {
		longest = max(longest, c.ended.Sub(c.begun))
	}
	return longest
}

// proxy starts an nginx before replicas, in front of gRPC or, where there is none, REST.
func (w *world) proxy(t *testing.T, program string, replicas []*instance) *instance {
	t.Helper()
	dir, port := folder(t, "nginx"), freePorts(t, 1)[0]
	listen, pass, upstream := "listen 127.0.0.1:%d http2;", "grpc_pass grpc://replicas; grpc_next_upstream error timeout http_503 non_idempotent; grpc_read_timeout 30s;", ""
	for _, r := range replicas {
		address := r.grpc
		if w.byREST() {
			address = r.rest
		}
		upstream += "server " + address + " max_fails=0; "
	}
	if w.byREST() {
		listen = "listen 127.0.0.1:%d;"
		pass = "proxy_pass http://replicas; proxy_http_version 1.1; proxy_set_header Connection ''; proxy_next_upstream error timeout http_503;"
	}
	text := fmt.Sprintf(`worker_processes 1;
daemon off;
pid %[1]s/nginx.pid;
error_log %[1]s/error.log warn;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path %[1]s/body;
  proxy_temp_path %[1]s/proxy;
  fastcgi_temp_path %[1]s/fastcgi;
  uwsgi_temp_path %[1]s/uwsgi;
  scgi_temp_path %[1]s/scgi;
  upstream replicas { %[2]skeepalive 64; }
  server {
    `+fmt.Sprintf(listen, port)+`
    keepalive_requests 1000000;
    underscores_in_headers on;
    location / { %[3]s }
  }
}
`, dir, upstream, pass)
	config := filepath.Join(dir, "nginx.conf")
	require.NoError(t, os.WriteFile(config, []byte(text), 0o644)) //nolint:gosec // it holds no secret, and another user reads it
	address := fmt.Sprintf("127.0.0.1:%d", port)
	p := launch(t, "nginx", dir, unprivileged(t), nil, program, "-c", config, "-e", filepath.Join(dir, "error.log"))
	eventually(t, startTime, "nginx", func(ctx context.Context) error {
		require.NoError(t, p.alive())
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err != nil {
			return err
		}
		return conn.Close()
	})
	return &instance{process: p, grpc: address, rest: address}
}
