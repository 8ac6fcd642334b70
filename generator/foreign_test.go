package generator_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/render"
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
		"acme.modern.v1":    {spec.GRPCServer, spec.WorkerServer}, // editions

		"acme.carrier.plugin": {spec.GRPCServer}, // answered by a plugin
	}
}

func foreignSpec(t *testing.T, pkg string, servers []spec.Server) (*spec.Spec, render.Own) {
	t.Helper()
	s := spec.New(strings.NewReplacer("acme.", "", ".v1", "", ".v3", "", "api.", "", ".", "-").Replace(pkg))
	s.Module, s.Package, s.Servers, s.Cache = probe, pkg, servers, spec.LocalCache
	if strings.HasSuffix(pkg, ".plugin") {
		s.Kind, s.Cache = spec.KindPlugin, ""
	}
	s = spec.Defaults(s)
	require.NoError(t, s.Validate())
	sources, err := generator.ReadProtos(t.Context(), pkg, []string{protos}, nil)
	require.NoError(t, err)
	return s, render.Own{Protos: sources}
}

// TestForeignAPIs makes a service of each API: what is recognised in it is in
// testdata, and the service builds, vets, is tidy and passes the tests that came
// with it.
func TestForeignAPIs(t *testing.T) {
	t.Parallel()
	for pkg, servers := range foreignAPIs() {
		t.Run(pkg, func(t *testing.T) {
			t.Parallel()
			s, own := foreignSpec(t, pkg, servers)
			g := newGenerator(t)
			all, err := g.Explain(t.Context(), s, own)
			require.NoError(t, err)
			var text strings.Builder
			for _, e := range all {
				fmt.Fprintf(&text, "%s.%s: %s %s (%s)\n", e.Service, e.Method, e.Verb, e.Resource, e.Why)
			}
			golden := filepath.Join(protos, pkg+".explained")
			if *update {
				require.NoError(t, os.WriteFile(golden, []byte(text.String()), 0o600))
			}
			want, err := os.ReadFile(golden) //nolint:gosec // a test's own
			require.NoError(t, err)
			assert.Equal(t, string(want), text.String())
			if testing.Short() {
				return
			}
			dir := filepath.Join(t.TempDir(), "new")
			_, err = g.Create(t.Context(), s, own, dir)
			require.NoError(t, err)
			require.NoError(t, generator.Proto(t.Context(), s, dir, func(string) {}))
			assert.Empty(t, command(t, dir, "gofmt", "-l", "."))
			assert.Empty(t, command(t, dir, "go", "mod", "tidy", "-diff"))
			command(t, dir, "go", "vet", "./...")
			command(t, dir, "go", "test", "-vet=off", "./internal/service", "./internal/app")
		})
	}
}

// TestBuf: `make proto`, which is buf, makes of each API what spacegen makes of
// it, byte for byte, and buf finds nothing to say about what is emitted.
func TestBuf(t *testing.T) {
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
			s, own := foreignSpec(t, pkg, servers)
			dir := filepath.Join(t.TempDir(), "new")
			_, err := newGenerator(t).Create(t.Context(), s, own, dir)
			require.NoError(t, err)
			require.NoError(t, generator.Proto(t.Context(), s, dir, func(string) {}))
			check(t, dir)
		})
	}
}

// FuzzAPI: whatever compiles becomes a repository, or an error that says why not.
func FuzzAPI(f *testing.F) {
	err := filepath.WalkDir(protos, func(p string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(p) != ".proto" {
			return err
		}
		text, err := os.ReadFile(p) //nolint:gosec // a test's own
		if err == nil {
			f.Add(packageLine.ReplaceAllString(string(text), "package odd.v1;"))
		}
		return err
	})
	require.NoError(f, err)
	f.Add("syntax = \"proto3\";\npackage odd.v1;\nmessage _ { string _id = 1; }\nservice __a { rpc get_ (_) returns (_); rpc create (_) returns (_); rpc list (_) returns (L); }\nmessage L { repeated _ x = 1; }\n")
	g := newGenerator(f)
	f.Fuzz(func(t *testing.T, text string) {
		folder := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(folder, "a.proto"), []byte(text), 0o600))
		sources, err := generator.ReadProtos(t.Context(), "odd.v1", []string{folder}, nil)
		if err != nil {
			return // the compiler says why
		}
		s := spec.New("odd")
		s.Package = "odd.v1"
		tree, err := g.Render(t.Context(), spec.Defaults(s), render.Own{Protos: sources})
		if err != nil {
			require.NotContains(t, err.Error(), "no valid Go")
			return
		}
		require.NotEmpty(t, tree)
	})
}

var packageLine = regexp.MustCompile(`(?m)^package .*;$`)

// TestForeignAPIEvolves changes the protos of a repository that is lived in.
func TestForeignAPIEvolves(t *testing.T) {
	s, own := foreignSpec(t, "acme.api.fleet.v1", []spec.Server{spec.GRPCServer})
	g := newGenerator(t)
	dir := filepath.Join(t.TempDir(), "new")
	_, err := g.Create(t.Context(), s, own, dir)
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
	r, err := g.Update(t.Context(), dir, nil, generator.Changes{})
	require.NoError(t, err)
	require.False(t, r.Wrote, "nothing to do")

	replace(api,
		"  string vehicle_id = 1;\n  string name = 2;\n  Kind kind", "  string vehicle_id = 1;\n  // +unique\n  string name = 2;\n  Kind kind",
		"  string type = 18;\n", "  string category = 18;\n  string colour = 30;\n  repeated string owners = 33;\n",
		"  string type = 16;\n", "  string category = 16;\n  // +optional\n  string colour = 17;\n",
		"  // Follows a vehicle.\n", "  // Makes a noise.\n  rpc honk (VehicleRequest) returns (google.protobuf.Struct) {}\n  // Follows a vehicle.\n",
		"  rpc stat (VehicleStatQuery) returns (google.protobuf.Struct) {\n    option (google.api.http) = { post: \"/fleet/v1/vehicle/stat\" body: \"*\" };\n  }\n", "",
	)
	r, err = g.Update(t.Context(), dir, nil, generator.Changes{})
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
	r, err = g.Update(t.Context(), dir, nil, generator.Changes{})
	require.NoError(t, err)
	assert.False(t, r.Wrote, "once is enough")
	findings, err := g.Check(t.Context(), dir)
	require.NoError(t, err)
	assert.Empty(t, findings)

	// A type that changes is refused, and nothing is written.
	before := read(api)
	replace(api, "  string colour = 30;\n", "  int64 colour = 30;\n")
	_, err = g.Update(t.Context(), dir, nil, generator.Changes{})
	assert.ErrorContains(t, err, "the field colour of acme.api.fleet.v1.VehicleInfo was string and is int now")
	require.NoError(t, os.WriteFile(filepath.Join(dir, filepath.FromSlash(api)), []byte(before), 0o600))

	// What somebody wrote for a method that is gone stays, and is shown.
	replace(api, "  // Sends a vehicle home.\n  rpc recall (VehicleRequest) returns (VehicleInfo) {}\n", "")
	r, err = g.Update(t.Context(), dir, nil, generator.Changes{DryRun: true})
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
		r, err = g.Update(t.Context(), dir, nil, generator.Changes{})
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
	if testing.Short() {
		return
	}
	require.NoError(t, generator.Proto(t.Context(), s, dir, func(string) {}))
	command(t, dir, "go", "vet", "./...")
	command(t, dir, "go", "test", "./internal/service", "./internal/manager", "./internal/app")
}

// TestAwkwardAPIs are protos that are wrong, or that no service can be made of
// without care.
func TestAwkwardAPIs(t *testing.T) {
	const head = "syntax = \"proto3\";\npackage odd.v1;\n"
	crowd := strings.Builder{}
	for i := range 5000 {
		fmt.Fprintf(&crowd, "  string field_%d = %d;\n", i, 20000+i)
	}
	for name, c := range map[string]struct {
		files map[string]string
		want  string // of the error; empty: it becomes a service
		why   string // of the only method
	}{
		"syntax":         {map[string]string{"a.proto": head + "service S {\n  rpc x (A returns (B);\n}\n"}, "a.proto:4:12", ""},
		"missing import": {map[string]string{"a.proto": head + "import \"gone/b.proto\";\nservice S {}\n"}, "a.proto:3:8: gone/b.proto is in none of the folders", ""},
		"cycle": {map[string]string{
			"a.proto": head + "import \"b.proto\";\nservice S {}\n", "b.proto": head + "import \"a.proto\";\n",
		}, "cycle", ""},
		"unknown message": {map[string]string{"a.proto": head + "service S {\n  rpc x (A) returns (A);\n}\n"}, "a.proto:4:10", ""},
		"same name twice": {map[string]string{
			"a.proto": head + "message A {}\nservice S {}\n", "b.proto": head + "message A {}\n",
		}, "b.proto:3:9", ""},
		"no such package": {map[string]string{"a.proto": "syntax = \"proto3\";\npackage other.v1;\nservice S {}\n"}, "there are other.v1", ""},
		"5000 fields": {map[string]string{
			"a.proto": head + "message BigInfo {\n string big_id = 1;\n" + crowd.String() + "}\nmessage R { string big_id = 1; }\nservice Big { rpc get (R) returns (BigInfo); }\n",
		}, "", "5001 fields"},
		"fields that cannot be told apart": {map[string]string{
			"a.proto": head + "message XInfo {\n string x_id = 1;\n string ab_c = 2 [json_name = \"one\"];\n string a_bc = 3 [json_name = \"two\"];\n}\nmessage R { string x_id = 1; }\nservice X { rpc get (R) returns (XInfo); }\n",
		}, "", "cannot be told from"},
		"keywords": {map[string]string{
			"a.proto": head + "message Type {\n string id = 1;\n string func = 2;\n string base_model_x = 3;\n}\nservice Func { rpc get (Type) returns (Type); }\n",
		}, "", "by id"},
		"rpcs that are one in Go": {map[string]string{
			"a.proto": head + "message M {}\nservice S {\n  rpc Run (M) returns (M);\n  rpc run (M) returns (M);\n}\n",
		}, "a.proto:6:3: the rpc run is Run in Go, as is the rpc Run at a.proto:5:3; rename one of them", ""},
		"services that are one in Go": {map[string]string{
			"a.proto": head + "message M {}\nservice Thing {}\n", "b.proto": head + "service thing {}\n",
		}, "b.proto:3:1: the service thing is ThingServer in Go, as is the service Thing at a.proto:4:1", ""},
		"messages that are one in Go": {map[string]string{
			"a.proto": head + "message M { message A { enum B { C = 0; } } }\nenum M_A { D = 0; }\nservice S {}\n",
		}, "a.proto:3:13: the message A is M_A in Go, as is the enum M_A at a.proto:4:1", ""},
		"a message that is a service's in Go": {map[string]string{
			"a.proto": head + "message SClient {}\nservice S {}\n",
		}, "a.proto:4:1: the service S is SClient in Go, as is the message SClient at a.proto:3:1", ""},
		"a service called Service": {map[string]string{
			"a.proto": head + "message M { string id = 1; }\nservice Service { rpc get (M) returns (M); }\n",
		}, "", "by id"},
		"services of one name in two packages": {map[string]string{
			"a.proto":       head + "import \"other/b.proto\";\nservice S { rpc get (other.v1.M) returns (other.v1.M); }\n",
			"other/b.proto": "syntax = \"proto3\";\npackage other.v1;\nmessage M { string id = 1; }\nservice S { rpc get (M) returns (M); }\n",
		}, "", "by id"},
		"a package of every service's": {map[string]string{
			"a.proto":           head + "import \"grpc/health.proto\";\nservice S { rpc get (grpc.health.v1.M) returns (grpc.health.v1.M); }\n",
			"grpc/health.proto": "syntax = \"proto3\";\n\npackage grpc.health.v1;\nmessage M {}\n",
		}, "grpc/health.proto:3:1: every service links the code of package grpc.health.v1 already", ""},
		"a built-in file that was brought along": {map[string]string{
			"a.proto":                     head + "import \"google/api/field_info.proto\";\nmessage M { string id = 1 [(google.api.field_info).format = UUID4]; }\nservice S { rpc get (M) returns (M); }\n",
			"google/api/field_info.proto": "what stands here is not read",
		}, "", "by id"},
		"flags that are unique": {map[string]string{
			"a.proto": head + "message XInfo {\n string x_id = 1;\n // +unique\n bool on = 2;\n}\nmessage R { string x_id = 1; }\nservice X { rpc get (R) returns (XInfo); }\n",
		}, "a.proto:6:2: the field on of XInfo cannot be unique: only a text, a whole number or a time can be; take +unique out of its comment", ""},
		"unique, but not kept": {map[string]string{
			"a.proto": head + "message XInfo {\n string x_id = 1;\n string name = 2;\n}\nmessage R {\n string name = 1;\n // +unique\n string nick = 2;\n}\nservice X { rpc create (R) returns (XInfo); }\n",
		}, "a.proto:10:2: the field nick of R cannot be unique: XInfo does not keep it", ""},
		"recursion": {map[string]string{
			"a.proto": head + "message TreeInfo {\n string tree_id = 1;\n repeated TreeInfo branches = 2;\n}\nservice Tree { rpc get (TreeInfo) returns (TreeInfo); }\n",
		}, "", "by tree_id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, dir := t.TempDir(), filepath.Join(t.TempDir(), "new")
			for at, text := range c.files {
				require.NoError(t, os.MkdirAll(filepath.Join(folder, filepath.Dir(at)), 0o750))
				require.NoError(t, os.WriteFile(filepath.Join(folder, at), []byte(text), 0o600))
			}
			s := spec.New("odd")
			s.Module, s.Package = probe, "odd.v1"
			s = spec.Defaults(s)
			sources, err := generator.ReadProtos(t.Context(), s.Package, []string{folder}, nil)
			own := render.Own{Protos: sources}
			if c.want != "" {
				if err == nil {
					_, err = newGenerator(t).Create(t.Context(), s, own, dir)
				}
				require.ErrorContains(t, err, c.want)
				assert.NoDirExists(t, dir)
				return
			}
			require.NoError(t, err)
			all, err := newGenerator(t).Explain(t.Context(), s, own)
			require.NoError(t, err)
			require.Len(t, all, 1)
			assert.Contains(t, all[0].Why, c.why)
			_, err = newGenerator(t).Create(t.Context(), s, own, dir)
			require.NoError(t, err)
			if !testing.Short() && name != "5000 fields" {
				require.NoError(t, generator.Proto(t.Context(), s, dir, func(string) {}))
				command(t, dir, "go", "vet", "./internal/...")
			}
		})
	}
}

// TestChosenIdentifiersAreNotCached holds the cache against identifiers that
// callers choose: two domains may choose the same one.
func TestChosenIdentifiersAreNotCached(t *testing.T) {
	for pkg, cached := range map[string]bool{"acme.api.fleet.v1": true, "acme.library.v1": false} {
		s, own := foreignSpec(t, pkg, []spec.Server{spec.GRPCServer})
		tree, err := newGenerator(t).Render(t.Context(), s, own)
		require.NoError(t, err)
		found := 0
		for at := range tree {
			if strings.HasSuffix(at, "_cached.go") {
				found++
			}
		}
		assert.Equal(t, cached, found > 0, pkg)
		_, opened := tree["internal/core/cache/cache.go"]
		assert.Equal(t, cached, opened, pkg)
	}
}
