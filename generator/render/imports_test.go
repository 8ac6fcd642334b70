package render

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestImportsStandInGroups(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"mixed": {
			"package a\n\nimport (\n\t\"example.com/m/b\"\n\tz \"fmt\"\n\t_ \"github.com/x/y\" // why\n\n\t\"errors\"\n\n\t\"example.com/mm\"\n)\n",
			"package a\n\nimport (\n\t\"errors\"\n\tz \"fmt\"\n\n\t\"example.com/mm\"\n\t_ \"github.com/x/y\" // why\n\n\t\"example.com/m/b\"\n)\n",
		},
		"nothing":      {"package a\n", "package a\n"},
		"one":          {"package a\n\nimport \"fmt\"\n", "package a\n\nimport \"fmt\"\n"},
		"with comment": {"package a\n\nimport (\n\t// of b\n\t\"example.com/m/b\"\n\t\"fmt\"\n)\n", "package a\n\nimport (\n\t// of b\n\t\"example.com/m/b\"\n\t\"fmt\"\n)\n"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := formatGo([]byte(c.in), "example.com/m")
			require.NoError(t, err)
			assert.Equal(t, c.want, string(got))
			again, err := formatGo(got, "example.com/m")
			require.NoError(t, err)
			assert.Equal(t, string(got), string(again))
		})
	}
	_, err := formatGo([]byte("package a\n\nfunc {"), "example.com/m")
	assert.Error(t, err)
}
