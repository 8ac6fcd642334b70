package identifier

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNew(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := New("region")
		assert.Regexp(t, `^region-[0-9a-f]{12}$`, id)
		assert.False(t, seen[id], "made twice: %s", id)
		seen[id] = true
	}
}
