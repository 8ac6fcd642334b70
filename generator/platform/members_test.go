package platform_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/platform"
)

// TestResourceType: what a plugin serves is the service that has the method init, as the
// protobuf compiler reads it.
func TestResourceType(t *testing.T) {
	for name, c := range map[string]struct{ body, want, says string }{
		"usual":           {"service Other { rpc get(M) returns (M); }\nservice Collector {\n  rpc init(M) returns (M) {}\n}\n", "inventory.Collector", ""},
		"written apart":   {"service Collector\n{\n  rpc   init\n  (M) returns (M);\n}\n", "inventory.Collector", ""},
		"in a comment":    {"/*\nservice Old {\n  rpc init(M) returns (M);\n}\n*/\nservice Collector { rpc init(M) returns (M); }\n", "inventory.Collector", ""},
		"of another":      {"service Collector { rpc get(M) returns (M); }\n// rpc init(M) is what a plugin has\n", "", ""},
		"no valid proto":  {"service Collector { rpc init(M) returns }\n", "", "plugin.proto:4"},
		"indented, after": {"message N {}\n  service Collector { rpc verify(M) returns (M); rpc init(M) returns (M); }\n", "inventory.Collector", ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			at := filepath.Join(dir, "asset", "proto", "acme", "inventory", "plugin")
			require.NoError(t, os.MkdirAll(at, 0o700))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "asset", "spacegen.yaml"), []byte("name: asset\nkind: plugin\npackage: acme.inventory.plugin\n"), 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(at, "plugin.proto"), []byte("syntax = \"proto3\";\npackage acme.inventory.plugin;\nmessage M {}\n"+c.body), 0o600))
			m, err := platform.MemberAt(dir, filepath.Join(dir, "asset"))
			if c.says != "" {
				require.ErrorContains(t, err, c.says)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, m.ResourceType)
		})
	}
}
