package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/cloudforet-io/spacegen/core/cli"
	"github.com/stretchr/testify/assert"
)

// Whoever starts the service wrongly learns it by the exit status.
func TestWrongUsage(t *testing.T) {
	for _, line := range []string{"", "run", "run everything", "run all twice", "run all --prot 1", "run all elsewhere", "runn", "version 2", "show-config now", "check now"} {
		var out, errs bytes.Buffer
		cmd := command()
		cmd.SetOut(&out)
		cmd.SetErr(&errs)
		cmd.SetArgs(strings.Fields(line))
		assert.Equal(t, cli.Misled, cli.Execute(t.Context(), cmd), line)
		assert.Empty(t, out.String(), line)
		assert.Contains(t, errs.String(), "identity: ", line)
	}
}

func TestFailure(t *testing.T) {
	t.Setenv("SPACEONE_CONFIG_FILE", "/nowhere/config.yaml")
	var errs bytes.Buffer
	cmd := command()
	cmd.SetErr(&errs)
	cmd.SetArgs([]string{"show-config"})
	assert.Equal(t, cli.Failed, cli.Execute(t.Context(), cmd))
	assert.Contains(t, errs.String(), "/nowhere/config.yaml")
}
