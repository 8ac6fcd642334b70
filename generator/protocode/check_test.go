package protocode_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// TestForgedCode: a commit that edits gen/ and has the sum say that it is in
// step gets by the quick answer, and by nothing else.
func TestForgedCode(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the protobuf plugins")
	}
	t.Parallel()
	g, err := generator.New(templates.FS, "test")
	require.NoError(t, err)
	s := spec.Defaults(&spec.Spec{Version: spec.Version, Kind: spec.KindService, Name: "minimal", Servers: []spec.Server{spec.GRPCServer}})
	dir := filepath.Join(t.TempDir(), "minimal")
	_, err = g.Create(t.Context(), s, render.Input{}, dir)
	require.NoError(t, err)
	require.NoError(t, protocode.Make(t.Context(), s, dir, progress.Quiet))

	evil := filepath.Join(dir, "gen", "go", "spaceone", "api", "core", "v1", "server_info.pb.go")
	text, err := os.ReadFile(evil) //nolint:gosec // a test's own
	require.NoError(t, err)
	text = append(text, "\nfunc init() { println(\"owned\") }\n"...)
	require.NoError(t, os.WriteFile(evil, text, 0o600))
	protos, err := protocode.ReadProtos(t.Context(), dir, s)
	require.NoError(t, err)
	code := map[string][]byte{}
	require.NoError(t, fs.WalkDir(os.DirFS(dir), protocode.Folder, func(at string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(at, "embed.go") {
			return err
		}
		code[at], err = os.ReadFile(filepath.Join(dir, at)) //nolint:gosec // a test's own
		return err
	}))
	require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.FromSlash(protocode.SumPath)), protocode.Sum(s, protos, code), 0o600))

	how := protocode.Options{Progress: progress.Quiet, Note: func(text string) { assert.Fail(t, text) }}
	findings, err := g.Check(t.Context(), dir, how)
	require.NoError(t, err)
	assert.Empty(t, findings, "the sum is forged well")
	how.Full = true
	findings, err = g.Check(t.Context(), dir, how)
	require.NoError(t, err)
	require.Len(t, findings, 1)
	assert.Equal(t, report.Finding{Rule: report.RuleCode, Path: "gen/go/spaceone/api/core/v1/server_info.pb.go", Message: "is not what proto/ makes of it; run 'spacegen proto'"}, findings[0])
}
