package handler_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/handler"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// originals are keys and tokens as Cloudforet's own identity service issues them.
type originals struct {
	Keys   map[string]json.RawMessage `json:"keys"`
	Tokens map[string]string          `json:"tokens"`
}

// DispatchAsSystem answers as that service: an app whose role is one of those that
// the platform brings has no permissions of its own.
func (o originals) DispatchAsSystem(_ context.Context, _, method string, params map[string]any) (map[string]any, error) {
	if method == "App.check" {
		return map[string]any{"permissions": []any{}, "projects": []any{}}, nil
	}
	key, known := o.Keys[params["domain_id"].(string)]
	if !known {
		return nil, apierror.NotFound("domain_id", "it")
	}
	return map[string]any{"domain_id": params["domain_id"], "public_key": string(key)}, nil
}

// readOriginals reads what testdata/tokens.py printed.
func readOriginals(t *testing.T, text []byte) originals {
	t.Helper()
	var o originals
	require.NoError(t, json.Unmarshal(text, &o))
	return o
}

// python gives the output of a script, or skips the test where no Python has the
// package cryptography, unless the tools are required.
func python(t *testing.T, script string) []byte {
	t.Helper()
	for _, python := range []string{"python3", "/usr/bin/python3"} { // Debian's packages are in the latter
		if exec.CommandContext(t.Context(), python, "-c", "import cryptography").Run() != nil {
			continue
		}
		out, err := exec.CommandContext(t.Context(), python, script).Output()
		require.NoError(t, err)
		return out
	}
	if os.Getenv("SPACEGEN_REQUIRE_TOOLS") != "" {
		t.Fatal("a python3 with the package cryptography (Debian: python3-cryptography) is required")
	}
	t.Skip("no python3 with the package cryptography (Debian: python3-cryptography)")
	return nil
}

// TestTokensOfTheOriginal holds tokens of each kind against the handler: those that
// were made once, and new ones.
func TestTokensOfTheOriginal(t *testing.T) {
	t.Run("frozen", func(t *testing.T) {
		text, err := os.ReadFile("testdata/tokens.json")
		require.NoError(t, err)
		testOriginals(t, readOriginals(t, text))
	})
	t.Run("new", func(t *testing.T) { testOriginals(t, readOriginals(t, python(t, "testdata/tokens.py"))) })
}

func testOriginals(t *testing.T, o originals) {
	h, err := handler.NewAuthentication(map[string]any{"system_domain": "domain-root"}, handler.Deps{Identity: o})
	require.NoError(t, err)
	metadata := pipeline.Metadata{DomainID: "domain-9", WorkspaceID: "workspace-9"}
	accepted := map[string]struct {
		role  string
		scope pipeline.Scope
	}{
		"domain admin":     {"DOMAIN_ADMIN", pipeline.Scope{DomainID: "domain-a"}},
		"workspace owner":  {"WORKSPACE_OWNER", pipeline.Scope{DomainID: "domain-a", WorkspaceID: "workspace-1"}},
		"workspace member": {"WORKSPACE_MEMBER", pipeline.Scope{DomainID: "domain-a", WorkspaceID: "workspace-1", UserProjects: []string{"project-1"}}},
		"user":             {"USER", pipeline.Scope{DomainID: "domain-a"}},
		"app":              {"WORKSPACE_OWNER", pipeline.Scope{DomainID: "domain-a", WorkspaceID: "workspace-1"}},
		// What Token.grant gives for a system token.
		"system in a workspace": {"WORKSPACE_OWNER", pipeline.Scope{DomainID: "domain-a", WorkspaceID: "workspace-1"}},

		"key with more members": {"DOMAIN_ADMIN", pipeline.Scope{DomainID: "domain-b"}},
		"ES256":                 {"DOMAIN_ADMIN", pipeline.Scope{DomainID: "domain-ec"}},
		"EdDSA":                 {"DOMAIN_ADMIN", pipeline.Scope{DomainID: "domain-ed"}},

		"system token":              {"SYSTEM_TOKEN", pipeline.Scope{DomainID: "domain-9", WorkspaceID: "workspace-9"}},
		"system token that expires": {"SYSTEM_TOKEN", pipeline.Scope{DomainID: "domain-9", WorkspaceID: "workspace-9"}},
		"system admin":              {"SYSTEM_ADMIN", pipeline.Scope{}},
	}
	refused := map[string]string{
		"no exp":                        "the token has no exp",
		"no exp, of an app":             "the token has no exp",
		"no exp, of a system admin":     "the token has no exp",
		"exp 0":                         "expired",
		"exp in words":                  "claims cannot be read",
		"system token of a tenant":      "SYSTEM_DOMAIN, or the service's own TOKEN, names another",
		"system token that has expired": "expired",
		"system token by another key":   "invalid token signature",
		"system admin of a tenant":      "SYSTEM_DOMAIN, or the service's own TOKEN, names another",
		"client secret of the system":   "invalid owner type",
		"role of a system token":        "invalid role type",

		"system admin of a tenant, by the system": "SYSTEM_DOMAIN, or the service's own TOKEN, names another",

		"expired":                           "expired",
		"not valid yet":                     "not valid yet",
		"version 1.0":                       "invalid token version",
		"no version":                        "invalid token version",
		"version as a number":               "failed to decode token",
		"refresh token":                     "invalid token signature",
		"refresh token by the domain's key": "a token of this type grants no access",
		"no type":                           "a token of this type grants no access",
		"no domain":                         "empty domain_id",
		"none":                              "algorithm does not fit",
		"HS256 with the public JWK":         "algorithm does not fit",
		"HS256 with the public PEM":         "algorithm does not fit",
		"ES256 for a domain with RSA":       "algorithm does not fit",
		"RS256 for a domain with Ed25519":   "algorithm does not fit",
		"other claims":                      "invalid token signature",
		"a key of its own":                  "invalid token signature",
	}
	for name, token := range o.Tokens {
		t.Run(name, func(t *testing.T) {
			call, err := verify(h, token, metadata)
			if reason, refuse := refused[name]; refuse {
				require.ErrorContains(t, err, reason)
				assert.Equal(t, "ERROR_AUTHENTICATE_FAILURE", apierror.From(err).Code)
				assert.Nil(t, call.Identity)
				return
			}
			want, accept := accepted[name]
			require.True(t, accept, "the table lacks it")
			require.NoError(t, err)
			assert.Equal(t, want.role, call.Identity.RoleType)
			assert.Equal(t, want.scope, call.Scope)
		})
	}
	assert.Len(t, o.Tokens, len(accepted)+len(refused))

	app, err := verify(h, o.Tokens["app"], metadata)
	require.NoError(t, err)
	assert.True(t, app.Identity.May("inventory:Region.write"), "its role alone confines it")
	system, err := verify(h, o.Tokens["system in a workspace"], metadata)
	require.NoError(t, err)
	assert.True(t, system.Identity.May("inventory:Region.read"))
	assert.False(t, system.Identity.May("inventory:Region.write"), "it was granted for less")
}
