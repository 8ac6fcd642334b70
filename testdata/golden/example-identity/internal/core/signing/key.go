package signing

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
)

// An Algorithm is how a key signs.
type Algorithm string

// The algorithms of keys.
const (
	RS256 Algorithm = "RS256" // RSA of 2048 bits: the one that all services of the platform check
	EdDSA Algorithm = "EdDSA" // Ed25519: shorter tokens, made faster
)

const rsaBits = 2048

// ParseAlgorithm reads the name of an algorithm.
func ParseAlgorithm(name string) (Algorithm, error) {
	if a := Algorithm(name); a == RS256 || a == EdDSA {
		return a, nil
	}
	return "", fmt.Errorf("%q is none of %s, %s", name, RS256, EdDSA)
}

// NewKeys makes the private keys of a domain: a JWK set, as JSON. The first one signs
// all tokens but refresh tokens, which have a key of their own, so that no service that
// checks nothing but signatures takes one for an access token.
func NewKeys(algorithm Algorithm) (string, error) {
	set := jwk.NewSet()
	for range 2 {
		key, err := newKey(algorithm)
		if err == nil {
			err = set.AddKey(key)
		}
		if err != nil {
			return "", fmt.Errorf("make a key: %w", err)
		}
	}
	text, err := json.Marshal(set)
	if err != nil {
		return "", fmt.Errorf("write keys: %w", err)
	}
	return string(text), nil
}

func newKey(algorithm Algorithm) (jwk.Key, error) {
	var secret any
	var signs jwa.SignatureAlgorithm
	var err error
	switch algorithm {
	case RS256:
		signs = jwa.RS256()
		secret, err = rsa.GenerateKey(rand.Reader, rsaBits)
	case EdDSA:
		signs = jwa.EdDSA()
		_, secret, err = ed25519.GenerateKey(rand.Reader)
	default:
		_, err = ParseAlgorithm(string(algorithm))
	}
	if err != nil {
		return nil, err
	}
	key, err := jwk.Import(secret)
	if err != nil {
		return nil, err
	}
	return key, errors.Join(jwk.AssignKeyID(key), key.Set(jwk.AlgorithmKey, signs), key.Set(jwk.KeyUsageKey, "sig"))
}

// PublicKey gives the public half of the key that signs all tokens but refresh tokens:
// a JWK, as JSON.
func PublicKey(private string) (string, error) {
	key, err := keyFor(private, "")
	if err != nil {
		return "", err
	}
	if key, err = key.PublicKey(); err != nil {
		return "", errKey
	}
	text, err := json.Marshal(key)
	if err != nil {
		return "", fmt.Errorf("write a public key: %w", err)
	}
	return string(text), nil
}

// errKey says no more, so that no part of a key gets into a log.
var errKey = errors.New("a domain's key cannot be read")

// keyFor gives the private key that signs tokens of a type. Domains from before refresh
// tokens had a key of their own have one for all.
func keyFor(private, tokenType string) (jwk.Key, error) {
	set, err := jwk.Parse([]byte(private))
	if err != nil {
		return nil, errKey
	}
	at := 0
	if tokenType == refreshToken {
		at = set.Len() - 1
	}
	key, ok := set.Key(at)
	if !ok {
		return nil, errKey
	}
	if secret, err := jwk.IsPrivateKey(key); err != nil || !secret {
		return nil, errKey
	}
	return key, nil
}

// algorithmOf gives what a key signs by, whatever a token says.
func algorithmOf(key jwk.Key) (jwa.SignatureAlgorithm, error) {
	switch key.KeyType() {
	case jwa.RSA():
		return jwa.RS256(), nil
	case jwa.OKP():
		return jwa.EdDSA(), nil
	default:
		return jwa.SignatureAlgorithm{}, errKey
	}
}
