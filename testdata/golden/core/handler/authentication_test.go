package handler_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
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

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/handler"
	"github.com/cloudforet-io/spacegen/core/pipeline"
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

func sign(t testing.TB, claims map[string]any, algorithm jwa.SignatureAlgorithm, key any) string {
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
	h, err := handler.NewAuthentication(map[string]any{
		"backend": "x", "keys": map[string]any{"domain-1": public}, "system_domain": "domain-1",
	}, handler.Deps{})
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
		"system token, for a domain": {map[string]any{"typ": "SYSTEM_TOKEN", "rol": "SYSTEM_TOKEN"},
			pipeline.Metadata{DomainID: "domain-9", WorkspaceID: "workspace-9"},
			pipeline.Scope{DomainID: "domain-9", WorkspaceID: "workspace-9"}, "SYSTEM_TOKEN"},
		"system token, for all": {map[string]any{"typ": "SYSTEM_TOKEN", "rol": "SYSTEM_TOKEN"},
			pipeline.Metadata{}, pipeline.Scope{}, "SYSTEM_TOKEN"},
	} {
		t.Run(name, func(t *testing.T) {
			call, err := verify(h, sign(t, userClaims(tc.claims), jwa.ES256(), private), tc.md)
			require.NoError(t, err)
			assert.Equal(t, tc.scope, call.Scope)
			assert.Equal(t, tc.role, call.Identity.RoleType)
			if tc.role == "SYSTEM_TOKEN" {
				assert.Equal(t, "domain-1", call.Identity.SystemDomainID, "its own, whichever the call is for")
			} else {
				assert.Empty(t, call.Identity.SystemDomainID)
			}
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
		"no type":                         signed(map[string]any{"typ": nil}),
		"a type that nobody knows":        signed(map[string]any{"typ": "ID_TOKEN"}),
		"a type in another spelling":      signed(map[string]any{"typ": "access_token"}),
		"a client secret of a user":       signed(map[string]any{"typ": "CLIENT_SECRET"}),
		"no owner":                        signed(map[string]any{"own": nil}),
		"an owner that nobody knows":      signed(map[string]any{"own": "PLATFORM"}),
		"a client secret of the system":   signed(map[string]any{"typ": "CLIENT_SECRET", "own": "SYSTEM"}),
		"a system token, of no domain":    signed(map[string]any{"typ": "SYSTEM_TOKEN", "rol": "SYSTEM_TOKEN"}),
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

// TestSystemTokensOfOneDomain: whoever else has the key of a domain can sign what he
// likes, and a system token is good for all domains.
func TestSystemTokensOfOneDomain(t *testing.T) {
	private, public := domainKey(t)
	system := func(changes map[string]any) string {
		claims := userClaims(map[string]any{"typ": "SYSTEM_TOKEN", "rol": "SYSTEM_TOKEN", "own": "SYSTEM"})
		maps.Copy(claims, changes)
		return sign(t, claims, jwa.ES256(), private)
	}
	first, second := system(nil), system(map[string]any{"did": "domain-2"})
	own := func(token string, err error) func() (string, error) {
		return func() (string, error) { return token, err }
	}
	tenant := sign(t, userClaims(map[string]any{"typ": "CLIENT_SECRET", "own": "APP"}), jwa.ES256(), private)
	for name, tc := range map[string]struct {
		option        string
		deps          handler.Deps
		first, second codes.Code
		says          string
	}{
		"by option": {"domain-2", handler.Deps{}, codes.Unauthenticated, codes.OK, "SYSTEM_DOMAIN"},
		"by configuration": {"", handler.Deps{SystemDomain: handler.SystemDomain("domain-1", nil)},
			codes.OK, codes.Unauthenticated, "SYSTEM_DOMAIN"},
		"by the service's own token": {"", handler.Deps{SystemDomain: handler.SystemDomain("", own(first, nil))},
			codes.OK, codes.Unauthenticated, "TOKEN"},
		"configuration over the token": {"", handler.Deps{SystemDomain: handler.SystemDomain("domain-2", own(first, nil))},
			codes.Unauthenticated, codes.OK, "SYSTEM_DOMAIN"},
		"nobody": {"", handler.Deps{}, codes.Unauthenticated, codes.Unauthenticated, "set SYSTEM_DOMAIN"},
		"no token of its own": {"", handler.Deps{SystemDomain: handler.SystemDomain("", own("", nil))},
			codes.Unauthenticated, codes.Unauthenticated, "set SYSTEM_DOMAIN"},
		"a token of a tenant": {"", handler.Deps{SystemDomain: handler.SystemDomain("", own(tenant, nil))},
			codes.Unauthenticated, codes.Unauthenticated, "set SYSTEM_DOMAIN"},
		"a token that cannot be had": {"", handler.Deps{SystemDomain: handler.SystemDomain("", own("", errors.New("no such file")))},
			codes.Unavailable, codes.Unavailable, "cannot be found out"},
		"a token that is none": {"", handler.Deps{SystemDomain: handler.SystemDomain("", own("x", nil))},
			codes.Unavailable, codes.Unavailable, "cannot be found out"},
	} {
		t.Run(name, func(t *testing.T) {
			options := map[string]any{"keys": map[string]any{"domain-1": public, "domain-2": public}}
			if tc.option != "" {
				options["system_domain"] = tc.option
			}
			h, err := handler.NewAuthentication(options, tc.deps)
			require.NoError(t, err)
			for token, want := range map[string]codes.Code{first: tc.first, second: tc.second} {
				call, err := verify(h, token, pipeline.Metadata{DomainID: "domain-9"})
				if want == codes.OK {
					require.NoError(t, err)
					assert.Equal(t, "domain-9", call.Scope.DomainID)
					continue
				}
				assert.Equal(t, want, status.Code(apierror.From(err)), "%v", err)
				assert.ErrorContains(t, err, tc.says)
				assert.Nil(t, call.Identity)
			}
			_, err = verify(h, system(map[string]any{"ver": "1.0"}), pipeline.Metadata{})
			assert.Equal(t, codes.Unauthenticated, status.Code(apierror.From(err)), "its version is checked, too")
			_, err = verify(h, system(map[string]any{"ver": nil}), pipeline.Metadata{})
			assert.Equal(t, codes.Unauthenticated, status.Code(apierror.From(err)), "it has to have one")
		})
	}
}

// TestPermissionsOfTokens: a list that is empty is not the same as none.
func TestPermissionsOfTokens(t *testing.T) {
	private, public := domainKey(t)
	h, err := handler.NewAuthentication(map[string]any{"keys": map[string]any{"domain-1": public}}, handler.Deps{})
	require.NoError(t, err)
	for name, tc := range map[string]struct {
		claims map[string]any
		may    bool
	}{
		"no list":    {nil, true},
		"empty list": {map[string]any{"permissions": []string{}}, false},
		"a word":     {map[string]any{"permissions": []string{"inventory:Region"}}, true},
		"half of it": {map[string]any{"permissions": []string{"inventory:Reg"}}, false},
	} {
		call, err := verify(h, sign(t, userClaims(tc.claims), jwa.ES256(), private), pipeline.Metadata{})
		require.NoError(t, err)
		assert.Equal(t, tc.may, call.Identity.May("inventory:Region.read"), name)
	}
}

// identityService stands in for identity.
type identityService struct {
	key     map[string]any
	fail    error
	failing string // the only method that fails; empty: all
	calls   atomic.Int32
}

func (s *identityService) DispatchAsSystem(_ context.Context, service, method string, params map[string]any) (map[string]any, error) {
	s.calls.Add(1)
	if s.fail != nil && (s.failing == "" || s.failing == method) {
		return nil, s.fail
	}
	if method == "App.check" && params["client_id"] == "token-2" {
		return map[string]any{}, nil // as a list without entries arrives
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

	none := sign(t, userClaims(map[string]any{"own": "APP", "jti": "token-2"}), jwa.ES256(), private)
	call, err := verify(h, none, pipeline.Metadata{})
	require.NoError(t, err)
	assert.True(t, call.Identity.May("inventory:Region.read"), "where identity names no permissions, the app's role alone confines it")
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

// TestAuthenticationWhenIdentityFails: only what identity says of a domain, or of an
// app, is the caller's fault. An outage is not, and nobody remembers it.
func TestAuthenticationWhenIdentityFails(t *testing.T) {
	private, public := domainKey(t)
	tokens := map[string]string{
		"user": sign(t, userClaims(nil), jwa.ES256(), private),
		"app":  sign(t, userClaims(map[string]any{"own": "APP", "typ": "CLIENT_SECRET"}), jwa.ES256(), private),
	}
	verdicts := []codes.Code{codes.NotFound, codes.InvalidArgument, codes.Unauthenticated, codes.PermissionDenied}
	for code := codes.Canceled; code <= codes.Unauthenticated; code++ {
		for caller, token := range tokens {
			t.Run(code.String()+" "+caller, func(t *testing.T) {
				service := &identityService{key: public, fail: status.Error(code, "ERROR_X: it failed.")}
				if caller == "app" {
					service.failing = "App.check"
				}
				h, err := handler.NewAuthentication(map[string]any{"cache": "1h"}, handler.Deps{Identity: service})
				require.NoError(t, err)
				_, err = verify(h, token, pipeline.Metadata{})
				asked := service.calls.Load()
				if slices.Contains(verdicts, code) {
					assert.Equal(t, "ERROR_AUTHENTICATE_FAILURE", apierror.From(err).Code)
					_, err = verify(h, token, pipeline.Metadata{})
					assert.Error(t, err)
					assert.Equal(t, asked, service.calls.Load(), "a refusal is remembered for a while")
					return
				}
				assert.Equal(t, codes.Unavailable, status.Code(apierror.From(err)), "%v", err)
				assert.NotContains(t, err.Error(), "it failed")
				service.fail = nil
				_, err = verify(h, token, pipeline.Metadata{})
				assert.NoError(t, err)
			})
		}
	}
}

// TestAuthenticationWhenIdentityIsNoIdentity: a key that nobody can read is no
// caller's fault either.
func TestAuthenticationWhenIdentityIsNoIdentity(t *testing.T) {
	private, _ := domainKey(t)
	h, err := handler.NewAuthentication(nil, handler.Deps{Identity: &identityService{key: map[string]any{"kty": "?"}}})
	require.NoError(t, err)
	_, err = verify(h, sign(t, userClaims(nil), jwa.ES256(), private), pipeline.Metadata{})
	assert.Equal(t, codes.Unavailable, status.Code(apierror.From(err)), "%v", err)
}
