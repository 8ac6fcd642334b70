package generator_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// needPrograms skips a test where programs are missing that it drives; where all
// tools are required (SPACEGEN_REQUIRE_TOOLS), it fails instead.
func needPrograms(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			if os.Getenv("SPACEGEN_REQUIRE_TOOLS") != "" {
				require.NoError(t, err)
			}
			t.Skipf("%s is not there", name)
		}
	}
}

// buildSpacegen builds the command.
func buildSpacegen(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "spacegen")
	command(t, "..", "go", "build", "-o", binary, "./cmd/spacegen")
	return binary
}

// TestConsole makes a frontend, tests its app and drives it in a browser, against
// a service that is made for it.
func TestConsole(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds whole repositories")
	}
	needPrograms(t, "npm", "make", "chromium")
	spacegen, dir := buildSpacegen(t), filepath.Join(t.TempDir(), "console")
	command(t, ".", spacegen, "new", "console", "--kind", "frontend", "--yes", "--skip-git", "--dir", dir)
	command(t, dir, "make", "app/node_modules")
	app := filepath.Join(dir, "app")
	command(t, app, "npm", "run", "check")
	command(t, app, "npm", "run", "lint")
	command(t, app, "npm", "test")
	command(t, dir, "make", "e2e", "SPACEGEN="+spacegen)
}

// TestPlatformDemo makes a whole platform, runs it, and has a person sign in and
// collect.
func TestPlatformDemo(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds whole repositories")
	}
	needPrograms(t, "npm", "make", "chromium", "bash")
	screenshot := filepath.Join(t.TempDir(), "console.png")
	out := command(t, "..", "scripts/platform-demo.sh", buildSpacegen(t), screenshot)
	assert.Contains(t, out, "the job: job-")
	assert.Contains(t, out, "All members have ended.")
	assert.FileExists(t, screenshot)
}
