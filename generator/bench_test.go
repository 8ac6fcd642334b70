package generator_test

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator"
	"github.com/cloudforet-io/spacegen/generator/change"
	"github.com/cloudforet-io/spacegen/generator/protofile"
	"github.com/cloudforet-io/spacegen/generator/render"
	"github.com/cloudforet-io/spacegen/generator/spec"
	"github.com/cloudforet-io/spacegen/templates"
)

// BenchmarkRender renders services to memory, with more and more resources.
func BenchmarkRender(b *testing.B) {
	g := newGenerator(b)
	for _, n := range []int{1, 10, 100, 1000} {
		s := sized(n)
		b.Run(fmt.Sprintf("resources=%d", n), func(b *testing.B) {
			for b.Loop() {
				_, err := rendered(b.Context(), g, s, render.Input{})
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

// BenchmarkCreate makes a repository on disk and, in turn with it, lets cp -r
// copy one: the same files on the same disk at the same time. The first should
// take less than three times the second.
func BenchmarkCreate(b *testing.B) {
	s := sized(2)
	dir := b.TempDir()
	original := filepath.Join(dir, "original")
	_, err := newGenerator(b).Create(b.Context(), s, render.Input{}, original)
	require.NoError(b, err)
	var made, copied time.Duration
	for b.Loop() {
		to := filepath.Join(dir, "new")
		began := time.Now()
		_, err := newGenerator(b).Create(b.Context(), s, render.Input{}, to)
		made += time.Since(began)
		require.NoError(b, err)
		b.StopTimer()
		require.NoError(b, os.RemoveAll(to))
		began = time.Now()
		require.NoError(b, exec.CommandContext(b.Context(), "cp", "-r", original, to).Run()) //nolint:gosec // a test's own
		copied += time.Since(began)
		require.NoError(b, os.RemoveAll(to))
		b.StartTimer()
	}
	b.ReportMetric(float64(copied.Nanoseconds())/float64(b.N), "cp-ns/op")
	b.ReportMetric(float64(made)/float64(copied), "times-cp")
}

// BenchmarkUpdate brings a repository up to date: when nothing has changed, and
// when every template has. The first should take less than 100 ms, the second
// less than a second, both in proportion to the resources.
func BenchmarkUpdate(b *testing.B) {
	for _, n := range []int{2, 10, 100, 1000} {
		s := sized(n)
		dir := filepath.Join(b.TempDir(), "repository")
		_, err := newGenerator(b).Create(b.Context(), s, render.Input{}, dir)
		require.NoError(b, err)
		b.Run(fmt.Sprintf("nothing/resources=%d", n), func(b *testing.B) {
			for b.Loop() {
				report, err := newGenerator(b).Update(b.Context(), dir, nil, change.Options{})
				require.NoError(b, err)
				require.False(b, report.Wrote)
			}
		})
		b.Run(fmt.Sprintf("everything/resources=%d", n), func(b *testing.B) {
			version, files := 0, 0
			for b.Loop() {
				b.StopTimer()
				version++
				later, err := generator.New(everyTemplateChanged(b, version), "test")
				require.NoError(b, err)
				b.StartTimer()
				report, err := later.Update(b.Context(), dir, nil, change.Options{})
				require.NoError(b, err)
				files = len(report.Changes)
			}
			b.ReportMetric(float64(files), "files")
		})
	}
}

// everyTemplateChanged is the template sets with a comment more in each file.
func everyTemplateChanged(b *testing.B, version int) fs.FS {
	b.Helper()
	later := fstest.MapFS{}
	require.NoError(b, fs.WalkDir(templates.FS, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(templates.FS, p)
		if plain := strings.TrimSuffix(p, ".tmpl"); filepath.Ext(plain) == ".go" {
			body = append(body, fmt.Sprintf("\n// version %d\n", version)...)
		} else if base := filepath.Base(p); base != "files.yaml" && base != "modules.json" {
			body = append(body, fmt.Sprintf("\n# version %d\n", version)...)
		}
		later[p] = &fstest.MapFile{Data: body}
		return err
	}))
	return later
}

// BenchmarkAPI recognises and renders an API that was brought, of so many
// services with eight methods each: the time grows with them, and no faster.
func BenchmarkAPI(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("methods=%d", 8*n), func(b *testing.B) {
			sources := protofile.Sources{}
			for i := range n {
				sources[fmt.Sprintf("big/v1/thing%d.proto", i)] = fmt.Appendf(nil, `syntax = "proto3";
package big.v1;
import "google/protobuf/empty.proto";
import "google/protobuf/struct.proto";
service Thing%[1]d {
  rpc create (CreateThing%[1]dRequest) returns (Thing%[1]dInfo);
  rpc update (CreateThing%[1]dRequest) returns (Thing%[1]dInfo);
  rpc delete (Thing%[1]dRequest) returns (google.protobuf.Empty);
  rpc get (Thing%[1]dRequest) returns (Thing%[1]dInfo);
  rpc list (Thing%[1]dRequest) returns (Thing%[1]dsInfo);
  rpc run (Thing%[1]dRequest) returns (google.protobuf.Struct);
  rpc stop (Thing%[1]dRequest) returns (google.protobuf.Struct);
  rpc watch (Thing%[1]dRequest) returns (stream Thing%[1]dInfo);
}
message CreateThing%[1]dRequest { string thing%[1]d_id = 1; string name = 2; google.protobuf.Struct tags = 3; }
message Thing%[1]dRequest { string thing%[1]d_id = 1; }
message Thing%[1]dInfo { string thing%[1]d_id = 1; string name = 2; google.protobuf.Struct tags = 3; string domain_id = 4; }
message Thing%[1]dsInfo { repeated Thing%[1]dInfo results = 1; }
`, i)
			}
			s := spec.New("big")
			s.Package = "big.v1"
			s = spec.Defaults(s)
			g := newGenerator(b)
			b.ReportAllocs()
			for b.Loop() {
				_, err := rendered(b.Context(), g, s, render.Input{Protos: sources})
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(8*n), "µs/method")
		})
	}
}
