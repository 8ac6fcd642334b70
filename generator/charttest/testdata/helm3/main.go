// Command helm3 does what `helm template` of Helm 3 does for every request on its
// standard input, in one process. The command itself cannot be imported.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"helm.sh/helm/v3/pkg/action"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/cli"
	"helm.sh/helm/v3/pkg/cli/values"
	"helm.sh/helm/v3/pkg/getter"
	"helm.sh/helm/v3/pkg/release"
)

type (
	request struct {
		Dir  string
		Args []string
	}
	answer struct {
		Out    string // of both outputs
		Failed bool
	}
)

func main() {
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for {
		var r request
		switch err := in.Decode(&r); {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			log.Fatal(err)
		}
		if err := out.Encode(template(r)); err != nil {
			log.Fatal(err)
		}
	}
}

func template(r request) answer {
	var out bytes.Buffer
	err := os.Chdir(r.Dir)
	if err == nil {
		err = run(&out, r.Args)
	}
	if err != nil {
		out.WriteString("Error: " + err.Error() + "\n")
	}
	return answer{Out: out.String(), Failed: err != nil}
}

func run(out *bytes.Buffer, args []string) error {
	log.SetOutput(out)
	client := action.NewInstall(&action.Configuration{Log: func(string, ...any) {}})
	client.DryRun, client.DryRunOption, client.ClientOnly, client.Replace = true, "true", true, true
	var given values.Options
	var version string
	var skipTests bool
	f := pflag.NewFlagSet("template", pflag.ContinueOnError)
	f.StringVar(&client.Namespace, "namespace", "default", "")
	f.StringVar(&version, "kube-version", "", "")
	f.BoolVar(&skipTests, "skip-tests", false, "")
	f.StringSliceVarP(&given.ValueFiles, "values", "f", nil, "")
	f.StringArrayVar(&given.Values, "set", nil, "")
	f.StringArrayVar(&given.StringValues, "set-string", nil, "")
	f.StringArrayVar(&given.JSONValues, "set-json", nil, "")
	if err := f.Parse(args); err != nil {
		return err
	}
	if version != "" {
		parsed, err := chartutil.ParseKubeVersion(version)
		if err != nil {
			return fmt.Errorf("invalid kube version %q: %w", version, err)
		}
		client.KubeVersion = parsed
	}
	name, folder, err := client.NameAndChart(f.Args())
	if err != nil {
		return err
	}
	client.ReleaseName = name
	merged, err := given.MergeValues(getter.All(cli.New()))
	if err != nil {
		return err
	}
	chart, err := loader.Load(folder)
	if err != nil {
		return err
	}
	if err := action.CheckDependencies(chart, chart.Metadata.Dependencies); err != nil {
		return err
	}
	made, err := client.Run(chart, merged)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, strings.TrimSpace(made.Manifest))
	for _, h := range made.Hooks {
		if !skipTests || !slices.Contains(h.Events, release.HookTest) {
			fmt.Fprintf(out, "---\n# Source: %s\n%s\n", h.Path, h.Manifest)
		}
	}
	return nil
}
