//go:build unix

package running

import (
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/repository"
)

// merged are the files of several members.
func merged(all ...map[string]string) map[string]string {
	files := map[string]string{}
	for _, one := range all {
		maps.Copy(files, one)
	}
	return files
}

// planned gives a runner of a platform, of which nothing is started.
func planned(t *testing.T, dir string) *runner {
	t.Helper()
	p, err := newPlan(dir, nil)
	require.NoError(t, err)
	_, err = p.assignPorts()
	require.NoError(t, err)
	return &runner{Options: Options{Dir: dir}, plan: p, folder: filepath.Join(dir, Folder), root: kept(t, dir), log: newStream(new(log), false, p.names())}
}

// kept is where what a platform's members are run with lies.
func kept(t *testing.T, dir string) *os.Root {
	t.Helper()
	root, err := repository.OpenLocal(t.Context(), dir, Folder)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, root.Close()) })
	return root
}

// configured is what a member is configured with.
func configured(t *testing.T, r *runner, name string) string {
	t.Helper()
	m := r.plan.members[slices.Index(r.plan.names(), name)]
	require.NoError(t, r.configure(m, new(access)))
	text, err := os.ReadFile(r.configFile(m))
	require.NoError(t, err)
	return string(text)
}

// With a plugin service a supervisor asks it which plugins ought to run, and is
// told what runs in place of their images; those who call them run none.
func TestSupervisorsAskThePluginService(t *testing.T) {
	r := planned(t, lay(t, "[{name: plugin}, {name: keeper, kind: supervisor}, {name: asset, kind: plugin, image: registry.example/asset}, {name: inventory}]", merged(
		service("plugin", "servers: [grpc, rest]\n"), service("keeper", "kind: supervisor\nschedulers: [{name: sync_plugins, kind: interval, interval: 30}]\n"),
		service("asset", "kind: plugin\npackage: acme.asset\n"),
		service("inventory", "servers: [grpc]\nconnectors: [{name: asset, kind: plugin, api: acme.asset}]\n"),
	)))
	keeper := configured(t, r, "keeper")
	for _, want := range []string{
		"registry.example/asset:", "bin/asset", "NAME: keeper", "HOSTNAME: keeper.spaceone", "REGISTER: true", "interval: 5",
		fmt.Sprintf("repository: grpc://127.0.0.1:%d", r.plan.members[0].grpc),
	} {
		assert.Contains(t, keeper, want)
	}
	assert.NotContains(t, keeper, "WANTED_PLUGINS", "the plugin service says it")
	assert.NotContains(t, configured(t, r, "inventory"), "PLUGINS", "it asks the plugin service")
}

// Without a plugin service those who call a plugin run it, and a supervisor what
// none of them calls; without a supervisor a plugin service has nobody to tell.
func TestPluginsWithoutAPluginService(t *testing.T) {
	asset, metric := service("asset", "kind: plugin\npackage: acme.asset\n"), service("metric", "kind: plugin\npackage: acme.metric\n")
	inventory := service("inventory", "servers: [grpc]\nconnectors: [{name: asset, kind: plugin, api: acme.asset}]\n")
	r := planned(t, lay(t, "[{name: keeper, kind: supervisor}, {name: asset, kind: plugin}, {name: metric, kind: plugin, version: '1.2', resource_type: monitoring.Metric}, {name: inventory}, {name: second, kind: supervisor}]",
		merged(asset, metric, inventory, service("keeper", "kind: supervisor\n"), service("second", "kind: supervisor\n"))))
	assert.Contains(t, configured(t, r, "inventory"), "bin/asset")
	keeper := configured(t, r, "keeper")
	assert.Regexp(t, `WANTED_PLUGINS:\s+- image: ghcr.io/cloudforet-io/metric\s+kind: monitoring.Metric\s+plugin_id: metric\s+version: "1.2"`, keeper)
	assert.Contains(t, keeper, "bin/metric")
	assert.NotContains(t, keeper, "bin/asset", "inventory runs it")
	assert.NotContains(t, keeper, "SCHEDULERS", "it has no such scheduler")
	assert.NotContains(t, configured(t, r, "second"), "bin/", "none runs twice")

	r = planned(t, lay(t, "[{name: plugin}, {name: asset, kind: plugin}, {name: inventory}]", merged(asset, inventory, service("plugin", "servers: [grpc]\n"))))
	assert.Contains(t, configured(t, r, "inventory"), "bin/asset")
}

// The platform's plugins are registered at the plugin service by those who run
// it. One that is there stays; where it can't be told, that is said.
func TestPluginsAreRegistered(t *testing.T) {
	said, status := new(log), http.StatusOK
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked = append(asked, r.URL.Path+" "+r.Header.Get("Authorization")+" "+string(body))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "what it says\n")
	}))
	defer server.Close()
	r := planned(t, lay(t, "[{name: plugin}, {name: keeper, kind: supervisor}, {name: asset, kind: plugin, version: '1.2', resource_type: inventory.Collector}]", merged(
		service("plugin", "servers: [grpc, rest]\n"), service("keeper", "kind: supervisor\n"), service("asset", "kind: plugin\n"))))
	r.log = newStream(said, false, r.plan.names())
	r.plan.members[0].rest = server.Listener.Addr().(*net.TCPAddr).Port
	for _, status = range []int{http.StatusOK, http.StatusConflict} {
		r.register(t.Context(), &access{SystemToken: "system"})
		assert.Empty(t, said.String())
	}
	require.Len(t, asked, 2)
	path, body, _ := strings.Cut(asked[0], " Bearer system ")
	assert.Equal(t, "/plugin/v1/plugin/register", path)
	assert.JSONEq(t, `{"plugin_id": "asset", "name": "asset", "image": "ghcr.io/cloudforet-io/asset", "resource_type": "inventory.Collector", "versions": ["1.2"]}`, body)

	status = http.StatusForbidden
	r.register(t.Context(), new(access))
	assert.Contains(t, said.String(), "plugin does not know the plugin asset, so nobody runs it")
	assert.Contains(t, said.String(), "403 Forbidden: what it says")
	assert.NotContains(t, asked[2], "Bearer")
	r.plan.members[0].rest = 0
	r.register(t.Context(), new(access))
	assert.Contains(t, said.String(), "plugin has no REST server")
}
