// Package password keeps passwords as argon2id hashes, in the PHC string format.
package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

const (
	saltLength = 16 // bytes, as RFC 9106 recommends in section 3.1
	hashLength = 32 // bytes
	maxQueue   = 32 // well below the calls that a server answers at once: the others go on
	minLength  = 8  // characters, as NIST SP 800-63B demands where there is no other factor
	maxLength  = 1024
)

// Params are what a hash costs. They stand in the hash itself, so that old
// hashes hold when they change.
type Params struct {
	Memory  uint32 // KiB
	Time    uint32 // passes over the memory
	Threads uint8
}

// Recommended is what OWASP's Password Storage Cheat Sheet asks of argon2id at
// the least: 19 MiB, two passes, one thread. More memory resists better, and a
// server needs it once for every sign-in that it checks at the same time.
func Recommended() Params { return Params{Memory: 19 << 10, Time: 2, Threads: 1} }

// A Hasher makes hashes and compares with them, as many at once as there are
// processors: more would not be faster, and each takes its memory. A few wait
// for their turn; those beyond are refused.
type Hasher struct {
	params Params
	slots  chan struct{}
	places chan struct{} // of those who have a slot, and of those who wait for one
	nobody string        // the hash of a password that nobody knows
}

// New makes a hasher whose new hashes cost what params say.
func New(params Params) *Hasher {
	slots := runtime.GOMAXPROCS(0)
	h := &Hasher{
		params: params, slots: make(chan struct{}, slots),
		places: make(chan struct{}, slots+min(8*slots, maxQueue)),
	}
	h.nobody = encode(params, random(), make([]byte, hashLength))
	return h
}

// A WeakError is why a password is refused: the rule that it breaks.
type WeakError string

func (e WeakError) Error() string { return "a password has " + string(e) }

// check refuses passwords that break a rule.
func check(password string) error {
	has := func(is func(rune) bool) bool { return strings.ContainsFunc(password, is) }
	switch {
	case utf8.RuneCountInString(password) < minLength:
		return WeakError(fmt.Sprintf("%d characters at the least", minLength))
	case len(password) > maxLength:
		return WeakError(fmt.Sprintf("%d bytes at most", maxLength))
	case !has(func(r rune) bool { return 'a' <= r && r <= 'z' }):
		return WeakError("a lowercase letter")
	case !has(func(r rune) bool { return 'A' <= r && r <= 'Z' }):
		return WeakError("an uppercase letter")
	case !has(func(r rune) bool { return '0' <= r && r <= '9' }):
		return WeakError("a digit")
	default:
		return nil
	}
}

// ErrBusy is why a password is not looked at: too many wait already.
var ErrBusy = errors.New("too many passwords at once")

// Hash gives a password as it is kept. One that breaks a rule is a WeakError.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	if err := check(password); err != nil {
		return "", err
	}
	salt := random()
	key, err := h.derive(ctx, h.params, password, salt)
	if err != nil {
		return "", err
	}
	return encode(h.params, salt, key), nil
}

// Matches compares a password with a hash. An empty hash is nobody's: nothing
// matches it, and to find that out takes as long as with any other.
func (h *Hasher) Matches(ctx context.Context, hash, password string) (bool, error) {
	known := hash != "" && len(password) <= maxLength
	if !known {
		hash, password = h.nobody, ""
	}
	params, salt, want, err := decode(hash)
	if err != nil {
		return false, err
	}
	got, err := h.derive(ctx, params, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

func (h *Hasher) derive(ctx context.Context, p Params, password string, salt []byte) ([]byte, error) {
	select {
	case h.places <- struct{}{}:
		defer func() { <-h.places }()
	default:
		return nil, ErrBusy
	}
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
		return argon2.IDKey([]byte(password), salt, p.Time, p.Memory, p.Threads, hashLength), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func random() []byte {
	salt := make([]byte, saltLength)
	_, _ = rand.Read(salt) // never fails: it ends the program instead
	return salt
}

// encode gives a hash in the PHC string format:
// $argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>.
func encode(p Params, salt, hash []byte) string {
	text := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s",
		argon2.Version, p.Memory, p.Time, p.Threads, text.EncodeToString(salt), text.EncodeToString(hash))
}

// errFormat says no more, so that no part of a hash gets into a log.
var errFormat = errors.New("the hash of a password is no argon2id hash in the PHC string format")

func decode(hash string) (p Params, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, errFormat
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.Memory, &p.Time, &p.Threads); err != nil || p.Time == 0 || p.Threads == 0 {
		return p, nil, nil, errFormat
	}
	if salt, err = base64.RawStdEncoding.Strict().DecodeString(parts[4]); err != nil || len(salt) == 0 {
		return p, nil, nil, errFormat
	}
	if key, err = base64.RawStdEncoding.Strict().DecodeString(parts[5]); err != nil || len(key) != hashLength {
		return p, nil, nil, errFormat
	}
	return p, salt, key, nil
}
