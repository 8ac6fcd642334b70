package overlay_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"

	"github.com/cloudforet-io/spacegen/generator/overlay"
	"github.com/cloudforet-io/spacegen/generator/spec"
)

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for at, text := range files {
		to := filepath.Join(dir, filepath.FromSlash(at))
		require.NoError(t, os.MkdirAll(filepath.Dir(to), 0o755))
		require.NoError(t, os.WriteFile(to, []byte(text), 0o644))
	}
}

func want(from string) overlay.Wanted {
	return overlay.Wanted{Overlay: spec.Overlay{From: spec.Source(from)}}
}

// TestModule fetches an overlay as a Go module, from a proxy that is a folder, and has it
// afterwards without one.
func TestModule(t *testing.T) {
	proxy, source := t.TempDir(), t.TempDir()
	write(t, source, map[string]string{
		"go.mod": "module example.com/golden/v2\n", "README.md": "x", "overlay.yaml": "name: path\n", "ci/Makefile.tmpl": "all:\n", "docs/more.md": "x", ".github/workflows/test.yaml": "x",
	})
	at := filepath.Join(proxy, "example.com", "golden", "v2", "@v")
	write(t, at, map[string]string{"v2.1.0.mod": "module example.com/golden/v2\n", "v2.1.0.info": `{"Version":"v2.1.0"}`})
	file, err := os.Create(filepath.Join(at, "v2.1.0.zip"))
	require.NoError(t, err)
	require.NoError(t, zip.CreateFromDir(file, module.Version{Path: "example.com/golden/v2", Version: "v2.1.0"}, source))
	require.NoError(t, file.Close())
	t.Setenv("GOPROXY", "file://"+filepath.ToSlash(proxy))
	t.Setenv("GONOSUMDB", "*")
	t.Setenv("GOFLAGS", "-modcacherw")
	t.Setenv("GOMODCACHE", t.TempDir())

	store := overlay.Store{Dir: t.TempDir()}
	got, err := store.Open(t.Context(), ".", want("example.com/golden/v2@v2.1.0"))
	require.NoError(t, err)
	assert.Equal(t, "path", got.Name)
	assert.Empty(t, got.Revision)
	assert.Equal(t, map[string][]byte{"overlay.yaml": []byte("name: path\n"), "ci/Makefile.tmpl": []byte("all:\n")}, got.Files)

	t.Setenv("GOPROXY", "off")
	t.Setenv("GOMODCACHE", t.TempDir())
	pin := got.Pin()
	again, err := store.Open(t.Context(), ".", overlay.Wanted{Overlay: got.Overlay, Pin: &pin})
	require.NoError(t, err)
	assert.Equal(t, got, again)

	_, err = store.Open(t.Context(), ".", want("example.com/golden/v2@v2.2.0"))
	require.ErrorContains(t, err, "the overlay example.com/golden/v2@v2.2.0 is not available")
	require.ErrorContains(t, err, "module lookup disabled by GOPROXY=off")
}

// TestOCI fetches an overlay from a registry, as oras pushes a folder, and single files.
func TestOCI(t *testing.T) {
	folder := archive(t, map[string]string{"acme/": "", "acme/ci/Makefile.tmpl": "all:\n"})
	host := registry(t, []byte(folder), ocispec.Descriptor{MediaType: ocispec.MediaTypeImageLayerGzip, Annotations: map[string]string{ocispec.AnnotationTitle: "acme", "io.deis.oras.content.unpack": "true"}},
		[]byte("name: golden\n"), ocispec.Descriptor{MediaType: "application/yaml", Annotations: map[string]string{ocispec.AnnotationTitle: "overlay.yaml"}})
	store := overlay.Store{Dir: t.TempDir()}
	got, err := store.Open(t.Context(), ".", want("oci://"+host+"/acme/templates:v1.0.0"))
	require.NoError(t, err)
	assert.Equal(t, "golden", got.Name)
	assert.Regexp(t, `^sha256:[0-9a-f]{64}$`, got.Revision)
	assert.Equal(t, map[string][]byte{"overlay.yaml": []byte("name: golden\n"), "ci/Makefile.tmpl": []byte("all:\n")}, got.Files)

	pin := got.Pin()
	pin.Digest = "sha256:" + strings.Repeat("0", 64)
	_, err = store.Open(t.Context(), ".", overlay.Wanted{Overlay: got.Overlay, Pin: &pin})
	require.ErrorContains(t, err, "no longer what this repository was rendered with")

	_, err = store.Open(t.Context(), ".", want("oci://"+host+"/acme/templates:v9"))
	require.ErrorContains(t, err, "v9: not found")
}

// TestHostileArchives are archives that lead out, or whose links do.
func TestHostileArchives(t *testing.T) {
	for name, bad := range map[string]string{
		"out":   archive(t, map[string]string{"../../evil": "x"}),
		"above": archive(t, map[string]string{"/evil": "x"}),
		"twice": archive(t, map[string]string{"a": "x", "./a": "y"}),
		"link":  linked(t),
	} {
		t.Run(name, func(t *testing.T) {
			host := registry(t, []byte(bad), ocispec.Descriptor{MediaType: ocispec.MediaTypeImageLayerGzip})
			dir := t.TempDir()
			_, err := overlay.Store{Dir: filepath.Join(dir, "store")}.Open(t.Context(), ".", want("oci://"+host+"/acme/templates:v1.0.0"))
			require.ErrorContains(t, err, "in the archive of templates")
			assert.NoFileExists(t, filepath.Join(dir, "evil"))
			left, err := filepath.Glob(filepath.Join(dir, "store", "*", "*"))
			require.NoError(t, err)
			assert.Empty(t, left)
		})
	}
}

func archive(t *testing.T, files map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	zipped := gzip.NewWriter(&out)
	in := tar.NewWriter(zipped)
	for at, text := range files {
		header := &tar.Header{Name: at, Mode: 0o644, Size: int64(len(text)), Typeflag: tar.TypeReg}
		if strings.HasSuffix(at, "/") {
			header.Typeflag = tar.TypeDir
		}
		require.NoError(t, in.WriteHeader(header))
		_, err := in.Write([]byte(text))
		require.NoError(t, err)
	}
	require.NoError(t, in.Close())
	require.NoError(t, zipped.Close())
	return out.String()
}

func linked(t *testing.T) string {
	t.Helper()
	var out bytes.Buffer
	in := tar.NewWriter(&out)
	require.NoError(t, in.WriteHeader(&tar.Header{Name: "ci", Linkname: "../../..", Typeflag: tar.TypeSymlink}))
	require.NoError(t, in.Close())
	return out.String()
}

// registry serves one artifact, under the tag v1.0.0: bodies, each with its descriptor.
func registry(t *testing.T, layers ...any) string {
	t.Helper()
	blobs := map[string][]byte{}
	add := func(body []byte, of ocispec.Descriptor) ocispec.Descriptor {
		digest := fmt.Sprintf("sha256:%x", sha256.Sum256(body))
		require.NoError(t, json.Unmarshal([]byte(`"`+digest+`"`), &of.Digest))
		of.Size, blobs[digest] = int64(len(body)), body
		return of
	}
	manifest := ocispec.Manifest{MediaType: ocispec.MediaTypeImageManifest, Config: add([]byte("{}"), ocispec.Descriptor{MediaType: ocispec.MediaTypeEmptyJSON})}
	manifest.SchemaVersion = 2
	for i := 0; i < len(layers); i += 2 {
		manifest.Layers = append(manifest.Layers, add(layers[i].([]byte), layers[i+1].(ocispec.Descriptor)))
	}
	text, err := json.Marshal(manifest)
	require.NoError(t, err)
	top := add(text, ocispec.Descriptor{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
		if asked == "v1.0.0" {
			asked = top.Digest.String()
		}
		body, there := blobs[asked]
		if !there || !strings.HasPrefix(r.URL.Path, "/v2/acme/templates/") {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/octet-stream")
		if strings.Contains(r.URL.Path, "/manifests/") {
			w.Header().Set("Content-Type", ocispec.MediaTypeImageManifest)
		}
		w.Header().Set("Docker-Content-Digest", asked)
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		_, _ = w.Write(body)
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}
