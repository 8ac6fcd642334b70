package handler_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"testing"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/handler"
	"github.com/cloudforet-io/spacegen/core/pipeline"
)

// TestVerifiedTokens: a token that was checked a moment ago is not checked again, as long as
// it, and the key of its domain, are what they were.
func TestVerifiedTokens(t *testing.T) {
	private, public := domainKey(t)
	_, another := domainKey(t)
	service := &identityService{key: public}
	h, err := handler.NewAuthentication(map[string]any{"cache": "0s"}, handler.Deps{Identity: service})
	require.NoError(t, err)
	token := sign(t, userClaims(map[string]any{"permissions": []string{"a"}, "injected_params": map[string]any{"a": 1}}), jwa.ES256(), private)

	call, err := verify(h, token, pipeline.Metadata{})
	require.NoError(t, err)
	call.Identity.Permissions[0] = "*" // whatever a handler does to it
	call.Identity.InjectedParams["b"] = 2
	call, err = verify(h, token, pipeline.Metadata{})
	require.NoError(t, err)
	assert.Equal(t, []string{"a"}, call.Identity.Permissions)
	assert.Len(t, call.Identity.InjectedParams, 1)
	call.Identity.Permissions[0] = "*"
	call, err = verify(h, token, pipeline.Metadata{})
	require.NoError(t, err)
	assert.Equal(t, []string{"a"}, call.Identity.Permissions)

	service.key = another
	_, err = verify(h, token, pipeline.Metadata{})
	assert.ErrorContains(t, err, "invalid token signature", "the domain has another key")
}

// TestVerifiedTokensEnd: nothing that is kept outlives the token.
func TestVerifiedTokensEnd(t *testing.T) {
	private, public := domainKey(t)
	h, err := handler.NewAuthentication(map[string]any{"keys": map[string]any{"domain-1": public}}, handler.Deps{})
	require.NoError(t, err)
	token := sign(t, userClaims(map[string]any{"exp": time.Now().Add(2*time.Second - 30*time.Second).Unix()}), jwa.ES256(), private) // with what clocks may differ by
	_, err = verify(h, token, pipeline.Metadata{})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		_, err = verify(h, token, pipeline.Metadata{})
		return err != nil
	}, 30*time.Second, 50*time.Millisecond)
	assert.ErrorContains(t, err, "expired")
}

// TestVerifiedTokensAreNotCheckedAgain counts what a check allocates, and then what a call
// with the same token does.
func TestVerifiedTokensAreNotCheckedAgain(t *testing.T) {
	private, public := domainKey(t)
	options := map[string]any{"keys": map[string]any{"domain-1": public}}
	token := sign(t, userClaims(nil), jwa.ES256(), private)
	anew := testing.AllocsPerRun(10, func() {
		h, err := handler.NewAuthentication(options, handler.Deps{})
		require.NoError(t, err)
		_, err = verify(h, token, pipeline.Metadata{})
		require.NoError(t, err)
	})
	h, err := handler.NewAuthentication(options, handler.Deps{})
	require.NoError(t, err)
	again := testing.AllocsPerRun(100, func() {
		_, err := verify(h, token, pipeline.Metadata{})
		require.NoError(t, err)
	})
	assert.Less(t, again, anew/10)
}

// BenchmarkVerify is the authentication of a call, by tokens as identity signs them.
func BenchmarkVerify(b *testing.B) {
	secret, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(b, err)
	private, err := jwk.Import(secret)
	require.NoError(b, err)
	half, err := jwk.PublicKeyOf(private)
	require.NoError(b, err)
	text, err := json.Marshal(half)
	require.NoError(b, err)
	var public map[string]any
	require.NoError(b, json.Unmarshal(text, &public))
	h, err := handler.NewAuthentication(map[string]any{"keys": map[string]any{"domain-1": public}}, handler.Deps{})
	require.NoError(b, err)
	token := sign(b, userClaims(nil), jwa.RS256(), private)
	for b.Loop() {
		_, err := verify(h, token, pipeline.Metadata{})
		require.NoError(b, err)
	}
}
