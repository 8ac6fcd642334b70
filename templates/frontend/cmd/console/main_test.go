package main

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func nothing(string) string { return "" }

func TestCommandLine(t *testing.T) {
	for name, tc := range map[string]struct {
		args           []string
		failure        string
		stdout, stderr string
	}{
		"version":      {[]string{"version"}, "", "dev\n", ""},
		"help":         {[]string{"--help"}, "", "Usage:", ""},
		"none":         {nil, "wrong usage", "", "Usage:"},
		"unknown":      {[]string{"start"}, "wrong usage", "", `unknown command "start"`},
		"surplus":      {[]string{"version", "2"}, "wrong usage", "", `takes no arguments, not "2"`},
		"help of run":  {[]string{"run", "--help"}, "", "", "-services"},
		"unknown flag": {[]string{"run", "--prot", "1"}, "wrong usage", "", "-prot"},
		"bad port":     {[]string{"run", "--port", "x"}, "wrong usage", "", `port "x" is none`},
		"bad service":  {[]string{"run", "all", "--services", "identity"}, "wrong usage", "", "is no service"},
		"argument":     {[]string{"run", "grpc"}, "wrong usage", "", `not "grpc"`},
		"export":       {[]string{"export"}, "wrong usage", "", "the folder"},
		"empty folder": {[]string{"export", ""}, "wrong usage", "", "the folder"},
		"run what":     {[]string{"run", "everything"}, "wrong usage", "", `not "everything"`},
		"no file":      {[]string{"run", "--config", "/nowhere.yaml"}, "/nowhere.yaml", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			err := run(t.Context(), append([]string{"console"}, tc.args...), nothing, &stdout, &stderr)
			if tc.failure == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tc.failure)
			}
			assert.Contains(t, stdout.String(), tc.stdout)
			assert.Contains(t, stderr.String(), tc.stderr)
		})
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var log bytes.Buffer
	require.NoError(t, run(ctx, []string{"console", "run", "all", "--port", "0"}, nothing, &log, &log))
	assert.Contains(t, log.String(), "listening")
}
