package manager_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/inventory/internal/core/cache"
	"github.com/cloudforet-io/inventory/internal/manager"
)

func TestCachedCloudServiceManager(t *testing.T) {
	eachCloudServiceStore(t, func(t *testing.T, plain manager.CloudService) {
		store, err := cache.New(cache.Options{TTL: time.Minute})
		require.NoError(t, err)
		behavesAsCloudServiceManager(t, manager.NewCachedCloudService(plain, store))
		require.NoError(t, store.Close())
	})
}
