package protofile_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/protofile"
)

func TestGoFolder(t *testing.T) {
	taken := map[string]string{}
	for folder, want := range map[string]string{
		".": ".", "acme/total/v1": "acme/total/v1", "acme/func/v1": "acme/func/v1", "acme/main": "acme/main", "x/xa": "x/xa", "a_": "a_",
		"internal": "internal_", "acme/internal/common/v1": "acme/internal_/common/v1", "internal_": "internal__", "internal__": "internal___",
		"acme/vendor": "acme/vendor_", "testdata/v1": "testdata_/v1", "acme/con/v1": "acme/con_/v1", "internals": "internals",
		"_acme": "x_acme", "x_acme": "xx_acme", ".acme": "x.acme", "_": "x_", "__": "x__", "x_": "xx_", "_internal": "x_internal",
		"a b": "x-612062", "é": "x-c3a9", "x-612062": "x-782d363132303632", "a.": "a._", "a._": "a.__",
	} {
		got := protofile.GoFolder(folder)
		assert.Equal(t, want, got, folder)
		assert.Empty(t, taken[got], "%s is what %s is", folder, taken[got])
		taken[got] = folder
	}
}

// FuzzGoFolder: no two names of folders become one.
func FuzzGoFolder(f *testing.F) {
	f.Add("internal", "internal_")
	f.Add("_x", "x_x")
	f.Add("x-61", "a ")
	f.Fuzz(func(t *testing.T, a, b string) {
		if a != b && !strings.Contains(a+b, "/") && a != "." && b != "." && a != "" && b != "" {
			assert.NotEqual(t, protofile.GoFolder(a), protofile.GoFolder(b))
		}
	})
}

// TestFilesThatGoPassesOver are refused, with a name that Go takes.
func TestFilesThatGoPassesOver(t *testing.T) {
	for at, better := range map[string]string{
		"a.proto": "", "a_test.proto": "", "a/linux.proto": "", "a/x_linux_api.proto": "",
		"a/x_linux.proto": "x_linux_api.proto", "x_arm64.proto": "x_arm64_api.proto", "x_linux_arm64.proto": "x_linux_arm64_api.proto",
		"x_windows_test.proto": "x_windows_test_api.proto", "_a.proto": "a.proto", ".a.proto": "a.proto", "_.proto": "api.proto", "_x_linux.proto": "x_linux_api.proto",
	} {
		compile := func(at string) error {
			files, err := protofile.Compile(t.Context(), protofile.Sources{at: []byte("syntax = \"proto3\";\npackage acme.v1;\n")})
			require.NoError(t, err)
			return protofile.CheckNames(files)
		}
		if better == "" {
			assert.NoError(t, compile(at), at)
			continue
		}
		assert.ErrorContains(t, compile(at), at+":2:1: Go builds ")
		assert.ErrorContains(t, compile(at), "rename the file, as in "+better+", and the imports of it")
		assert.NoError(t, compile(better), "%s, for %s", better, at)
	}
}
