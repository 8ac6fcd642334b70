// Package cachetest opens caches for tests.
package cachetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/cache"
)

// Local opens an empty cache in memory, which goes with the test.
func Local(t testing.TB) cache.Cache {
	t.Helper()
	store, err := cache.New(cache.Options{TTL: time.Minute})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	return store
}
