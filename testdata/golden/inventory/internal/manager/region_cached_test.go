package manager_test

import (
	"testing"

	"github.com/cloudforet-io/spacegen/core/cachetest"

	"github.com/cloudforet-io/inventory/internal/manager"
)

func TestCachedRegionManager(t *testing.T) {
	regionManagers().TestCached(t, func(t *testing.T, next manager.Region) manager.Region {
		t.Helper()
		return manager.NewCachedRegion(next, cachetest.Local(t))
	})
}
