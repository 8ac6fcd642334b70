package charttest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// required says that an absent tool is a failure: in CI, where all are there.
const required = "SPACEGEN_REQUIRE_TOOLS"

// tool finds the first of several names of a tool.
func tool(t *testing.T, names ...string) string {
	t.Helper()
	home, err := os.UserHomeDir()
	require.NoError(t, err)
	folders := filepath.SplitList(os.Getenv("PATH"))
	folders = append(folders, filepath.Join(home, "go", "bin"), "/usr/sbin")
	for _, name := range names {
		for _, folder := range folders {
			if path := filepath.Join(folder, name); executable(path) {
				return path
			}
		}
	}
	if os.Getenv(required) != "" {
		t.Fatalf("%s is not installed, and %s is set", strings.Join(names, " or "), required)
	}
	t.Skipf("%s is not installed", strings.Join(names, " or "))
	return ""
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

// helms finds Helm 3 and Helm 4, by the names of their versions.
func helms(t *testing.T) map[string]string {
	t.Helper()
	return map[string]string{"helm3": tool(t, "helm3", "helm"), "helm4": tool(t, "helm4")}
}

// run runs a command in dir and gives what it said to both outputs.
func run(t *testing.T, dir string, name string, args ...string) (string, error) {
	t.Helper()
	return runWith(t, dir, nil, name, args...)
}

func runWith(t *testing.T, dir string, env []string, name string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

// mustRun is run for a command that is to succeed.
func mustRun(t *testing.T, dir string, name string, args ...string) string {
	t.Helper()
	out, err := run(t, dir, name, args...)
	require.NoError(t, err, "%s %s\n%s", filepath.Base(name), strings.Join(args, " "), out)
	return out
}

// root is the folder of this repository.
func root(t *testing.T) string {
	t.Helper()
	folder, err := filepath.Abs("../..") // tests run in their package's
	require.NoError(t, err)
	return folder
}

// cache is a folder for what is costly to make again.
func cache(t *testing.T) string {
	t.Helper()
	if folder := os.Getenv("SPACEGEN_CACHE"); folder != "" {
		return folder
	}
	folder, err := os.UserCacheDir()
	require.NoError(t, err)
	return filepath.Join(folder, "spacegen")
}
