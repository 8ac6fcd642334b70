package charttest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// expressions are those of a dashboard's panels, by panel.
func expressions(t *testing.T, board object) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, each := range board.list("panels") {
		panel, ok := asMap(each)
		require.True(t, ok)
		for _, each := range object(panel).list("targets") {
			target, _ := asMap(each)
			title := object(panel).text("title")
			all[title] = append(all[title], object(target).text("expr"))
		}
	}
	return all
}

func inventoryBoard(t *testing.T) object {
	t.Helper()
	got := manifests(t, chart(t, everything("inventory")), "--namespace", "spaceone", "--set", watched)
	return dashboardOf(t, got["ConfigMap/inventory-dashboard"], "spaceone-inventory.json")
}

// The dashboard is well made: what Grafana's linter asks for.
func TestDashboard(t *testing.T) {
	t.Parallel()
	board := inventoryBoard(t)
	assert.Equal(t, "inventory (spaceone)", board["title"])
	assert.Len(t, board["uid"], 40)
	assert.Equal(t, []string{"datasource", "namespace", "job"}, board.names("templating", "list"))
	assert.Equal(t, "spaceone/inventory", board.text("templating", "list", "job", "current", "value", 0))
	ids, titles := map[any]bool{}, map[string]bool{}
	type cell struct{ x, y int }
	taken := map[cell]string{}
	for _, each := range board.list("panels") {
		m, _ := asMap(each)
		panel := object(m)
		title := panel.text("title")
		require.NotEmpty(t, title)
		assert.False(t, ids[m["id"]], "two panels of the id %v", m["id"])
		ids[m["id"]] = true
		grid := func(name string) int { return int(panel.get("gridPos", name).(float64)) }
		assert.LessOrEqual(t, grid("x")+grid("w"), 24, title)
		for x := range grid("w") {
			for y := range grid("h") {
				at := cell{grid("x") + x, grid("y") + y}
				assert.Empty(t, taken[at], "%s lies over it", title)
				taken[at] = title
			}
		}
		if panel.text("type") == "row" {
			continue
		}
		assert.False(t, titles[title], "two panels called %s", title)
		titles[title] = true
		assert.NotEmpty(t, panel.text("description"), title)
		assert.NotEmpty(t, panel.text("fieldConfig", "defaults", "unit"), title)
		assert.Equal(t, "${datasource}", panel.text("datasource", "uid"), title)
		targets := panel.list("targets")
		require.NotEmpty(t, targets, title)
		for _, each := range targets {
			m, _ := asMap(each)
			target := object(m)
			expr := target.text("expr")
			assert.Equal(t, "${datasource}", target.text("datasource", "uid"), title)
			assert.NotEmpty(t, target.text("legendFormat"), title)
			assert.Equal(t, strings.Count(expr, "{"), strings.Count(expr, `namespace=~"$namespace", job=~"$job"`), "%s: each selector is of the services chosen", title)
			for _, window := range regexp.MustCompile(`\[[^\]]*\]`).FindAllString(expr, -1) {
				assert.Equal(t, "[$__rate_interval]", window, title)
			}
			for _, label := range regexp.MustCompile(`\{\{(\w+)\}\}`).FindAllStringSubmatch(target.text("legendFormat"), -1) {
				assert.Regexp(t, `by \([^)]*\b`+label[1]+`\b`, expr, "%s: the legend names what the query keeps", title)
			}
		}
	}
	assert.Greater(t, len(titles), 20)
}

// Prometheus takes each query of the dashboard.
func TestDashboardQueries(t *testing.T) {
	t.Parallel()
	promtool := tool(t, "promtool")
	var rules []map[string]string
	queries := expressions(t, inventoryBoard(t))
	for _, title := range slices.Sorted(maps.Keys(queries)) {
		for _, expr := range queries[title] {
			expr = strings.ReplaceAll(expr, "$__rate_interval", "5m")
			rules = append(rules, map[string]string{"record": fmt.Sprintf("q%d", len(rules)), "expr": expr})
		}
	}
	text, err := yaml.Marshal(map[string]any{"groups": []any{map[string]any{"name": "dashboard", "rules": rules}}})
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "queries.yaml")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	mustRun(t, ".", promtool, "check", "rules", file)
}

// Whatever the dashboard shows and an alert asks for is told by the services.
func TestWhatIsAskedForIsExposed(t *testing.T) {
	t.Parallel()
	has := exposed(t)
	assert.Equal(t, []string{"metric callz_total", "label color of calls_total", "label size in x"},
		append(missing(`callz_total{job="a"}`, has), append(missing(`calls_total{color="a"}`, has),
			strings.Replace(missing(`sum by (size) (calls_total{})`, has)[0], "sum by (size) (calls_total{})", "x", 1))...), "the judge is awake")

	for title, all := range expressions(t, inventoryBoard(t)) {
		for _, expr := range all {
			assert.Empty(t, missing(expr, has), title)
		}
	}
	text, err := os.ReadFile(ruleFile(t))
	require.NoError(t, err)
	var doc struct {
		Groups []struct {
			Rules []struct{ Alert, Record, Expr string }
		}
	}
	require.NoError(t, yaml.Unmarshal(text, &doc))
	asked := 0
	for _, group := range doc.Groups {
		for _, rule := range group.Rules {
			asked++
			assert.Empty(t, missing(rule.Expr, has), rule.Alert+rule.Record)
		}
	}
	assert.Greater(t, asked, 30)
}
