package handler

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/cloudforet-io/spacegen/core/config"
	"github.com/cloudforet-io/spacegen/core/preflight"
)

func TestProbe(t *testing.T) {
	authentication := func(options map[string]any) config.Handlers {
		return config.Handlers{Authentication: []map[string]any{options}}
	}
	const platform = "spaceone.core.handler.authentication_handler:SpaceONEAuthenticationHandler"
	for name, c := range map[string]struct {
		cfg  config.Handlers
		want preflight.State
		says string
		asks bool
	}{
		"none":           {config.Handlers{}, preflight.OK, "whoever reaches the service may call it", false},
		"the platform's": {authentication(map[string]any{"backend": platform}), preflight.OK, "1 of authentication", true},
		"with keys":      {authentication(map[string]any{"backend": platform, "keys": map[string]any{"d": map[string]any{"kty": "x"}}}), preflight.Failed, "key of d", false},
		"unknown":        {authentication(map[string]any{"backend": "Nobody"}), preflight.Failed, "HANDLERS.authentication.1", false},
		"misspelt":       {authentication(map[string]any{"backend": platform, "cash": "5m"}), preflight.Failed, "cash", true},
	} {
		t.Run(name, func(t *testing.T) {
			found := Probe(Platform(), c.cfg).Look(t.Context())
			assert.Equal(t, c.want, found.State)
			assert.Contains(t, found.Detail, c.says)
			assert.Equal(t, c.asks, AsksIdentity(c.cfg))
		})
	}
}
