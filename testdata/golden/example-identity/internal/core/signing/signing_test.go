package signing_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/core/signing"
)

func newKey(t *testing.T) string {
	t.Helper()
	key, err := signing.NewKey()
	require.NoError(t, err)
	return key
}

func TestSignAndVerify(t *testing.T) {
	key := newKey(t)
	token, err := signing.Sign(key, map[string]any{"aud": "ann"})
	require.NoError(t, err)

	first, _, _ := strings.Cut(token, ".")
	header, err := base64.RawURLEncoding.DecodeString(first)
	require.NoError(t, err)
	said := map[string]any{}
	require.NoError(t, json.Unmarshal(header, &said))
	assert.Equal(t, "EdDSA", said["alg"])
	assert.Equal(t, "JWT", said["typ"])
	assert.NotEmpty(t, said["kid"])

	claims := map[string]any{}
	require.NoError(t, signing.Verify(key, token, &claims))
	assert.Equal(t, "ann", claims["aud"])
	assert.ErrorContains(t, signing.Verify(newKey(t), token, &claims), "signature")

	parts := strings.Split(token, ".")
	parts[1] = base64.RawURLEncoding.EncodeToString([]byte(`{"aud":"bob"}`))
	forged := strings.Join(parts, ".")
	assert.Error(t, signing.Verify(key, forged, &claims))
	require.NoError(t, signing.Peek(forged, &claims))
	assert.Equal(t, "bob", claims["aud"], "a peek believes everything")

	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + parts[1] + "."
	assert.Error(t, signing.Verify(key, none, &claims))
	for _, broken := range []string{"", "a", "a.b.c", "{}"} {
		assert.Error(t, signing.Peek(broken, &claims), broken)
		assert.Error(t, signing.Verify(key, broken, &claims), broken)
	}
}

func TestPublicKeyIsNoPrivateKey(t *testing.T) {
	key := newKey(t)
	public, err := signing.PublicKey(key)
	require.NoError(t, err)
	fields := map[string]any{}
	require.NoError(t, json.Unmarshal([]byte(public), &fields))
	assert.Equal(t, "OKP", fields["kty"])
	assert.Equal(t, "Ed25519", fields["crv"])
	assert.NotContains(t, fields, "d")
	_, err = signing.Sign(public, map[string]any{})
	assert.Error(t, err, "nobody signs with it")
}

func TestBrokenKeysAreNotShown(t *testing.T) {
	for _, key := range []string{"", "{}", `{"kty":"OKP","crv":"Ed25519","d":"confidential"}`} {
		_, err := signing.PublicKey(key)
		require.Error(t, err)
		assert.NotContains(t, err.Error(), "confidential")
		_, err = signing.Sign(key, map[string]any{})
		assert.Error(t, err)
	}
}
