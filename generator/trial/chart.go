package trial

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// chartFolder is where the chart of a repository lies.
const chartFolder = spec.ChartFolder

// chart has Helm lint a chart that the overlay changes.
func (r *run) chart(ctx context.Context, c Case, tree render.Tree, changed []string) error {
	if !slices.ContainsFunc(changed, func(at string) bool { return strings.HasPrefix(at, chartFolder+"/") }) {
		return nil
	}
	if c.Spec.Kind == spec.KindPlatform {
		r.skipped["charts of platforms are not linted: Helm would fetch the charts of the members"] = true
		return nil
	}
	helm, err := exec.LookPath("helm")
	if err != nil {
		r.skipped["charts are not linted: there is no helm on the PATH"] = true
		return nil //nolint:nilerr // it is told
	}
	files := render.Tree{}
	key := "chart "
	for _, at := range tree.Paths() {
		if strings.HasPrefix(at, chartFolder+"/") {
			files[at] = tree[at]
			key += at + "\x00" + string(tree[at].Body) + "\x00"
		}
	}
	if r.seen[key] {
		return nil
	}
	r.seen[key] = true
	said, err := lint(ctx, helm, files)
	if err != nil {
		return err
	}
	for _, message := range said {
		file, line := chartPlace(message, files)
		r.fault(file, files[file].Body, fault{Chart, line, message}, c)
	}
	return nil
}

// lint gives what Helm calls an error of a chart.
func lint(ctx context.Context, helm string, files render.Tree) (said []string, err error) {
	dir, err := os.MkdirTemp("", "spacegen-chart-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := write(dir, files); err != nil {
		return nil, err
	}
	out, failed := exec.CommandContext(ctx, helm, "lint", filepath.Join(dir, filepath.FromSlash(chartFolder))).CombinedOutput() //nolint:gosec // found on the PATH
	if failed == nil || ctx.Err() != nil {
		return nil, ctx.Err()
	}
	for line := range strings.Lines(string(out)) {
		if message, ok := strings.CutPrefix(strings.TrimSpace(line), "[ERROR] "); ok {
			said = append(said, message)
		}
	}
	if len(said) == 0 {
		said = []string{fmt.Sprintf("helm lint: %v: %s", failed, strings.TrimSpace(string(out)))}
	}
	return said, nil
}

// chartLine is a file of a chart and a line, as Helm names them.
var chartLine = regexp.MustCompile(`(templates/[\w./-]+|values\.yaml|Chart\.yaml)(?::(\d+))?`)

// chartPlace gives the file that a message of Helm is about.
func chartPlace(message string, files render.Tree) (file string, line int) {
	for _, at := range chartLine.FindAllStringSubmatch(message, -1) {
		for name := range files {
			if strings.HasSuffix(name, "/"+at[1]) {
				_, _ = fmt.Sscan(at[2], &line) // the pattern has digits, or nothing
				return name, line
			}
		}
	}
	return path.Join(chartFolder, "Chart.yaml"), 0
}

// write writes files into a folder.
func write(dir string, files render.Tree) error {
	for _, at := range files.Paths() {
		to := filepath.Join(dir, filepath.FromSlash(at))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(to, files[at].Body, 0o600); err != nil {
			return err
		}
	}
	return nil
}
