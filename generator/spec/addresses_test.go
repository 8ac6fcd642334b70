package spec_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/spec"
)

// TestAddresses adds the service b, then removes a: the rest of the text stays.
func TestAddresses(t *testing.T) {
	const at = "http://127.0.0.1:8000"
	for name, c := range map[string]struct{ text, added, removed string }{
		"block": {
			"# top\nservices:\n  # all\n  a: http://a # here\n\n# end\ntitle: x\n",
			"# top\nservices:\n  # all\n  a: http://a # here\n  b: " + at + "\n\n# end\ntitle: x\n",
			"# top\nservices:\n  # all\n  b: " + at + "\n\n# end\ntitle: x\n",
		},
		"with a comment of its own": {
			"services:\n    c: http://c\n    # about a\n    a: http://a\n    # about d\n    d: http://d",
			"services:\n    c: http://c\n    # about a\n    a: http://a\n    # about d\n    d: http://d\n    b: " + at,
			"services:\n    c: http://c\n    # about d\n    d: http://d\n    b: " + at,
		},
		"brackets":       {"services: {a: http://a} # x\n", "services: {a: http://a, b: " + at + "} # x\n", "services: {b: " + at + "} # x\n"},
		"capitals":       {"SERVICES: {a: 'http://a'}\n", "SERVICES: {a: 'http://a', b: " + at + "}\n", "SERVICES: {b: " + at + "}\n"},
		"Windows' lines": {"services:\r\n  a: http://a\r\n", "services:\r\n  a: http://a\r\n  b: " + at + "\r\n", "services:\r\n  b: " + at + "\r\n"},
		"no value":       {"services:\ntitle: x\n", "services:\n  b: " + at + "\ntitle: x\n", ""},
		"no key":         {"title: x\n", "title: x\nservices:\n  b: " + at + "\n", ""},
		"none":           {"services: {}   # x\n", "services:\n  b: " + at + "   # x\n", ""},
		"an alias":       {"x: &x {a: http://a}\nservices: *x\n", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := spec.OpenAddresses("config.yaml", []byte(c.text))
			require.NoError(t, err)
			address, err := a.Add("b", "")
			if c.added == "" {
				require.ErrorContains(t, err, "config.yaml: cannot add b in a file that is written like this")
				assert.Equal(t, c.text, string(a.Bytes()))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, at, address)
			assert.Equal(t, c.added, string(a.Bytes()))
			before := strings.Clone(string(a.Bytes()))
			err = a.Remove("a")
			if c.removed == "" {
				require.ErrorContains(t, err, `config.yaml: there is no service "a"; known: b`)
				assert.Equal(t, before, string(a.Bytes()))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.removed, string(a.Bytes()))
			require.NoError(t, a.Remove("b"))
		})
	}
}
