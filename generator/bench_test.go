package generator_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// BenchmarkRender renders services to memory, with more and more resources.
func BenchmarkRender(b *testing.B) {
	g := newGenerator(b)
	for _, n := range []int{1, 10, 100, 1000} {
		s := sized(n)
		b.Run(fmt.Sprintf("resources=%d", n), func(b *testing.B) {
			for b.Loop() {
				_, err := g.Render(s)
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/resource")
		})
	}
}

// sized is the golden inventory with another number of resources.
func sized(n int) *spec.Spec {
	s := spec.New("inventory")
	s.Servers, s.Cache = spec.Servers(), spec.Redis
	for i := range n {
		s.Resources = append(s.Resources, spec.Resource{Name: fmt.Sprintf("Region%d", i), Fields: []spec.Field{
			{Name: "name", Required: true}, {Name: "region_code", Unique: true}, {Name: "provider"}, {Name: "tags", Type: spec.Struct},
		}})
	}
	return spec.Defaults(s)
}

// BenchmarkCreate makes a repository on disk; beside it, cp -r copies one. The
// first should take less than three times the second.
func BenchmarkCreate(b *testing.B) {
	s := sized(2)
	dir := b.TempDir()
	original := filepath.Join(dir, "original")
	_, err := newGenerator(b).Create(b.Context(), s, original)
	require.NoError(b, err)
	b.Run("spacegen", func(b *testing.B) {
		i := 0
		for b.Loop() {
			i++
			_, err := newGenerator(b).Create(b.Context(), s, filepath.Join(dir, fmt.Sprint("new-", i)))
			require.NoError(b, err)
		}
	})
	b.Run("cp -r", func(b *testing.B) {
		i := 0
		for b.Loop() {
			i++
			cmd := exec.CommandContext(b.Context(), "cp", "-r", original, filepath.Join(dir, fmt.Sprint("copy-", i)))
			cmd.Stderr = os.Stderr
			require.NoError(b, cmd.Run())
		}
	})
}
