package charttest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// watched are the flags that bring all that watches a service.
const watched = "podMonitor.enabled=true,monitoring.rules.enabled=true,monitoring.dashboard.enabled=true"

// Nothing that watches a service is there unless somebody asks for it.
func TestMonitoringIsOffByItself(t *testing.T) {
	t.Parallel()
	got := manifests(t, chart(t, everything("inventory")))
	assert.Empty(t, got.ofKind("PodMonitor"))
	assert.Empty(t, got.ofKind("PrometheusRule"))
	assert.NotContains(t, got, "ConfigMap/inventory-dashboard")
}

// What an umbrella chart says of all services is added to what each says.
func TestMonitoringOfAllServices(t *testing.T) {
	t.Parallel()
	got := manifests(t, umbrella(t), "--set", "global.monitoring.podMonitor.enabled=true,global.monitoring.podMonitor.interval=30s",
		"--set", "global.monitoring.rules.enabled=true,global.monitoring.rules.labels.release=prometheus,inventory.monitoring.rules.labels.team=a",
		"--set", "global.monitoring.dashboard.enabled=true,global.monitoring.dashboard.annotations.grafana_folder=Services")
	uids := map[any]bool{}
	for _, name := range []string{"identity", "inventory", "cost-analysis"} {
		assert.Equal(t, "30s", got["PodMonitor/"+name].text("spec", "podMetricsEndpoints", 0, "interval"))
		assert.Equal(t, "prometheus", got["PrometheusRule/"+name].text("metadata", "labels", "release"))
		config := got["ConfigMap/"+name+"-dashboard"]
		assert.Equal(t, "1", config.text("metadata", "labels", "grafana_dashboard"))
		assert.Equal(t, "Services", config.text("metadata", "annotations", "grafana_folder"))
		board := dashboardOf(t, config, "spaceone-"+name+".json")
		uids[board["uid"]] = true
	}
	assert.Len(t, uids, 3, "Grafana keeps one dashboard of a uid")
	assert.Equal(t, "a", got["PrometheusRule/inventory"].text("metadata", "labels", "team"))
	assert.Empty(t, got["PrometheusRule/identity"].text("metadata", "labels", "team"))
}

// A platform's chart has every member watched that tells metrics; a console tells none.
func TestMonitoringOfAPlatform(t *testing.T) {
	t.Parallel()
	dir := platformWith(t, spec.Member{Name: "inventory"}, spec.Member{Name: "supervisor", Kind: spec.KindSupervisor},
		spec.Member{Name: "console", Kind: spec.KindFrontend})
	assert.Empty(t, manifests(t, dir).ofKind("PodMonitor"))
	got := manifests(t, dir, "--set", "global.monitoring.podMonitor.enabled=true,global.monitoring.podMonitor.labels.release=prometheus",
		"--set", "global.monitoring.rules.enabled=true,global.monitoring.dashboard.enabled=true")
	assert.Len(t, got.ofKind("PrometheusRule"), 1)
	assert.Contains(t, got, "ConfigMap/inventory-dashboard")
	require.Len(t, got.ofKind("PodMonitor"), 2)
	for deployment, monitor := range map[string]string{"inventory": "inventory", "supervisor-scheduler": "supervisor"} {
		m := got["PodMonitor/"+monitor]
		assert.Equal(t, "prometheus", m.text("metadata", "labels", "release"))
		d := got["Deployment/"+deployment]
		assert.Subset(t, d.get("spec", "template", "metadata", "labels"), m.get("spec", "selector", "matchLabels"))
		assert.Equal(t, 9090, d.get("spec", "template", "spec", "containers", 0, "ports", m.text("spec", "podMetricsEndpoints", 0, "port"), "containerPort"))
	}
}

// dashboardOf reads the dashboard of a ConfigMap.
func dashboardOf(t *testing.T, config object, key string) object {
	t.Helper()
	var board map[string]any
	require.NoError(t, json.Unmarshal([]byte(config.text("data", key)), &board), "%v", config)
	return board
}

// ruleFile writes the rules of a chart as Prometheus reads them, and names the file.
func ruleFile(t *testing.T, args ...string) string {
	t.Helper()
	dir := chart(t, everything("inventory"))
	got := manifests(t, dir, append([]string{"--namespace", "spaceone", "--set", watched}, args...)...)
	text, err := yaml.Marshal(got["PrometheusRule/inventory"].get("spec"))
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "rules.yaml")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	return file
}

// Prometheus takes the rules, whatever the values say.
func TestRules(t *testing.T) {
	t.Parallel()
	promtool := tool(t, "promtool")
	for name, set := range map[string]string{
		"defaults":  "replicas=1",
		"by flags":  "monitoring.rules.objective=99.5,monitoring.rules.latency.milliseconds=250,monitoring.rules.latency.objective=95.5,monitoring.rules.queueAge=60",
		"other job": `monitoring.job=kube"pods`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out := mustRun(t, ".", promtool, "check", "rules", ruleFile(t, "--set", set))
			assert.Regexp(t, `SUCCESS: [1-9]\d+ rules found`, out)
		})
	}
}

// Each alert fires for what it is about, and none for a healthy service.
func TestAlerts(t *testing.T) {
	t.Parallel()
	promtool := tool(t, "promtool")
	rules := ruleFile(t)
	text, err := os.ReadFile(filepath.Join("testdata", "alerts.yaml"))
	require.NoError(t, err)
	dir := filepath.Dir(rules)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "alerts.yaml"), text, 0o600))
	out := mustRun(t, dir, promtool, "test", "rules", "alerts.yaml")
	assert.Contains(t, out, "SUCCESS")
	assert.Equal(t, alertsOf(t, rules), alertsTested(t, text), "alerts.yaml has each alert fire")
}

// alertsOf are the names of the alerts in a file of rules.
func alertsOf(t *testing.T, file string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(file) //nolint:gosec // the test wrote it
	require.NoError(t, err)
	var doc struct {
		Groups []struct{ Rules []struct{ Alert string } }
	}
	require.NoError(t, yaml.Unmarshal(text, &doc))
	names := map[string]bool{}
	for _, group := range doc.Groups {
		for _, rule := range group.Rules {
			if rule.Alert != "" {
				names[rule.Alert] = true
			}
		}
	}
	return names
}

// alertsTested are those that promtool's tests expect to fire.
func alertsTested(t *testing.T, text []byte) map[string]bool {
	t.Helper()
	var doc struct {
		Tests []struct {
			Checks []struct {
				Name   string `yaml:"alertname"`
				Expect []any  `yaml:"exp_alerts"`
			} `yaml:"alert_rule_test"`
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &doc))
	names := map[string]bool{}
	for _, test := range doc.Tests {
		for _, check := range test.Checks {
			if len(check.Expect) > 0 {
				names[check.Name] = true
			}
		}
	}
	return names
}
