package generator_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestWhatPeopleAddToARenderedProto: an rpc, in each form, and a service that
// somebody writes into the proto of a resource of the Spec are served as stubs,
// beside what was written by hand.
func TestWhatPeopleAddToARenderedProto(t *testing.T) {
	t.Parallel()
	s := spec.New("extra")
	s.Module, s.Servers = probe, []spec.Server{spec.GRPCServer, spec.WorkerServer}
	region, err := spec.ParseResource("Region:name!")
	require.NoError(t, err)
	s.Resources = []spec.Resource{region}
	s = spec.Defaults(s)
	g, dir := newGenerator(t), filepath.Join(t.TempDir(), "new")
	_, err = g.Create(t.Context(), s, render.Input{}, dir)
	require.NoError(t, err)
	const api, service, guard = "proto/spaceone/api/extra/v1/region.proto", "internal/service/region.go", "internal/handler/guard/region.go"
	read := func(at string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(at))) //nolint:gosec // a test's own
		require.NoError(t, err)
		return string(text)
	}
	replace := func(at string, pairs ...string) {
		t.Helper()
		require.Contains(t, read(at), pairs[0])
		require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.FromSlash(at)), []byte(strings.NewReplacer(pairs...).Replace(read(at))), 0o600))
	}
	replace(service, "// Region is the service", `// Frame was written here by hand.
func (s *Region) Frame(context.Context, *api.RegionRequest) (*api.RegionInfo, error) {
	return nil, apierror.NotImplemented("Region.frame")
}

// Region, which somebody wrote about, is the service`)
	replace(api,
		`import "google/protobuf/struct.proto";`, `import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";`,
		"}\n\nmessage CreateRegionRequest", `
  // Paints a region.
  rpc paint(PaintRequest) returns (RegionInfo);
  rpc watch(RegionRequest) returns (stream google.protobuf.Timestamp);
  rpc feed(stream RegionRequest) returns (google.protobuf.Empty);
  rpc list_all(stream RegionRequest) returns (stream RegionInfo);
  rpc scrub(RegionRequest) returns (RegionInfo);
  rpc frame(RegionRequest) returns (RegionInfo);
}

service Painter {
  rpc get(RegionRequest) returns (RegionInfo);
}

message PaintRequest {
  string region_id = 1;
}

message CreateRegionRequest`)
	// Of this one somebody has written the guard already.
	require.NoError(t, os.WriteFile(filepath.Join(dir, "internal/handler/guard/region_scrub.go"), []byte("package guard\n\nimport (\n\t\"context\"\n\n"+
		"\tapi \""+probe+"/gen/go/spaceone/api/extra/v1\"\n)\n\n// Scrub lets anybody scrub a region.\nfunc (g *Region) Scrub(ctx context.Context, req *api.RegionRequest) (*api.RegionInfo, error) {\n"+
		"\treturn g.service.Scrub(ctx, req)\n}\n"), 0o600))
	findings, err := report.Tree(t.Context(), &g.Release, dir)
	require.NoError(t, err)
	assert.NotEmpty(t, findings, "what is served by nothing is drift")

	r, err := g.Update(t.Context(), dir, nil, change.Options{})
	require.NoError(t, err)
	assert.Zero(t, r.Conflicts)
	assert.False(t, r.Steps.SkipProto, "code of the proto has to follow")
	assert.Contains(t, read(service), "somebody wrote about")
	assert.Contains(t, read("internal/service/region_paint_method.go"), "// Paint paints a region.\nfunc (s *Region) Paint(context.Context, *api.PaintRequest) (*api.RegionInfo, error) {\n")
	assert.Contains(t, read("internal/service/region_paint_method.go"), "\treturn nil, apierror.NotImplemented(\"Region.paint\")")
	assert.Equal(t, 1, strings.Count(read(service), ") Frame("), "it is answered already")
	assert.NoFileExists(t, filepath.Join(dir, "internal/service/region_frame_method.go"))
	assert.NotContains(t, read(service), "Paint")
	assert.Contains(t, read(guard), `regionWrite("paint"), req, g.service.Paint)`)
	assert.Contains(t, read("internal/interface/worker/tasks.gen.go"), `"Region.paint":  task(g.Region.Paint)`)
	assert.Contains(t, read("docs/service.md"), "`paint`, `watch`, `feed`, `list_all`, `scrub`, `frame`")
	assert.NotContains(t, read(guard), "Scrub", "it is there")
	assert.Contains(t, read("internal/service/region_scrub_method.go"), "func (s *Region) Scrub(")
	findings, err = report.Tree(t.Context(), &g.Release, dir)
	require.NoError(t, err)
	assert.Empty(t, findings)
	all, err := report.Explain(t.Context(), g.Release.Sets, dir)
	require.NoError(t, err)
	var stubs []string
	for _, e := range all {
		if e.Stub {
			stubs = append(stubs, e.Service+"."+e.Method)
		}
	}
	assert.Equal(t, []string{"Painter.get", "Region.feed", "Region.frame", "Region.list_all", "Region.paint", "Region.scrub", "Region.watch"}, stubs)

	// The Spec's own fields still come. What is no proto is refused, but for the
	// markers of a conflict that update left itself.
	_, err = g.Update(t.Context(), dir, func(f *spec.File) error { return f.AddField("Region", spec.Field{Name: "size", Type: spec.Int}) }, change.Options{})
	require.NoError(t, err)
	assert.Contains(t, read(api), "rpc paint(")
	assert.Contains(t, read(api), "int64 size = 3;")
	edited := read(api)
	replace(api, "message PaintRequest", "<<<<<<< yours\n=======\n>>>>>>> theirs\nmessage PaintRequest")
	_, err = g.Update(t.Context(), dir, nil, change.Options{})
	require.ErrorContains(t, err, "spaceone/api/extra/v1/region.proto:")
	undo := filepath.Join(dir, ".spacegen", "undo")
	require.NoError(t, os.Mkdir(undo, 0o750))
	r, err = g.Update(t.Context(), dir, nil, change.Options{})
	require.NoError(t, err)
	assert.False(t, r.Wrote)
	assert.NotEmpty(t, r.Marked)
	require.NoError(t, os.Remove(undo))
	require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.FromSlash(api)), []byte(edited), 0o600))
	require.NoError(t, newWorkshop(t).read(t, s, render.Input{}, onDiskTree(t, dir)))
}
