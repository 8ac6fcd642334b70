package manager_test

import (
	"testing"

	"github.com/cloudforet-io/spacegen/core/cachetest"

	"github.com/cloudforet-io/inventory/internal/manager"
)

func TestCachedCloudServiceManager(t *testing.T) {
	cloudServiceManagers().TestCached(t, func(t *testing.T, next manager.CloudService) manager.CloudService {
		t.Helper()
		return manager.NewCachedCloudService(next, cachetest.Local(t))
	})
}
