package generator_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/spaceconnector"
)

// TestTokensByPython runs the emitted identity and has Python check its tokens as
// Cloudforet's own services do.
func TestTokensByPython(t *testing.T) {
	python := pythonWith(t, "cryptography", "python3-cryptography")
	const password = "Open sesame 2"
	binary := filepath.Join(t.TempDir(), "identity")
	buildGolden(t, "example-identity", "identity", binary)
	identity := service{binary: binary, global: map[string]any{
		"DATABASES": map[string]any{"default": map[string]any{"engine": "sqlite", "path": filepath.Join(t.TempDir(), "identity.db")}},
	}}
	begun := identity.bootstrap(t, password)
	services := spaceconnector.New(spaceconnector.Options{
		Endpoints: map[string]string{"identity": "grpc://" + identity.run(t)}, Token: func() (string, error) { return begun.SystemToken, nil },
	})
	defer services.Close() //nolint:errcheck // it was only read from

	const root = "domain-root" // the platform's own, whose key signs system tokens
	keys := map[string]any{}
	for _, domain := range []string{root, begun.DomainID} {
		answer, err := services.DispatchAsSystem(t.Context(), "identity", "Domain.get_public_key", map[string]any{"domain_id": domain})
		require.NoError(t, err)
		keys[domain] = answer["public_key"]
	}
	type tokens struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
	}
	var issued, domain, workspace tokens
	identity.call(t, "token/issue", "", map[string]any{
		"domain_id": begun.DomainID, "auth_type": "LOCAL", "credentials": map[string]any{"user_id": "admin", "password": password},
	}, &issued)
	grant := func(granted *tokens, scope map[string]any) {
		maps.Copy(scope, map[string]any{"grant_type": "REFRESH_TOKEN", "token": issued.Refresh})
		identity.call(t, "token/grant", "", scope, granted)
	}
	grant(&domain, map[string]any{"scope": "DOMAIN"})
	var made struct {
		WorkspaceID string `json:"workspace_id"`
	}
	identity.call(t, "workspace/create", domain.Access, map[string]any{"name": "first"}, &made)
	grant(&workspace, map[string]any{"scope": "WORKSPACE", "workspace_id": made.WorkspaceID})

	asked, err := json.Marshal(map[string]any{"keys": keys, "tokens": map[string]string{
		"issued": issued.Access, "refresh": issued.Refresh, "domain": domain.Access, "workspace": workspace.Access, "system": begun.SystemToken,
	}})
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), python, "testdata/python/check_tokens.py")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(asked), os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	answers := map[string]any{}
	require.NoError(t, json.Unmarshal(out, &answers))
	of := func(claims map[string]any) map[string]any {
		maps.Copy(claims, map[string]any{"iss": "spaceone.identity", "typ": "ACCESS_TOKEN", "own": "USER", "did": begun.DomainID, "aud": "admin", "ver": "2.0"})
		return claims
	}
	claimsAre(t, answers["issued"], of(map[string]any{"rol": "USER", "wid": nil}))
	claimsAre(t, answers["domain"], of(map[string]any{"rol": "DOMAIN_ADMIN", "wid": nil}))
	claimsAre(t, answers["workspace"], of(map[string]any{"rol": "WORKSPACE_OWNER", "wid": made.WorkspaceID}))
	assert.Equal(t, "signature", answers["refresh"], "it is no access token for whoever checks nothing but signatures")
	claimsAre(t, answers["system"], map[string]any{
		"iss": "spaceone.identity", "typ": "SYSTEM_TOKEN", "own": "SYSTEM", "did": root, "ver": "2.0",
	}, "aud")
}

// claimsAre holds claims against those that are known, texts of any content, and times.
func claimsAre(t *testing.T, answer any, known map[string]any, texts ...string) {
	t.Helper()
	claims, ok := answer.(map[string]any)
	require.True(t, ok, "%v", answer)
	for name, want := range known {
		assert.Equal(t, want, claims[name], name)
	}
	for _, name := range append(texts, "jti") {
		assert.IsType(t, "", claims[name], name)
		assert.NotEmpty(t, claims[name], name)
	}
	issued, _ := claims["iat"].(float64)
	expires, _ := claims["exp"].(float64)
	assert.InDelta(t, time.Now().Unix(), issued, 600)
	assert.Greater(t, expires, issued)
}
