package handler_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cloudforet-io/inventory/internal/core/apierror"
	"github.com/cloudforet-io/inventory/internal/core/pipeline"
	"github.com/cloudforet-io/inventory/internal/handler"
)

// domainKey is the key pair of a domain.
func domainKey(t *testing.T) (private jwk.Key, public map[string]any) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	private, err = jwk.Import(secret)
	require.NoError(t, err)
	half, err := jwk.PublicKeyOf(private)
	require.NoError(t, err)
	text, err := json.Marshal(half)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &public))
	return private, public
}

// userClaims are those of an owner of a workspace.
func userClaims(changes map[string]any) map[string]any {
	claims := map[string]any{
		"iss": "spaceone.identity", "rol": "WORKSPACE_OWNER", "typ": "ACCESS_TOKEN", "own": "USER",
		"did": "domain-1", "wid": "workspace-1", "aud": "user@example.com", "jti": "token-1", "ver": "2.0",
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	}
	maps.Copy(claims, changes)
	for key, value := range claims {
		if value == nil {
			delete(claims, key)
		}
	}
	return claims
}

func sign(t *testing.T, claims map[string]any, algorithm jwa.SignatureAlgorithm, key any) string {
	t.Helper()
	payload, err := json.Marshal(claims)
	require.NoError(t, err)
	token, err := jws.Sign(payload, jws.WithKey(algorithm, key))
	require.NoError(t, err)
	return string(token)
}

func verify(h pipeline.AuthenticationHandler, token string, md pipeline.Metadata) (*pipeline.Transaction, error) {
	md.Token = token
	t := &pipeline.Transaction{Metadata: md}
	return t, h.Verify(context.Background(), t, nil)
}

func TestAuthenticationTellsWhoCalls(t *testing.T) {
	private, public := domainKey(t)
	h, err := handler.NewAuthentication(map[string]any{"backend": "x", "keys": map[string]any{"domain-1": public}}, handler.Deps{})
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		claims map[string]any
		md     pipeline.Metadata
		scope  pipeline.Scope
		role   string
	}{
		"domain admin": {map[string]any{"rol": "DOMAIN_ADMIN", "wid": nil}, pipeline.Metadata{DomainID: "domain-2"},
			pipeline.Scope{DomainID: "domain-1"}, "DOMAIN_ADMIN"},
		"workspace owner": {nil, pipeline.Metadata{WorkspaceID: "workspace-2"},
			pipeline.Scope{DomainID: "domain-1", WorkspaceID: "workspace-1"}, "WORKSPACE_OWNER"},
		"workspace member": {map[string]any{"rol": "WORKSPACE_MEMBER", "projects": []string{"p1"}}, pipeline.Metadata{},
			pipeline.Scope{DomainID: "domain-1", WorkspaceID: "workspace-1", UserProjects: []string{"p1"}}, "WORKSPACE_MEMBER"},
		"user": {map[string]any{"rol": "USER", "wid": nil, "aud": []string{"u1", "u2"}}, pipeline.Metadata{},
			pipeline.Scope{DomainID: "domain-1"}, "USER"},
		"system token, for a domain": {map[string]any{"typ": "SYSTEM_TOKEN", "rol": "SYSTEM_TOKEN", "ver": nil},
			pipeline.Metadata{DomainID: "domain-9", WorkspaceID: "workspace-9"},
			pipeline.Scope{DomainID: "domain-9", WorkspaceID: "workspace-9"}, "SYSTEM_TOKEN"},
		"system token, for all": {map[string]any{"typ": "SYSTEM_TOKEN", "rol": "SYSTEM_TOKEN", "ver": nil},
			pipeline.Metadata{}, pipeline.Scope{}, "SYSTEM_TOKEN"},
	} {
		t.Run(name, func(t *testing.T) {
			call, err := verify(h, sign(t, userClaims(tc.claims), jwa.ES256(), private), tc.md)
			require.NoError(t, err)
			assert.Equal(t, tc.scope, call.Scope)
			assert.Equal(t, tc.role, call.Identity.RoleType)
		})
	}
}

func TestAuthenticationRefuses(t *testing.T) {
	private, public := domainKey(t)
	stranger, _ := domainKey(t)
	h, err := handler.NewAuthentication(map[string]any{"keys": map[string]any{"domain-1": public}}, handler.Deps{})
	require.NoError(t, err)
	good := sign(t, userClaims(nil), jwa.ES256(), private)
	_, err = verify(h, good, pipeline.Metadata{})
	require.NoError(t, err)

	parts := strings.Split(good, ".")
	encode := base64.RawURLEncoding.EncodeToString
	publicText, err := json.Marshal(public)
	require.NoError(t, err)
	signed := func(changes map[string]any) string { return sign(t, userClaims(changes), jwa.ES256(), private) }
	forged, err := json.Marshal(userClaims(map[string]any{"rol": "DOMAIN_ADMIN"}))
	require.NoError(t, err)
	for name, token := range map[string]string{
		"no token":                        "",
		"garbage":                         "garbage",
		"three garbage parts":             "a.b.c",
		"too long":                        strings.Repeat("a", 20_000),
		"no signature":                    encode([]byte(`{"alg":"none"}`)) + "." + parts[1] + ".",
		"signed by the public key's text": sign(t, userClaims(nil), jwa.HS256(), publicText),
		"signed by a stranger":            sign(t, userClaims(nil), jwa.ES256(), stranger),
		"other claims, same signature":    parts[0] + "." + encode(forged) + "." + parts[2],
		"expired":                         signed(map[string]any{"exp": time.Now().Add(-time.Hour).Unix()}),
		"not valid yet":                   signed(map[string]any{"nbf": time.Now().Add(time.Hour).Unix()}),
		"issued in the future":            signed(map[string]any{"iat": time.Now().Add(time.Hour).Unix()}),
		"never expires":                   signed(map[string]any{"exp": nil}),
		"version 1":                       signed(map[string]any{"ver": "1.0"}),
		"no version":                      signed(map[string]any{"ver": nil}),
		"no domain":                       signed(map[string]any{"did": nil}),
		"a domain that nobody knows":      signed(map[string]any{"did": "domain-2"}),
		"a refresh token":                 signed(map[string]any{"typ": "REFRESH_TOKEN"}),
		"no role":                         signed(map[string]any{"rol": nil}),
		"a role that nobody knows":        signed(map[string]any{"rol": "SYSTEM_TOKEN"}),
		"an owner of no workspace":        signed(map[string]any{"wid": nil}),
		"an app that nobody can check":    signed(map[string]any{"own": "APP"}),
	} {
		t.Run(name, func(t *testing.T) {
			call, err := verify(h, token, pipeline.Metadata{DomainID: "domain-1"})
			assert.Equal(t, codes.Unauthenticated, status.Code(apierror.From(err)), "%v", err)
			assert.Nil(t, call.Identity)
			assert.Zero(t, call.Scope)
		})
	}
}

func TestSystemTokensOfOneDomain(t *testing.T) {
	private, public := domainKey(t)
	h, err := handler.NewAuthentication(map[string]any{
		"keys": map[string]any{"domain-1": public, "domain-2": public}, "system_domain": "domain-2",
	}, handler.Deps{})
	require.NoError(t, err)
	of := func(domain string) string {
		return sign(t, userClaims(map[string]any{"typ": "SYSTEM_TOKEN", "rol": "SYSTEM_TOKEN", "did": domain}), jwa.ES256(), private)
	}
	_, err = verify(h, of("domain-2"), pipeline.Metadata{})
	require.NoError(t, err)
	call, err := verify(h, of("domain-1"), pipeline.Metadata{})
	assert.Equal(t, codes.Unauthenticated, status.Code(apierror.From(err)), "%v", err)
	assert.Nil(t, call.Identity)
}

// identityService stands in for identity.
type identityService struct {
	key   map[string]any
	fail  error
	calls atomic.Int32
}

func (s *identityService) DispatchAsSystem(_ context.Context, service, method string, params map[string]any) (map[string]any, error) {
	s.calls.Add(1)
	if s.fail != nil {
		return nil, s.fail
	}
	if service == "identity" && method == "App.check" && params["client_id"] == "token-1" {
		return map[string]any{"permissions": []any{"inventory:Region.read"}, "projects": []any{"p1"}}, nil
	}
	text, err := json.Marshal(s.key)
	return map[string]any{"public_key": string(text)}, err
}

func TestAuthenticationAsksIdentityOnce(t *testing.T) {
	private, public := domainKey(t)
	service := &identityService{key: public}
	h, err := handler.NewAuthentication(map[string]any{"cache": "1h"}, handler.Deps{Identity: service})
	require.NoError(t, err)
	for range 3 {
		_, err = verify(h, sign(t, userClaims(nil), jwa.ES256(), private), pipeline.Metadata{})
		require.NoError(t, err)
	}
	assert.EqualValues(t, 1, service.calls.Load())

	app := sign(t, userClaims(map[string]any{"own": "APP", "permissions": []string{"*"}}), jwa.ES256(), private)
	for range 2 {
		call, err := verify(h, app, pipeline.Metadata{})
		require.NoError(t, err)
		assert.Equal(t, []string{"inventory:Region.read"}, call.Identity.Permissions, "not what the token says")
		assert.Equal(t, []string{"p1"}, call.Identity.Projects)
	}
	assert.EqualValues(t, 2, service.calls.Load())
}

// TestMadeUpDomainsPushNothingOut of what is remembered.
func TestMadeUpDomainsPushNothingOut(t *testing.T) {
	private, public := domainKey(t)
	service := &identityService{key: public}
	h, err := handler.NewAuthentication(map[string]any{"cache": "1h"}, handler.Deps{Identity: service})
	require.NoError(t, err)
	token := sign(t, userClaims(nil), jwa.ES256(), private)
	_, err = verify(h, token, pipeline.Metadata{})
	require.NoError(t, err)
	service.fail = apierror.NotFound("domain_id", "made up")
	for i := range 4200 { // more than is remembered
		_, err = verify(h, sign(t, userClaims(map[string]any{"did": fmt.Sprint("made-up-", i)}), jwa.ES256(), private), pipeline.Metadata{})
		require.Error(t, err)
	}
	_, err = verify(h, token, pipeline.Metadata{})
	assert.NoError(t, err)
}

func TestAuthenticationWhenIdentityFails(t *testing.T) {
	private, public := domainKey(t)
	service := &identityService{key: public, fail: status.Error(codes.Unavailable, "down")}
	h, err := handler.NewAuthentication(nil, handler.Deps{Identity: service})
	require.NoError(t, err)
	token := sign(t, userClaims(nil), jwa.ES256(), private)
	_, err = verify(h, token, pipeline.Metadata{})
	assert.Equal(t, codes.Unavailable, status.Code(apierror.From(err)), "not the caller's fault")
	service.fail = nil
	_, err = verify(h, token, pipeline.Metadata{})
	require.NoError(t, err, "an outage is not remembered")

	service = &identityService{fail: apierror.NotFound("domain_id", "domain-1")}
	h, err = handler.NewAuthentication(nil, handler.Deps{Identity: service})
	require.NoError(t, err)
	for range 3 {
		_, err = verify(h, token, pipeline.Metadata{})
		assert.Equal(t, codes.Unauthenticated, status.Code(apierror.From(err)))
	}
	assert.EqualValues(t, 1, service.calls.Load(), "a refusal is remembered for a while")
}
