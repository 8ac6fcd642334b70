package charttest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/cloudforet-io/spacegen/generator/render"
)

// The targets that people and workflows call are there, each with its line of
// help, and only two speak of spacegen.
func TestMakefile(t *testing.T) {
	t.Parallel()
	make := tool(t, "make")
	dir := write(t, emit(t, everything("inventory")))
	help := mustRun(t, dir, make, "--no-print-directory")
	for _, target := range strings.Fields("help build run test race vet lint proto image chart clean check update vuln proto-lint proto-breaking") {
		assert.Regexp(t, `(?m)^  `+target+` +\S`, help)
		mustRun(t, dir, make, "--dry-run", target)
	}
	for _, line := range strings.Split(help, "\n") {
		if strings.Contains(line, "spacegen") && strings.HasPrefix(line, "  ") {
			assert.Regexp(t, "^  (check|update) ", line)
		}
	}
	assert.Contains(t, mustRun(t, dir, make, "--dry-run", "run"), "go run ./cmd/inventory run all")
	assert.Contains(t, mustRun(t, dir, make, "--dry-run", "proto"), "buf@v")

	// Workflows call targets that are there.
	calls := regexp.MustCompile(`(?m)^\s*(?:- )?(?:run: )?make ([a-z-]+)`)
	for path, file := range emit(t, everything("inventory")) {
		if strings.HasPrefix(path, ".github/workflows/") {
			for _, m := range calls.FindAllStringSubmatch(string(file.Body), -1) {
				assert.Regexp(t, `(?m)^`+m[1]+`:`, string(emit(t, everything("inventory"))["Makefile"].Body), path)
			}
		}
	}
}

// make check and make update use the spacegen that the repository was made by.
func TestMakeUsesTheRecordedVersion(t *testing.T) {
	t.Parallel()
	make := tool(t, "make")
	dir := write(t, emit(t, everything("inventory")))
	require.NoError(t, os.Mkdir(filepath.Join(dir, ".spacegen"), 0o750))
	for _, line := range []string{"spacegen: v1.2.3", `spacegen: "v1.2.3"`} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, ".spacegen", "lock.yaml"), []byte("version: 1\n"+line+"\n"), 0o600))
		assert.Contains(t, mustRun(t, dir, make, "--dry-run", "check"), "/cmd/spacegen@'v1.2.3' check")
	}
}

// The steps of "Make Helm Chart" that need no GitHub, by the same targets, with
// Helm 3 and 4.
func TestMakeChart(t *testing.T) {
	t.Parallel()
	make := tool(t, "make")
	for version, helm := range helms(t) {
		t.Run(version, func(t *testing.T) {
			dir := write(t, emit(t, everything("inventory")))
			pages := t.TempDir()
			call := func(env ...string) {
				target := env[0]
				out, err := runWith(t, dir, append(env[1:], "HELM="+helm), make, target)
				require.NoError(t, err, out)
			}
			call("chart", "CHART_VERSION=1.2.3-rc.1")
			packaged := filepath.Join(dir, "dist", "inventory-1.2.3-rc.1.tgz")
			require.FileExists(t, packaged)
			assert.Contains(t, mustRun(t, dir, helm, "show", "chart", packaged), "appVersion: 1.2.3-rc.1")
			assert.Contains(t, mustRun(t, dir, helm, "template", "test", packaged), "image: ghcr.io/cloudforet-io/inventory:1.2.3-rc.1")

			call("chart-index", "PAGES="+pages, "URL=https://example.com/charts")
			require.NoError(t, os.Remove(packaged))
			call("chart", "CHART_VERSION=1.2.3")
			call("chart-index", "PAGES="+pages, "URL=https://example.com/charts")
			text, err := os.ReadFile(filepath.Join(pages, "index.yaml"))
			require.NoError(t, err)
			var index struct {
				Entries map[string][]struct {
					Version string   `yaml:"version"`
					URLs    []string `yaml:"urls"`
				} `yaml:"entries"`
			}
			require.NoError(t, yaml.Unmarshal(text, &index))
			require.Len(t, index.Entries["inventory"], 2, "the older stays")
			assert.Equal(t, "1.2.3", index.Entries["inventory"][0].Version)
			assert.Equal(t, []string{"https://example.com/charts/inventory-1.2.3.tgz"}, index.Entries["inventory"][0].URLs)
		})
	}
}

// The image is built by a Go that go.mod takes, from what the chart starts, and
// runs as nobody in particular.
func TestDockerfile(t *testing.T) {
	t.Parallel()
	for name, s := range specs(t) {
		t.Run(name, func(t *testing.T) {
			file := string(emit(t, s)["Dockerfile"].Body)
			kebab := s.ServiceName().Kebab()
			for _, want := range []string{
				"FROM --platform=$BUILDPLATFORM golang:", "CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH",
				"/distroless/static-debian12:nonroot", "USER 65532:65532", `ENTRYPOINT ["/` + kebab + `"]`,
				"./cmd/" + kebab, `org.opencontainers.image.title="` + kebab + `"`, "org.opencontainers.image.revision=", "EXPOSE 50051 8000 9090",
			} {
				assert.Contains(t, file, want)
			}
			// Every line of the label but the last goes on.
			assert.NotRegexp(t, `(?m)^ +org\.opencontainers[^\\]*\n +org`, file)
		})
	}
	image := regexp.MustCompile(`(?m)^FROM --platform=\$BUILDPLATFORM golang:(\d+\.\d+\.\d+)-bookworm AS build$`).FindStringSubmatch(string(emit(t, everything("inventory"))["Dockerfile"].Body))
	require.Len(t, image, 2, "dependabot knows no version but one that stands in the line itself")
	assert.Equal(t, render.Toolchain, "go"+image[1], "the image is built with the Go that go.mod names")
}
