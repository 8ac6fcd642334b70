package generator_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/apis"
	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/progress"
	"github.com/cloudforet-io/spacegen/generator/protocode"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// protos is the folder of APIs that nobody wrote for spacegen: one package for
// each shape that is found in the wild.
const protos = "../testdata/proto"

func foreignAPIs() map[string][]spec.Server {
	return map[string][]spec.Server{
		"acme.api.fleet.v1": spec.Servers(),                       // Cloudforet's style
		"acme.library.v1":   {spec.GRPCServer, spec.RESTServer},   // Google's (AIP)
		"acmekvpb":          {spec.GRPCServer},                    // etcd's
		"acme.flow.v1":      {spec.GRPCServer, spec.RESTServer},   // Temporal's
		"acme.discovery.v3": {spec.RESTServer},                    // Envoy's
		"acme.legacy":       {spec.GRPCServer},                    // proto2
		"acme.pulse.v1":     {spec.GRPCServer},                    // gRPC's own health service
		"acme.vault.v1":     {spec.GRPCServer, spec.RESTServer},   // what it says is not all kept
		"acme.modern.v1":    {spec.GRPCServer, spec.WorkerServer}, // editions

		"acme.prices.v1":            {spec.GRPCServer, spec.RESTServer}, // names resources by patterns of its own
		"acme.files.v1":             {spec.GRPCServer, spec.RESTServer}, // has routes that no gateway serves
		"acme.total.v1":             {spec.GRPCServer},                  // imports a folder called internal
		"acme.internal.testdata.v1": {spec.GRPCServer, spec.RESTServer}, // lies in one

		"acme.carrier.plugin": {spec.GRPCServer}, // answered by a plugin
	}
}

func foreignSpec(t *testing.T, pkg string, servers []spec.Server) (*spec.Spec, render.Input) {
	t.Helper()
	s := spec.New(strings.NewReplacer("acme.", "", ".v1", "", ".v3", "", "api.", "", ".", "-").Replace(pkg))
	s.Module, s.Package, s.Servers, s.Cache = probe, pkg, servers, spec.LocalCache
	if strings.HasSuffix(pkg, ".plugin") {
		s.Kind, s.Cache = spec.KindPlugin, ""
	}
	s = spec.Defaults(s)
	require.NoError(t, s.Validate())
	sources, err := apis.Read(t.Context(), pkg, []string{protos}, nil)
	require.NoError(t, err)
	return s, render.Input{Protos: sources}
}

// TestForeignAPIs makes a service of each API: what is recognised in it is in
// testdata, and all Go of the service has its types right.
func TestForeignAPIs(t *testing.T) {
	t.Parallel()
	w := newWorkshop(t)
	for pkg, servers := range foreignAPIs() {
		t.Run(pkg, func(t *testing.T) {
			t.Parallel()
			s, in := foreignSpec(t, pkg, servers)
			made, err := w.generator.Preview(t.Context(), s, in, filepath.Join(t.TempDir(), "preview"))
			require.NoError(t, err)
			var text strings.Builder
			for _, e := range made.Methods {
				fmt.Fprintf(&text, "%s.%s: %s %s (%s)", e.Service, e.Method, e.Verb, e.Resource, e.Why)
				if len(e.Unwritten) > 0 {
					fmt.Fprintf(&text, " refuses %s", strings.Join(e.Unwritten, ", "))
				}
				if e.Unrouted != "" {
					fmt.Fprintf(&text, " not by REST: %s", e.Unrouted)
				}
				text.WriteString("\n")
			}
			golden := filepath.Join(protos, pkg+".explained")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(text.String()), 0o600))
			}
			want, err := os.ReadFile(golden) //nolint:gosec // a test's own
			require.NoError(t, err)
			assert.Equal(t, string(want), text.String())
			require.NoError(t, w.read(t, s, in, made.Tree))
		})
	}
}

// TestE2EForeignAPIs builds, vets and tidies the service of each API, and runs the
// tests that came with it.
func TestE2EForeignAPIs(t *testing.T) {
	if testing.Short() {
		t.Skip("builds whole repositories")
	}
	t.Parallel()
	for pkg, servers := range foreignAPIs() {
		t.Run(pkg, func(t *testing.T) {
			t.Parallel()
			s, in := foreignSpec(t, pkg, servers)
			dir := filepath.Join(t.TempDir(), "new")
			_, err := newGenerator(t).Create(t.Context(), s, in, dir)
			require.NoError(t, err)
			require.NoError(t, protocode.Make(t.Context(), s, dir, progress.Quiet))
			assert.Empty(t, command(t, dir, "gofmt", "-l", "."))
			assert.Empty(t, command(t, dir, "go", "mod", "tidy", "-diff"))
			command(t, dir, "go", "vet", "./...")
			if s.Has(spec.GRPCServer) {
				everyField(t, pkg, dir)
			}
			command(t, dir, "go", "test", "-vet=off", "./internal/service", "./internal/app")
		})
	}
}

// everyField adds a test to a service that sends every field of every request, and
// finds it kept, used or refused.
func everyField(t *testing.T, pkg, dir string) {
	t.Helper()
	filled, err := filepath.Glob(filepath.Join(dir, "internal/app/*_round_trip_test.go"))
	require.NoError(t, err)
	if len(filled) == 0 {
		return // no method is answered
	}
	text, err := os.ReadFile("testdata/everyfield/every_field_test.go.txt")
	require.NoError(t, err)
	text = bytes.Replace(text, []byte("PACKAGE"), []byte(pkg), 1)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "internal/app/every_field_test.go"), text, 0o600))
}

// TestE2EBuf: `make proto`, which is buf, makes of each API what spacegen makes of
// it, byte for byte, and buf finds nothing to say about what is emitted.
func TestE2EBuf(t *testing.T) {
	if testing.Short() {
		t.Skip("builds whole repositories")
	}
	t.Parallel()
	const buf = "buf"
	needPrograms(t, buf)
	check := func(t *testing.T, dir string) {
		t.Helper()
		want := codeBelow(t, dir)
		require.NotEmpty(t, want)
		command(t, dir, "make", "proto", "BUF="+buf)
		got := codeBelow(t, dir)
		for at := range want {
			assert.Equal(t, want[at], got[at], at)
		}
		assert.Len(t, got, len(want))
		command(t, dir, buf, "lint")
		command(t, dir, "git", "init", "-q", "-b", "main")
		command(t, dir, "git", "add", ".")
		command(t, dir, "git", "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", "x")
		command(t, dir, buf, "breaking", "--against", ".git#branch=main")
	}
	for name, s := range goldens(t) {
		if !s.Kind.Layered() {
			continue // it has no protos
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), name)
			require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(goldenFolder, name))))
			check(t, dir)
		})
	}
	for pkg, servers := range foreignAPIs() {
		t.Run(pkg, func(t *testing.T) {
			t.Parallel()
			s, in := foreignSpec(t, pkg, servers)
			dir := filepath.Join(t.TempDir(), "new")
			_, err := newGenerator(t).Create(t.Context(), s, in, dir)
			require.NoError(t, err)
			require.NoError(t, protocode.Make(t.Context(), s, dir, progress.Quiet))
			check(t, dir)
		})
	}
}

// TestForeignAPIEvolves changes the protos of a repository that is lived in.
func TestForeignAPIEvolves(t *testing.T) {
	t.Parallel()
	s, dir := evolved(t)
	w := newWorkshop(t)
	require.NoError(t, w.read(t, s, render.Input{}, onDiskTree(t, dir)))
}

// TestE2EForeignAPIEvolves runs the tests of a repository that has lived.
func TestE2EForeignAPIEvolves(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a whole repository")
	}
	t.Parallel()
	s, dir := evolved(t)
	require.NoError(t, protocode.Make(t.Context(), s, dir, progress.Quiet))
	command(t, dir, "go", "vet", "./...")
	command(t, dir, "go", "test", "-vet=off", "./internal/service", "./internal/manager", "./internal/app")
}

// evolved makes a repository of an API, and changes the API time and again.
func evolved(t *testing.T) (s *spec.Spec, dir string) {
	t.Helper()
	s, in := foreignSpec(t, "acme.api.fleet.v1", []spec.Server{spec.GRPCServer})
	g := newGenerator(t)
	dir = filepath.Join(t.TempDir(), "new")
	_, err := g.Create(t.Context(), s, in, dir)
	require.NoError(t, err)
	replace := func(at string, pairs ...string) {
		t.Helper()
		file := filepath.Join(dir, filepath.FromSlash(at))
		text, err := os.ReadFile(file) //nolint:gosec // a test's own
		require.NoError(t, err)
		for i := 0; i < len(pairs); i += 2 {
			require.Contains(t, string(text), pairs[i])
		}
		require.NoError(t, os.WriteFile(file, []byte(strings.NewReplacer(pairs...).Replace(string(text))), 0o600))
	}
	read := func(at string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(at))) //nolint:gosec // a test's own
		require.NoError(t, err)
		return string(text)
	}
	const api, service = "proto/acme/api/fleet/v1/vehicle.proto", "internal/service/vehicle.go"
	replace(service,
		`return nil, apierror.NotImplemented("Vehicle.recall")`, `return &api.VehicleInfo{Name: "called home"}, nil`,
		"// Vehicle is the service", "// Vehicle, which somebody wrote about, is the service")
	r, err := g.Update(t.Context(), dir, nil, change.Options{})
	require.NoError(t, err)
	require.False(t, r.Wrote, "nothing to do")

	replace(api,
		"  string vehicle_id = 1;\n  string name = 2;\n  Kind kind", "  string vehicle_id = 1;\n  // +unique\n  string name = 2;\n  Kind kind",
		"  string type = 18;\n", "  string category = 18;\n  string colour = 30;\n  repeated string owners = 33;\n",
		"  string type = 16;\n", "  string category = 16;\n  // +optional\n  string colour = 17;\n",
		"  // Follows a vehicle.\n", "  // Makes a noise.\n  rpc honk (VehicleRequest) returns (google.protobuf.Struct) {}\n  // Follows a vehicle.\n",
		"  rpc stat (VehicleStatQuery) returns (google.protobuf.Struct) {\n    option (google.api.http) = { post: \"/fleet/v1/vehicle/stat\" body: \"*\" };\n  }\n", "",
	)
	r, err = g.Update(t.Context(), dir, nil, change.Options{})
	require.NoError(t, err)
	assert.Zero(t, r.Conflicts)
	assert.False(t, r.Steps.SkipProto, "code of the protos has to follow")
	text := read(service)
	assert.Contains(t, text, "called home")
	assert.Contains(t, text, "somebody wrote about")
	assert.Contains(t, text, `NotImplemented("Vehicle.honk")`)
	assert.NotContains(t, text, "statInfo")
	migrations := "internal/connector/database/migrations/vehicle/"
	assert.Contains(t, read(migrations+"0001_create.sql"), `"type" TEXT`)
	assert.Contains(t, read(migrations+"0002_rename_type_to_category.sql"), `RENAME COLUMN "type" TO "category"`)
	assert.Contains(t, read(migrations+"0003_add_colour.sql"), `"colour" TEXT`)
	assert.Contains(t, read(migrations+"0004_add_owners.sql"), `"owners" JSONB`)
	const unique = `CREATE UNIQUE INDEX "vehicle_%[1]s_unique" ON "vehicle" ("domain_id", "workspace_id", "%[1]s") WHERE "%[1]s" <> '';`
	assert.Contains(t, read(migrations+"0005_unique_name.sql"), fmt.Sprintf(unique, "name"))
	assert.NotContains(t, read(migrations+"0001_create.sql"), "UNIQUE", "it has been applied")
	r, err = g.Update(t.Context(), dir, nil, change.Options{})
	require.NoError(t, err)
	assert.False(t, r.Wrote, "once is enough")
	findings, err := report.Tree(t.Context(), &g.Release, dir)
	require.NoError(t, err)
	assert.Empty(t, findings)

	// A type that changes is refused, and nothing is written.
	before := read(api)
	replace(api, "  string colour = 30;\n", "  int64 colour = 30;\n")
	_, err = g.Update(t.Context(), dir, nil, change.Options{})
	assert.ErrorContains(t, err, "the field colour of acme.api.fleet.v1.VehicleInfo was string and is int now")
	require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.FromSlash(api)), []byte(before), 0o600))

	// What somebody wrote for a method that is gone stays, and is shown.
	replace(api, "  // Sends a vehicle home.\n  rpc recall (VehicleRequest) returns (VehicleInfo) {}\n", "")
	r, err = g.Update(t.Context(), dir, nil, change.Options{DryRun: true})
	require.NoError(t, err)
	assert.Equal(t, 1, r.Conflicts)
	require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.FromSlash(api)), []byte(before), 0o600))

	// What is unique may be called otherwise, and be unique no more, and again.
	for _, step := range [][]string{
		{"  string colour = 30;\n", "  // +unique\n  string paint = 30;\n", "  string colour = 17;\n", "  string paint = 17;\n"},
		{"  string paint = 30;\n", "  string hue = 30;\n", "  string paint = 17;\n", "  string hue = 17;\n", "  // +unique\n  string name = 2;\n", "  string name = 2;\n"},
		{"  string vehicle_id = 1;\n  string name = 2;\n  Kind kind", "  string vehicle_id = 1;\n  // +unique\n  string name = 2;\n  Kind kind"},
	} {
		replace(api, step...)
		r, err = g.Update(t.Context(), dir, nil, change.Options{})
		require.NoError(t, err)
		assert.Zero(t, r.Conflicts)
	}
	names, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(migrations), "*"))
	require.NoError(t, err)
	for i := range names {
		names[i] = filepath.Base(names[i])
	}
	assert.Equal(t, []string{
		"0001_create.sql", "0002_rename_type_to_category.sql", "0003_add_colour.sql", "0004_add_owners.sql", "0005_unique_name.sql",
		"0006_rename_colour_to_paint.sql", "0007_unique_paint.sql", "0008_rename_paint_to_hue.sql", "0009_not_unique_name.sql", "0010_unique_name.sql",
	}, names)
	assert.NotContains(t, read(migrations+"0006_rename_colour_to_paint.sql"), "INDEX")
	assert.Contains(t, read(migrations+"0007_unique_paint.sql"), fmt.Sprintf(unique, "paint"))
	assert.Contains(t, read(migrations+"0008_rename_paint_to_hue.sql"), `DROP INDEX "vehicle_paint_unique";`)
	assert.Contains(t, read(migrations+"0008_rename_paint_to_hue.sql"), fmt.Sprintf(unique, "hue"))
	assert.Equal(t, "DROP INDEX \"vehicle_name_unique\";\n", read(migrations+"0009_not_unique_name.sql"))
	assert.Contains(t, read("internal/service/vehicle_api_test.go"), `"name", "hue"`)
	return s, dir
}

// TestChosenIdentifiersAreNotCached holds the cache against identifiers that
// callers choose: two domains may choose the same one.
func TestChosenIdentifiersAreNotCached(t *testing.T) {
	for pkg, cached := range map[string]bool{"acme.api.fleet.v1": true, "acme.library.v1": false} {
		s, in := foreignSpec(t, pkg, []spec.Server{spec.GRPCServer})
		tree, err := rendered(t.Context(), newGenerator(t), s, in)
		require.NoError(t, err)
		found := 0
		for at := range tree {
			if strings.HasSuffix(at, "_cached.go") {
				found++
			}
		}
		assert.Equal(t, cached, found > 0, pkg)
		_, opened := tree["internal/app/cache.go"]
		assert.Equal(t, cached, opened, pkg)
	}
}
