package charttest

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// The original umbrella chart's values are taken as they stand; what becomes of each
// part that means nothing here is told, members' values included.
func TestOriginalUmbrellaValues(t *testing.T) {
	t.Parallel()
	chart := platformWith(t, spec.Member{Name: "identity"}, spec.Member{Name: "inventory"},
		spec.Member{Name: "supervisor", Kind: spec.KindSupervisor}, spec.Member{Name: "console", Kind: spec.KindFrontend})
	got := judge(t, chart, "--values", original(t, "umbrella"))
	assert.Equal(t, "example/inventory:2.0.1", got["Deployment/inventory-worker"].pod().text("containers", 0, "image"))
	assert.Equal(t, "cloud", got["Deployment/console"].text("metadata", "namespace"))
	assert.Equal(t, "cloud", got["Deployment/supervisor-scheduler"].text("metadata", "namespace"))
	for version, told := range notes(t, chart, "--values", original(t, "umbrella")) {
		found := unused(t, told)
		assert.Equal(t, []string{
			"console-api-v2", "console.enable", "console.production_json.CONSOLE_API", "console.production_json.CONSOLE_API_V2",
			"enabled", "image", "marketplace-assets", "mongodb", "monitoring", "resources", "spacectl",
		}, slices.Sorted(maps.Keys(found)), version)
		assert.Equal(t, "unknown; did you mean enabled?", found["console.enable"], version)
		assert.Equal(t, "unknown; no member of this platform is called so", found["monitoring"], version)
		assert.Equal(t, "would install MongoDB; services here keep what they have in PostgreSQL", found["mongodb"], version)
	}

	const odd = "{global: {share: {A: 1}}, initializer: {pods: 1}, redis: {persistence: {sise: 1Gi}}, postgresql: {pvc: {}}, inventory: {replica: 2}}"
	for version, told := range notes(t, chart, "--values", given(t, odd)) {
		assert.Equal(t, map[string]string{
			"global.share":           "unknown; did you mean shared?",
			"initializer.pods":       "unknown; did you mean pod?",
			"inventory.replica":      "unknown; did you mean replicas?",
			"redis.persistence.sise": "unknown; persistence has enabled, size, storageClass",
			"postgresql.pvc":         "would be how the disk is claimed; here persistence says it",
		}, unused(t, told), version)
	}
	for version, told := range notes(t, chart) {
		assert.Empty(t, unused(t, told), version)
	}
}
