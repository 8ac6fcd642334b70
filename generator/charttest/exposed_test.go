package charttest

import (
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	caches "github.com/cloudforet-io/spacegen/core/cache"
	"github.com/cloudforet-io/spacegen/core/databasetest"
	"github.com/cloudforet-io/spacegen/core/httpconnector"
	"github.com/cloudforet-io/spacegen/core/outbox"
	"github.com/cloudforet-io/spacegen/core/pipeline"
	"github.com/cloudforet-io/spacegen/core/queue"
	"github.com/cloudforet-io/spacegen/core/scheduler"
	"github.com/cloudforet-io/spacegen/core/server"
	"github.com/cloudforet-io/spacegen/core/telemetry"
	"github.com/cloudforet-io/spacegen/core/worker"
)

// An inventory takes metrics as a registry does, and remembers what each is called and
// which labels it has, used or not.
type inventory struct {
	prometheus.Registerer

	mu     sync.Mutex
	labels map[string][]string // by metric
}

var describes = regexp.MustCompile(`fqName: "([^"]+)".*constLabels: \{(.*)\}, variableLabels: \{([^}]*)\}`)

func (i *inventory) Register(c prometheus.Collector) error {
	descs := make(chan *prometheus.Desc)
	go func() { c.Describe(descs); close(descs) }()
	i.mu.Lock()
	defer i.mu.Unlock()
	for desc := range descs {
		found := describes.FindStringSubmatch(desc.String())
		if found == nil {
			continue
		}
		labels := strings.FieldsFunc(found[3], func(r rune) bool { return r == ',' || r == ' ' })
		for pair := range strings.SplitSeq(found[2], ",") {
			name, _, _ := strings.Cut(pair, "=")
			labels = append(labels, name)
		}
		i.labels[found[1]] = labels
	}
	return i.Registerer.Register(c)
}

// exposed are the metrics of a service that has all there is, made by the framework's own
// parts as an emitted service makes them.
func exposed(t *testing.T) map[string][]string {
	t.Helper()
	tel, err := telemetry.Setup(t.Context(), telemetry.Options{Service: "inventory", Output: io.Discard})
	require.NoError(t, err)
	i := &inventory{Registerer: tel.Registry, labels: map[string][]string{}}
	families, err := tel.Registry.Gather()
	require.NoError(t, err)
	for _, family := range families { // of the runtime, which are there from the start
		i.labels[family.GetName()] = []string{"quantile"}
	}

	db := databasetest.SQLite(t)
	require.NoError(t, db.Measure(i, "default"))
	aliases := caches.NewAliases(nil)
	t.Cleanup(func() { assert.NoError(t, aliases.Close()) })
	require.NoError(t, aliases.Measure(i))
	queues, err := queue.Open(t.Context(), map[string]queue.Options{"jobs": {}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, queues.Close()) })
	require.NoError(t, queues.Measure(i))
	_, err = outbox.New(outbox.Options{DB: db, Queues: queues, Registerer: i})
	require.NoError(t, err)
	_, err = pipeline.New(pipeline.Options{Metrics: i})
	require.NoError(t, err)
	_, err = worker.New(worker.Options{Queues: queues, Runner: worker.Dispatcher{}, Registerer: i})
	require.NoError(t, err)
	_, err = scheduler.New(scheduler.Options{
		Service: "inventory", Queues: queues, Registerer: i, Runs: func(string) bool { return true },
	})
	require.NoError(t, err)
	_, err = httpconnector.NewMetrics(i)
	require.NoError(t, err)
	server.NewGRPC(server.GRPCOptions{Metrics: i})
	return i.labels
}

var (
	text     = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	grouping = regexp.MustCompile(`\b(?:by|without|on|ignoring|group_left)\s*\(([^)]*)\)`)
	selector = regexp.MustCompile(`\b([a-z_][a-z0-9_:]*)\{([^}]*)\}`)
	word     = regexp.MustCompile(`[a-z_][a-z0-9_:]*`)
)

// ofPrometheus are the labels that Prometheus gives a series by itself, or a PodMonitor has
// it give, and what it makes of histograms.
var ofPrometheus = []string{"namespace", "job", "pod", "instance", "app_kubernetes_io_component", "le"}

// missing reports the metrics and labels of an expression that nothing exposes.
func missing(expr string, has map[string][]string) []string {
	var wrong []string
	bare := text.ReplaceAllString(expr, "")
	labels := append([]string(nil), ofPrometheus...)
	found := selector.FindAllStringSubmatch(bare, -1)
	if len(found) == 0 {
		return []string{"no metric in " + expr}
	}
	for _, one := range found {
		name, matchers := one[1], one[2]
		if strings.HasPrefix(name, "service:") || name == "up" {
			continue // a recording rule; Prometheus' own
		}
		own, ok := has[name]
		for _, suffix := range []string{"_bucket", "_count", "_sum"} {
			if base, cut := strings.CutSuffix(name, suffix); cut && !ok {
				own, ok = has[base]
			}
		}
		if !ok {
			wrong = append(wrong, "metric "+name)
			continue
		}
		labels = append(labels, own...)
		for _, label := range word.FindAllString(matchers, -1) {
			if !slices.Contains(own, label) && !slices.Contains(ofPrometheus, label) {
				wrong = append(wrong, "label "+label+" of "+name)
			}
		}
	}
	for _, group := range grouping.FindAllStringSubmatch(bare, -1) {
		for _, label := range word.FindAllString(group[1], -1) {
			if !slices.Contains(labels, label) {
				wrong = append(wrong, "label "+label+" in "+expr)
			}
		}
	}
	return wrong
}
