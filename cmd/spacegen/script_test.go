package main

import (
	"context"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes spacegen a command of the scripts.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"spacegen": func() {
			os.Exit(run(context.Background(), os.Args[1:], stdio{os.Stdin, os.Stdout, os.Stderr}))
		},
		// status runs spacegen and prints its exit status.
		"status": func() {
			code := run(context.Background(), os.Args[1:], stdio{os.Stdin, os.Stdout, os.Stderr})
			_, _ = os.Stdout.WriteString("status " + string(rune('0'+code)) + "\n")
		},
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "../../testdata/script", RequireExplicitExec: true})
}
