package password_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/identity/internal/core/password"
)

// cheap hashes cost as little as the algorithm allows.
func cheap() *password.Hasher { return password.New(password.Params{Memory: 8, Time: 1, Threads: 1}) }

func TestHash(t *testing.T) {
	h := password.New(password.Recommended())
	hash, err := h.Hash(t.Context(), "Open sesame 1")
	require.NoError(t, err)
	assert.Regexp(t, `^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`, hash)
	again, err := h.Hash(t.Context(), "Open sesame 1")
	require.NoError(t, err)
	assert.NotEqual(t, hash, again, "each has a salt of its own")

	for given, want := range map[string]bool{
		"Open sesame 1": true, "open sesame ": false, "Open sesame": false, "": false, strings.Repeat("x", 5000): false,
	} {
		ok, err := h.Matches(t.Context(), hash, given)
		require.NoError(t, err)
		assert.Equal(t, want, ok, given)
	}
}

// TestMatchesOthers compares with the output of the reference implementation,
// as its own tests have it.
func TestMatchesOthers(t *testing.T) {
	for hash, given := range map[string]string{
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc": "password",
		"$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc":   "password",
	} {
		ok, err := cheap().Matches(t.Context(), hash, given)
		require.NoError(t, err, hash)
		assert.True(t, ok, hash)
		ok, err = cheap().Matches(t.Context(), hash, given+"x")
		require.NoError(t, err, hash)
		assert.False(t, ok, hash)
	}
}

func TestWeakPasswords(t *testing.T) {
	for given, rule := range map[string]string{
		"": "8 characters at the least", "Aa34567": "8 characters at the least", "Aa345678": "",
		"Aa3äöüä": "8 characters at the least", "Aa3äöüäö": "",
		"Aa3" + strings.Repeat("x", 1021): "", "Aa3" + strings.Repeat("x", 1022): "1024 bytes at most",
		"AA345678": "a lowercase letter", "aa345678": "an uppercase letter", "AaBbCcDd": "a digit", "ÄÖÜäöü12": "a lowercase letter",
	} {
		_, err := cheap().Hash(t.Context(), given)
		if rule == "" {
			assert.NoError(t, err, given)
			continue
		}
		var weak password.WeakError
		require.ErrorAs(t, err, &weak, given)
		assert.Equal(t, rule, string(weak), given)
	}
}

func TestNobodyIsAsSlowAsAnybody(t *testing.T) {
	h := password.New(password.Params{Memory: 32 << 10, Time: 2, Threads: 1})
	hash, err := h.Hash(t.Context(), "Open sesame 1")
	require.NoError(t, err)
	took := func(hash string) time.Duration {
		best := time.Hour
		for range 3 {
			start := time.Now()
			ok, err := h.Matches(t.Context(), hash, "wrong password")
			require.NoError(t, err)
			require.False(t, ok)
			best = min(best, time.Since(start))
		}
		return best
	}
	somebody, nobody := took(hash), took("")
	assert.Less(t, nobody, 3*somebody)
	assert.Less(t, somebody, 3*nobody)
	ok, err := h.Matches(t.Context(), "", "")
	require.NoError(t, err)
	assert.False(t, ok)
}

func TestBrokenHashes(t *testing.T) {
	for name, hash := range map[string]string{
		"no hash":           "Open sesame 1",
		"another algorithm": "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY",
		"another version":   "$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"no passes":         "$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
		"a short hash":      "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65",
		"no salt":           "$argon2id$v=19$m=256,t=2,p=1$$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
	} {
		_, err := cheap().Matches(t.Context(), hash, "Open sesame 1")
		require.Error(t, err, name)
		assert.NotContains(t, err.Error(), "c29tZXNhbHQ", name)
	}
}

func TestWhoeverHangsUpWaitsNoLonger(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	h := cheap()
	refused := 0
	for range 100 { // a free slot and the end of the context are equally likely
		if _, err := h.Hash(ctx, "Open sesame 1"); err != nil {
			assert.ErrorIs(t, err, context.Canceled)
			refused++
		}
	}
	assert.Positive(t, refused)
}

func TestFewWaitForTheirTurn(t *testing.T) {
	h := password.New(password.Params{Memory: 1 << 10, Time: 20, Threads: 1})
	var hashed, busy atomic.Int32
	var group sync.WaitGroup
	for range 400 {
		group.Go(func() {
			switch _, err := h.Hash(t.Context(), "Open sesame 1"); {
			case err == nil:
				hashed.Add(1)
			case assert.ErrorIs(t, err, password.ErrBusy):
				busy.Add(1)
			}
		})
	}
	group.Wait()
	assert.Positive(t, busy.Load())
	assert.Greater(t, hashed.Load(), int32(1), "some wait")
	_, err := h.Hash(t.Context(), "Open sesame 1")
	assert.NoError(t, err, "the queue is empty again")
}
