// Package signing makes keys, and signs tokens with them: JWTs by EdDSA over
// Ed25519.
package signing

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/lestrrat-go/jwx/v3/jws"
)

// NewKey makes a private key: a JWK, as JSON.
func NewKey() (string, error) {
	_, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", fmt.Errorf("make a key: %w", err)
	}
	key, err := jwk.Import(secret)
	if err != nil {
		return "", fmt.Errorf("make a key: %w", err)
	}
	if err := errors.Join(jwk.AssignKeyID(key), key.Set(jwk.AlgorithmKey, jwa.EdDSA()), key.Set(jwk.KeyUsageKey, "sig")); err != nil {
		return "", fmt.Errorf("make a key: %w", err)
	}
	text, err := json.Marshal(key)
	if err != nil {
		return "", fmt.Errorf("write a key: %w", err)
	}
	return string(text), nil
}

// PublicKey gives the public half of a private key: a JWK, as JSON.
func PublicKey(private string) (string, error) {
	key, err := publicKey(private)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(key)
	if err != nil {
		return "", fmt.Errorf("write a public key: %w", err)
	}
	return string(text), nil
}

// Sign gives claims as a token that is signed with a private key.
func Sign(private string, claims any) (string, error) {
	key, err := parse(private)
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("write claims: %w", err)
	}
	headers := jws.NewHeaders()
	if err := headers.Set(jws.TypeKey, "JWT"); err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	token, err := jws.Sign(payload, jws.WithKey(jwa.EdDSA(), key, jws.WithProtectedHeaders(headers)))
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return string(token), nil
}

// Verify checks that a token was signed with a private key, and reads its
// claims. Whether they hold, such as their times, is for the caller to check.
func Verify(private, token string, claims any) error {
	key, err := publicKey(private)
	if err != nil {
		return err
	}
	payload, err := jws.Verify([]byte(token), jws.WithKey(jwa.EdDSA(), key))
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

func publicKey(private string) (jwk.Key, error) {
	key, err := parse(private)
	if err != nil {
		return nil, err
	}
	public, err := key.PublicKey()
	if err != nil {
		return nil, errKey
	}
	return public, nil
}

// errKey says no more, so that no part of a key gets into a log.
var errKey = errors.New("a domain's key cannot be read")

func parse(private string) (jwk.Key, error) {
	key, err := jwk.ParseKey([]byte(private))
	if err != nil {
		return nil, errKey
	}
	if secret, err := jwk.IsPrivateKey(key); err != nil || !secret {
		return nil, errKey
	}
	return key, nil
}
