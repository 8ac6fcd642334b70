package repository_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cloudforet-io/spacegen/generator/repository"
)

// TestLockOfVersion1 is a lock as it was before sets had versions.
func TestLockOfVersion1(t *testing.T) {
	lock, err := repository.DecodeLock([]byte("version: 1\nspacegen: v1.0.0\ntemplates: sha256:00\nfiles: []\n"))
	require.NoError(t, err)
	assert.Equal(t, "v1.0.0", lock.Templates.Version("service"))
	_, err = repository.DecodeLock([]byte("version: 4\nspacegen: v9.0.0\n"))
	assert.ErrorContains(t, err, "v9.0.0")
}
