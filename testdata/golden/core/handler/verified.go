package handler

import (
	"crypto/sha256"
	"time"

	"github.com/lestrrat-go/jwx/v3/jwk"
	"github.com/maypok86/otter/v2"
)

// verifiedHolds is how long a token is taken without checking its signature again.
const verifiedHolds = time.Minute

// verified keeps what tokens say that were checked a short while ago. Checking a signature
// takes as long as answering many a call.
type verified struct {
	tokens *otter.Cache[[sha256.Size]byte, checked]
}

// checked is what a token says, and for how long that counts.
type checked struct {
	claims *claims
	key    jwk.Key // it was checked with: if the domain has another one, it is checked again
	until  time.Time
}

func newVerified() verified {
	return verified{otter.Must(&otter.Options[[sha256.Size]byte, checked]{
		MaximumSize: maxKept, ExpiryCalculator: otter.ExpiryWriting[[sha256.Size]byte, checked](verifiedHolds),
	})}
}

// get gives what was found of a token that has not ended since.
func (v verified) get(token string) (checked, bool) {
	found, ok := v.tokens.GetIfPresent(sha256.Sum256([]byte(token)))
	return found, ok && time.Now().Before(found.until)
}

// put keeps the claims of a token. ends is when it does; zero: never.
func (v verified) put(token string, c *claims, key jwk.Key, ends time.Time) {
	until := time.Now().Add(verifiedHolds)
	if !ends.IsZero() && ends.Before(until) {
		until = ends
	}
	v.tokens.Set(sha256.Sum256([]byte(token)), checked{c.clone(), key, until})
}
