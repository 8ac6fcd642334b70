package generator_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
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

// TestE2EConsole makes a frontend, tests its app and drives it in a browser, against
// a service that is made for it.
func TestE2EConsole(t *testing.T) {
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

// TestE2EPlatformDemo makes a whole platform, runs it, and has a person sign in and
// collect by a plugin that the supervisor runs, before and after it is killed.
func TestE2EPlatformDemo(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds whole repositories")
	}
	needPrograms(t, "npm", "make", "chromium", "bash")
	screenshot, folder := filepath.Join(t.TempDir(), "console.png"), t.TempDir()
	out := command(t, "..", "bash", "-c", `TMPDIR=$0 exec scripts/platform-demo.sh "$@" 2>&1`, folder, buildSpacegen(t), screenshot)
	for _, want := range []string{
		`inventory refuses a caller with no token: 401 ERROR_AUTHENTICATE_FAILURE: .*empty token`,
		`inventory refuses a caller with a token of his own making: 401 ERROR_AUTHENTICATE_FAILURE: .*invalid token signature`,
		`made a workspace, signed in again and chose it\n  regions at first: There are no regions yet\.\n  created a region: Seoul`,
		`(?s)(the job: job-\w+ collector-\w+ SUCCESS.*){2}`,
		`the plugin is process \d+, a child of the supervisor\n  it was killed, and came back as process \d+\n`,
		`asset +plugin +- +run by supervisor`,
		`These run: asset console identity inventory plugin supervisor \nAll members have ended: no process of theirs is left\.`,
	} {
		assert.Regexp(t, want, out)
	}
	pids := regexp.MustCompile(`process (\d+)`).FindAllStringSubmatch(out, 2)
	if assert.Len(t, pids, 2) {
		assert.NotEqual(t, pids[0][1], pids[1][1])
	}
	assert.FileExists(t, screenshot)
	programs, err := filepath.Glob("/proc/[0-9]*/exe")
	require.NoError(t, err)
	for _, exe := range programs {
		if program, err := os.Readlink(exe); err == nil {
			assert.False(t, strings.HasPrefix(program, folder), "%s is %s", exe, program)
		}
	}
}
