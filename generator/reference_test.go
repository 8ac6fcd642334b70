package generator_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/report"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestE2EReferredAPI makes a service of an API that stays where it is, and another of
// the same API that comes along: their code is the same. A resource beside the API
// imports what the repository has itself, so that buf finds it.
func TestE2EReferredAPI(t *testing.T) {
	if testing.Short() {
		t.Skip("builds whole repositories")
	}
	t.Parallel()
	const buf = "buf"
	needPrograms(t, buf)
	program := buildSpacegen(t)
	made := func(refer bool) string {
		s, own := foreignSpec(t, "acme.api.fleet.v1", []spec.Server{spec.GRPCServer, spec.RESTServer})
		dir := filepath.Join(t.TempDir(), "new")
		if refer {
			to, err := filepath.Abs(protos)
			require.NoError(t, err)
			seen, err := filepath.Rel(dir, to)
			require.NoError(t, err)
			s.ProtoPaths = []string{filepath.ToSlash(seen)}
			require.NoError(t, s.Validate())
		}
		g := newGenerator(t)
		_, err := g.Create(t.Context(), s, own, dir)
		require.NoError(t, err)
		command(t, dir, "git", "init", "-q", "-b", "main")
		command(t, dir, program, "proto") // by which buf knows the rules for OpenAPI
		check := func() {
			command(t, dir, "make", "proto", "SPACEGEN="+program, "BUF="+buf)
			command(t, dir, buf, "lint")
			findings, err := report.Tree(t.Context(), &g.Release, dir)
			require.NoError(t, err)
			assert.Empty(t, findings)
		}
		check()
		command(t, dir, "git", "add", ".")
		command(t, dir, "git", "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", "x")
		_, err = g.EditSpec(t.Context(), dir, func(f *spec.File) error {
			return f.AddResource(spec.Resource{Name: "Zone", Fields: []spec.Field{{Name: "name"}}})
		}, change.Options{})
		require.NoError(t, err)
		check()
		command(t, dir, buf, "breaking", "--against", ".git#branch=main")
		return dir
	}
	referred, copied := made(true), made(false)
	assert.NoFileExists(t, filepath.Join(referred, "proto/acme/api/fleet/v1/vehicle.proto"))
	assert.FileExists(t, filepath.Join(referred, "proto/acme/api/fleet/v1/zone.proto"))
	want, got := codeBelow(t, copied), codeBelow(t, referred)
	for at := range want {
		if want[at] != got[at] {
			t.Errorf("%s is another", at)
		}
	}
	assert.Len(t, got, len(want))
	command(t, referred, "go", "vet", "./...")
}
