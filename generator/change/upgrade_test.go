package change

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestUpgradeOfDefaults is the upgrade to v1.1.0 of the set service.
func TestUpgradeOfDefaults(t *testing.T) {
	for name, c := range map[string]struct{ at, before, after string }{
		"read":           {"x.go", "package x\n\nvar a = load(config.Defaults, file)\n", "package x\n\nvar a = load(config.Defaults(), file)\n"},
		"called":         {"x.go", "package x\n\nvar a = load(config.Defaults(), file)\n", ""},
		"another":        {"x.go", "package x\n\nvar a = core.Defaults // config.Defaults\n", ""},
		"not Go":         {"x.md", "config.Defaults", ""},
		"does not parse": {"x.go", "package x\n\nfunc config.Defaults", ""},
	} {
		t.Run(name, func(t *testing.T) {
			want := c.after
			if want == "" {
				want = c.before
			}
			assert.Equal(t, want, string(callDefaults(c.at, []byte(c.before))))
		})
	}
}
