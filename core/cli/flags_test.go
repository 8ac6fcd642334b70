package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/config"
)

// started are the commands of a service called cost-analysis; run ones leave what they
// were told.
func started(told **config.Config) *cobra.Command {
	root := &cobra.Command{Use: "cost-analysis"}
	run := &cobra.Command{Use: "run"}
	for name, ports := range map[string][]string{"grpc-server": {"PORT"}, "rest-server": {"REST_PORT"}, "all": {"PORT", "REST_PORT"}, "scheduler": nil} {
		cmd := &cobra.Command{Use: name}
		flags := ServerFlags(cmd, root.Name(), ports...)
		cmd.RunE = func(cmd *cobra.Command, _ []string) (err error) {
			*told, err = flags.Load(cmd.Context(), [][]byte{[]byte("SERVICE: cost-analysis\nTOKEN: hidden\n")})
			return err
		}
		run.AddCommand(cmd)
	}
	root.AddCommand(run, ShowConfig(root.Name(), func() [][]byte { return [][]byte{[]byte("SERVICE: cost-analysis\nTOKEN: hidden\n")} }))
	return root
}

// TestFlagsOfTheOriginal: command lines that its documentation and its charts have.
func TestFlagsOfTheOriginal(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "config.yaml"), []byte("GLOBAL: {PORT: 50052, HOST: 0.0.0.0, MAX_WORKERS: 7, REST_PORT: 8001}\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "other.yaml"), []byte("GLOBAL: {PORT: 1}\n"), 0o600))
	t.Setenv(fileVariable, filepath.Join(dir, "other.yaml"))
	file := "-c " + filepath.Join(dir, "config.yaml")
	for line, want := range map[string]struct {
		status  int
		port    int // of gRPC
		rest    int
		host    string
		workers int
		says    string
	}{
		"run grpc-server": {Done, 1, 8000, "127.0.0.1", 100, ""},
		"run grpc-server -p 50053 " + file + " -h ::1 -w 20":                          {Done, 50053, 8001, "::1", 20, ""},
		"run grpc-server --port=50053 --worker=20 --host=a --config-file=" + file[3:]: {Done, 50053, 8001, "a", 20, ""},
		"run grpc-server spaceone.cost_analysis " + file:                              {Done, 50052, 8001, "0.0.0.0", 7, ""},
		"run rest-server spaceone.cost_analysis -p 8000":                              {Done, 1, 8000, "127.0.0.1", 100, ""},
		"run rest-server cost-analysis -p 9000 -h 0.0.0.0":                            {Done, 1, 9000, "0.0.0.0", 100, ""},
		"run scheduler spaceone.cost_analysis -c " + file[3:]:                         {Done, 50052, 8001, "0.0.0.0", 7, ""},
		"run all -w 3": {Done, 1, 8000, "127.0.0.1", 3, ""},
		"run grpc-server spaceone.cost_analysis -m /opt -m /lib -s /src -a x.y:app -w 2": {Done, 1, 8000, "127.0.0.1", 2, "--module-path has no effect: no module is loaded"},
		"run grpc-server -s /src":        {Done, 1, 8000, "127.0.0.1", 100, "--source-root has no effect: no source is looked for"},
		"run grpc-server -a x":           {Done, 1, 8000, "127.0.0.1", 100, "--app-path has no effect: no application is loaded"},
		"run grpc-server --help":         {status: Done},
		"run grpc-server -h":             {status: Misled, says: "flag needs an argument: 'h'"},
		"run grpc-server -d .":           {status: Misled, says: "unknown shorthand flag: 'd'"},
		"run grpc-server -p http":        {status: Misled, says: "invalid argument \"http\" for \"-p, --port\""},
		"run grpc-server -p 70000":       {status: Misled, says: "PORT is 70000, not a port"},
		"run grpc-server -w 0":           {status: Misled, says: "MAX_WORKERS is 0; give a number above 0"},
		"run grpc-server spaceone.other": {status: Misled, says: `this is cost-analysis, which has no package "spaceone.other"; leave it out`},
		"run grpc-server a b":            {status: Misled, says: "accepts at most 1 arg(s), received 2"},
		"run all -p 1":                   {status: Misled, says: "--port: cost-analysis run all runs several servers; set PORT and REST_PORT in the configuration"},
		"run scheduler -p 1":             {status: Misled, says: "unknown shorthand flag: 'p'"},
		"run scheduler -w 1":             {status: Misled, says: "unknown shorthand flag: 'w'"},
		"run grpc-server -c /nowhere":    {status: Failed, says: "/nowhere"},
	} {
		t.Run(strings.ReplaceAll(line, dir, "DIR"), func(t *testing.T) {
			var told *config.Config
			var out, errs bytes.Buffer
			root := started(&told)
			root.SetOut(&out)
			root.SetErr(&errs)
			root.SetArgs(strings.Fields(line))
			require.Equal(t, want.status, Execute(t.Context(), root), errs.String())
			assert.Contains(t, errs.String(), want.says)
			if want.host == "" {
				return
			}
			assert.Equal(t, want.says == "", errs.String() == "", errs.String())
			require.NotNil(t, told)
			assert.Equal(t, want.port, told.Port)
			assert.Equal(t, want.rest, told.RestPort)
			assert.Equal(t, want.host, told.Host)
			assert.Equal(t, want.workers, told.MaxWorkers)
		})
	}
}

func TestShowConfig(t *testing.T) {
	t.Setenv(fileVariable, "")
	file := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(file, []byte("GLOBAL: {PORT: 50052}\n"), 0o600))
	for line, want := range map[string]struct {
		status int
		out    []string
		says   string
	}{
		"show-config": {Done, []string{"GLOBAL:\n", "PORT: 50051\n", "TOKEN: '********'\n"}, ""},
		"show-config spaceone.cost_analysis -o yaml":      {Done, []string{"PORT: 50051\n"}, ""},
		"show-config -o json -c " + file:                  {Done, []string{"{\n    \"GLOBAL\": {\n", `"PORT": 50052,`, `"TOKEN": "********"`}, ""},
		"show-config --output=json --config-file=" + file: {Done, []string{`"PORT": 50052,`}, ""},
		"show-config -s . -o yaml":                        {Done, []string{"PORT: 50051\n"}, "--source-root has no effect"},
		"show-config -h":                                  {Done, []string{"--output"}, ""},
		"show-config -o xml":                              {Misled, nil, `--output "xml" is neither yaml nor json`},
		"show-config spaceone.other":                      {Misled, nil, "leave it out"},
	} {
		t.Run(strings.ReplaceAll(line, filepath.Dir(file), "DIR"), func(t *testing.T) {
			var told *config.Config
			var out, errs bytes.Buffer
			root := started(&told)
			root.SetOut(&out)
			root.SetErr(&errs)
			root.SetArgs(strings.Fields(line))
			assert.Equal(t, want.status, Execute(t.Context(), root), errs.String())
			for _, text := range want.out {
				assert.Contains(t, out.String(), text)
			}
			assert.Contains(t, errs.String(), want.says)
		})
	}
}
