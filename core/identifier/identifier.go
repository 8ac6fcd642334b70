// Package identifier makes the identifiers of resources, such as region-e41deed3c939.
package identifier

import (
	"crypto/rand"
	"encoding/hex"
)

// New makes an identifier in the platform's style: the kind of resource, a
// dash, twelve hexadecimal digits, such as region-e41deed3c939.
func New(kind string) string {
	var random [6]byte
	_, _ = rand.Read(random[:]) // never fails: it ends the program instead
	return kind + "-" + hex.EncodeToString(random[:])
}
