// Package signing makes keys, and signs tokens with them: JWTs by RS256 or by EdDSA.
package signing

import (
	"encoding/json"
	"fmt"

	"github.com/lestrrat-go/jwx/v3/jws"
)

// refreshToken is the type, in the claim typ, of tokens that have a key of their own.
const refreshToken = "REFRESH_TOKEN"

// Sign gives claims as a token that is signed with the one of a domain's private keys
// that is for tokens of this type.
func Sign(private string, claims any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("write claims: %w", err)
	}
	key, err := keyFor(private, typeIn(payload))
	if err != nil {
		return "", err
	}
	algorithm, err := algorithmOf(key)
	if err != nil {
		return "", err
	}
	headers := jws.NewHeaders()
	if err := headers.Set(jws.TypeKey, "JWT"); err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	token, err := jws.Sign(payload, jws.WithKey(algorithm, key, jws.WithProtectedHeaders(headers)))
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return string(token), nil
}

// Verify checks that a token was signed with a domain's private key, the one for tokens
// of its type, and reads its claims. Whether they hold, such as their times, is for the
// caller to check.
func Verify(private, token string, claims any) error {
	message, err := jws.Parse([]byte(token), jws.WithCompact())
	if err != nil {
		return fmt.Errorf("read a token: %w", err)
	}
	key, err := keyFor(private, typeIn(message.Payload()))
	if err != nil {
		return err
	}
	algorithm, err := algorithmOf(key)
	if err != nil {
		return err
	}
	if key, err = key.PublicKey(); err != nil {
		return errKey
	}
	payload, err := jws.Verify([]byte(token), jws.WithKey(algorithm, key))
	if err != nil {
		return fmt.Errorf("check a token's signature: %w", err)
	}
	if err := json.Unmarshal(payload, claims); err != nil {
		return fmt.Errorf("read a token's claims: %w", err)
	}
	return nil
}

// Peek reads a token's claims, which anybody may have written.
func Peek(token string, claims any) error {
	message, err := jws.Parse([]byte(token), jws.WithCompact())
	if err != nil {
		return fmt.Errorf("read a token: %w", err)
	}
	if err := json.Unmarshal(message.Payload(), claims); err != nil {
		return fmt.Errorf("read a token's claims: %w", err)
	}
	return nil
}

// typeIn gives the type that claims say they are of; empty if they say none.
func typeIn(payload []byte) string {
	var said struct {
		Type string `json:"typ"`
	}
	if err := json.Unmarshal(payload, &said); err != nil {
		return ""
	}
	return said.Type
}
