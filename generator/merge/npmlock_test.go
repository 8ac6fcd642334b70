package merge_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNPMLock bumps packages on both sides of the lock that a frontend has.
func TestNPMLock(t *testing.T) {
	text, err := os.ReadFile("../../templates/frontend/app/package-lock.json")
	require.NoError(t, err)
	base := string(text)
	var lock struct {
		Packages map[string]struct {
			Version string `json:"version"`
		} `json:"packages"`
	}
	require.NoError(t, json.Unmarshal(text, &lock))
	// to gives a package another version, wherever the lock names it.
	to := func(lockText, name, version string) string {
		was := lock.Packages["node_modules/"+name].Version
		require.NotEmpty(t, was, name)
		lockText = strings.ReplaceAll(lockText, `"`+name+`": "`+was+`"`, `"`+name+`": "`+version+`"`)
		entry := `"node_modules/` + name + `": {` + "\n      " + `"version": "`
		require.Contains(t, lockText, entry+was)
		return strings.ReplaceAll(lockText, entry+was, entry+version)
	}
	merged := func(ours, theirs string) (string, int) {
		const at = "app/package-lock.json"
		in := input(at, sides{&base, &ours, &theirs, 0o644, 0o644, 0o644})
		plan := run(t, in)
		return string(after(in.Ours, plan)[at].Body), plan.Conflicts()
	}

	got, conflicts := merged(to(to(base, "react", "98.0.0"), "vite", "97.0.0"), to(to(base, "react", "99.0.0"), "react-dom", "99.0.0"))
	assert.Zero(t, conflicts)
	assert.Equal(t, to(to(to(base, "react", "99.0.0"), "react-dom", "99.0.0"), "vite", "97.0.0"), got)

	got, conflicts = merged(to(base, "react", "99.0.0"), to(base, "react", "98.0.0"))
	assert.Zero(t, conflicts)
	assert.Equal(t, to(base, "react", "99.0.0"), got, "never an older one")

	_, conflicts = merged(to(base, "react", "99.0.0-rc.1"), to(base, "react", "98.0.0"))
	assert.Equal(t, 1, conflicts, "nobody knows which is newer")
}
