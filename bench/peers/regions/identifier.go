package regions

import (
	"crypto/rand"
	"encoding/hex"
)

// NewID makes the identifier of a new region.
func NewID() string {
	var id [6]byte
	_, _ = rand.Read(id[:]) // it never fails
	return "region-" + hex.EncodeToString(id[:])
}
