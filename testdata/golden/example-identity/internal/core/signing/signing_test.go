package signing_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/core/signing"
)

// each runs a test with keys of each algorithm.
func each(t *testing.T, test func(t *testing.T, algorithm signing.Algorithm, keys string)) {
	for _, algorithm := range []signing.Algorithm{signing.RS256, signing.EdDSA} {
		t.Run(string(algorithm), func(t *testing.T) { test(t, algorithm, newKeys(t, algorithm)) })
	}
}

func newKeys(t *testing.T, algorithm signing.Algorithm) string {
	t.Helper()
	keys, err := signing.NewKeys(algorithm)
	require.NoError(t, err)
	return keys
}

func TestSignAndVerify(t *testing.T) {
	each(t, func(t *testing.T, algorithm signing.Algorithm, keys string) {
		token, err := signing.Sign(keys, map[string]any{"aud": "ann"})
		require.NoError(t, err)

		first, _, _ := strings.Cut(token, ".")
		header, err := base64.RawURLEncoding.DecodeString(first)
		require.NoError(t, err)
		said := map[string]any{}
		require.NoError(t, json.Unmarshal(header, &said))
		assert.Equal(t, string(algorithm), said["alg"])
		assert.Equal(t, "JWT", said["typ"])
		assert.NotEmpty(t, said["kid"])

		claims := map[string]any{}
		require.NoError(t, signing.Verify(keys, token, &claims))
		assert.Equal(t, "ann", claims["aud"])
		assert.ErrorContains(t, signing.Verify(newKeys(t, algorithm), token, &claims), "signature")

		parts := strings.Split(token, ".")
		parts[1] = base64.RawURLEncoding.EncodeToString([]byte(`{"aud":"bob"}`))
		forged := strings.Join(parts, ".")
		assert.Error(t, signing.Verify(keys, forged, &claims))
		require.NoError(t, signing.Peek(forged, &claims))
		assert.Equal(t, "bob", claims["aud"], "a peek believes everything")

		none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + parts[1] + "."
		assert.Error(t, signing.Verify(keys, none, &claims))
		for _, broken := range []string{"", "a", "a.b.c", "{}"} {
			assert.Error(t, signing.Peek(broken, &claims), broken)
			assert.Error(t, signing.Verify(keys, broken, &claims), broken)
		}
	})
}

// TestRefreshTokensHaveAKeyOfTheirOwn: the public key that services are told does not
// check them.
func TestRefreshTokensHaveAKeyOfTheirOwn(t *testing.T) {
	each(t, func(t *testing.T, _ signing.Algorithm, keys string) {
		public, err := signing.PublicKey(keys)
		require.NoError(t, err)
		var told struct{ Kid string }
		require.NoError(t, json.Unmarshal([]byte(public), &told))
		kid := func(tokenType string) string {
			token, err := signing.Sign(keys, map[string]any{"typ": tokenType})
			require.NoError(t, err)
			require.NoError(t, signing.Verify(keys, token, &map[string]any{}))
			first, _, _ := strings.Cut(token, ".")
			header, err := base64.RawURLEncoding.DecodeString(first)
			require.NoError(t, err)
			var said struct{ Kid string }
			require.NoError(t, json.Unmarshal(header, &said))
			return said.Kid
		}
		for _, tokenType := range []string{"ACCESS_TOKEN", "CLIENT_SECRET", "SYSTEM_TOKEN", ""} {
			assert.Equal(t, told.Kid, kid(tokenType), tokenType)
		}
		assert.NotEqual(t, told.Kid, kid("REFRESH_TOKEN"))
	})
}

// TestKeysOfBefore: a domain may have one key for all its tokens.
func TestKeysOfBefore(t *testing.T) {
	const key = `{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig","kid":"k",` +
		`"d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	public, err := signing.PublicKey(key)
	require.NoError(t, err)
	assert.JSONEq(t, `{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","use":"sig","kid":"k",`+
		`"x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`, public)
	for _, tokenType := range []string{"ACCESS_TOKEN", "REFRESH_TOKEN"} {
		token, err := signing.Sign(key, map[string]any{"typ": tokenType})
		require.NoError(t, err)
		assert.NoError(t, signing.Verify(key, token, &map[string]any{}))
	}
}

func TestPublicKeyIsNoPrivateKey(t *testing.T) {
	members := map[signing.Algorithm][]string{
		signing.RS256: {"alg", "e", "kid", "kty", "n", "use"},
		signing.EdDSA: {"alg", "crv", "kid", "kty", "use", "x"},
	}
	each(t, func(t *testing.T, algorithm signing.Algorithm, keys string) {
		public, err := signing.PublicKey(keys)
		require.NoError(t, err)
		fields := map[string]string{}
		require.NoError(t, json.Unmarshal([]byte(public), &fields))
		assert.Equal(t, members[algorithm], slices.Sorted(maps.Keys(fields)))
		_, err = signing.Sign(public, map[string]any{})
		assert.Error(t, err, "nobody signs with it")
		if algorithm == signing.RS256 {
			modulus, err := base64.RawURLEncoding.DecodeString(fields["n"])
			require.NoError(t, err)
			assert.Len(t, modulus, 2048/8)
		}
	})
}

func TestBrokenKeysAreNotShown(t *testing.T) {
	for _, key := range []string{
		"", "{}", `{"keys":[]}`, `{"keys":[{"kty":"oct","k":"Y29uZmlkZW50aWFs"}]}`,
		`{"kty":"OKP","crv":"Ed25519","d":"confidential"}`,
	} {
		_, err := signing.PublicKey(key)
		require.Error(t, err, key)
		assert.NotContains(t, err.Error(), "confidential")
		_, err = signing.Sign(key, map[string]any{})
		assert.Error(t, err, key)
	}
	_, err := signing.NewKeys("HS256")
	assert.ErrorContains(t, err, `"HS256" is none of RS256, EdDSA`)
}
