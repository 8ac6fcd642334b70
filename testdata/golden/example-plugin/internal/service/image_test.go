package service

import (
	"strings"
	"testing"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/stretchr/testify/assert"
)

func TestCheckImage(t *testing.T) {
	for name, c := range map[string]struct {
		registry, image, version string
		refused                  string // what is wrong, in the answer; empty: nothing
	}{
		"a name":                     {"", "aws", "1.0", ""},
		"a path":                     {"", "acme/cloud/plugin-aws", "v1.0.0-rc.1", ""},
		"separators":                 {"", "a_b/c__d/e--f.g", "_", ""},
		"a registry within":          {"", "localhost:5000/acme/aws", "1", ""},
		"a registry beside":          {"registry.example:5000", "acme/aws", "1", ""},
		"a registry's folder":        {"registry.example/acme", "aws", "1", ""},
		"a long tag":                 {"", "aws", strings.Repeat("x", 128), ""},
		"too long a tag":             {"", "aws", strings.Repeat("x", 129), "versions"},
		"a tag that begins with .":   {"", "aws", ".1", `".1"`},
		"a tag that begins with -":   {"", "aws", "-1", `"-1"`},
		"a tag with a digest":        {"", "aws", "1@sha256:0", `"1@sha256:0"`},
		"a tag with a slash":         {"", "aws", "../1", `"../1"`},
		"a tag with a space":         {"", "aws", "1 0", `"1 0"`},
		"a tag with a line's end":    {"", "aws", "1\n", `"1\n"`},
		"a tag of other letters":     {"", "aws", "é", `"é"`},
		"a digest in the image":      {"", "aws@sha256:0", "1", "name it in versions"},
		"upper-case letters":         {"", "acme/AWS", "1", `"acme/AWS"`},
		"two registries":             {"registry.example", "localhost:5000/aws", "1", `"registry.example/localhost:5000/aws"`},
		"two separators":             {"", "acme/a..b", "1", `"acme/a..b"`},
		"an empty part":              {"", "acme//aws", "1", `"acme//aws"`},
		"a path upwards":             {"", "../aws", "1", `"../aws"`},
		"a space in the image":       {"", "acme/a b", "1", `"acme/a b"`},
		"a line's end in the image":  {"", "aws\n", "1", `"aws\n"`},
		"a URL for an image":         {"", "https://acme/aws", "1", `"https://acme/aws"`},
		"too long an image":          {"", strings.Repeat("x", 256), "1", "255 characters"},
		"a URL for a registry":       {"https://registry.example", "aws", "1", `"https://registry.example"`},
		"a registry with a space":    {"registry example", "aws", "1", `"registry example"`},
		"a registry with credential": {"a:b@registry.example", "aws", "1", `"a:b@registry.example"`},
	} {
		err := checkImage(c.registry, c.image, []string{c.version})
		if c.refused == "" {
			assert.NoError(t, err, name)
			continue
		}
		assert.ErrorContains(t, err, c.refused, name)
		assert.Equal(t, "ERROR_INVALID_PARAMETER", apierror.From(err).Code, name)
	}
}
