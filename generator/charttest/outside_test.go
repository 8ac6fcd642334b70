package charttest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// makefiles gives a repository of each kind that has a Makefile, and what makes in
// it call nothing but a program that says how it was called.
func makefiles(t *testing.T) (dirs map[string]string, stubs []string) {
	t.Helper()
	dirs = map[string]string{
		"service":  write(t, emit(t, everything("demo"))),
		"frontend": frontend(t, func(s *spec.Spec) { s.Name = "demo" }),
		"platform": write(t, platformTree(t, func(s *spec.Spec) { s.Name, s.Platform.Members = "demo", nil })),
	}
	bin := t.TempDir()
	said := filepath.Join(bin, "said")
	script := "#!/bin/sh\nprintf '%s\\0' \"$@\" >> " + said + "\n"
	for _, name := range []string{"tool", "docker", "go", "npm"} {
		require.NoError(t, os.WriteFile(filepath.Join(bin, name), []byte(script), 0o700)) //nolint:gosec // it is run
	}
	stub := filepath.Join(bin, "tool")
	return dirs, []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "HELM=" + stub, "KUBECONFORM=" + stub, "BUF=" + stub, said}
}

// What comes from outside, such as the name of a tag, is text in every target.
func TestNothingFromOutsideIsRun(t *testing.T) {
	t.Parallel()
	maker := tool(t, "make")
	dirs, stubs := makefiles(t)
	said := stubs[len(stubs)-1]
	const hacked = "hacked"
	for kind, dir := range dirs {
		for variable, target := range map[string]string{
			"CHART_VERSION": "chart", "VERSION": "build image check-version", "IMAGE": "image", "AGAINST": "proto-breaking",
			"KUBERNETES_VERSIONS": "chart-validate", "SCHEMAS": "chart-validate", "SPACEGEN_VERSION": "check",
			"PAGES": "chart-index", "URL": "chart-index", "CHART_REGISTRY": "chart-push", "SERVICES": "run", "CHROMIUM": "e2e", "SOURCE": "checkout",
		} {
			makefile, err := os.ReadFile(filepath.Join(dir, "Makefile")) //nolint:gosec // a test's own
			require.NoError(t, err)
			if !strings.Contains(string(makefile), variable) {
				continue
			}
			for _, value := range []string{
				"1;touch hacked", "$(shell touch hacked)", "$$(touch hacked)", "$(touch hacked)", "`touch hacked`", "1'; touch hacked; '", "1'\ntouch hacked\n'",
				"1\ntouch hacked", `1"; touch hacked; "`, "1 && touch hacked", "$(eval X := $(shell touch hacked))",
			} {
				for _, given := range [][2][]string{{{variable + "=" + value}, nil}, {nil, {variable + "=" + value}}} {
					env := append(append([]string{}, stubs[:len(stubs)-1]...), given[0]...)
					args := append(append(strings.Fields(target), "--keep-going"), given[1]...)
					out, _ := runWith(t, dir, env, maker, args...)
					assert.NoFileExists(t, filepath.Join(dir, hacked), "%s: %s=%q: %s", kind, variable, value, out)
					require.NoError(t, os.RemoveAll(filepath.Join(dir, hacked)))
				}
			}
		}
		// It is handed on as it is.
		require.NoError(t, os.RemoveAll(said))
		if kind != "platform" {
			mustRunWith(t, dir, append(stubs[:len(stubs)-1:len(stubs)-1], `VERSION=v1$(id);"x"`), maker, "image")
			text, err := os.ReadFile(said) //nolint:gosec // a test's own
			require.NoError(t, err)
			assert.Contains(t, strings.Split(string(text), "\x00"), `VERSION=v1$(id);"x"`, kind)
		}
	}
}

func mustRunWith(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	out, err := runWith(t, dir, env, name, args...)
	require.NoError(t, err, out)
	return out
}

// A version that Helm or a registry refuses is refused before anything is made.
func TestVersionsThatCanBePublished(t *testing.T) {
	t.Parallel()
	maker := tool(t, "make")
	dirs, stubs := makefiles(t)
	for kind, dir := range dirs {
		for version, fits := range map[string]bool{
			"1.2.3": true, "0.0.0": true, "10.20.30-rc.1": true, "1.2.3-alpha-1.x": true, "1.2.3-0a": true,
			"1.2": false, "v1.2.3": false, "1.2.3.4": false, "01.2.3": false, "1.2.3-01": false, "1.2.3-": false, "1.2.3-a..b": false,
			"1.2.3+build": false, "1.2.3_x": false, "1.2.3\x20": false, "latest": false, "1.2.3\n": false, "1.2.3-ü": false,
		} {
			out, err := runWith(t, dir, append(stubs[:len(stubs)-1:len(stubs)-1], "CHART_VERSION="+version), maker, "chart")
			assert.Equal(t, fits, err == nil, "%s %q: %s", kind, version, out)
			if !fits {
				if !strings.Contains(version, "\n") { // which the shell takes amiss before
					assert.Contains(t, out, "no version that can be published", "%s %q", kind, version)
				}
				assert.NoDirExists(t, filepath.Join(dir, "dist"), "%s %q", kind, version)
			}
			require.NoError(t, os.RemoveAll(filepath.Join(dir, "dist")))
		}
		mustRunWith(t, dir, stubs[:len(stubs)-1], maker, "chart") // that of Chart.yaml
	}
	workflow := string(emit(t, everything("demo"))[".github/workflows/release.yaml"].Body)
	assert.Less(t, strings.Index(workflow, "make check-version"), strings.Index(workflow, "push: true"))
}

// What is published stays as it is, in a registry and in a chart repository.
func TestPublishedVersionsStay(t *testing.T) {
	t.Parallel()
	maker := tool(t, "make")
	dirs, stubs := makefiles(t)
	registry := filepath.Join(t.TempDir(), "helm")
	calls := registry + ".calls"
	for _, kind := range []string{"service", "frontend"} {
		dir := dirs[kind]
		packaged := filepath.Join(dir, "dist", "demo-1.2.3.tgz")
		require.NoError(t, os.MkdirAll(filepath.Dir(packaged), 0o750))
		require.NoError(t, os.WriteFile(packaged, []byte("new"), 0o600))
		for name, c := range map[string]struct {
			show, want string
			pushed     bool
		}{
			"there":       {"echo 'name: demo'", "demo 1.2.3 is in the registry already, and stays as it is", false},
			"not there":   {"echo 'Error: registry.example.com/demo:1.2.3: not found' >&2; exit 1", "", true},
			"unreachable": {"echo 'Error: dial tcp: connection refused' >&2; exit 1", "cannot be asked: Error: dial tcp", false},
		} {
			script := "#!/bin/sh\necho \"$@\" >> " + calls + "\n[ \"$1\" = push ] || { " + c.show + "; }\n"
			require.NoError(t, os.WriteFile(registry, []byte(script), 0o700)) //nolint:gosec // it is run
			require.NoError(t, os.RemoveAll(calls))
			out, err := run(t, dir, maker, "chart-push", "HELM="+registry, "CHART_REGISTRY=oci://registry.example.com")
			assert.Equal(t, c.pushed, err == nil, "%s %s: %s", kind, name, out)
			assert.Contains(t, out, c.want, kind)
			text, err := os.ReadFile(calls) //nolint:gosec // a test's own
			require.NoError(t, err)
			assert.Contains(t, string(text), "show chart oci://registry.example.com/demo --version 1.2.3\n", kind)
			assert.Equal(t, c.pushed, strings.Contains(string(text), "push dist/demo-1.2.3.tgz oci://registry.example.com\n"), "%s %s", kind, name)
		}

		pages := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(pages, "demo-1.2.3.tgz"), []byte("old"), 0o600))
		out, err := runWith(t, dir, stubs[:len(stubs)-1], maker, "chart-index", "PAGES="+pages, "URL=https://example.com")
		require.Error(t, err, kind)
		assert.Contains(t, out, "demo-1.2.3.tgz is published already, and stays as it is: publish another version")
		text, err := os.ReadFile(filepath.Join(pages, "demo-1.2.3.tgz"))
		require.NoError(t, err)
		assert.Equal(t, "old", string(text))

		for _, line := range [][]string{{"chart-index", "URL=https://example.com"}, {"chart-index", "PAGES=" + pages}, {"chart-push"}} {
			out, err := runWith(t, dir, stubs[:len(stubs)-1], maker, line...)
			require.Error(t, err, line)
			assert.Contains(t, out, "missing", line)
		}
	}
}

// Of a platform, the charts of members that did not change are there already.
func TestPublishedChartsOfMembersStay(t *testing.T) {
	t.Parallel()
	maker := tool(t, "make")
	dirs, stubs := makefiles(t)
	dir, pages := dirs["platform"], t.TempDir()
	put := func(folder, name, text string) {
		require.NoError(t, os.MkdirAll(folder, 0o750))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(pages, name)) //nolint:gosec // a test's own
		require.NoError(t, err)
		return string(text)
	}
	dist := filepath.Join(dir, "dist")
	put(dist, "identity-1.0.0.tgz", "new")
	put(dist, "demo-2.0.0.tgz", "new")
	put(pages, "identity-1.0.0.tgz", "old")
	out := mustRunWith(t, dir, stubs[:len(stubs)-1], maker, "chart-index", "PAGES="+pages)
	assert.Contains(t, out, "identity-1.0.0.tgz is published already, and stays as it is\n")
	assert.Equal(t, []string{"old", "new"}, []string{read("identity-1.0.0.tgz"), read("demo-2.0.0.tgz")})

	put(dist, "demo-2.0.0.tgz", "another")
	out, err := runWith(t, dir, stubs[:len(stubs)-1], maker, "chart-index", "PAGES="+pages)
	require.Error(t, err)
	assert.Contains(t, out, "demo-2.0.0.tgz is published already, and stays as it is: publish another version")
	assert.Equal(t, "new", read("demo-2.0.0.tgz"))
}
