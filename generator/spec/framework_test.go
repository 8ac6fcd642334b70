package spec_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

func TestWhereTheFrameworkComesFrom(t *testing.T) {
	for value, wrong := range map[string]string{
		"":                              "",
		"vendored":                      "",
		"own":                           "",
		"../core":                       "",
		"../../libs/core":               "",
		"./libs/core":                   "",
		"example.com/core@v1.2.0":       "",
		"example.com/core/v2@v2.0.1":    "",
		"example.com/core@v0.0.0-rc.1":  "",
		"core":                          `there is no framework "core"`,
		"./core":                        "./core is this repository's own framework",
		"./core/x":                      "./core/x is this repository's own framework",
		"..":                            `there is no framework ".."`,
		"../":                           "there is no framework in ../",
		"../..":                         "there is no framework in ../..",
		"./":                            "there is no framework in ./",
		"../a b":                        "there is no framework in ../a b",
		"/core":                         `there is no framework "/core"`,
		"example.com/core":              `there is no framework "example.com/core"`,
		"example.com/core@latest":       `"latest" is no version of a module`,
		"example.com/core@v1":           `"v1" is no version of a module`,
		"example.com/core@v2.0.0":       "should be v0 or v1, not v2",
		"core@v1.0.0":                   "malformed module path",
		"example.com/../core@v1.0.0":    "malformed module path",
		"../core@v1.0.0/..":             "there is no framework in ../core@v1.0.0/..",
		"example.com/core@v1.0.0@other": `"v1.0.0@other" is no version of a module`,
	} {
		t.Run(value, func(t *testing.T) {
			s := spec.New("inventory")
			s.Framework = spec.Framework(value)
			text := spec.Emit(s)
			_, err := spec.Parse("spacegen.yaml", text)
			if wrong == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, wrong)
			assert.ErrorContains(t, err, "spacegen.yaml:15:", "it says where")
		})
	}
}

func TestAFrameworkIsNoService(t *testing.T) {
	for line, wrong := range map[string]string{
		"framework: own":             "a framework has no framework",
		"servers: [grpc]":            "a framework has no servers",
		"image: {name: core}":        "a framework becomes no image",
		"database: postgresql":       "a framework has no database",
		"platform: {redis: bundled}": "a framework has no members",
	} {
		_, err := spec.Parse("spacegen.yaml", []byte("kind: framework\nname: core\n"+line+"\n"))
		assert.ErrorContains(t, err, wrong)
	}
	s, err := spec.Parse("spacegen.yaml", []byte("kind: framework\nname: core\n"))
	require.NoError(t, err)
	assert.Equal(t, spec.CoreModule, s.Module)
}
