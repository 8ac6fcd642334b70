package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestValuesAreAskedFor has an overlay ask for two values on a terminal, of which a flag
// gives one, and offer its defaults; the command that is printed says all.
func TestValuesAreAskedFor(t *testing.T) {
	dir := t.TempDir()
	for at, text := range map[string]string{
		"acme/overlay.yaml": "defaults: {database: sqlite, module: git.acme.example}\nrequired: [team, tier]\nvalues:\n" +
			"  team: {type: string, pattern: '^[a-z]+$'}\n  tier: {enum: [gold, silver]}\n  more: {type: string}\n",
		"acme/ci/partials/x.tmpl": `[[ define "dockerfile.more" ]]# [[ .Values.team ]] [[ .Values.tier ]]` + "\n[[ end ]]",
	} {
		to := filepath.Join(dir, filepath.FromSlash(at))
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
		require.NoError(t, os.WriteFile(to, []byte(text), 0o600))
	}
	c := startConsole(t, dir, "new", "demo", "--templates", "acme", "--value", "team=payments", "--servers", "grpc", "--cache", "none", "--resource", "Region",
		"--description", "x", "--ci", "github", "--chart=false", "--skip-proto", "--skip-tidy", "--skip-git")
	c.expect("git.acme.example/demo") // the default module
	c.send("\r")
	c.expect("Database:")
	c.send("\r")
	c.expect("Helm chart?")
	c.send("\r")
	c.expect("tier:")
	c.send("\r")
	assert.Equal(t, 0, c.wait())
	text, _ := c.screen()
	assert.Contains(t, text, "--value team=payments")
	assert.Contains(t, text, "--value tier=gold")
	assert.Contains(t, text, "--templates acme")
	written, err := os.ReadFile(filepath.Join(dir, "demo", "spacegen.yaml"))
	require.NoError(t, err)
	assert.Contains(t, string(written), "\ndatabase: sqlite\n")
	assert.Contains(t, string(written), "  team: payments\n  tier: gold\n")
	dockerfile, err := os.ReadFile(filepath.Join(dir, "demo", "Dockerfile"))
	require.NoError(t, err)
	assert.Contains(t, string(dockerfile), "\n# payments gold\nENTRYPOINT")
}
