package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
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
	// Scripts have a home of their own; modules, builds and plugins are those of the tests.
	cache, err := os.UserCacheDir()
	require.NoError(t, err)
	settings, err := exec.CommandContext(t.Context(), "go", "env", "-json", "GOMODCACHE", "GOCACHE", "GOFLAGS", "GOPROXY", "GOSUMDB", "GONOSUMDB", "GOPRIVATE", "CGO_ENABLED", "GOTOOLCHAIN").Output()
	require.NoError(t, err)
	shared := map[string]string{}
	require.NoError(t, json.Unmarshal(settings, &shared))
	shared["XDG_CACHE_HOME"], shared["GOGC"] = cache, os.Getenv("GOGC")
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		RequireExplicitExec: true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"publish": publish},
		Setup: func(env *testscript.Env) error {
			for name, value := range shared {
				env.Setenv(name, value)
			}
			home := filepath.Join(env.WorkDir, ".home")
			env.Setenv("HOME", home)
			return os.Mkdir(home, 0o750)
		},
	})
}

// publish is the command 'publish DIR MODULE@VERSION': it puts a module into a proxy that
// lies in $WORK/proxy, and has go take it from there. Modules that the machine has already
// stay where they are; the new one comes into a cache of the script's own.
func publish(ts *testscript.TestScript, _ bool, args []string) {
	mod, version, _ := strings.Cut(args[1], "@")
	dir, proxy := ts.MkAbs(args[0]), ts.MkAbs(filepath.Join(ts.Getenv("WORK"), "proxy"))
	at := filepath.Join(proxy, filepath.FromSlash(mod), "@v")
	ts.Check(os.MkdirAll(at, 0o750))
	file, err := os.Create(filepath.Join(at, version+".zip")) //nolint:gosec // of the script
	ts.Check(err)
	ts.Check(errors.Join(zip.CreateFromDir(file, module.Version{Path: mod, Version: version}, dir), file.Close()))
	text, err := os.ReadFile(filepath.Join(dir, "go.mod")) //nolint:gosec // of the script
	ts.Check(err)
	ts.Check(os.WriteFile(filepath.Join(at, version+".mod"), text, 0o600))
	ts.Check(os.WriteFile(filepath.Join(at, version+".info"), []byte(`{"Version":"`+version+`"}`), 0o600))

	out, err := exec.Command("go", "env", "GOMODCACHE").Output() //nolint:noctx // it takes no time
	ts.Check(err)
	from, cache := strings.TrimSpace(string(out)), filepath.Join(ts.Getenv("WORK"), "modules")
	for _, folder := range []string{"cache/download", ""} { // in this order: a link to all of cache would be the machine's own
		ts.Check(os.MkdirAll(filepath.Join(cache, folder), 0o750))
		entries, err := os.ReadDir(filepath.Join(from, folder))
		ts.Check(err)
		for _, e := range entries {
			if host, _, _ := strings.Cut(mod, "/"); e.Name() == host {
				continue // what was published under the same name before is not what is published now
			}
			if err := os.Symlink(filepath.Join(from, folder, e.Name()), filepath.Join(cache, folder, e.Name())); !errors.Is(err, fs.ErrExist) {
				ts.Check(err)
			}
		}
	}
	ts.Setenv("GOMODCACHE", cache)
	ts.Setenv("GOPROXY", "file://"+filepath.ToSlash(proxy)+",file://"+filepath.ToSlash(filepath.Join(from, "cache", "download")))
	ts.Setenv("GONOSUMDB", "*")
	ts.Setenv("GOFLAGS", "-trimpath -modcacherw")
}
