package main

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
)

// authentication gives a token of the caller, signed as identity signs, and the
// handlers of a chart, which take it.
func authentication() (token, handlers string, err error) {
	secret, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", "", err
	}
	public, err := jwk.Import(secret.Public())
	if err != nil {
		return "", "", err
	}
	key, err := json.Marshal(public)
	if err != nil {
		return "", "", err
	}
	claims, err := json.Marshal(map[string]any{
		"rol": "WORKSPACE_OWNER", "typ": "ACCESS_TOKEN", "own": "USER", "did": ownDomain, "wid": ownWorkspace, "aud": "somebody",
		"jti": "token-1", "ver": "2.0", "exp": time.Now().Add(24 * time.Hour).Unix(),
	})
	if err != nil {
		return "", "", err
	}
	signed, err := jws.Sign(claims, jws.WithKey(jwa.RS256(), secret))
	if err != nil {
		return "", "", err
	}
	const handler = `HANDLERS:
  authentication:
    - backend: SpaceONEAuthenticationHandler
      keys: {%s: %s}
  authorization:
    - backend: SpaceONEAuthorizationHandler
  mutation:
    - backend: SpaceONEMutationHandler
`
	return string(signed), fmt.Sprintf(handler, ownDomain, key), nil
}
