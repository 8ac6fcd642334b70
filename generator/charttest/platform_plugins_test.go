package charttest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// platformWith lays out a platform whose members are of any kind, each with the
// chart of its kind, and names the platform's chart.
func platformWith(t *testing.T, members ...spec.Member) string {
	t.Helper()
	g, err := generator.New(templates.FS, "test")
	require.NoError(t, err)
	top := t.TempDir()
	add := func(s *spec.Spec) {
		s = spec.Defaults(s)
		require.NoError(t, s.Validate())
		tree, err := rendered(t.Context(), g, s, render.Input{})
		require.NoError(t, err)
		put(t, filepath.Join(top, s.Name), tree)
	}
	s := &spec.Spec{Kind: spec.KindPlatform, Name: "spaceone", Chart: true, Platform: spec.Platform{Members: members}}
	add(s)
	for _, m := range spec.Defaults(s).Platform.Charts() {
		if m.Kind == spec.KindService || m.Kind == spec.KindPlugin {
			put(t, filepath.Join(top, m.Name), emit(t, everything(m.Name)))
			continue
		}
		add(&spec.Spec{Kind: m.Kind, Name: m.Name, Chart: true})
	}
	mustRun(t, filepath.Join(top, "spaceone"), tool(t, "helm3", "helm"), "dependency", "update", "deploy/helm")
	return filepath.Join(top, "spaceone", "deploy/helm")
}

// wantedConf is what the supervisor of a name is configured with.
func wantedConf(t *testing.T, all objects, name string) object {
	t.Helper()
	return all["ConfigMap/"+name+"-application-scheduler-conf"].document(t, "application.yaml")
}

func asset() spec.Member {
	return spec.Member{Name: "plugin-asset", Kind: spec.KindPlugin, Image: "registry.example.com/acme/asset", ResourceType: "inventory.Collector"}
}

// The platform's chart has the supervisor run the members that are plugins, and
// services find them.
func TestPlatformPlugins(t *testing.T) {
	t.Parallel()
	eu := asset()
	eu.Alias, eu.Version = "asset-eu", "1.2.3"
	chart := platformWith(t,
		spec.Member{Name: "inventory"}, asset(), eu, spec.Member{Name: "plugin-cost", Kind: spec.KindPlugin},
		spec.Member{Name: "plugin-charted", Kind: spec.KindPlugin, Repository: "file://../../../plugin-charted/deploy/helm"},
		spec.Member{Name: "supervisor", Kind: spec.KindSupervisor, Alias: "keeper"},
		spec.Member{Name: "supervisor", Kind: spec.KindSupervisor, Alias: "other"},
		spec.Member{Name: "console", Kind: spec.KindFrontend},
	)
	one := map[string]any{"plugin_id": "plugin-asset", "image": "registry.example.com/acme/asset", "version": "0.1.0", "kind": "inventory.Collector"}
	two := map[string]any{"plugin_id": "asset-eu", "image": "registry.example.com/acme/asset", "version": "1.2.3", "kind": "inventory.Collector"}
	three := map[string]any{"plugin_id": "plugin-cost", "image": "ghcr.io/cloudforet-io/plugin-cost", "version": "0.1.0"}

	got := judge(t, chart)
	assert.Equal(t, []any{two, one, three}, wantedConf(t, got, "keeper").get("WANTED_PLUGINS"))
	assert.Nil(t, wantedConf(t, got, "other").get("WANTED_PLUGINS"), "none runs twice")
	shared := got["ConfigMap/shared-conf"].document(t, "shared.yaml")
	for _, name := range []string{"plugin-asset", "asset-eu", "plugin-cost"} {
		assert.Equal(t, "grpc://"+name+":50051", shared.get("CONNECTORS", "SpaceConnector", "endpoints", name))
		assert.Equal(t, name, got["Service/"+name].text("spec", "selector", "plugin_id"), "an endpoint is a Service's name")
	}
	configs := fmt.Sprint(got.ofKind("ConfigMap"))
	assert.Contains(t, configs, "http://inventory-rest")
	assert.NotContains(t, configs, "plugin-asset-rest", "the console shows services")
	assert.Contains(t, got, "Deployment/plugin-charted", "by its own chart")

	// What people set of it.
	over := judge(t, chart, "--set", "keeper.plugins.plugin-asset.enabled=false",
		"--set-string", "keeper.plugins.asset-eu.image.version=2.0",
		"--set", "keeper.plugins.plugin-cost.image.name=mirror.example.com/cost,keeper.plugins.plugin-cost.replicas=3",
		"--set", "keeper.application_scheduler.CONNECTORS.KubernetesConnector.headless=true")
	two["version"], three["image"] = "2.0", "mirror.example.com/cost"
	conf := wantedConf(t, over, "keeper")
	assert.Equal(t, []any{two, three}, conf.get("WANTED_PLUGINS"))
	assert.Equal(t, map[string]any{"headless": true, "replica": map[string]any{"?plugin-cost": 3}}, conf.get("CONNECTORS", "KubernetesConnector"))
	assert.NotContains(t, over, "Service/plugin-asset")
	flag := []any{"spec", "template", "metadata", "annotations", "spaceone.application-flag"}
	assert.NotEqual(t, got["Deployment/keeper-scheduler"].get(flag...), over["Deployment/keeper-scheduler"].get(flag...), "its pod is replaced")

	// What a hand-written list names is left to it; a plugin service says it alone.
	own := judge(t, chart, "--values", given(t, `{keeper: {application_scheduler: {WANTED_PLUGINS: [{plugin_id: asset-eu, image: mine, version: "9"}]}}}`))
	mine := map[string]any{"plugin_id": "asset-eu", "image": "mine", "version": "9"}
	three["image"] = "ghcr.io/cloudforet-io/plugin-cost"
	assert.Equal(t, []any{mine, one, three}, wantedConf(t, own, "keeper").get("WANTED_PLUGINS"))
	asked := manifests(t, chart, "--set", "global.shared_conf.ENDPOINTS.plugin=grpc://plugin.elsewhere:50051")
	assert.Nil(t, wantedConf(t, asked, "keeper").get("WANTED_PLUGINS"))

	off := manifests(t, chart, "--set", "keeper.enabled=false,global.supervisor_namespace=root-supervisor")
	assert.NotContains(t, off, "Service/plugin-asset")
	for version, told := range notes(t, chart, "--set", "keeper.plugins.plugin-asset.enable=false,keeper.plugins.plugin-asset.image.tag=x") {
		assert.Equal(t, map[string]string{
			"keeper.plugins.plugin-asset.enable":    "unknown; did you mean enabled?",
			"keeper.plugins.plugin-asset.image.tag": "unknown; plugins.plugin-asset.image has name, version",
		}, unused(t, told), version)
	}
	for version := range helms(t) {
		for values, want := range map[string]string{
			"keeper.plugins.Not_a_name.image.name=x":     "Not_a_name",
			"keeper.plugins.third.enabled=true":          "image",
			"keeper.plugins.plugin-asset.replicas=-1":    "replicas",
			"keeper.plugins.plugin-asset.image.version=": "",
		} {
			out, err := template(t, version, chart, "test", ".", "--set", values)
			assert.Equal(t, want != "", err != nil, "%s %s: %s", version, values, out)
			assert.Contains(t, out, want, version)
		}
	}
}

// Plugins that run in another namespace are found by the same names.
func TestPlatformPluginsElsewhere(t *testing.T) {
	t.Parallel()
	chart := platformWith(t, spec.Member{Name: "inventory"}, asset(), spec.Member{Name: "supervisor", Kind: spec.KindSupervisor})
	all := map[string]object{}
	text := mustTemplate(t, "helm3", chart, "test", ".", "--kube-version", newest, "--namespace", "spaceone",
		"--set", "global.supervisor_namespace=root-supervisor")
	for _, document := range strings.Split(text, "\n---\n") {
		for _, o := range parse(t, document) {
			all[o.text("metadata", "namespace")+"/"+o.text("kind")+"/"+o.text("metadata", "name")] = o
		}
	}
	assert.Equal(t, "plugin-asset.root-supervisor.svc.cluster.local", all["spaceone/Service/plugin-asset"].text("spec", "externalName"))
	assert.Equal(t, "plugin-asset", all["root-supervisor/Service/plugin-asset"].text("spec", "selector", "plugin_id"))
}

// Without a supervisor, or without plugins, there is nothing to say; with a
// plugin service there is nobody else to say it.
func TestPlatformWithoutPluginsToRun(t *testing.T) {
	t.Parallel()
	for name, members := range map[string][]spec.Member{
		"no plugin":        {{Name: "supervisor", Kind: spec.KindSupervisor}},
		"no supervisor":    {{Name: "inventory"}, asset()},
		"a plugin service": {{Name: "plugin"}, asset(), {Name: "supervisor", Kind: spec.KindSupervisor}},
	} {
		t.Run(name, func(t *testing.T) {
			chart := platformWith(t, members...)
			assert.NotContains(t, string(mustRead(t, filepath.Join(chart, "values.yaml"))), "plugin-asset")
			got := judge(t, chart)
			assert.NotContains(t, got, "Service/plugin-asset")
			if conf, ok := got["ConfigMap/supervisor-application-scheduler-conf"]; ok {
				assert.Nil(t, conf.document(t, "application.yaml").get("WANTED_PLUGINS"))
			}
			endpoints := got["ConfigMap/shared-conf"].document(t, "shared.yaml").get("CONNECTORS", "SpaceConnector", "endpoints")
			docs := string(mustRead(t, filepath.Join(chart, "../../docs/members.md")))
			if name == "a plugin service" {
				assert.Equal(t, map[string]any{"repository": "grpc://plugin:50051"}, endpoints, "it knows images, too")
				assert.Contains(t, docs, "the service `plugin` alone says")
				assert.Contains(t, docs, `"image": "registry.example.com/acme/asset"`)
				return
			}
			assert.Nil(t, endpoints)
			assert.Contains(t, docs, "a supervisor runs them in the cluster, if one is a member")
		})
	}
}

// The emitted supervisor, given what the platform's chart gives to it, wants the
// members that are plugins and nothing else, and labels their pods as the
// Services by which they are found select them.
func TestE2ESupervisorRunsWhatThePlatformSays(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds the supervisor")
	}
	binary := wanting(t)
	pricey := spec.Member{Name: "plugin-cost", Kind: spec.KindPlugin, Version: "v2"}
	chart := platformWith(t, spec.Member{Name: "inventory"}, asset(), pricey, spec.Member{Name: "supervisor", Kind: spec.KindSupervisor})
	for name, c := range map[string]struct {
		values string
		want   map[string]int32 // replicas, by image
	}{
		"as it is": {`{}`, map[string]int32{"registry.example.com/acme/asset:0.1.0": 1, "ghcr.io/cloudforet-io/plugin-cost:v2": 1}},
		"overridden": {
			`{supervisor: {plugins: {plugin-asset: {image: {version: "1.10"}, replicas: 2, imagePullSecret: registry}, plugin-cost: {enabled: false}}}}`,
			map[string]int32{"registry.example.com/acme/asset:1.10": 2},
		},
		"another name": {
			`{supervisor: {application_scheduler: {NAME: second, CONNECTORS: {KubernetesConnector: {replica: {"inventory.Collector": 3}}}}}}`,
			map[string]int32{"registry.example.com/acme/asset:0.1.0": 3, "ghcr.io/cloudforet-io/plugin-cost:v2": 1},
		},
		"none": {`{supervisor: {plugins: {plugin-asset: {enabled: false}, plugin-cost: {enabled: false}}}}`, map[string]int32{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := manifests(t, chart, "--values", given(t, c.values))
			replicas := map[string]int32{}
			for _, d := range started(t, binary, got) {
				replicas[d.Image] = d.Replicas
				selector, _ := asMap(got["Service/"+d.Labels["plugin_id"]].get("spec", "selector"))
				require.NotEmpty(t, selector)
				for key, value := range selector {
					assert.Equal(t, value, d.Labels[key], key)
				}
				if name == "overridden" {
					assert.Equal(t, []map[string]string{{"name": "registry"}}, d.Secrets)
				}
			}
			assert.Equal(t, c.want, replicas)
		})
	}
}

// A plugin that is added is run: no other file is to be written.
func TestE2EPlatformAddedPlugin(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds spacegen")
	}
	spacegen := filepath.Join(t.TempDir(), "spacegen")
	mustRun(t, root(t), "go", "build", "-o", spacegen, "./cmd/spacegen")
	top := t.TempDir()
	call := func(args ...string) string { return mustRun(t, top, spacegen, args...) }
	call("new", "acme", "--kind", "platform", "--services", "inventory", "--module", "example.com/acme/acme", "--registry", "registry.example.com/acme", "--skip-git")
	call("add", "service", "inventory", "-C", "acme", "--skip-proto", "--skip-tidy")
	call("add", "service", "supervisor", "--kind", "supervisor", "-C", "acme", "--skip-proto", "--skip-tidy")
	values := filepath.Join(top, "acme/deploy/helm/values.yaml")
	text := strings.Replace(string(mustRead(t, values)), "  shared_conf: {}\n", "  shared_conf: {LOG: {level: debug}}\n", 1)
	text = strings.Replace(text, "supervisor:\n  enabled: true\n", "supervisor:\n  enabled: true\n  timezone: Asia/Seoul\n", 1)
	require.NoError(t, os.WriteFile(values, []byte(text), 0o600))
	assert.Contains(t, call("add", "service", "my-asset", "--plugin", "asset", "-C", "acme", "--skip-proto", "--skip-tidy"), " 0 conflicts")
	assert.Contains(t, string(mustRead(t, filepath.Join(top, "acme/spacegen.yaml"))),
		"name: my-asset, kind: plugin, path: \"../my-asset\", image: registry.example.com/acme/my-asset, resource_type: inventory.Collector")

	// What people wrote around it meets no other plugin either.
	text = strings.Replace(string(mustRead(t, values)), `my-asset, version: "0.1.0"`, `my-asset, version: "1.4.0"`, 1)
	text = strings.Replace(text, "  # Other values of its chart.\n", "$0  gracePeriod: 90\n", 1)
	require.NoError(t, os.WriteFile(values, []byte(strings.Replace(text, "$0", "  # Other values of its chart.\n", 1)), 0o600))
	assert.Contains(t, call("add", "service", "my-cost", "--plugin", "cost", "-C", "acme", "--skip-proto", "--skip-tidy"), " 0 conflicts")

	chart := filepath.Join(top, "acme/deploy/helm")
	mustRun(t, chart, tool(t, "helm3", "helm"), "dependency", "update", ".")
	got := judge(t, chart)
	assert.Equal(t, []any{
		map[string]any{"plugin_id": "my-asset", "image": "registry.example.com/acme/my-asset", "version": "1.4.0", "kind": "inventory.Collector"},
		map[string]any{"plugin_id": "my-cost", "image": "registry.example.com/acme/my-cost", "version": "0.1.0", "kind": "cost_analysis.DataSource"},
	}, wantedConf(t, got, "supervisor").get("WANTED_PLUGINS"))
	assert.Equal(t, 90, got["Deployment/supervisor-scheduler"].pod().get("terminationGracePeriodSeconds"))
	assert.Equal(t, "debug", got["ConfigMap/shared-conf"].document(t, "shared.yaml").get("LOG", "level"))

	call("remove", "service", "my-cost", "-C", "acme")
	assert.Len(t, wantedConf(t, manifests(t, chart), "supervisor").get("WANTED_PLUGINS"), 1)
}

// wanting builds a program of the emitted supervisor's own packages that says
// what it wants: testdata/wanted.go.
func wanting(t *testing.T) (binary string) {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join(root(t), "testdata", "golden", "supervisor"))
	require.NoError(t, err)
	file := overlay(t, "wanted.go", filepath.Join(dir, "cmd", "wanted", "main.go"))
	binary = filepath.Join(t.TempDir(), "wanted")
	out, err := runWith(t, dir, []string{"GOWORK=off"}, "go", "build", "-overlay", file, "-o", binary, "./cmd/wanted")
	require.NoError(t, err, out)
	return binary
}

// overlay has the go command see a file of testdata elsewhere.
func overlay(t *testing.T, name, at string) (file string) {
	t.Helper()
	source, err := filepath.Abs(filepath.Join("testdata", name))
	require.NoError(t, err)
	text, err := json.Marshal(map[string]any{"Replace": map[string]string{at: source}})
	require.NoError(t, err)
	file = filepath.Join(t.TempDir(), "overlay.json")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	return file
}

// A deployment is what the supervisor makes of a plugin.
type deployment struct {
	Image    string
	Replicas int32
	Labels   map[string]string // of its pods
	Secrets  []map[string]string
}

// started are the Deployments that the supervisor of a chart makes.
func started(t *testing.T, binary string, all objects) []deployment {
	t.Helper()
	folder := t.TempDir()
	pod := all["Deployment/supervisor-scheduler"].pod()
	for n := range pod.list("containers", 0, "volumeMounts") {
		mount := object(pod.get("containers", 0, "volumeMounts", n).(map[string]any))
		volume := object(pod.get("volumes", mount.text("name")).(map[string]any))
		source := all["ConfigMap/"+volume.text("configMap", "name")]
		if secret := volume.text("secret", "secretName"); secret != "" {
			source = all["Secret/"+secret]
		}
		text := source.text("data", mount.text("subPath")) + source.text("stringData", mount.text("subPath"))
		text = strings.ReplaceAll(text, "/opt/spaceone/supervisor/config/", folder+"/")
		require.NoError(t, os.WriteFile(filepath.Join(folder, filepath.Base(mount.text("mountPath"))), []byte(text), 0o600))
	}
	out := mustRun(t, folder, binary, filepath.Join(folder, "config.yaml"))
	var deployments []deployment
	require.NoError(t, json.Unmarshal([]byte(out), &deployments), out)
	return deployments
}
