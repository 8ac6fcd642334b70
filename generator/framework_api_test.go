package generator

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// TestE2EFrameworkRelease: `make api` of a framework's repository lets changes pass that
// break nobody, and holds others up until somebody accepts them by name.
func TestE2EFrameworkRelease(t *testing.T) {
	if testing.Short() {
		t.Skip("builds apidiff")
	}
	t.Parallel()
	g, err := New(templates.FS, "v1.0.0")
	require.NoError(t, err)
	core := spec.New("core")
	core.Kind, core.Module = spec.KindFramework, theirCore
	p := &project{t: t, dir: filepath.Join(t.TempDir(), "core")}
	_, err = g.Create(t.Context(), spec.Defaults(core), render.Input{}, p.dir)
	require.NoError(t, err)
	api := func() (string, error) {
		p.commit()
		cmd := exec.CommandContext(t.Context(), "make", "api")
		cmd.Dir = p.dir
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	p.git("init", "--quiet", "--initial-branch=main")
	out, err := api()
	require.NoError(t, err, out)
	assert.Contains(t, out, "there is no release yet to compare with")
	p.git("tag", "v0.1.0")

	const more = "identifier/more.go"
	p.write(more, "package identifier\n\n// More is new.\nfunc More() string { return \"\" }\n")
	out, err = api()
	require.NoError(t, err, out)
	assert.Contains(t, out, "nothing breaks those who use v0.1.0")
	p.git("tag", "v0.2.0")

	p.remove(more)
	out, err = api()
	require.Error(t, err, out)
	assert.Contains(t, out, "More: removed")
	assert.Contains(t, out, "Take them back, or write the lines into api-changes.txt")

	var removed string
	for line := range strings.Lines(out) {
		if strings.Contains(line, "More: removed") {
			removed = line
		}
	}
	p.write("api-changes.txt", p.read("api-changes.txt")+removed)
	out, err = api()
	require.NoError(t, err, out)
	assert.Contains(t, out, "beyond what api-changes.txt accepts")
}
