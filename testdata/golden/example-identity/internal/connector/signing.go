package connector

import (
	"fmt"

	"github.com/cloudforet-io/spacegen/core/apierror"
	"github.com/cloudforet-io/spacegen/core/config"

	"github.com/cloudforet-io/identity/internal/core/signing"
)

// Signing knows how the keys of new domains sign.
type Signing struct {
	algorithm signing.Algorithm
	err       error // why it can't be had
}

// NewSigning makes the connector. An algorithm that can't be had is the error of every
// call.
func NewSigning(d Deps) *Signing {
	algorithm, err := ReadAlgorithm(d.Config)
	return &Signing{algorithm, err}
}

// NewKeys makes the private keys of a domain, as JSON.
func (c *Signing) NewKeys() (string, error) {
	if c.err != nil {
		return "", c.err
	}
	return signing.NewKeys(c.algorithm)
}

// ReadAlgorithm reads TOKEN_ALGORITHM, which is RS256 unless it is set. Without a
// configuration, as in tests, it is the one whose keys take no time to make.
func ReadAlgorithm(c *config.Config) (signing.Algorithm, error) {
	const key = "TOKEN_ALGORITHM"
	if c == nil {
		return signing.EdDSA, nil
	}
	name := c.Value(key)
	if name == nil {
		return signing.RS256, nil
	}
	algorithm, err := signing.ParseAlgorithm(fmt.Sprint(name))
	if err != nil {
		return "", apierror.Configuration(key, err.Error())
	}
	return algorithm, nil
}
