package generator_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestE2EChaos runs make chaos of an emitted repository, each case as short as it can be.
// The queue's is left out, which waits a minute for what workers leave when they die, and
// the soak, which shows nothing in a second.
func TestE2EChaos(t *testing.T) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if _, err := exec.LookPath("initdb"); err != nil && len(found) == 0 {
		require.Empty(t, os.Getenv("SPACEGEN_REQUIRE_TOOLS"), "initdb (Debian: postgresql) is required")
		t.Skip("no initdb (Debian: postgresql)")
	}
	cases := []string{"database", "restart", "proxy", "column", "descriptors", "memory", "full"}
	said := command(t, filepath.Join(goldenFolder, "example-inventory"), "make", "chaos", "CHAOS_SECONDS=1", "CHAOS="+strings.Join(cases, "|"))
	for _, name := range cases {
		assert.Contains(t, said, "--- PASS: TestChaos/"+name)
	}
	assert.Equal(t, 5, strings.Count(said, "lost 0, doubled 0"), said)
	t.Log(said)
}
