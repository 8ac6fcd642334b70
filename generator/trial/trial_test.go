package trial_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/overlay"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/generator/trial"
	"github.com/cloudforet-io/spacegen/templates"
)

// written writes an overlay, in the form of txtar, into a folder.
func written(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	for _, file := range txtar.Parse([]byte(text)).Files {
		at := filepath.Join(dir, filepath.FromSlash(file.Name))
		require.NoError(t, os.MkdirAll(filepath.Dir(at), 0o750))
		require.NoError(t, os.WriteFile(at, file.Data, 0o600))
	}
	return dir
}

// tried tries the overlay in a folder.
func tried(t *testing.T, dir string, how trial.Options) (*trial.Report, error) {
	t.Helper()
	l := generator.Library{FS: templates.FS, Version: "test", Store: overlay.Store{Dir: t.TempDir()}}
	o, err := l.Trial(context.Background(), dir)
	if err != nil {
		return nil, err
	}
	return trial.Run(t.Context(), o, how)
}

// few are enough where a test is not about the matrix.
func few() []trial.Case {
	all := trial.Matrix()[:3]
	for i := range all {
		all[i].Types = false
	}
	return all
}

// lines are the failures of a trial, one a line.
func lines(r *trial.Report) string {
	var all []string
	for _, f := range r.Failures {
		all = append(all, string(f.Check)+" "+f.String())
	}
	return strings.Join(all, "\n")
}

// whole is an overlay without fault.
const whole = `
-- overlay.yaml --
name: acme
header: Copyright Acme, [[ .Values.team ]].
values:
  team: {type: string, examples: [payments]}
  tier: {enum: [gold, silver], default: gold}
  policies: {type: array, items: {type: object, properties: {name: {type: string, examples: [logs]}}, required: [name]}}
required: [team]
-- ci/partials/acme.tmpl --
[[ define "dockerfile.runtime" ]]registry.acme.example/base:1[[ end ]]
[[ define "ci.jobs" ]]
  scan:
    runs-on: [[ template "acme.runner" . ]]
    steps: [{run: scan .}]
[[ end ]]
[[ define "acme.runner" ]][[ if eq .Values.tier "gold" ]]fast[[ else ]]slow[[ end ]][[ end ]]
-- ci/files.yaml --
files:
  - {path: 'policy/[[ .Item.name ]].json', template: policy.tmpl, each: policies}
  - {path: WORKER.md, template: worker.tmpl, when: .Worker}
-- ci/policy.tmpl --
{"name": [[ .Item.name | toJson ]]}
-- ci/worker.tmpl --
[[ range .Resources ]]- [[ .Pascal ]]
[[ else ]]None.
[[ end -]]
-- service/partials/acme.tmpl --
[[ define "app.telemetry" ]]
	a.telemetry.Log = a.telemetry.Log.With("team", [[ quote .Values.team ]])
[[ end ]]
`

func TestWhole(t *testing.T) {
	t.Parallel()
	report, err := tried(t, written(t, whole), trial.Options{})
	require.NoError(t, err)
	assert.Empty(t, lines(report))
	assert.Equal(t, "acme", report.Overlay)
	assert.Greater(t, report.Specs, 50)
	for _, why := range report.Skipped {
		assert.NotContains(t, why, "types", "go is there")
	}
}

// TestFaults has faults of each kind in overlays, and sees each found where it stands.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		overlay string
		want    []string // each in one line
	}{
		"that keep a Spec from being rendered": {`
-- overlay.yaml --
name: acme
header: "[[ if .Worker ]][[ (index .Resources 0).Pascal ]][[ end ]]"
values: {tier: {type: string, examples: [gold]}}
-- service/files.yaml --
files:
  - {path: FIELD.md, template: field.tmpl}
  - {path: VALUE.md, template: value.tmpl}
  - {path: WHEN.md, template: when.tmpl, when: and .Database (index .Resources 0).Pascal}
  - {path: internal/x/x.go, template: go.tmpl}
  - {path: TWICE.md, template: when.tmpl}
  - {path: TWICE.md, template: value.tmpl, when: .Worker}
-- service/field.tmpl --
All.
[[ if not .REST ]]
  [[ if .Worker ]][[ (index .Resources 0).Pascal ]][[ end ]]
[[ end ]]
-- service/value.tmpl --
[[ .Values.tier ]]
-- service/when.tmpl --
x
-- service/go.tmpl --
package x

[[ if .Worker ]]
func worker( {}
[[ end ]]
`, []string{
			`render acme:service/field.tmpl:3:22: in FIELD.md: executing "acme:service/field.tmpl" at <index .Resources 0>: `,
			"(of service: worker, ",
			"render acme:service/value.tmpl:1:10: in VALUE.md: ",
			"many resources, values required",
			"render acme:service/files.yaml:4: template: when:1:",
			"render acme:service/go.tmpl:4:1: in internal/x/x.go: this is no valid Go: line 4 there: ",
			"render acme:service/files.yaml:7: in TWICE.md: two entries emit this path",
			"render acme:overlay.yaml:1:20: in ",
		}},
		"of what is rendered": {`
-- overlay.yaml --
name: acme
-- ci/partials/x.tmpl --
[[ define "dockerfile.runtime" ]]scratch
RUNN true[[ end ]]
-- service/files.yaml --
files:
  - {path: internal/x/type.go, template: type.tmpl}
  - {path: internal/x/import.go, template: import.tmpl}
  - {path: internal/x/copy.go, copy: copy.go}
  - {path: open.yaml, template: open.tmpl}
  - {path: twice.yaml, template: twice.tmpl}
  - {path: x.json, template: json.tmpl}
  - {path: branch.md, template: branch.tmpl}
  - {path: never.md, template: never.tmpl, when: eq .Kind "nothing"}
-- service/type.tmpl --
package x

import (
	"os"
	"fmt"
)

[[ if .Worker ]]
var   worker int = fmt.Sprint(os.Args)
[[ end ]]
-- service/import.tmpl --
package x

import _ "[[ .Module ]]/internal/nothing"
-- service/copy.go --
package x

var  x = 1
-- service/open.tmpl --
a: 1
[[ if .REST ]]
b: [1
[[ end ]]
-- service/twice.tmpl --
a: 1
[[ if .REST -]]
a: 2
[[ end ]]
-- service/json.tmpl --
{
[[ range .Resources -]]
"[[ .Pascal ]]": 1,
[[ end -]]
}
-- service/branch.tmpl --
[[ if eq .Kind "nothing" ]]a[[ else if .GRPC ]]b[[ end ]]
[[ range .Values ]]c[[ end ]]
-- service/never.tmpl --
x
`, []string{
			"dockerfile acme:ci/partials/x.tmpl:2:1: in Dockerfile:",
			": unknown instruction RUNN",
			"types acme:service/type.tmpl:9:1: in internal/x/type.go:8: cannot use fmt.Sprint(os.Args) ",
			"types acme:service/import.tmpl:3:1: in internal/x/import.go:3: ",
			"go acme:service/copy.go:3:1: in internal/x/copy.go:3: it is not as gofmt has it",
			"yaml acme:service/open.tmpl:",
			`yaml acme:service/twice.tmpl:3:1: in twice.yaml:2: mapping key "a" already defined at line 1 (of service: all servers`,
			"json acme:service/json.tmpl:5:1: in x.json:",
			`branch acme:service/branch.tmpl:1:7: no Spec has [[ if eq .Kind "nothing" ]] rendered; if one should, write it as testdata/golden/NAME/spacegen.yaml`,
			"branch acme:service/branch.tmpl:2:10: no Spec has [[ range .Values ]] rendered",
			"branch acme:service/files.yaml:9: no Spec has the entry of never.md rendered",
			"branch acme:service/never.tmpl:1:1: no Spec has the template rendered",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report, err := tried(t, written(t, test.overlay), trial.Options{})
			require.NoError(t, err)
			found := lines(report)
			for _, want := range test.want {
				assert.Contains(t, found, want)
			}
		})
	}
}

// TestOverrides: of a template of spacegen's that an overlay overrides, only the branches
// that the overlay added are asked after.
func TestOverrides(t *testing.T) {
	t.Parallel()
	text, err := templates.FS.ReadFile("ci/Dockerfile.tmpl")
	require.NoError(t, err)
	report, err := tried(t, written(t, "-- overlay.yaml --\nname: acme\n-- ci/Dockerfile.tmpl --\n"+string(text)+"[[ if eq .Kind \"nothing\" ]]# x\n[[ end ]]"), trial.Options{Cases: few()})
	require.NoError(t, err)
	require.Len(t, report.Failures, 1, lines(report))
	assert.Contains(t, report.Failures[0].Message, `[[ if eq .Kind "nothing" ]]`)
}

// TestCharts lints a chart that an overlay breaks where Helm is there, and says so where
// it is not.
func TestCharts(t *testing.T) {
	dir := written(t, `
-- overlay.yaml --
name: acme
-- helm/files.yaml --
files:
  - {path: deploy/helm/templates/acme.yaml, template: acme.tmpl, when: .Chart}
-- helm/acme.tmpl --
apiVersion: v1
kind: ConfigMap
metadata: {name: acme}
data:
  name: {{ .Values.nothing.name | quote }}
`)
	t.Run("without Helm", func(t *testing.T) {
		t.Setenv("PATH", t.TempDir())
		report, err := tried(t, dir, trial.Options{Cases: few()})
		require.NoError(t, err)
		assert.Empty(t, lines(report), "a template of Helm is no YAML")
		assert.Contains(t, report.Skipped, "charts are not linted: there is no helm on the PATH")
	})
	t.Run("with Helm", func(t *testing.T) {
		helm, err := exec.LookPath("helm3")
		if err != nil {
			t.Skip("helm3 is not installed")
		}
		folder := t.TempDir()
		require.NoError(t, os.Symlink(helm, filepath.Join(folder, "helm")))
		t.Setenv("PATH", folder)
		report, err := tried(t, dir, trial.Options{Cases: few()})
		require.NoError(t, err)
		require.Len(t, report.Failures, 1, lines(report))
		assert.Contains(t, lines(report), "chart acme:helm/acme.tmpl:5:3: in deploy/helm/templates/acme.yaml:5: ")
		assert.Contains(t, lines(report), "nil pointer evaluating interface {}.name")
		assert.Empty(t, report.Skipped)
	})
}

// TestTypesSkipped: without Go nothing is type-checked, and that is said.
func TestTypesSkipped(t *testing.T) {
	dir := written(t, whole)
	t.Setenv("PATH", t.TempDir())
	report, err := tried(t, dir, trial.Options{Cases: trial.Matrix()[:1]})
	require.NoError(t, err)
	assert.Contains(t, report.Skipped, "Go is parsed, but its types are not checked: there is no go on the PATH")
}

func TestValues(t *testing.T) {
	t.Parallel()
	_, err := tried(t, written(t, "-- overlay.yaml --\nname: acme\nvalues: {team: {type: string}}\nrequired: [team]\n-- ci/partials/.keep --\n"), trial.Options{Cases: few()})
	require.ErrorContains(t, err, `team is required, and has neither a default nor an example; write one into overlay.yaml, as in "team: {type: string, examples: [something]}", or sets of values into testdata/values.yaml, as in "usual: {team: something}"`)
	for text, want := range map[string]string{
		"":                     "read testdata/values.yaml: it holds no set of values; name each",
		"usual: payments":      "testdata/values.yaml:1: usual is no set of values; name each",
		"usual: {team: a":      "read testdata/values.yaml: yaml: line 1: ",
		"usual: {team: 7}":     "",
		"usual: {team: seven}": "",
	} {
		report, err := tried(t, written(t, "-- overlay.yaml --\nname: acme\nvalues: {team: {type: string}}\nrequired: [team]\n-- ci/partials/.keep --\n-- testdata/values.yaml --\n"+text+"\n"), trial.Options{Cases: few()})
		switch {
		case want != "":
			require.ErrorContains(t, err, want, text)
		case strings.Contains(text, "7"):
			require.NoError(t, err)
			assert.Contains(t, lines(report), "render acme:overlay.yaml: values.team: got number, want string")
		default:
			require.NoError(t, err)
			assert.Empty(t, lines(report))
		}
	}
}

func TestGoldens(t *testing.T) {
	t.Parallel()
	const text = whole + "-- testdata/golden/demo/spacegen.yaml --\nname: demo\nservers: [grpc, worker]\nvalues: {team: billing}\n-- testdata/golden/demo/old.md --\nold\n"
	dir := written(t, text)
	report, err := tried(t, dir, trial.Options{Cases: few()})
	require.NoError(t, err)
	found := lines(report)
	assert.Contains(t, found, "golden testdata/golden/demo/WORKER.md: it is missing; look at the difference, and if it is right run 'spacegen templates test --update': acme:ci/worker.tmpl")
	assert.Contains(t, found, "golden testdata/golden/demo/old.md: it is nothing that the overlay brings or changes")
	assert.NoFileExists(t, filepath.Join(dir, "testdata/golden/demo/WORKER.md"))

	report, err = tried(t, dir, trial.Options{Update: true, Cases: few()})
	require.NoError(t, err)
	assert.Empty(t, lines(report))
	assert.Contains(t, report.Written, "testdata/golden/demo/WORKER.md")
	assert.Contains(t, report.Written, "testdata/golden/demo/old.md (deleted)")
	at := filepath.Join(dir, "testdata/golden/demo")
	assert.NoFileExists(t, filepath.Join(at, "README.md"), "the overlay has no say in it")
	assert.FileExists(t, filepath.Join(at, spec.FileName))
	report, err = tried(t, dir, trial.Options{Cases: few()})
	require.NoError(t, err)
	assert.Empty(t, lines(report))
	assert.Empty(t, report.Written)

	require.NoError(t, os.WriteFile(filepath.Join(at, "WORKER.md"), []byte("Other.\n"), 0o600))
	report, err = tried(t, dir, trial.Options{Cases: few()})
	require.NoError(t, err)
	found = lines(report)
	assert.Contains(t, found, "golden testdata/golden/demo/WORKER.md: it is not what the overlay makes of it")
	assert.Contains(t, found, "-Other.\n+None.")
}
