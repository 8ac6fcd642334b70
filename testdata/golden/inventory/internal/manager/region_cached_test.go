package manager_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/inventory/internal/core/cache"
	"github.com/cloudforet-io/inventory/internal/manager"
)

func TestCachedRegionManager(t *testing.T) {
	eachRegionStore(t, func(t *testing.T, plain manager.Region) {
		store, err := cache.New(cache.Options{TTL: time.Minute})
		require.NoError(t, err)
		behavesAsRegionManager(t, manager.NewCachedRegion(plain, store))
		require.NoError(t, store.Close())
	})
}
