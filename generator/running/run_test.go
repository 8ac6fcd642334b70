//go:build unix

package running

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// lay makes a platform of members, which are folders that hold files.
func lay(t *testing.T, members string, files map[string]string) string {
	t.Helper()
	top, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	put := func(path, text string) {
		file := filepath.Join(top, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	put("spaceone/spacegen.yaml", "kind: platform\nname: spaceone\nplatform:\n  members: "+members+"\n")
	for path, text := range files {
		put(path, text)
	}
	return filepath.Join(top, "spaceone")
}

func TestRunRefuses(t *testing.T) {
	service := map[string]string{"a/spacegen.yaml": "name: a"}
	for name, c := range map[string]struct {
		members string
		files   map[string]string
		only    []string
		want    string
	}{
		"nobody here":      {"[{name: a}]", nil, nil, "no member of the platform lies on this machine"},
		"unknown":          {"[{name: inventory}]", nil, []string{"inventroy"}, `no member "inventroy"; did you mean "inventory"?`},
		"not here":         {"[{name: a}, {name: b}]", service, []string{"b"}, "run b: "},
		"not made by us":   {"[{name: a}]", map[string]string{"a/main.go": "package main"}, nil, "../a was not made by spacegen"},
		"another kind":     {"[{name: a, kind: frontend}]", service, nil, "the platform has it for a frontend, but ../a/spacegen.yaml makes it a service"},
		"another name":     {"[{name: a}]", map[string]string{"a/spacegen.yaml": "name: b"}, nil, "the platform calls it a, but ../a/spacegen.yaml calls it b"},
		"broken":           {"[{name: a}]", map[string]string{"a/spacegen.yaml": "nme: a"}, nil, "spacegen.yaml:1:1"},
		"plugins alone":    {"[{name: a, kind: plugin}]", map[string]string{"a/spacegen.yaml": "name: a\nkind: plugin"}, nil, "no member of the platform lies on this machine"},
		"does not build":   {"[{name: a}]", map[string]string{"a/spacegen.yaml": "name: a", "a/go.mod": "module a", "a/cmd/a/main.go": "package main\nfunc main() { x }"}, nil, "build a: go: exit status 1; nothing was started\nit has no gen/, the code of its protos; 'spacegen proto -C "},
		"nothing to build": {"[{name: a}]", service, nil, "build a: "},
	} {
		t.Run(name, func(t *testing.T) {
			err := Run(t.Context(), Options{Dir: lay(t, c.members, c.files), Only: c.only, Out: io.Discard})
			assert.ErrorContains(t, err, c.want)
		})
	}
	dir := lay(t, "[{name: a}]", service)
	assert.ErrorContains(t, Run(t.Context(), Options{Dir: filepath.Join(dir, "../a"), Out: io.Discard}), "a is a service, no platform")
	assert.ErrorContains(t, Run(t.Context(), Options{Dir: t.TempDir(), Out: io.Discard}), "no spacegen.yaml in this folder")
}

// pids finds the processes of a program, or of all programs below a folder.
func pids(t *testing.T, path string) []int {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	require.NoError(t, err)
	var found []int
	for _, e := range entries {
		var pid int
		if _, err := fmt.Sscanf(e.Name(), "%d", &pid); err != nil {
			continue
		}
		exe, err := os.Readlink(filepath.Join("/proc", e.Name(), "exe"))
		if err == nil && (exe == path || strings.HasPrefix(exe, path+"/")) && alive(pid) {
			found = append(found, pid)
		}
	}
	return found
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close() //nolint:errcheck // it is read
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(text)
}

// Two emitted services for real: built, started on ports that are free, started
// again when killed, and gone in the end.
func TestE2ERunForReal(t *testing.T) {
	if testing.Short() {
		t.Skip("builds whole repositories")
	}
	if _, err := os.Stat("/proc/self/exe"); err != nil {
		t.Skip("needs /proc")
	}
	taken, notOurs := net.Listen("tcp", address(firstAdmin)) // whoever else has it may let it go
	if notOurs == nil {
		defer taken.Close() //nolint:errcheck // the test ends
	}
	dir := lay(t, "[{name: minimal}, {name: cost-analysis, path: ../rest-only}, {name: away}]", nil)
	for _, name := range []string{"minimal", "rest-only", "core"} {
		require.NoError(t, os.CopyFS(filepath.Join(dir, "..", name), os.DirFS("../../testdata/golden/"+name)))
	}

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	said, ended := new(log), make(chan error, 1)
	go func() { ended <- Run(ctx, Options{Dir: dir, Out: said}) }()
	up := func() bool {
		select {
		case err := <-ended:
			t.Fatalf("it ended: %v\n%s", err, said)
		default:
		}
		return strings.Contains(said.String(), " are up")
	}
	require.Eventually(t, up, longest, 100*time.Millisecond)
	assert.Contains(t, said.String(), "away is not on this machine: ../away is not there")
	if notOurs == nil {
		assert.Contains(t, said.String(), fmt.Sprintf("port %d is taken; minimal has its health check at ", firstAdmin))
	}
	assert.ErrorContains(t, Run(t.Context(), Options{Dir: dir, Out: io.Discard}), "it is running already")
	eventually(t, func() bool { return strings.Contains(said.String(), "Ctrl-C ends all") })

	health := regexp.MustCompile(`minimal +service +ready +127\.0\.0\.1:\d+ +- +(http://\S+/check)`).FindStringSubmatch(said.String())
	require.Len(t, health, 2, said.String())
	status, _ := get(t, health[1])
	assert.Equal(t, http.StatusOK, status)
	docs := regexp.MustCompile(`service +ready +- +(http://\S+/docs)`).FindStringSubmatch(said.String())
	require.Len(t, docs, 2, said.String())
	status, _ = get(t, docs[1])
	assert.Equal(t, http.StatusOK, status)

	program := filepath.Join(dir, Folder, "bin", "minimal")
	before := pids(t, program)
	require.Len(t, before, 1)
	require.NoError(t, syscall.Kill(before[0], syscall.SIGKILL))
	eventually(t, func() bool { return strings.Contains(said.String(), "minimal died: signal: killed") })
	eventually(t, func() bool {
		now := pids(t, program)
		return len(now) == 1 && now[0] != before[0]
	})
	require.Eventually(t, func() bool {
		response, err := http.Get(health[1]) //nolint:gosec,noctx // it is this machine's
		if err != nil {
			return false
		}
		defer response.Body.Close() //nolint:errcheck // nothing is read
		return response.StatusCode == http.StatusOK
	}, longest, 100*time.Millisecond)

	page := regexp.MustCompile(`page with logs and traces: (http://\S+/)`).FindStringSubmatch(said.String())
	require.Len(t, page, 2, said.String())
	eventually(t, func() bool {
		_, text := get(t, page[1]+"state.json")
		var shown boardState
		return json.Unmarshal([]byte(text), &shown) == nil && len(shown.Members) == 2 &&
			shown.Members[0].State == "ready" && shown.Members[0].Starts == 2 && len(shown.Lines) > 0 &&
			len(shown.Traces) > 0 // of the documentation that was read
	})

	eventually(t, func() bool {
		now, err := Status(dir)
		return err == nil && now.Started && len(now.Down()) == 0 && len(now.Members) == 2 && now.Page == page[1] && assert.Equal(t, []string{"away"}, now.Away)
	})
	require.Len(t, pids(t, filepath.Join(dir, Folder)), 2)
	cancel()
	require.NoError(t, <-ended)
	_, err := Status(dir)
	require.ErrorIs(t, err, ErrNotRunning)
	assert.Empty(t, pids(t, filepath.Join(dir, Folder)))
	info, err := os.Stat(filepath.Join(dir, Folder, "minimal", "config.yaml"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
}

// identityProgram plays identity: it answers health checks and the command
// bootstrap, and says what it was given.
const identityProgram = `package main

import (
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	switch os.Args[1] {
	case "--help":
		if os.Getenv("BROKEN") == "help" {
			os.Exit(1)
		}
		fmt.Print("Commands:\n  bootstrap   makes what a platform begins with\n")
	case "bootstrap":
		if os.Getenv("BROKEN") != "" {
			fmt.Fprintln(os.Stderr, "no database")
			os.Exit(1)
		}
		fmt.Fprintln(os.Stderr, "bootstrap with", strings.Join(os.Args[2:], " "))
		fmt.Print("{\"domain_id\": \"domain-1\", \"user_id\": \"admin\", \"system_token\": \"system\"}")
	default:
		text, _ := os.ReadFile(os.Getenv("SPACEONE_CONFIG_FILE"))
		at := strings.Index(string(text), "ADMIN_PORT: ") + len("ADMIN_PORT: ")
		port, _, _ := strings.Cut(string(text)[at:], "\n")
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, syscall.SIGTERM)
		go func() { <-stop; fmt.Println("bye"); os.Exit(0) }()
		_ = http.ListenAndServe("127.0.0.1:"+port, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	}
}
`

// service gives the files of a member that is no more than identityProgram.
func service(name, more string) map[string]string {
	return map[string]string{
		name + "/spacegen.yaml":            "name: " + name + "\n" + more,
		name + "/go.mod":                   "module " + name + "\n\ngo 1.26.0\n",
		name + "/cmd/" + name + "/main.go": identityProgram,
	}
}

// With identity a domain and a user are made first, once; the services get the
// system token and ask who calls, the plugins that they call, and each other's
// endpoints. What they begin with is kept.
func TestRunWithIdentity(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs and runs them")
	}
	files := map[string]string{}
	for _, of := range []map[string]string{
		service("identity", ""),
		service("inventory", "servers: [grpc, rest]\nconnectors: [{name: asset, kind: plugin, api: acme.asset}]\n"),
		service("asset", "kind: plugin\npackage: acme.asset\n"), service("metric", "kind: plugin\npackage: acme.metric\n"),
	} {
		for path, text := range of {
			files[path] = text
		}
	}
	dir := lay(t, "[{name: inventory}, {name: identity}, {name: asset, kind: plugin}, {name: metric, kind: plugin}]", files)
	run := func(password string) string {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		said, ended := new(log), make(chan error, 1)
		go func() { ended <- Run(ctx, Options{Dir: dir, Out: said, Password: password}) }()
		eventually(t, func() bool { return strings.Contains(said.String(), "Ctrl-C ends all") || len(ended) > 0 })
		cancel()
		require.NoError(t, <-ended, said.String())
		return said.String()
	}
	said := run("")
	assert.Contains(t, said, "bootstrap with --domain spaceone --user admin --password-env SPACEGEN_ADMIN_PASSWORD --json")
	made := regexp.MustCompile(`domain spaceone \(domain-1\), user admin, password (\w+) \(kept in `).FindStringSubmatch(said)
	require.Len(t, made, 2, said)
	assert.NotContains(t, said, "builds metric", "nobody calls it")
	assert.Regexp(t, `asset +plugin +- +run by inventory`, said)
	assert.Equal(t, 2, strings.Count(said, "| bye"), "all are asked to stop")

	info, err := os.Stat(filepath.Join(dir, Folder, "admin.json"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	config := func(name string) string {
		text, err := os.ReadFile(filepath.Join(dir, Folder, name, "config.yaml"))
		require.NoError(t, err)
		return string(text)
	}
	for _, want := range []string{"TOKEN: system", "SpaceONEAuthenticationHandler", "identity: grpc://127.0.0.1:", "REST_PORT: ", "bin/asset"} {
		assert.Contains(t, config("inventory"), want)
	}
	assert.NotContains(t, config("inventory"), "bin/metric")
	assert.NotContains(t, config("identity"), "TOKEN")
	assert.NotContains(t, config("identity"), "HANDLERS", "identity says itself who may call")
	assert.NotContains(t, config("asset"), "TOKEN", "plugins are not trusted")

	said = run("another")
	assert.NotContains(t, said, made[1], "it is printed once")
	assert.Contains(t, said, "keeps the one that he has")
	text, err := os.ReadFile(filepath.Join(dir, Folder, "admin.json"))
	require.NoError(t, err)
	assert.Contains(t, string(text), made[1])

	require.NoError(t, os.RemoveAll(filepath.Join(dir, Folder)))
	said = run("given")
	assert.Contains(t, said, "password as in")
	assert.NotContains(t, said, "given")
	t.Setenv("BROKEN", "1")
	out := new(log)
	err = Run(t.Context(), Options{Dir: dir, Out: out})
	require.ErrorContains(t, err, "make the first domain and user with 'identity bootstrap'")
	assert.Contains(t, out.String(), "identity  | no database")
	assert.Empty(t, pids(t, filepath.Join(dir, Folder, "bin", "identity")), "what was started is stopped")

	// A password that is made up is kept, even if nobody answers that he has it.
	require.NoError(t, os.RemoveAll(filepath.Join(dir, Folder)))
	require.Error(t, Run(t.Context(), Options{Dir: dir, Out: io.Discard}))
	password := func() string {
		text, err := os.ReadFile(filepath.Join(dir, Folder, "admin.json"))
		require.NoError(t, err)
		var a access
		require.NoError(t, json.Unmarshal(text, &a))
		return a.Password
	}
	kept := password()
	assert.NotEmpty(t, kept)
	t.Setenv("BROKEN", "help")
	require.ErrorContains(t, Run(t.Context(), Options{Dir: dir, Out: io.Discard}), "ask identity for its commands by --help: exit status 1")
	t.Setenv("BROKEN", "")
	assert.Contains(t, run(""), "password as in")
	assert.Equal(t, kept, password())
}

// A console is told where the services answer REST.
func TestConsolesKnowTheServices(t *testing.T) {
	files := service("inventory", "servers: [rest]\n")
	for path, text := range service("console", "kind: frontend\n") {
		files[path] = text
	}
	dir := lay(t, "[{name: inventory}, {name: console, kind: frontend}]", files)
	p, err := newPlan(dir, nil)
	require.NoError(t, err)
	_, err = p.assignPorts()
	require.NoError(t, err)
	r := &runner{plan: p, folder: filepath.Join(dir, Folder), root: kept(t, dir)}
	console := p.members[1]
	require.NoError(t, r.configure(console, new(access)))
	text, err := os.ReadFile(r.configFile(console))
	require.NoError(t, err)
	assert.Contains(t, string(text), fmt.Sprintf("inventory: http://127.0.0.1:%d", p.members[0].rest))
	assert.Contains(t, string(text), fmt.Sprintf("PORT: %d", console.rest))

	only, err := newPlan(dir, []string{"console"})
	require.NoError(t, err)
	assert.Equal(t, []string{"console"}, only.names())
}
