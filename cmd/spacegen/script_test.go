package main

import (
	"context"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

// TestMain makes spacegen a command of the scripts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"spacegen": main,
		// status runs spacegen and prints its exit status.
		"status": func() {
			code := run(context.Background(), os.Args[1:], stdio{os.Stdin, os.Stdout, os.Stderr})
			_, _ = os.Stdout.WriteString("status " + string(rune('0'+code)) + "\n")
		},
	})
}

func TestScripts(t *testing.T) {
	// Scripts have a home of their own; plugins are built for all of them once.
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("XDG_CACHE_HOME", cache)
			return nil
		},
	})
}
