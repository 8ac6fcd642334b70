package cachetest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/core/cache"
	"github.com/cloudforet-io/spacegen/core/cachetest"
)

func TestLocal(t *testing.T) {
	has := func(c cache.Cache) bool {
		value, found, err := c.Get(t.Context(), "key")
		require.NoError(t, err)
		return found && string(value) == "value"
	}
	var mine cache.Cache
	t.Run("a test with a cache", func(t *testing.T) {
		mine = cachetest.Local(t)
		assert.False(t, has(mine), "it is empty")
		require.NoError(t, mine.Set(t.Context(), "key", []byte("value"), 0))
		assert.True(t, has(mine), "it keeps what it is given")
		assert.False(t, has(cachetest.Local(t)), "another one knows nothing of it")
	})
	assert.False(t, has(mine), "it goes with its test")
}
