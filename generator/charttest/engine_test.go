package charttest

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// An engine is a process of testdata/helm3 or helm4, which renders charts as
// `helm template` does, one after the other. It ends with the tests' own process,
// which holds its standard input open.
type engine struct {
	in  *json.Encoder
	out *json.Decoder
}

// idle holds, by version, the engines that nobody uses: nil is one to be started.
var idle = map[string]chan *engine{"helm3": engines(), "helm4": engines()}

func engines() chan *engine {
	all := make(chan *engine, runtime.GOMAXPROCS(0))
	for range cap(all) {
		all <- nil
	}
	return all
}

// template gives what `helm template ARG…` in dir says to both outputs. To start
// the command for each of a thousand renderings takes longer than they do.
func template(t *testing.T, version, dir string, args ...string) (string, error) {
	t.Helper()
	helms(t) // whoever has none of them skips, too, what is rendered without
	e := <-idle[version]
	defer func() { idle[version] <- e }()
	if e == nil {
		e = startEngine(t, version)
	}
	answer := struct {
		Out    string
		Failed bool
	}{}
	dir, err := filepath.Abs(dir)
	require.NoError(t, err)
	err = e.in.Encode(map[string]any{"Dir": dir, "Args": args})
	if err == nil {
		err = e.out.Decode(&answer)
	}
	if err != nil {
		e = nil // the next one starts another
	}
	require.NoError(t, err, "testdata/%s has ended", version)
	if answer.Failed {
		return answer.Out, errors.New(version + " has failed")
	}
	return answer.Out, nil
}

// mustTemplate is template for a chart that is to render.
func mustTemplate(t *testing.T, version, dir string, args ...string) string {
	t.Helper()
	out, err := template(t, version, dir, args...)
	require.NoError(t, err, "%s template %s\n%s", version, strings.Join(args, " "), out)
	return out
}

func startEngine(t *testing.T, version string) *engine {
	t.Helper()
	cmd := exec.Command("go", "run", ".") //nolint:noctx // it outlives the test
	cmd.Dir, cmd.Stderr = filepath.Join("testdata", version), os.Stderr
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOGC=off", "GOMEMLIMIT=256MiB")
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	var out io.Reader
	out, err = cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	return &engine{in: json.NewEncoder(in), out: json.NewDecoder(out)}
}

// TestTemplate holds template against the command itself: each kind of chart, and
// one that does not render.
func TestTemplate(t *testing.T) {
	t.Parallel()
	for version, helm := range helms(t) {
		for name, c := range nullables(t) {
			t.Run(version+"/"+name, func(t *testing.T) {
				t.Parallel()
				args := []string{"template", "test", ".", "--kube-version", oldest, "--namespace", "elsewhere", "--values", given(t, c.values)}
				want, err := run(t, c.chart, helm, args...)
				require.NoError(t, err, want)
				assert.Equal(t, want, mustTemplate(t, version, c.chart, args[1:]...))

				fault := "image=3"
				if name == "platform" {
					fault = "initializer=3"
				}
				args = []string{"template", "test", ".", "--skip-tests", "--set", fault}
				want, err = run(t, c.chart, helm, args...)
				require.Error(t, err)
				out, err := template(t, version, c.chart, args[1:]...)
				require.Error(t, err)
				assert.Equal(t, want, out)
			})
		}
	}
}

// The engines are made of the versions that CI installs.
func TestEngineVersions(t *testing.T) {
	t.Parallel()
	installed, err := os.ReadFile(filepath.Join(root(t), ".ci", "run"))
	require.NoError(t, err)
	for version, module := range map[string]string{"helm3": "helm.sh/helm/v3", "helm4": "helm.sh/helm/v4"} {
		mod, err := os.ReadFile(filepath.Join("testdata", version, "go.mod"))
		require.NoError(t, err)
		required := regexp.MustCompile(regexp.QuoteMeta(module) + ` (v\S+)`).FindSubmatch(mod)
		require.Len(t, required, 2)
		assert.Contains(t, string(installed), "install_go "+version+" "+module+"/cmd/helm "+string(required[1])+"\n")
	}
}
