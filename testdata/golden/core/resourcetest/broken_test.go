package resourcetest

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/database"
	"github.com/cloudforet-io/spacegen/core/databasetest"
)

// broken is something that breaks a contract.
type broken struct {
	name string
	test string // which test of the contract says so
	run  func(t *testing.T)
}

// insideVariable is set in the process that runs what is broken, where tests fail.
const insideVariable = "RESOURCETEST_BROKEN"

// TestContractsReport: each contract fails what breaks it, by the test that is about it.
// The contracts run in a process of their own, as a test that fails in this one would
// fail this one.
func TestContractsReport(t *testing.T) {
	contracts := map[string][]broken{"managers": brokenManagers(), "caches": brokenCaches(), "services": brokenServices(), "records": brokenRecords()}
	if os.Getenv(insideVariable) != "" {
		for contract, all := range contracts {
			for _, b := range all {
				t.Run(contract+"/"+b.name, b.run)
			}
		}
		return
	}
	program, err := os.Executable()
	require.NoError(t, err)
	command := exec.CommandContext(t.Context(), program, "-test.run=^"+t.Name()+"$", "-test.v")
	command.Env = append(os.Environ(), insideVariable+"=1", databasetest.URLVariable+"=")
	output, err := command.CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit, "%s", output)
	require.NotContains(t, string(output), "panic: ", "%s", output)
	failed := map[string]bool{}
	for line := range strings.Lines(string(output)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "--- FAIL: "); ok {
			failed[strings.Fields(name)[0]] = true
		}
	}
	path := func(parts ...string) string { return strings.ReplaceAll(strings.Join(parts, "/"), " ", "_") }
	for contract, all := range contracts {
		for _, b := range all {
			at := path(t.Name(), contract, b.name)
			// Services go through their tests first, managers through the engines.
			assert.True(t, failed[path(at, database.SQLite, b.test)] || failed[path(at, b.test, database.SQLite)],
				"%s: %s: %q does not fail", contract, b.name, b.test)
		}
	}
}
