package generator_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/protofile"
)

// The starter plugin has the methods, the fields and the numbers of the public API, of
// which testdata/plugin_v1.txt was made: an original supervisor or service can call it. It
// has methods and fields beside them, and calls some messages otherwise, which nobody sees
// on the wire.
func TestPluginHasTheNumbersOfThePublicAPI(t *testing.T) {
	starter, err := newGenerator(t).Starter("plugin")
	require.NoError(t, err)
	sources := starter.Own.Protos
	query, err := os.ReadFile("../testdata/golden/example-plugin/proto/spaceone/api/core/v2/query.proto")
	require.NoError(t, err)
	sources["spaceone/api/core/v2/query.proto"] = query
	files, err := protofile.Compile(t.Context(), sources)
	require.NoError(t, err)
	text, err := os.ReadFile("testdata/plugin_v1.txt")
	require.NoError(t, err)
	public := strings.Split(strings.TrimSpace(string(text)), "\n")
	require.Greater(t, len(public), 100)

	called := strings.NewReplacer("InstalledPluginInfo", "PluginInfo", "InstalledPluginsInfo", "PluginsInfo", "InstalledPluginQuery", "PluginQuery")
	shared := strings.NewReplacer("PluginQuery.State", "PluginInfo.State") // one enum for both
	path := regexp.MustCompile(`^(rpc .*?) ?/\S+$`)                        // most methods of the public API have none
	ours := map[string]bool{}
	for _, line := range describe(files, "spaceone.api.plugin.v1") {
		line = called.Replace(line)
		ours[line] = true
		ours[path.ReplaceAllString(line, "$1")] = true
	}
	for _, line := range public {
		assert.True(t, ours[shared.Replace(line)], "missing: %s", line)
	}
}
